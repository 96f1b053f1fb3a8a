"""Whether a text speaks of a publicly funded project at all: people, money and dates of other things are no figures."""

from functools import cache

from extractors.cues import CueIndex, CueRule
from extractors.lexer import Lex
from extractors.reading import Reading
from extractors.words import words


@cache
def _index() -> CueIndex:
    weights: dict[str, float] = words("relevance")["weights"]
    return CueIndex(CueRule("relevance", phrase, "both", phrase, weight, 0) for phrase, weight in weights.items())


def relevance(reading: Reading) -> float:
    """Return the score of the funding words in the body; each phrase counts once, an identifier settles it."""
    if any(one.lex is Lex.IDENTIFIER and reading.names(one.start) for one in reading.lexemes):
        return 10.0
    found = {cue.rule.phrase: cue.rule.weight for cue in _index().find(reading.low, reading.words)}
    return sum(found.values())


def is_relevant(reading: Reading) -> bool:
    """Say whether the text may have figures.

    The threshold is that of a page. A sentence has less room to say what it speaks of: from ``page`` characters down to
    those of a ``sentence`` the bar falls. Whoever hands over one bare has chosen it, and is asked for nothing; of a web
    page or a PDF, which may be any, a word is asked for.
    """
    bars: dict[str, float] = words("relevance")["bar"]
    least = 0.0 if reading.document.media_type == "text/plain" else bars["least"]
    share = (len(reading.text) - bars["sentence"]) / (bars["page"] - bars["sentence"])
    return relevance(reading) >= max(bars["threshold"] * min(share, 1.0), least)
