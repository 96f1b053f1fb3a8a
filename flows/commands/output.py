"""What commands write: plain text and JSON on stdout, progress and remarks on stderr.

Whatever comes from a harvested page goes through ``plain``: a page's title must not be able to steer a terminal.
"""

import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Right-to-left overrides and their kin turn a line round on the screen.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    r"""Return the text for a screen, on one line: no control character, every run of white space one space.

    >>> plain("a\x1b[31m\n b")
    'a·[31m b'
    """
    spaced = " ".join(text.split())
    return "".join("·" if unicodedata.category(one) == "Cc" or one in _BIDI else one for one in spaced)


@cache
def screen() -> "Console":
    """Return the console of stdout; into a pipe its lines are never broken."""
    from rich.console import Console

    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False, emoji=False)


def say(*lines: "str | Text", whole: bool = False) -> None:
    """Write lines to stdout; on a terminal a long one goes on under its own beginning, unless it stays ``whole``."""
    from rich.padding import Padding
    from rich.text import Text

    for line in lines:
        text = Text(line) if isinstance(line, str) else line
        indent = len(text.plain) - len(text.plain.lstrip(" "))
        if whole or not indent or not sys.stdout.isatty():
            screen().print(text, soft_wrap=whole or None)
        else:
            screen().print(Padding(text[indent:], (0, 0, 0, indent), expand=False))


def remark(line: str) -> None:
    """Write a line to stderr: what is waited for, what was left out."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def emit(record: Mapping[str, Any]) -> None:
    """Write one JSON object on a line of its own to stdout."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")


def styled(*parts: "str | tuple[str, str]") -> "Text":
    """Put a line together of harvested or own pieces, each with a style or without; all are made ``plain``."""
    from rich.text import Text

    line = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        body = text.strip()
        at = text.find(body)
        # Spaces at the edges are what parts one piece from the next: they stay as they are.
        line.append(" " * at + plain(body) + " " * (len(text) - at - len(body)), style)
    return line


@dataclass
class Meter:
    """A progress bar, or nothing where nobody looks."""

    update: Any

    def __call__(self, done: int, total: int | None = None, what: str | None = None) -> None:
        """Say how far the work is."""
        self.update(done, total, what)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Meter]:
    """Show a progress bar on stderr while the block runs; only where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Meter(lambda _done, _total, _what: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def update(done: int, new_total: int | None, new_what: str | None) -> None:
            bar.update(task, completed=done, total=new_total or total, description=plain(new_what or what))

        yield Meter(update)


def columns(rows: Sequence[Sequence[str]], header: Sequence[str]) -> None:
    """Write a table: aligned on a terminal, tab-separated into a pipe."""
    clean = [[plain(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [list(header), *clean]:
            sys.stdout.write("\t".join(row) + "\n")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in clean:
        table.add_row(*(Text(cell) for cell in row))
    screen().print(table)
