"""Annotating by hand: figures marked inside the text, turned into a gold document and back.

A marked text begins with a TOML head between two lines ``+++`` (what becomes ``document.toml``), then comes the
announcement with each figure as ``[[quote||kind role value unit name=value …]]``. The value of an id may be left out
where it is the quote; the role of an id always is. ``#a`` names a figure so that another can say ``part_of=#a``;
``project=2`` takes the head's second project, ``project=-`` none (``published`` and ``legal_act`` have none by
themselves); else the first::

    +++
    projects = ["BG05M9OP001-2.002-9001-C01"]
    +++
    По проекта работят [[36 души||headcount staff 36 #all]], от тях
    [[20 лични асистенти||headcount personal_assistants 20 part_of=#all]].
"""

import json
import re
import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path

from models.figure import Attributes, Figure, read_value
from models.vocabulary import ROLES, Bound, Kind, head_unit

#: The beginning of a mark, or what is noted at its end; a mark may lie in another: „[[2 до [[7 май 2017||…]]||…]]“.
_MARK = re.compile(r"\[\[|\|\|(?P<notes>[^\[\]|]+)\]\]")
_LINKS = ("same_as", "part_of", "subset_of")


class MarkupError(ValueError):
    """A mark that cannot be read; the message names the quote."""


def read_marked(marked: str) -> tuple[str, str, list[Figure]]:
    """Split a marked text into its TOML head, its plain text and its figures; MarkupError tells what is wrong."""
    _, head, body = marked.split("+++\n", 2)
    projects: list[str] = tomllib.loads(head).get("projects", [])
    text, last = "", 0
    opened: list[int] = []
    notes: list[tuple[int, str, list[str]]] = []
    for match in _MARK.finditer(body):
        text += body[last : match.start()]
        last = match.end()
        if match["notes"] is None:
            opened.append(len(text))
        elif opened:
            start = opened.pop()
            notes.append((start, text[start:], shlex.split(match["notes"], posix=True)))
        else:
            raise MarkupError(f"{match[0]!r} ends a mark that does not begin")
    if opened:
        raise MarkupError(f"{text[opened[-1] :][:40]!r} begins a mark that does not end")
    text += body[last:]
    names = {word: start for start, _, words in notes for word in words if word.startswith("#")}
    figures = []
    for start, quote, words in sorted(notes, key=lambda one: (one[0], len(one[1]))):
        try:
            figures.append(_figure(start, quote, words, names, projects))
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise MarkupError(f"{quote!r}: {error}") from error
    return head, text, figures


def _figure(start: int, quote: str, words: list[str], names: dict[str, int], projects: Sequence[str]) -> Figure:
    kind = Kind(words[0])
    options = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    plain = [word for word in words[1:] if "=" not in word and not word.startswith("#")]
    if kind in (Kind.PROJECT_ID, Kind.PROCEDURE_ID):
        role, value, unit = str(kind), plain[0] if plain else quote, None
    else:
        role, value = plain[:2]
        unit = plain[2] if kind is Kind.AMOUNT else str(head_unit(role)) if kind is Kind.HEADCOUNT else None
    if role not in ROLES[kind]:
        raise ValueError(f"{kind} has no role {role}")
    bound = Bound(options.pop("bound", "exact"))
    default = "-" if role in ("published", "legal_act") or not projects else "1"
    chosen = options.pop("project", default)
    attributes: dict[str, str | int | bool] = {
        name: names[word] if name in _LINKS else True if word == "true" else word for name, word in options.items()
    }
    read = Attributes.from_dict(attributes)
    project = None if chosen == "-" else projects[int(chosen) - 1]
    return Figure(kind, role, read_value(kind, value, unit, read), quote, start, bound, project, read)


def write_gold(marked: Path, folder: Path) -> int:
    """Write ``source.txt``, ``document.toml`` and ``figures.jsonl`` of a marked text; return the number of figures."""
    head, text, figures = read_marked(marked.read_text("utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.txt").write_text(text, "utf-8", newline="\n")
    (folder / "document.toml").write_text(head, "utf-8", newline="\n")
    lines = (json.dumps(figure.as_record(), ensure_ascii=False) for figure in figures)
    (folder / "figures.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8", newline="\n")
    return len(figures)


def to_marked(head: str, text: str, figures: Sequence[Figure]) -> str:
    """Write figures back into their text as marks, for reviewing a gold document; links are named by their place."""
    targets = {getattr(one.attributes, link) for one in figures for link in _LINKS}
    projects: list[str] = tomllib.loads(head).get("projects", [])
    # at one place what ends comes before what begins, the inner end first, the outer beginning first
    marks: list[tuple[int, bool, int, str]] = []
    for figure in figures:
        words = [str(figure.kind)]
        if figure.kind in (Kind.PROJECT_ID, Kind.PROCEDURE_ID):
            words.append(shlex.quote(figure.value_text))
        else:
            words += [figure.role, figure.value_text]
        if figure.kind is Kind.AMOUNT:
            words.append(str(figure.unit))
        if figure.bound is not Bound.EXACT:
            words.append(f"bound={figure.bound}")
        for name, value in figure.attributes.as_dict().items():
            words.append(f"{name}=#{value}" if name in _LINKS else f"{name}={str(value).lower()}")
        if figure.start in targets:
            words.append(f"#{figure.start}")
        words.append("project=-" if figure.project is None else f"project={projects.index(figure.project) + 1}")
        marks.append((figure.start, True, -figure.end, "[["))
        marks.append((figure.end, False, -figure.start, f"||{' '.join(words)}]]"))
    pieces, last = [], 0
    for place, _, _, mark in sorted(marks):
        pieces += [text[last:place], mark]
        last = place
    return f"+++\n{head}+++\n" + "".join(pieces) + text[last:]
