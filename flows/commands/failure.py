"""How a command fails: one line on stderr that says what, where, why and what now, and an exit code.

otchet search: 2026-13 is no date. Write 2026, 2026-03 or 2026-03-31.
"""

import sys
import traceback
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told."""

    WELL = 0
    FAILED = 1
    USAGE = 2
    IN_PART = 3
    INTERRUPTED = 130


class CommandError(Exception):
    """A command that cannot go on; its text is the whole line that the user reads."""

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code


class UsageError(CommandError):
    """A command called wrongly: exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ExitCode.USAGE)


#: Errors of these packages say what, where, why and what now by themselves.
_OURS = frozenset({"models", "extractors", "corpus", "web", "flows"})


def explain(error: BaseException) -> str:
    """Return one line for any error; what nobody foresaw is called what it is, a mistake in the program."""
    package = type(error).__module__.partition(".")[0]
    if isinstance(error, CommandError) or package in _OURS:
        return _one_line(str(error)) or type(error).__name__
    if isinstance(error, MemoryError):
        return "there is not enough memory. Close other programs or give fewer files at a time."
    if isinstance(error, OSError):
        return _of_the_system(error)
    if package == "sqlalchemy":
        return _of_the_database(error)
    line = _one_line(str(error))
    return (
        f"a mistake in otchet itself ({type(error).__name__}: {line}). Run again with --debug and report what it says."
    )


def _of_the_system(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    advice = {
        "FileNotFoundError": "Check the name.",
        "PermissionError": "Check who may read or write it, or choose another place with --home.",
        "NotADirectoryError": "Name a folder, or choose another place with --home.",
    }.get(type(error).__name__, "Mend that and run the same command again.")
    if error.errno == 28:  # ENOSPC has no class of its own
        advice = "Make room on that disk and run the same command again; what is stored so far stays."
    return _one_line(f"{where}{error.strerror or error}. {advice}")


def _of_the_database(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return (
        f"the database did not answer ({_one_line(str(cause))}). "
        "See which it is with `otchet db path`, and that it is there with `otchet db current`."
    )


def report(command: str, error: BaseException, *, debug: bool) -> int:
    """Write the error's line to stderr, after its traceback where that was asked for, and return the exit code."""
    if debug:
        traceback.print_exception(error)
    complain(explain(error), command)
    return int(error.code if isinstance(error, CommandError) else ExitCode.FAILED)


def complain(line: str, command: str = "otchet") -> None:
    """Write one plain line to stderr."""
    sys.stderr.write(f"{command}: {line}\n")
    sys.stderr.flush()


def _one_line(text: str) -> str:
    return " ".join(text.split())
