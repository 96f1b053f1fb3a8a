"""Whether a text speaks of a publicly funded project at all: people, money and dates of other things are no figures."""

from functools import cache

from extractors.cues import CueIndex, CueRule
from extractors.lexer import Lex
from extractors.reading import Reading
from extractors.words import words


@cache
def _index(table: str) -> CueIndex:
    weights: dict[str, float] = words("relevance")[table]
    return CueIndex(CueRule(table, phrase, "both", phrase, weight, 0) for phrase, weight in weights.items())


def _weigh(reading: Reading, table: str) -> float:
    found = {cue.rule.phrase: cue.rule.weight for cue in _index(table).find(reading.low, reading.words)}
    return sum(found.values())


def relevance(reading: Reading) -> float:
    """Return the score of the funding words in the body; each phrase counts once, an identifier settles it."""
    if any(one.lex is Lex.IDENTIFIER and reading.names(one.start) for one in reading.lexemes):
        return 10.0
    return _weigh(reading, "weights")


def is_relevant(reading: Reading) -> bool:
    """Say whether the text may have figures.

    The threshold is that of a page. A sentence has less room to say what it speaks of: from ``page`` characters down to
    those of a ``sentence`` the bar falls to ``least``. Whoever hands over a sentence bare has chosen it: it is read
    unless it tells of something else („празничен концерт“).
    """
    bars: dict[str, float] = words("relevance")["bar"]
    share = (len(reading.text) - bars["sentence"]) / (bars["page"] - bars["sentence"])
    bare = reading.document.media_type == "text/plain" and share <= 0
    score = relevance(reading)
    return score >= max(bars["threshold"] * min(share, 1.0), bars["least"]) or (bare and not _weigh(reading, "against"))
