"""What the demonstration's pages should yield: for each address its announcements and their gold figures.

An announcement's gold stands in ``corpus/documents/<id>``; a page that bears its site's stamp says one ``published``
more where the announcement does not date itself. Menus, footers and tails yield nothing, nor does what announces no
project; whether its stamp is taken for a figure is left open.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.demo import DOCUMENTS, MANIFEST
from models.codes import ProjectCode
from models.figure import Figure
from models.values import PartialDate
from models.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Telling:
    """One announcement at one address; several at a year page, there in the page's order.

    ``document`` is None for what announces no project and was never meant as gold. ``stamped`` says that the page bears
    a stamp of its site which the gold text lacks or has as its own line; ``letterhead`` is the project's code at the
    head of each page of a PDF. ``beside`` are values that are neither right nor wrong, read or not: the days of
    „Последна промяна“ and „Валидно до“, of which the guide says nothing, and the letterhead's code beyond its first
    mention. ``first`` says that this address, and no other form of it, is the page's own.
    """

    site: str
    address: str
    document: str | None
    published: date
    stamped: bool
    republished: bool = False
    file: bool = False
    first: bool = True
    letterhead: str = ""
    beside: tuple[tuple[Kind, str], ...] = ()


def read_tellings(manifest: Path = MANIFEST) -> list[Telling]:
    """Return what stands at each address that tells something, in the manifest's order."""
    found = []
    for site, told in json.loads(manifest.read_text("utf-8")).items():
        for target, entry in told["entries"].items():
            for answer in entry.get("answers", ()):
                found.append(
                    Telling(
                        site=site,
                        address=f"http://{told['host']}{target}",
                        document=answer["document"],
                        published=date.fromisoformat(answer["published"]),
                        stamped=answer["stamped"],
                        republished=answer.get("republished", False),
                        file=entry["role"] == "file",
                        first=entry["role"] in ("item", "file"),
                        letterhead=answer.get("letterhead", ""),
                        beside=tuple((Kind(kind), value) for kind, value in answer.get("beside", ())),
                    )
                )
    return found


def is_open(telling: Telling, figure: Figure, gold: Sequence[Figure]) -> bool:
    """Say whether a figure that is not in the page's gold is neither right nor wrong."""
    if not gold and figure.role == "published":
        return True
    return (figure.kind, figure.value_text) in telling.beside


def gold_figures(telling: Telling, documents: Path = DOCUMENTS) -> list[Figure]:
    """Return the figures that the page should yield, in order; offsets are those of the announcement's own text.

    The stamp comes first where the page has one, and then the announcement's own line of that kind is not counted.
    """
    if telling.document is None:
        return []
    lines = (documents / telling.document / "figures.jsonl").read_text("utf-8").splitlines()
    figures = [Figure.from_record(json.loads(line)) for line in lines if line]
    if not figures:
        return []
    if telling.letterhead:
        code = telling.letterhead
        figures.insert(0, Figure(Kind.PROJECT_ID, "project_id", ProjectCode.parse(code), code, 0, project=code))
    if telling.stamped:
        day = PartialDate.of(telling.published)
        figures = [one for one in figures if one.role != "published"]
        figures.insert(0, Figure(Kind.DATE, "published", day, str(day), 0))
    return figures
