"""Options that several commands have, in the same words everywhere."""

import inspect
from typing import Annotated

import typer

#: Print for programs instead of people.
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def paragraphs(text: str) -> str:
    """Return a docstring with every paragraph on one line, for a terminal to fold."""
    return "\n\n".join(" ".join(one.split()) for one in inspect.cleandoc(text).split("\n\n"))
