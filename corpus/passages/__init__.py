"""Short passages with their figures marked: to learn roles from, beside the gold, and never scored.

A gold document says one thing in one voice; a passage costs a line. Each says what a sum, a day or a count is in words
of its own, so that words which the documents happen not to have are met, too. One file a theme, a blank line between
two passages, marks as in ``corpus.markup``.
"""

from dataclasses import dataclass
from importlib.resources import files

from corpus.markup import MarkupError, read_marked
from models.figure import Figure

#: Passages name no project; what belongs to one is marked as the first.
_HEAD = '+++\nprojects = ["-"]\n+++\n'


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage: ``id`` is its theme and number, ``text[figure.start:figure.end] == figure.quote``."""

    id: str
    text: str
    figures: tuple[Figure, ...]


def passages() -> list[Passage]:
    """Return all passages in order of theme and place; MarkupError names the theme and the passage."""
    found = []
    for source in sorted(files("corpus.passages").iterdir(), key=lambda one: one.name):
        if not source.name.endswith(".txt"):
            continue
        theme = source.name.removesuffix(".txt")
        for number, marked in enumerate(source.read_text("utf-8").strip().split("\n\n"), start=1):
            try:
                _, text, figures = read_marked(f"{_HEAD}{marked.strip()}\n")
            except MarkupError as error:
                raise MarkupError(f"passages/{source.name}, passage {number}: {error}") from error
            found.append(Passage(f"{theme}-{number:03}", text, tuple(figures)))
    return found
