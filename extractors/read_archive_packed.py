"""The files of a RAR or 7z archive, through bsdtar: it turns the archive into a tar stream, which Python takes apart.

Nothing is unpacked into a folder, no name becomes a path; time, memory and what comes out are limited while it unpacks.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.converters import Ended, has, own_folder, ran
from extractors.errors import DamagedDocument, EncryptedDocument, OversizedDocument, UnknownFormat, UnreadableDocument
from extractors.read_archive_limits import (
    MAX_MEMBER,
    MAX_RATIO,
    MAX_TOTAL,
    SMALL,
    Budget,
    Member,
    is_left_by_systems,
    shown_name,
    told_apart,
)

#: What begins with these bytes, and what it is called.
PACKED = {b"Rar!\x1a\x07": "a RAR archive", b"7z\xbc\xaf\x27\x1c": "a 7z archive"}

#: Limits of one run, in seconds and bytes.
_SECONDS, _MEMORY = 60, 1024 * 1024 * 1024
#: After so many files that break the unpacking, what follows them is given up.
_MOST_BROKEN = 5
#: What a tar stream adds to each file, at most.
_HEADERS = 8 * 1024

_PASSWORD = re.compile(r"encrypt|passphrase|password|crypto", re.IGNORECASE)
_UNKNOWN = re.compile(r"unsupported|not supported|unrecognized", re.IGNORECASE)
_PATTERN_SIGN = re.compile(r"([\\*?\[\]])")
#: What stands for the files that come after one that breaks the unpacking: their names are not known.
_REST = "(what follows)"
_LEFT = "the rest is not read"


@dataclass(slots=True)
class _Unpacked:
    """What the runs so far gave: names in the archive's own letters, and the files."""

    names: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)


class _TooMuch(Exception):  # noqa: N818 -- no fault of the program's: the limit is reached
    """The archive unpacks to more than is left."""


def packed_members(data: bytes, budget: Budget) -> Iterator[Member]:
    """Yield the files of a RAR or 7z archive; the same errors as for ZIP, and ``UnknownFormat`` without bsdtar."""
    words = next(words for magic, words in PACKED.items() if data.startswith(magic))
    if not has("bsdtar"):
        raise UnknownFormat(f"this is {words}, which needs bsdtar (Debian: libarchive-tools) to be read")
    done = _unpack(data, words, budget)
    if not done.members:
        raise UnknownFormat(f"this is {words} without any file that can be read")
    budget.files -= len(done.members)
    for name, member in zip(told_apart(one.name for one in done.members), done.members, strict=True):
        yield Member(name, member.data, member.problem)


def _unpack(data: bytes, words: str, budget: Budget) -> _Unpacked:
    done = _Unpacked()
    for _ in range(_MOST_BROKEN):
        problem = _run(data, words, budget, done)
        if problem is None:
            return done
        if problem.endswith(_LEFT):
            break
    done.members.append(Member(_REST, problem=problem))
    return done


def _run(data: bytes, words: str, budget: Budget, done: _Unpacked) -> str | None:
    """Take one run's files in, those of earlier runs left out; return why it ended before the archive did."""
    most = min(budget.bytes, max(SMALL, len(data) * MAX_RATIO))
    # Blocks of 512 bytes: nothing that was unpacked stays behind in a buffer when a later file breaks the run.
    command = ["bsdtar", "-cf", "-", "-b", "1", "--format", "pax"]
    for name in done.names:
        command += ["--exclude", "^" + _PATTERN_SIGN.sub(r"\\\1", name)]
    limit = most + budget.files * _HEADERS
    # A RAR archive whose last file is a packed ZIP archive would be taken for that one where its end can be seen.
    piped = data.startswith(b"Rar!")
    with (
        own_folder() as folder,
        ran(
            [*command, "@-"], given=data, piped=piped, folder=folder, seconds=_SECONDS, most=limit, memory=_MEMORY
        ) as ended,
    ):
        broken = None
        try:
            with tarfile.open(fileobj=ended.written, mode="r|", encoding="utf-8", errors="surrogateescape") as stream:
                for info in stream:
                    broken = info.name
                    _take(stream, info, done, budget, most)
                    broken = None
        except _TooMuch:
            return _too_much(most, budget)
        except tarfile.TarError:
            pass
        if ended.cut:
            return _too_much(most, budget)
        if ended.code is None:
            return f"the archive takes more than {_SECONDS} seconds to unpack: {_LEFT}"
        if ended.code == 0:
            return None
        return _broken(ended, words, broken, done)


def _take(stream: tarfile.TarFile, info: tarfile.TarInfo, done: _Unpacked, budget: Budget, most: int) -> None:
    if info.isdir() or is_left_by_systems(info.name):
        return
    if len(done.members) >= budget.files:
        raise OversizedDocument(f"the archive has more than the {budget.files} files that are read")
    name = _name(info.name)
    if not info.isfile():
        member = Member(name, problem="this is a link to another file" if info.issym() or info.islnk() else "no file")
    elif info.size > MAX_MEMBER:
        member = Member(name, problem=f"the file unpacks to more than the {MAX_MEMBER:,} bytes that are read")
    elif info.size > min(budget.bytes, most):
        raise _TooMuch
    else:
        file = stream.extractfile(info)
        content = file.read() if file is not None else b""
        if len(content) < info.size:
            raise tarfile.ReadError("cut off")
        budget.bytes -= len(content)
        member = Member(name, content)
    done.names.append(info.name)
    done.members.append(member)


def _too_much(most: int, budget: Budget) -> str:
    if most < budget.bytes:
        return f"the archive unpacks to more than {MAX_RATIO} times its size: {_LEFT}"
    return f"the archive unpacks to more than the {MAX_TOTAL:,} bytes that are read: {_LEFT}"


def _broken(ended: Ended, words: str, broken: str | None, done: _Unpacked) -> str:
    """Say what stopped bsdtar, of the file that it stopped at where that is known: what follows is then tried again."""
    error: type[UnreadableDocument] = DamagedDocument
    problem = "is damaged or cut off"
    if _PASSWORD.search(ended.told):
        error, problem = EncryptedDocument, "asks for a password"
    elif _UNKNOWN.search(ended.told):
        error, problem = UnknownFormat, "is packed in a way that is not read"
    elif "(null)" in ended.told:
        problem = "is damaged or asks for a password"
    if broken is not None:
        done.names.append(broken)
        done.members.append(Member(_name(broken), problem=f"the file {problem}"))
        return f"the archive {problem}: what follows cannot be unpacked"
    if not done.members:
        raise error(f"this is {words} that {problem}")
    return f"the archive {problem}: {_LEFT}"


def _name(name: str) -> str:
    """Return a name to be shown; one that is no UTF-8 is CP866, as the archivers of Bulgarian offices write them."""
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return shown_name(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return shown_name(raw.decode("cp866"))
