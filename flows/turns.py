"""One request at a time to a server, over all processes: a lock held for the request, and the pause after it.

Dozens of municipalities stand on one server of the state; their sites take turns. The lock is ``flock`` on a file a
server's address under ``OTCHET_HOME/locks``, which the system frees however its holder ends; the file says until when
nobody asks, and who asked last.
"""

import fcntl
import os
import time
from pathlib import Path

from flows.locks import lock_path

#: Seconds after which a turn that another one holds is asked for again.
_POLL = 0.05
#: No pause is longer, in seconds: a clock that was set back must not stop the crawl.
LONGEST = 3600.0


class Turn:
    """Turns of one site at one server: ``take`` until it says 0, ask, then ``give_back`` with the pause to keep."""

    def __init__(self, home: Path, server: str, site: str) -> None:
        self._path, self._site = lock_path(home, f"server-{server}"), site
        self._held: int | None = None

    def take(self, pause: float) -> float:
        """Return 0 where a request may be sent now, else the seconds to wait and ask again.

        ``pause`` is what is kept should the holder die in the midst of it, in seconds.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return _POLL
        until, last = _read(descriptor)
        wait = until - time.time()
        if last == self._site:
            # Who had the last turn comes a little later, so that the others come first.
            wait += min(_POLL * 2, pause / 10)
        if 0 < wait <= LONGEST:
            os.close(descriptor)
            return wait
        _write(descriptor, pause, self._site)
        self._held = descriptor
        return 0

    def give_back(self, pause: float) -> None:
        """End the turn; nobody asks the server for the next ``pause`` seconds."""
        if self._held is not None:
            _write(self._held, min(pause, LONGEST), self._site)
            os.close(self._held)
            self._held = None


def _read(descriptor: int) -> tuple[float, str]:
    until, _, last = os.pread(descriptor, 512, 0).decode("utf-8", "replace").partition(" ")
    try:
        return float(until), last
    except ValueError:
        return 0.0, ""


def _write(descriptor: int, pause: float, site: str) -> None:
    line = f"{time.time() + pause:.6f} {site}".encode()
    os.pwrite(descriptor, line, 0)
    os.ftruncate(descriptor, len(line))
