"""Readers at work: files go in, documents come out, and a file that kills its reader costs that file alone.

``readers(limits).read(data, job)`` may be called by any number of threads; there are as many processes as processors,
started when they are wanted, and one that died or is worn is replaced.
"""

import atexit
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flows.reader_job import ReaderAnswer, ReaderJob
from flows.reader_process import NeverBegun, ReaderProcess, ReaderStopped, ReaderUnavailable, sweep
from models.reader_limits import ReaderLimits

#: The module whose ``warm()`` and ``work(data, job)`` a process runs.
READER = "flows.reader_work"
#: Times that a file is handed to another process when one was gone before it began.
_TRIES = 3

_log = logging.getLogger(__name__)


class ReadersClosed(Exception):  # noqa: N818 - named by what happened
    """The readers were ended while a file was read: nothing is known of it, and the next run reads it."""


class ReaderPool:
    """Processes that read; ``size`` of them at most, by default one a processor."""

    def __init__(self, limits: ReaderLimits, size: int | None = None, reader: str | None = None) -> None:
        self._limits = limits
        self._size = size or processors()
        self._reader = reader or READER
        self._idle: list[ReaderProcess] = []
        self._busy: set[ReaderProcess] = set()
        self._free = threading.Condition()
        self._closed = False
        sweep()

    def read(self, data: bytes, job: ReaderJob) -> ReaderAnswer:
        """Have a file read; what the file did to its reader is the answer's reason.

        Raises ReaderUnavailable where no process can be started, ReadersClosed where the pool was closed meanwhile.
        """
        asked = job.dump()
        for _ in range(_TRIES):
            try:
                return self._read(asked, data)
            except NeverBegun:
                continue  # it had nothing to do for a minute, or somebody ended it
        raise ReaderUnavailable("the readers' processes end before they are given anything to read")

    def processes(self) -> list[ReaderProcess]:
        """Return those that there are now."""
        with self._free:
            return [*self._idle, *self._busy]

    def close(self) -> None:
        """End all processes, also those that read; to be called by any thread, and again."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            for process in self._busy:
                process.kill()  # its thread does the rest
            self._free.notify_all()
        for process in idle:
            process.end()

    def _read(self, asked: bytes, data: bytes) -> ReaderAnswer:
        with self._taken() as process:
            try:
                return ReaderAnswer.load(process.ask(asked, data))
            except ReaderStopped as error:
                reason = str(error)
            except ValueError:
                reason = "the reader's process gave no answer that can be understood"
            if self._closed:
                raise ReadersClosed("the readers were ended")
            _log.debug("%s: %s", reason, process.said())
            process.kill()
            return ReaderAnswer(problem=reason)

    @contextmanager
    def _taken(self) -> Iterator[ReaderProcess]:
        """Give a process to one thread; it goes back if it is as good as before."""
        process = self._take()
        fit = False
        try:
            yield process
            fit = not process.worn
        except (NeverBegun, ReaderUnavailable) as error:
            if self._closed:
                raise ReadersClosed("the readers were ended") from error
            raise
        finally:
            with self._free:
                self._busy.discard(process)
                fit = fit and not self._closed
                if fit:
                    self._idle.append(process)
            if not fit:
                process.end()
            with self._free:
                self._free.notify()

    def _take(self) -> ReaderProcess:
        with self._free:
            while True:
                if self._closed:
                    raise ReadersClosed("the readers were ended")
                if self._idle:
                    process = self._idle.pop()
                elif len(self._busy) < self._size:
                    process = ReaderProcess(self._limits, self._reader)
                else:
                    self._free.wait()
                    continue
                self._busy.add(process)
                return process


_pools: dict[ReaderLimits, ReaderPool] = {}
_guard = threading.Lock()


def readers(limits: ReaderLimits) -> ReaderPool:
    """Return the readers of this process under these limits; they end with it, or by themselves when they are idle."""
    with _guard:
        pool = _pools.get(limits)
        if pool is None:
            pool = _pools[limits] = ReaderPool(limits)
        return pool


@atexit.register
def end_readers() -> None:
    """End all readers of this process, in whichever thread they work; later files get new ones."""
    with _guard:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.close()


# A fork of this process has pipes to the readers of another one: they are not its own.
os.register_at_fork(after_in_child=_pools.clear)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
