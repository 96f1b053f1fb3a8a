"""The phase of an announcement: „Стартира проект …“ is a start, „Заключителна пресконференция …“ a completion.

Cue phrases of ``lexicon/bg/phases.toml`` are looked for in the title, the lead and the body; with the words there, the
roles of the figures and whether their days are past or to come they are weighed as the gold taught
(``scripts/learn_weights.py``). What tells of no project is ``other``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from extractors.canonical import shadow
from extractors.weights import weights
from extractors.words import words
from models.document import BlockKind, Document, Zone
from models.figure import Figure
from models.values import PartialDate
from models.vocabulary import Phase

#: Part of what made a document's phase: another version weighs the archive again.
PHASE_VERSION = "4"

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


def tell_phase(document: Document, figures: Sequence[Figure] | None = None) -> Phase:
    """Return where in a project's life the announcement stands.

    Its figures tell what is planned, due, paid or over; without them (None) the words alone decide.
    """
    title, lead, body = _zones(document)
    whole = f"{title}\n{lead}\n{body}"
    if not figures and not any(cue.pattern.search(whole) for cue in _cues() if cue.phase is None):
        return Phase.OTHER
    model = weights().get(MODEL)
    if model is None or figures is None:
        return _by_cues(title, lead, body)
    told = model.weigh(features(document, figures))
    return Phase(model.roles[told.index(max(told))])


def _by_cues(title: str, lead: str, body: str) -> Phase:
    """Weigh the cues alone, as before any weights were learned."""
    scores: dict[Phase, float] = dict.fromkeys(Phase, 0.0)
    for cue, zone in _found(title, lead, body):
        scores[cue.phase or Phase.OTHER] += cue.weight * _ZONE_WEIGHTS[zone]
    (best, most), (_, next_) = sorted(scores.items(), key=lambda item: -item[1])[:2]
    return best if most >= _LEAST and most - next_ >= _MARGIN else Phase.OTHER


def _found(title: str, lead: str, body: str) -> Iterator[tuple[_Cue, str]]:
    """Yield each cue with each zone that it stands in; once a zone, a page that repeats its name says it once."""
    for cue in _cues():
        if cue.phase is None:
            continue
        if cue.pattern.search(title):
            yield cue, "title"
        if cue.zones != "title" and cue.pattern.search(lead):
            yield cue, "lead"
        if cue.zones == "any" and cue.pattern.search(body):
            yield cue, "body"


def features(document: Document, figures: Sequence[Figure]) -> dict[str, float]:
    """Return what is known of an announcement: its cues and words by zone, its figures' roles, when their days are."""
    title, lead, body = _zones(document)
    known: dict[str, float] = {"": 1.0}
    for cue, zone in _found(title, lead, body):
        name = f"{zone} cue {cue.phase}"
        known[name] = known.get(name, 0.0) + cue.weight / 3
    for role in {one.role for one in figures}:
        known[f"role {role}"] = 1.0
    if not figures:
        known["no figures"] = 1.0
    day = _told_on(document, figures)
    for one in figures:
        if day is not None and isinstance(one.value, PartialDate) and one.role in _DATED:
            away = (one.value.first - day).days
            when = "past" if away < -_LONG_AGO else "now" if away <= _SOON else "to come"
            known[f"{one.role} {when}"] = 1.0
    for zone, text, weight in (("title", title, 1.0), ("lead", lead, 0.6), ("body", body, 0.3)):
        for word in {word[:_STEM] for word in _WORD.findall(text)}:
            known[f"{zone} {word}"] = weight
    for name, pattern in _TENSES.items():
        known[name] = min(len(pattern.findall(lead)) + len(pattern.findall(body)), 20) / 10
    return known


def _told_on(document: Document, figures: Sequence[Figure]) -> date | None:
    """Return the day that the announcement speaks from: its publication, else the last day told of what happened."""
    if document.published is not None:
        return document.published
    days = [
        one.value.first
        for one in figures
        if isinstance(one.value, PartialDate) and one.role in ("published", "event", "contract_signed", "other")
    ]
    return max(days, default=None)


#: The name of the model in the learned weights.
MODEL = "phase"
_ZONE_WEIGHTS = {"title": _TITLE_WEIGHT, "lead": _LEAD_WEIGHT, "body": 1.0}
_DATED = frozenset(
    ("project_end", "project_start", "contract_signed", "service_start", "service_end", "deadline", "event")
)
#: In days: what lies farther back is past, what comes soon is now.
_LONG_AGO, _SOON = 45, 20
_WORD = re.compile(r"[а-я]{3,}")
_STEM = 6
_TENSES = {name: re.compile(pattern) for name, pattern in words("shapes")["phase"].items()}


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
