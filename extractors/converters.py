"""Programs of the system that read what no library does: antiword, LibreOffice, bsdtar.

Each runs as a child of its own, without the caller's environment, in an empty folder, with limits on time, memory and
what it writes; it gets no terminal, and is ended with all that it started.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

#: Limits that POSIX shells set on themselves and on what they then become; blocks of 512 bytes, and KiB.
_LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -f "$2"; ulimit -v "$3"; shift 3; exec "$@"'
_PIPED = _LIMITED.replace("exec", "cat | exec")
_BLOCK, _KIB = 512, 1024
_TOLD = 4000


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code (None where its time was up), what it wrote, and what it complained of."""

    code: int | None
    written: IO[bytes]
    told: str
    cut: bool


def has(program: str) -> bool:
    """Whether a program is on this machine."""
    return shutil.which(program) is not None


@contextmanager
def ran(
    command: Sequence[str],
    *,
    given: bytes = b"",
    piped: bool = False,
    folder: Path,
    seconds: int,
    most: int,
    memory: int,
) -> Iterator[Ended]:
    """Run a program on the bytes given, at its standard input; it may seek in them unless they are ``piped``.

    ``most`` bytes at most in any file that it writes, ``memory`` bytes of address space; ``cut`` tells that the first
    was reached. FileNotFoundError where the program is not there.
    """
    program = shutil.which(command[0])
    shell = shutil.which("sh")
    if program is None or shell is None:
        raise FileNotFoundError(command[0])
    limits = [str(seconds), str(-(-most // _BLOCK)), str(memory // _KIB)]
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target, tempfile.TemporaryFile() as errors:
        source.write(given)
        source.seek(0)
        child = subprocess.Popen(
            [shell, "-c", _PIPED if piped else _LIMITED, "sh", *limits, program, *command[1:]],
            stdin=source,
            stdout=target,
            stderr=errors,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            code: int | None = child.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # Whatever the program started stays in its session.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        errors.seek(0)
        told = errors.read(_TOLD).decode("utf-8", "replace")
        size = target.seek(0, os.SEEK_END)
        target.seek(0)
        yield Ended(code, target, told, cut=code == -signal.SIGXFSZ or size >= most)


@contextmanager
def own_folder() -> Iterator[Path]:
    """Give an empty folder that is there for one conversion alone."""
    with tempfile.TemporaryDirectory(prefix="otchet-", ignore_cleanup_errors=True) as name:
        yield Path(name)
