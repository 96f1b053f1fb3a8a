"""The reader's own process: ``python -m flows.reader_child`` reads files that others wrote, one after the other.

Jobs come on standard input, answers go to standard output, each as frames of eight bytes of length and what they hold.
The process ends when its input ends, when it has had nothing to do for a minute, and when the end of the pipe that it
was given as lifeline is let go, which happens however its owner dies: the kernel then ends it by SIGIO, even where a
library never comes back.
"""

import fcntl
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
from pathlib import Path

from flows.reader_walls import enclose, limit, limit_seconds

#: What a frame to the owner is: ready for jobs, begun with one, its answer, an answer that memory does not suffice for.
READY, BEGUN, ANSWER, EXHAUSTED, TOO_LONG = b"r", b"b", b"a", b"m", b"l"
HEADER = 8
#: Seconds without a job after which the process ends; bytes of an answer.
IDLE, MAX_ANSWER = 60.0, 64 * 1024 * 1024


def main() -> None:
    """Set the limits, load the reader, and read until there is no more to be read."""
    order = json.loads(sys.argv[1])
    _end_with(order["lifeline"])
    # What a library prints must not stand among the answers, nor may it ask for what is in the jobs.
    jobs, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    limit(order["memory"])
    held = enclose(Path(order["folder"]))
    from flows.reader_job import ReaderJob

    reader = importlib.import_module(order["reader"])
    reader.warm()
    gc.freeze()
    # The system counts to it what its owner had when it was started.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    _write(answers, READY, json.dumps({"walls": held, "peak": peak}).encode())
    try:
        while (job := _read(jobs)) is not None and (data := _read(jobs)) is not None:
            limit_seconds(order["seconds"])
            _write(answers, BEGUN, b"")
            answer = reader.work(data, ReaderJob.load(job)).dump()
            del data
            _write(answers, *((ANSWER, answer) if len(answer) <= MAX_ANSWER else (TOO_LONG, b"")))
            del answer
    except MemoryError:
        _write(answers, EXHAUSTED, b"")


def _end_with(lifeline: int) -> None:
    os.set_inheritable(lifeline, False)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    try:
        gone = not os.read(lifeline, 1)
    except BlockingIOError:
        return
    if gone:  # before the kernel was told
        os._exit(1)


def _read(jobs: int) -> bytes | None:
    """Read a frame; None where there is none to come."""
    if not select.select([jobs], [], [], IDLE)[0]:
        return None
    header = _exactly(jobs, HEADER)
    return None if header is None else _exactly(jobs, int.from_bytes(header))


def _exactly(jobs: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = os.read(jobs, min(size - len(data), 1024 * 1024))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _write(answers: int, kind: bytes, payload: bytes) -> None:
    waiting = memoryview(kind + len(payload).to_bytes(HEADER) + payload)
    while waiting:
        waiting = waiting[os.write(answers, waiting) :]


if __name__ == "__main__":
    main()
