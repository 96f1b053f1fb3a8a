"""A reader's process as its owner sees it: handed a file, watched while it reads, ended with all that it started.

Whatever becomes of it is one sentence: „the reader's process used more than 2,048 MB“, „the reader took longer than
600 s“, „the reader's process died of SIGSEGV“.
"""

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from flows.reader_child import ANSWER, BEGUN, EXHAUSTED, HEADER, MAX_ANSWER, READY, TOO_LONG
from models.reader_limits import ReaderLimits

#: Files after which a process is replaced, and the part of its limit of memory after whose use it is.
MOST_FILES, MOST_KEPT = 1000, 0.4
#: The part of the limit from which on a sudden death is one for want of memory; what ends itself on purpose wanted
#: more than it had, as where a buffer is to be doubled.
_NEAR, _NEAR_ON_PURPOSE = 0.8, 0.4
_ON_PURPOSE = {-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL}
#: Seconds that a process may take to load what it needs, and between two looks at it.
_START, _LOOK = 120.0, 0.1
_FOLDER = "otchet-reader-"
#: Seconds after which a folder that nobody holds is one that was left behind.
_STALE = 60.0
_MB = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BELONGINGS = ("PATH", "LANG", "LANGUAGE", "TZ", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "PYTHONUTF8", "SYSTEMROOT")


class ReaderUnavailable(Exception):  # noqa: N818 - named by what happened
    """A reader's process cannot be started; the message says why."""


class ReaderStopped(Exception):  # noqa: N818
    """The file made the process stop, or it was stopped for it; the message is the one reason, fit to be stored."""


class NeverBegun(Exception):  # noqa: N818
    """The process was gone before it had the file: not the file's fault."""


