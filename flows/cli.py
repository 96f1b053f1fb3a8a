"""The command ``otchet``: ``otchet demo``, ``otchet search асистент``, ``otchet show BG05M9OP001-2.002-0003``.

Every command is a module of ``flows.commands``. Errors are one line on stderr; exit codes are those of ``ExitCode``.
"""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.commands import failure
from flows.commands.archive import archive
from flows.commands.database import db
from flows.commands.demo import demo
from flows.commands.evaluate import evaluate
from flows.commands.evidence import evidence
from flows.commands.export import export
from flows.commands.extract import extract
from flows.commands.failure import ExitCode
from flows.commands.findings import findings
from flows.commands.harvest import harvest
from flows.commands.importing import import_
from flows.commands.options import paragraphs
from flows.commands.reextract import reextract
from flows.commands.schedule import schedule
from flows.commands.search import search
from flows.commands.serve import serve
from flows.commands.show import show
from flows.commands.sites import sites

_GLOBAL_FLAGS = ("--debug",)
_GLOBAL_OPTIONS = ("--home",)


def hoist(arguments: Sequence[str]) -> list[str]:
    """Bring the options of every command to the front, wherever they were typed.

    >>> hoist(["search", "дом", "--home", "x", "--debug", "--", "--home"])
    ['--home', 'x', '--debug', 'search', 'дом', '--', '--home']
    """
    front: list[str] = []
    rest: list[str] = []
    queue = list(arguments)
    while queue:
        one = queue.pop(0)
        if one == "--":
            rest += [one, *queue]
            break
        if one in _GLOBAL_OPTIONS:
            front += [one, *queue[:1]]
            del queue[:1]
        elif one in _GLOBAL_FLAGS or one.startswith(tuple(f"{name}=" for name in _GLOBAL_OPTIONS)):
            front.append(one)
        else:
            rest.append(one)
    return front + rest


class Commands(TyperGroup):
    """The group of all commands, where every error ends as one line and an exit code."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:  # noqa: ANN401 - Typer's own
        """Run a command and leave with its exit code."""
        arguments = hoist(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        debug = "--debug" in arguments
        try:
            code = super().main(arguments, *rest, **extra)
            sys.stdout.flush()
        except typer.TyperException as error:
            code = _usage(error)
        except BrokenPipeError:
            code = _unread()
        except SystemExit as end:
            # Rich and Typer end so where the reader of a pipe has gone; nothing of ours exits by itself.
            code = ExitCode.WELL if end.code == 1 else end.code
        # The outermost border: whatever comes this far must not reach the user as a traceback.
        except Exception as error:
            code = _interruption() if _interrupted else failure.report(_name(arguments), error, debug=debug)
        sys.exit(code if isinstance(code, int) else ExitCode.WELL)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own
        """Run the command chosen; what Typer would end in its own words ends here in ours."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            return _interruption()
        except BrokenPipeError:
            return _unread()
        return result


#: Filled by Ctrl-C. What runs may make another error of it: Prefect's temporary server hears it too and goes first.
_interrupted: list[int] = []


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _interrupted.append(number)
    raise KeyboardInterrupt


def _interruption() -> int:
    failure.complain(
        "interrupted. What was stored before stays and nothing is half-written; the same command goes on from there."
    )
    return ExitCode.INTERRUPTED


def _name(arguments: Sequence[str]) -> str:
    words = [one for one in arguments if not one.startswith("-")]
    known = [word for word in words[:2] if word in app_names()]
    return " ".join(["otchet", *known[:1]])


def app_names() -> set[str]:
    """Return the names of all commands."""
    groups = {group.name for group in app.registered_groups if group.name}
    commands = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    return groups | commands


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "otchet"
    if message := " ".join(error.format_message().split()):
        stop = "" if message.endswith((".", "?", "!")) else "."
        failure.complain(f"{message}{stop} See: {command} --help", command)
    return error.exit_code


def _unread() -> int:
    # `otchet search дом | head -1`: the reader has enough. The interpreter's last flush must find an open stream.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.WELL


app = typer.Typer(
    cls=Commands,
    name="otchet",
    help="What Bulgarian municipalities announce about publicly funded projects, each number with its sentence.",
    epilog="Exit codes: 0 well, 1 failed, 2 wrong usage, 3 in part (something was left out, and said), "
    "130 interrupted. --home and --debug may stand anywhere on the line. "
    "Begin with: otchet demo",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"otchet {version('otchet')}\n")
        raise typer.Exit


@app.callback()
def otchet(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help="The folder of the database and the archive (default ./otchet-data).", envvar="OTCHET_HOME"),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and more log lines.")] = False,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Take the options that every command has."""
    logging.basicConfig(level=logging.INFO if debug else logging.WARNING, format="%(name)s: %(message)s")
    if home is not None:
        # By the environment, because the crawl's child processes must see it too.
        os.environ["OTCHET_HOME"] = str(home)
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


for _command in (
    demo,
    harvest,
    findings,
    reextract,
    extract,
    search,
    show,
    evidence,
    export,
    evaluate,
    schedule,
    serve,
):
    app.command()(_command)
app.command("import")(import_)
app.add_typer(sites, name="sites")
app.add_typer(db, name="db")
app.add_typer(archive, name="archive")
for _told in (
    *app.registered_commands,
    *sites.registered_commands,
    sites.registered_callback,
    *db.registered_commands,
    *archive.registered_commands,
):
    # Typer keeps a docstring's line ends inside a paragraph, where a terminal has its own.
    if _told is not None:
        _told.help = paragraphs(getattr(_told.callback, "__doc__", None) or "")


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started us wants it ignored
        signal.signal(signal.SIGINT, _interrupt)
    # A pipe is read by programs: UTF-8, whatever the terminal's code page; and no character ends a run.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
