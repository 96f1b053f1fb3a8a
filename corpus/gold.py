"""The gold documents: ``documents/<id>/{source.txt, document.toml, figures.jsonl}``."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from models.figure import Figure
from models.vocabulary import Phase

_PARTS = ("source.txt", "document.toml", "figures.jsonl")


class GoldError(ValueError):
    """A gold document that contradicts itself; the message names the document and the place."""


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """One announcement with its reviewed figures; ``text[figure.start:figure.end] == figure.quote``."""

    id: str
    title: str
    split: str
    genre: str
    programme: str
    phase: Phase
    municipality: str | None
    published: date | None
    negative: bool
    text: str
    figures: tuple[Figure, ...]


def _folder() -> Traversable:
    return files("corpus").joinpath("documents")


def load(folder: Traversable) -> GoldDocument:
    """Read one document; GoldError says what does not fit."""
    text = folder.joinpath("source.txt").read_text("utf-8")
    head = tomllib.loads(folder.joinpath("document.toml").read_text("utf-8"))
    figures = []
    for number, line in enumerate(folder.joinpath("figures.jsonl").read_text("utf-8").splitlines(), start=1):
        try:
            figure = Figure.from_record(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{folder.name}/figures.jsonl, line {number}: {error}") from error
        if text[figure.start : figure.end] != figure.quote:
            raise GoldError(f"{folder.name}/figures.jsonl, line {number}: the quote is not at its place")
        figures.append(figure)
    if head.get("negative") and figures:
        raise GoldError(f"{folder.name}: a negative document has no figures")
    if missing := [name for name in ("title", "split", "genre", "phase") if name not in head]:
        raise GoldError(f"{folder.name}/document.toml: {', '.join(missing)} is not told")
    if head["phase"] not in list(Phase):
        raise GoldError(f"{folder.name}/document.toml: {head['phase']!r} is no phase of the guide")
    return GoldDocument(
        id=folder.name,
        title=head["title"],
        split=head["split"],
        genre=head["genre"],
        programme=head.get("programme", ""),
        phase=Phase(head["phase"]),
        municipality=head.get("municipality"),
        published=head.get("published"),
        negative=bool(head.get("negative")),
        text=text,
        figures=tuple(sorted(figures, key=lambda one: (one.start, one.end))),
    )


def documents(split: str | None = None) -> list[GoldDocument]:
    """Return the gold documents of a split, or all, in order of their ids."""
    folders = sorted((one for one in _folder().iterdir() if one.is_dir()), key=lambda one: one.name)
    loaded = [load(one) for one in folders if all(one.joinpath(part).is_file() for part in _PARTS)]
    return [one for one in loaded if split is None or one.split == split]


def digest() -> str:
    """Return the SHA-256 of all gold documents, so that a score is known to be of this corpus."""
    total = hashlib.sha256()
    for folder in sorted((one for one in _folder().iterdir() if one.is_dir()), key=lambda one: one.name):
        for part in _PARTS:
            file = folder.joinpath(part)
            if file.is_file():
                total.update(f"{folder.name}/{part}\n".encode())
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
