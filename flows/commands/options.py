"""Options that several commands have, in the same words everywhere."""

from typing import Annotated

import typer

#: Print for programs instead of people.
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
