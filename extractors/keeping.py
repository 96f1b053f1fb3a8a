"""Which pages are kept as announcements: those that name a project, a programme or where its money comes from.

„Приключи проект „Топли домове““ is kept, „Програма за празника на града“ is only remembered as seen. The words and
what each of them weighs are those by which figures are read (``lexicon/bg/relevance.toml``), with a bar of their own.
"""

from dataclasses import dataclass
from functools import cache

from extractors.cue_places import CuePlaces
from extractors.programme_names import named_programme
from extractors.reading import read_over
from extractors.relevance import Relevance
from extractors.words import words
from models.document import Document
from models.keys import compact, content_key
from models.reference import programmes


@dataclass(frozen=True, slots=True)
class Weighed:
    """A page weighed: ``score`` against ``bar``, with the words that made it, the heaviest first.

    ``by`` says what settled it: ``code`` (it names a project or a call by its code), ``programme`` (it names that one),
    ``score``, ``paragraph`` (one of its paragraphs alone speaks of a project), or ``nothing``.
    """

    score: float
    bar: float
    words: tuple[tuple[str, float], ...]
    by: str
    programme: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the page is kept as an announcement."""
        return self.by != "nothing"


def weigh(document: Document) -> Weighed:
    """Weigh a document; the same document and the same words give the same."""
    reading = read_over(document)
    relevance = Relevance(reading, CuePlaces(reading))
    bar = _bar()
    named = named_programme(reading)
    score = round(relevance.score, 2)
    if relevance.names_code:
        by = "code"
    elif named is not None:
        by = "programme"
    elif score >= bar:
        by = "score"
    elif any(relevance.is_read(index, page=False) for index in range(len(reading.blocks))):
        by = "paragraph"
    else:
        by = "nothing"
    told = sorted(relevance.phrases.items(), key=lambda one: (-abs(one[1]), one[0]))
    return Weighed(score, bar, tuple((phrase, round(weight, 2)) for phrase, weight in told), by, named)


@cache
def keeping_version() -> str:
    """Return the version of the words, names and bars: when one is changed, what was fetched is weighed again."""
    names = [[one.name, *one.abbreviations] for one in programmes()]
    return content_key(compact(words("relevance")), compact(names))[:6]


def _bar() -> float:
    bar: float = words("relevance")["bar"]["kept"]
    return bar
