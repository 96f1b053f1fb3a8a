"""The phase of an announcement: „Стартира проект …“ is a start, „Заключителна пресконференция …“ a completion.

Cue phrases of ``lexicon/bg/phases.toml`` are weighed: three times in the title, twice in the lead, once in the body.
What tells of no project, and what ties, is ``other``.
"""

import re
from dataclasses import dataclass
from functools import cache

from extractors.canonical import shadow
from extractors.words import words
from models.document import BlockKind, Document, Zone
from models.vocabulary import Phase

#: Part of what made a document's phase: another version weighs the archive again.
PHASE_VERSION = "2"

_LEAD = 450
_TITLE_WEIGHT, _LEAD_WEIGHT = 3.0, 2.0
_LEAST, _MARGIN = 1.5, 0.25
_CUE = re.compile(r"(?P<words>.+?)(?:\s+\^(?P<weight>[\d.]+))?$")
_ANY_WORDS = r"(?:\s+\S+){0,3}?"


@dataclass(frozen=True, slots=True)
class _Cue:
    pattern: re.Pattern[str]
    weight: float
    phase: Phase | None
    zones: str


def tell_phase(document: Document) -> Phase:
    """Return where in a project's life the announcement stands."""
    title, lead, body = _zones(document)
    whole = f"{title}\n{lead}\n{body}"
    if not any(cue.pattern.search(whole) for cue in _cues() if cue.phase is None):
        return Phase.OTHER
    scores: dict[Phase, float] = dict.fromkeys(Phase, 0.0)
    for cue in _cues():
        if cue.phase is None:
            continue
        # Once a zone: a page that repeats its name in every paragraph says it once.
        score = 0.0
        if cue.pattern.search(title):
            score += _TITLE_WEIGHT
        if cue.zones != "title" and cue.pattern.search(lead):
            score += _LEAD_WEIGHT
        if cue.zones == "any" and cue.pattern.search(body):
            score += 1
        scores[cue.phase] += cue.weight * score
    (best, most), (_, next_) = sorted(scores.items(), key=lambda item: -item[1])[:2]
    return best if most >= _LEAST and most - next_ >= _MARGIN else Phase.OTHER


def _zones(document: Document) -> tuple[str, str, str]:
    """Return the shadows of title, lead and the rest of the body."""
    low = shadow(document.text)
    pieces = [block for block in document.blocks if block.zone is Zone.BODY]
    body = "\n".join(low[block.start : block.end] for block in pieces) if pieces else low.strip()
    title = shadow(document.title or "")
    if not title and pieces and pieces[0].kind is BlockKind.HEADING:
        title = low[pieces[0].start : pieces[0].end]
    if not title:
        title = body.partition("\n")[0][:200]
    body = body.removeprefix(title).lstrip()
    cut = body.rfind(" ", 0, _LEAD) if len(body) > _LEAD else len(body)
    return title, body[:cut], body[cut:]


@cache
def _cues() -> tuple[_Cue, ...]:
    cues = []
    for name, table in words("phases").items():
        phase = None if name == "project" else Phase(name)
        for zones, phrases in table.items():
            for phrase in phrases:
                match = _CUE.fullmatch(phrase)
                assert match is not None  # every text has a first word
                weight = float(match["weight"] or 1) * (-1 if zones == "not" else 1)
                cues.append(_Cue(_pattern(match["words"]), weight, phase, "any" if zones == "not" else zones))
    return tuple(cues)


def _pattern(phrase: str) -> re.Pattern[str]:
    """Compile a phrase: ``стартира* проект*`` takes any endings, ``~`` up to three words."""
    pattern = ""
    for number, word in enumerate(phrase.split()):
        if word == "~":
            pattern += _ANY_WORDS
            continue
        stem = re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
        pattern += (r"[\s\"(,]+" if number else "") + stem
    return re.compile(rf"(?<!\w){pattern}(?!\w)")