class ReaderProcess:
    """One process; it may be asked by one thread at a time, and ended by any."""

    def __init__(self, limits: ReaderLimits, reader: str) -> None:
        self._limits = limits
        self._ready = self._begun = self._killed = False
        self._files = self._peak = self._born_with = 0
        self._frames = bytearray()
        self._lock = threading.Lock()
        #: What closes network and files to it; known once it is ready.
        self.walls: dict[str, str] = {}
        self._folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
        self._hold = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._hold, fcntl.LOCK_EX)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        given, self._lifeline = os.pipe()
        order = {
            "reader": reader,
            "lifeline": given,
            "folder": str(self._folder),
            "memory": limits.memory,
            "seconds": limits.seconds,
        }
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.reader_child", json.dumps(order)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                cwd=self._folder,
                env=_environment(self._folder),
                pass_fds=(given,),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            self._forget()
            raise ReaderUnavailable(f"a reader's process cannot be started: {error}") from error
        finally:
            os.close(given)
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._jobs, self._answers = self._popen.stdin.fileno(), self._popen.stdout.fileno()
        os.set_blocking(self._jobs, False)
        os.set_blocking(self._answers, False)

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._popen.pid

    @property
    def worn(self) -> bool:
        """Whether it was ended, has read enough, or has grown: another one is to take its place."""
        grown = max(self._peak, _resident(self.pid)) > MOST_KEPT * self._limits.memory * _MB
        return self._killed or grown or self._files >= MOST_FILES

    def ask(self, job: bytes, data: bytes) -> bytes:
        """Have a file read and return the answer.

        Raises ReaderStopped with the reason where the file was too much, NeverBegun where the process was gone before,
        ReaderUnavailable where it never was ready. After each of them it is of no use any more.
        """
        if not self._ready:
            self._await_ready()
        self._begun, self._peak = False, 0
        self._files += 1
        frames = [part for one in (job, data) for part in (len(one).to_bytes(HEADER), one)]
        kind, answer = self._exchange(frames, self._limits.seconds)
        if kind == ANSWER:
            self._tidy()
            return answer
        if kind == EXHAUSTED:
            raise ReaderStopped(self._too_much_memory())
        if kind == TOO_LONG:
            raise ReaderStopped(f"it gives more than {MAX_ANSWER // _MB} MB of text and figures")
        raise ReaderStopped("the reader's process gave no answer that can be understood")

    def said(self) -> str:
        """Return the last of what the process wrote to its standard error."""
        with contextlib.suppress(OSError, ValueError):
            size = os.fstat(self._said.fileno()).st_size
            return os.pread(self._said.fileno(), 4000, max(size - 4000, 0)).decode("utf-8", "replace").strip()
        return ""

    def kill(self) -> None:
        """End it and all that it started, at once; whoever waits for its answer is told that it died."""
        with self._lock:
            self._killed = True
            if self._popen.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, wait until it is gone, and leave nothing behind: no process, no handle, no file."""
        self.kill()
        self._wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                stream.close()
        self._forget()

    def _await_ready(self) -> None:
        try:
            kind, payload = self._exchange([], _START)
        except (ReaderStopped, NeverBegun) as error:
            last = self.said().rpartition("\n")[2][:300]
            raise ReaderUnavailable(f"a reader's process does not start: {last or error}") from error
        if kind != READY:
            raise ReaderUnavailable("a reader's process does not start: it says what was not asked")
        told = json.loads(payload)
        self._ready, self.walls, self._born_with = True, told["walls"], told["peak"]

    def _exchange(self, outgoing: list[bytes], seconds: float) -> tuple[bytes, bytes]:
        """Hand over the frames and return the next one that comes, with an eye on time and memory."""
        until = time.monotonic() + seconds
        waiting = [memoryview(one) for one in outgoing if one]
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        if waiting:
            poll.register(self._jobs, select.POLLOUT)
        while True:
            for handle, _ in poll.poll(_LOOK * 1000):
                if handle == self._jobs:
                    if not self._hand_over(waiting):
                        poll.unregister(self._jobs)
                elif not self._take_in():
                    raise self._how_it_died()
            if (frame := self._frame()) is not None:
                return frame
            self._peak = max(self._peak, _resident(self.pid, family=True))
            if self._peak > self._limits.memory * _MB:
                self.kill()
                raise ReaderStopped(self._too_much_memory())
            if time.monotonic() > until:
                self.kill()
                raise ReaderStopped(f"the reader took longer than {seconds:,.0f} s")

    def _hand_over(self, waiting: list[memoryview]) -> bool:
        """Write what the pipe takes; False when all is written, or nobody reads it."""
        try:
            written = os.write(self._jobs, waiting[0][: 1024 * 1024])
        except BlockingIOError:
            return True
        except BrokenPipeError:  # the other pipe tells how it died
            return False
        waiting[0] = waiting[0][written:]
        if not waiting[0]:
            del waiting[0]
        return bool(waiting)

    def _take_in(self) -> bool:
        """Read what there is; False at the end."""
        try:
            piece = os.read(self._answers, 1024 * 1024)
        except BlockingIOError:
            return True
        self._frames += piece
        return bool(piece)

    def _frame(self) -> tuple[bytes, bytes] | None:
        """Return the next whole frame, stepping over the one that says that it has begun."""
        while len(self._frames) > HEADER:
            size = int.from_bytes(self._frames[1 : 1 + HEADER])
            if size > MAX_ANSWER:
                self.kill()
                raise ReaderStopped("the reader's process gave no answer that can be understood")
            end = 1 + HEADER + size
            if len(self._frames) < end:
                return None
            kind, payload = bytes(self._frames[:1]), bytes(memoryview(self._frames)[1 + HEADER : end])
            del self._frames[:end]
            if kind != BEGUN:
                return kind, payload
            self._begun = True
        return None

    def _how_it_died(self) -> Exception:
        self.kill()  # it may have closed its output and gone on, or have left others
        code, peak = self._wait()
        if self._ready and not self._begun:
            return NeverBegun()
        if code == -signal.SIGXCPU:
            return ReaderStopped(f"the reader took longer than {self._limits.seconds:,} s")
        # What cannot go on without memory ends itself: C++ by SIGABRT or SIGTRAP, others by writing to nowhere.
        near = _NEAR_ON_PURPOSE if code in _ON_PURPOSE else _NEAR
        if max(peak, self._peak) > near * self._limits.memory * _MB:
            return ReaderStopped(self._too_much_memory())
        if code >= 0:
            return ReaderStopped(f"the reader's process ended itself with exit code {code}")
        with contextlib.suppress(ValueError):
            return ReaderStopped(f"the reader's process died of {signal.Signals(-code).name}")
        return ReaderStopped(f"the reader's process died of signal {-code}")

    def _wait(self) -> tuple[int, int]:
        """Wait for the end; return the exit code and the most memory that the process ever had, 0 if nobody knows."""
        with self._lock:
            if self._popen.returncode is None:
                _, status, used = os.wait4(self.pid, 0)
                self._popen.returncode = os.waitstatus_to_exitcode(status)
                peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
                return self._popen.returncode, peak if peak > self._born_with else 0
            return self._popen.returncode, 0

    def _too_much_memory(self) -> str:
        return f"the reader's process used more than {self._limits.memory:,} MB"

    def _tidy(self) -> None:
        """Remove what a file has left in the folder."""
        with os.scandir(self._folder) as left:
            for one in left:
                if one.is_dir(follow_symlinks=False):
                    shutil.rmtree(one.path, ignore_errors=True)
                else:
                    Path(one.path).unlink(missing_ok=True)

    def _forget(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        for handle in (self._hold, self._lifeline):
            with contextlib.suppress(OSError):
                os.close(handle)
        self._said.close()


def sweep() -> None:
    """Remove the folders of readers whose owner was killed; one that is held by a living owner stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.getuid() or time.time() - folder.stat().st_mtime < _STALE:
                continue
            hold = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(hold)


def _environment(folder: Path) -> dict[str, str]:
    """Give the process what programs need to run and nothing that is ours: no address of a database, no contact."""
    kept = {name: value for name, value in os.environ.items() if name in _BELONGINGS or name.startswith("LC_")}
    here = str(Path(__file__).parents[1])
    paths = [here, *(str(Path(one).absolute()) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one)]
    return kept | {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder),
        "HOME": str(folder),
        # One file a process: threads of their own would only take memory from the limit.
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _resident(pid: int, *, family: bool = False) -> int:
    """Return the memory of a process (and of what it started) in bytes; 0 where the system does not tell."""
    total = 0
    try:
        total += int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
        if family:
            for task in Path(f"/proc/{pid}/task").iterdir():
                started = (task / "children").read_bytes().split()
                total += sum(_resident(int(one), family=True) for one in started)
    except (OSError, IndexError, ValueError):
        return total
    return total
