"""Children for crawls, started from one warm process a harvest (``flows.crawl_parent``).

Starting Python and importing Scrapy takes a second or more, a fork some hundredths. A ``Child`` is to its user what
``subprocess.Popen`` is, as far as a crawl needs it: the warm process reaps it and tells how it ended.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from flows.crawl_child import child_environment

#: Seconds that the warm process has to end.
PARTING = 10.0


class NotStartedError(Exception):
    """The warm process, or a child of it, could not be started; the message says why."""


class Child:
    """A crawl's process: ``stdin`` and ``stdout`` are its pipes, ``pid`` also names its process group."""

    def __init__(self, pid: int, stdin: IO[str], stdout: IO[str], status: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self.returncode: int | None = None
        self._status = status

    def wait(self, seconds: float | None = None) -> int | None:
        """Return how it ended (negative: by which signal), None where it has not in this time."""
        if self.returncode is None and select.select([self._status], [], [], seconds)[0]:
            # Where the warm process itself was ended it tells nothing, and its children were ended with it.
            self.returncode = int(self._status.readline() or -signal.SIGKILL)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the child and all that it started; to nobody where none of them is left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def close(self) -> None:
        """Close the pipes."""
        for stream in (self.stdin, self.stdout, self._status):
            with contextlib.suppress(BrokenPipeError):
                stream.close()


class _Parent:
    """The warm process of this process, started when the first child is asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._complaints: IO[bytes] | None = None

    def start(self, complaints: IO[bytes]) -> Child:
        """Start a child whose standard error is ``complaints``; raise NotStartedError where it cannot be."""
        with contextlib.ExitStack() as left:
            (theirs_in, stdin), (stdout, theirs_out), (status, theirs_status) = (os.pipe() for _ in range(3))
            for descriptor in (theirs_in, theirs_out, theirs_status):
                left.callback(os.close, descriptor)
            streams = os.fdopen(stdin, "w", encoding="utf-8"), os.fdopen(stdout, encoding="utf-8")
            told = os.fdopen(status, "rb", buffering=0)
            self._send([theirs_in, theirs_out, complaints.fileno(), theirs_status])
        line = told.readline()
        child = Child(int(line or 0), *streams, told)
        if not line:
            child.close()
            raise NotStartedError(f"the process that crawls start from has ended: {self._last_words()}")
        place = {"folder": str(Path.cwd()), "environment": child_environment()}
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(json.dumps(place) + "\n")
            child.stdin.flush()
        return child

    def end(self) -> None:
        """End the warm process, and with it what it has started."""
        with self._lock:
            process, channel, complaints = self._process, self._channel, self._complaints
            self._process = self._channel = self._complaints = None
        if process is not None and channel is not None and complaints is not None:
            channel.close()
            complaints.close()
            try:
                process.wait(PARTING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def forget(self) -> None:
        """Leave the warm process to the one that this process was forked from."""
        if self._channel is not None:
            self._channel.close()
        self._lock = threading.Lock()  # one of the threads that are not here may have held it
        self._process = self._channel = self._complaints = None

    def _send(self, descriptors: list[int]) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._begin()
            assert self._channel is not None
            try:
                socket.send_fds(self._channel, [b"+"], descriptors)
            except OSError as error:
                raise NotStartedError(f"the process that crawls start from is not there: {error.strerror}") from error

    def _begin(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel, theirs = socket.socketpair()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process is
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.crawl_parent"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                start_new_session=True,
                env=child_environment(),
            )

    def _last_words(self) -> str:
        with self._lock:
            if self._complaints is None:
                return "it said nothing"
            self._complaints.seek(0)
            said = self._complaints.read().decode("utf-8", "replace").strip()
        return said.rpartition("\n")[2][:300] or "it said nothing"


_parent = _Parent()
start_child = _parent.start
end_parent = _parent.end
atexit.register(end_parent)
os.register_at_fork(after_in_child=_parent.forget)
