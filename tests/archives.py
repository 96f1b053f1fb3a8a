"""RAR and 7z archives made byte by byte: no free program writes RAR."""

import os
import struct
import subprocess
import zlib


def _vint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def _rar5_block(kind, flags, body, data=b""):
    fields = _vint(kind) + _vint(flags | (2 if data else 0)) + (_vint(len(data)) if data else b"") + body
    head = _vint(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(head)) + head + data


def rar5(*files, encrypted=()):
    """A RAR 5 archive of stored files; those named in ``encrypted`` say that they are, as far as a reader looks."""
    out = b"Rar!\x1a\x07\x01\x00" + _rar5_block(1, 0, _vint(0))
    for name, content in files:
        raw = name.encode()
        extra = b""
        if name in encrypted:
            record = _vint(1) + _vint(0) + _vint(0) + bytes((15,)) + bytes(16) + bytes(16)
            extra = _vint(len(record)) + record
        body = _vint(4) + _vint(len(content)) + _vint(0o100644) + struct.pack("<I", zlib.crc32(content))
        body += _vint(0) + _vint(1) + _vint(len(raw)) + raw
        fields = _vint(2) + _vint((1 if extra else 0) | 2)
        fields += (_vint(len(extra)) if extra else b"") + _vint(len(content)) + body + extra
        head = _vint(len(fields)) + fields
        out += struct.pack("<I", zlib.crc32(head)) + head + content
    return out + _rar5_block(5, 0, _vint(0))


def rar4(*files):
    """A RAR 4 archive of stored files with names in CP866, as old archivers wrote them."""

    def block(kind, flags, body, data=b""):
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, content in files:
        raw = name.encode("cp866")
        stamp = (2018 - 1980) << 25 | 6 << 21 | 15 << 16
        body = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 0, zlib.crc32(content), stamp, 20, 0x30, len(raw), 0x20
        )
        out += block(0x74, 0x8000, body + raw, content)
    return out + block(0x7B, 0x4000, b"")


def seven_zip(folder, *files):
    """A 7z archive, packed by bsdtar in the folder."""
    for name, content in files:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    target = folder / "packed.7z"
    first = dict.fromkeys(name.partition("/")[0] for name, _ in files)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = ["bsdtar", "--format", "7zip", "-cf", str(target), *first]
    subprocess.run(command, cwd=folder, check=True, env=environment)
    return target.read_bytes()
