"""One crawl a site at a time, and one request at a time to a server: locks that die with their holder.

``flock`` on a file under ``OTCHET_HOME/locks``; the system frees it however the holder ends, so none is ever stale.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):  # noqa: N818 - a state of affairs, no fault
    """Another process holds the lock."""


@contextmanager
def lock(home: Path, name: str) -> Iterator[None]:
    """Hold the lock of this name, or raise Busy at once where another process does."""
    path = _path(home, name)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"{name}: another run holds it ({path})") from error
        yield
    finally:
        os.close(descriptor)


def take_turn(home: Path, server: str, delay: float) -> float:
    """Ask for the next request to a server; return 0 where it may be sent now, else the seconds to wait and ask again.

    Turns are kept between processes: two sites on one server share its pace. ``delay`` is in seconds.
    """
    path = _path(home, f"server-{server}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        now = time.time()
        last = float(os.pread(descriptor, 64, 0) or b"0")
        # A clock that was set back must not stop the crawl for longer than the pace asks.
        if 0 <= now - last < delay:
            return last + delay - now
        os.pwrite(descriptor, f"{now:<32.6f}".encode(), 0)
        return 0
    finally:
        os.close(descriptor)


def _path(home: Path, name: str) -> Path:
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name.replace(os.sep, '_').replace(':', '_')}.lock"
