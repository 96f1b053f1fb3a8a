"""A reader for tests: files that begin with ``!`` do to its process what their first word says; others are read."""

import contextlib
import ctypes
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from flows.reader_job import ReadDocument, ReaderAnswer, ReaderJob
from models.document import Document


def warm() -> None:
    """Nothing: the tests of processes need no rules, and are quick without them."""


def work(data: bytes, job: ReaderJob) -> ReaderAnswer:
    """Do what the file says, or read it."""
    if data.startswith(b"!"):
        name, _, rest = data[1:].decode().partition(" ")
        said = _TRICKS[name](rest)
        return ReaderAnswer((ReadDocument(Document(str(said))),))
    if b"<!-- hang -->" in data:
        _regex("")
    if b"<!-- mistake -->" in data:
        return _mistaken(data, job)
    return ReaderAnswer((ReadDocument(Document(data.decode())),))


def _mistaken(data: bytes, job: ReaderJob) -> ReaderAnswer:
    """Read as ever, but for rules that fail."""
    from flows import reader_work

    def run(_document: Document) -> None:
        raise RecursionError("too\ndeep")

    reader_work.run = run
    return reader_work.work(data, job)


def _segfault(_: str) -> str:
    return str(ctypes.string_at(0))


def _regex(_: str) -> None:
    """Hang without ever giving another thread its turn."""
    re.match(r"(a|a)*b", "a" * 60)


def _eat(_: str) -> None:
    eaten = []
    while True:
        eaten.append(bytearray(4_000_000))


def _eat_beside(_: str) -> None:
    """What the process starts eats, each for itself less than the limit."""
    eater = [sys.executable, "-c", "import time; a = b'x' * 300_000_000; time.sleep(60)"]
    started = [subprocess.Popen(eater) for _ in range(2)]
    started[0].wait()


def _eat_as_c(_: str) -> None:
    """Take memory as a library does that does not look whether it got it."""
    malloc = ctypes.CDLL(None).malloc
    malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    while True:
        ctypes.memset(malloc(8_000_000), 1, 8_000_000)


def _connect(port: str) -> str:
    """Try the doors to the network: Python's, and the system's own."""
    try:
        socket.create_connection(("127.0.0.1", int(port)), 2)
    except PermissionError:
        pass
    else:
        return "Python connected"
    kernel = ctypes.CDLL(None)
    handle = kernel.socket(2, 1, 0)
    place = (2).to_bytes(2, sys.byteorder) + int(port).to_bytes(2) + bytes([127, 0, 0, 1]) + bytes(8)
    return "refused" if handle < 0 or kernel.connect(handle, place, len(place)) else "the system connected"


def _write(path: str) -> str:
    try:
        Path(path).write_text("x")
    except OSError as error:
        return type(error).__name__
    return "written"


def _large(_: str) -> str:
    try:
        with Path("large").open("wb") as file:
            file.truncate(1)
            for _ in range(300):
                file.write(bytes(1_000_000))
    except OSError as error:
        return os.strerror(error.errno)
    return "written"


def _say(words: bytes) -> None:
    """Say something to the owner that is no answer."""
    for handle in range(3, 16):
        with contextlib.suppress(OSError):
            os.write(handle, words)


_TRICKS = {
    "segfault": _segfault,
    "sleep": lambda _: time.sleep(600),
    "regex": _regex,
    "eat": _eat,
    "eat-beside": _eat_beside,
    "eat-as-c": _eat_as_c,
    "exit": lambda _: os._exit(3),
    "kill": lambda _: os.kill(os.getpid(), 9),
    "close": lambda _: (os.closerange(3, 100), time.sleep(600)),
    "lie": lambda _: _say(b"a" + (8).to_bytes(8) + b'{"a": 1}'),
    "boast": lambda _: _say(b"a" + b"\x7f" * 20),
    "talk": lambda _: "x" * 70_000_000,
    "environment": lambda _: json.dumps(dict(os.environ)),
    "connect": _connect,
    "write": _write,
    "large": _large,
    "litter": lambda _: _write("litter") + str(sorted(os.listdir())),  # noqa: PTH208
    "pid": lambda _: os.getpid(),
}
