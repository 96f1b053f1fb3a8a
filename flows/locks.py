"""One crawl a site at a time: locks that die with their holder.

``flock`` on a file under ``OTCHET_HOME/locks``; the system frees it however the holder ends, so none is ever stale.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):  # noqa: N818 - a state of affairs, no fault
    """Another process holds the lock."""


@contextmanager
def lock(home: Path, name: str) -> Iterator[None]:
    """Hold the lock of this name, or raise Busy at once where another process does."""
    path = lock_path(home, name)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"{name}: another run holds it ({path})") from error
        yield
    finally:
        os.close(descriptor)


def lock_path(home: Path, name: str) -> Path:
    """Return the file of a lock, its folder made."""
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name.replace(os.sep, '_').replace(':', '_')}.lock"
