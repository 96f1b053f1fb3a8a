"""Whether a text speaks of a publicly funded project at all: people, money and dates of other things are no figures.

A page is weighed as a whole; then a paragraph of its own may be read on a page that is none („фонд „Култура“ отпусна
9 800 лева“ at the end of a history), or left out of one that is (a line of the police news).
"""

import re
from functools import cached_property

from extractors.cue_places import CuePlaces
from extractors.dates import DateParts
from extractors.lexer import Lex
from extractors.reading import Reading
from extractors.words import shape, words
from models.document import Zone

_CENTURIES = re.compile(r"1[5-8]\d\d")
_WHEN = shape("relevance", "when")
_DENIED = shape("relevance", "denied")


def _bars() -> dict[str, float]:
    bars: dict[str, float] = words("relevance")["bar"]
    return bars


class Relevance:
    """The words for and against a project in a document, by block; each phrase counts once."""

    def __init__(self, reading: Reading, cues: CuePlaces) -> None:
        self._reading, self._cues = reading, cues
        self._blocks: dict[int, dict[str, float]] = {}
        self._named = any(one.lex is Lex.IDENTIFIER and reading.names(one.start) for one in reading.lexemes)

    def _of(self, index: int) -> dict[str, float]:
        """Return the phrases of a block with their weights, those against below zero."""
        found = self._blocks.get(index)
        if found is None:
            share = _bars()["against"]
            places: dict[int, tuple[float, str]] = {}
            for start, _, rule in self._cues.of_block(index, "weights", "against"):
                weight = rule.weight if rule.topic == "weights" else -share * rule.weight
                # „финансиран“ is told by „финансира*“ and „финансиран*“: the louder one counts.
                if start not in places or abs(weight) > abs(places[start][0]):
                    places[start] = weight, rule.phrase
            found = {phrase: weight for weight, phrase in places.values()}
            self._blocks[index] = found
        return found

    @cached_property
    def _whole(self) -> dict[str, float]:
        """The phrases of the page; each counts once."""
        found: dict[str, float] = {}
        for index, block in enumerate(self._reading.blocks):
            if block.zone is Zone.BODY:
                found |= self._of(index)
        return found

    @property
    def names_code(self) -> bool:
        """Whether the page names a project or a call by its code."""
        return self._named

    @property
    def phrases(self) -> dict[str, float]:
        """The phrases that make the score, with their weights; years of a history count together as „< 2000“."""
        old = sum(self._old_in.values())
        years = {f"< {_bars()['first_year']:g}": -_bars()["against"] * old} if old else {}
        return self._whole | years

    @cached_property
    def is_denied(self) -> bool:
        """Say whether the page itself says that it is of no project: „финансирани от ЕС: НЕ“ of a procurement."""
        return not self._named and _DENIED.search(self._reading.low) is not None

    @property
    def score(self) -> float:
        """The score of the page: its words, less what tells of something else; an identifier settles it."""
        old = sum(self._old_in.values())
        return 10.0 if self._named else sum(self._whole.values()) - _bars()["against"] * old

    @cached_property
    def _old_in(self) -> dict[int | None, int]:
        """Count by block the years before there were such projects: a history is full of them."""
        found: dict[int | None, int] = {}
        low = self._reading.low
        for one in self._reading.lexemes:
            if isinstance(one.value, DateParts):
                old = one.value.year is not None and one.value.year < _bars()["first_year"]
            else:
                # „през 1891 кметът“
                old = _CENTURIES.fullmatch(low, one.start, one.end) is not None and bool(
                    _WHEN.search(low[max(one.start - 12, 0) : one.start])
                )
            if old:
                index = self._reading.block_index(one.start)
                found[index] = found.get(index, 0) + 1
        return found

    def is_relevant(self) -> bool:
        """Say whether the text may have figures.

        The threshold is that of a page. A sentence has less room to say what it speaks of: from ``page`` characters
        down to those of a ``sentence`` the bar falls to ``least``. Whoever hands over a sentence bare has chosen it:
        it is read unless it tells of something else („празничен концерт“).
        """
        if self.is_denied:
            return False
        bars = _bars()
        share = (len(self._reading.text) - bars["sentence"]) / (bars["page"] - bars["sentence"])
        bare = self._reading.document.media_type == "text/plain" and share <= 0
        bar = max(bars["threshold"] * min(share, 1.0), bars["least"])
        return self.score >= bar or (bare and not any(weight < 0 for weight in self._whole.values()))

    def of_block(self, index: int) -> tuple[float, float]:
        """Return the weights for and against a project in one block."""
        found = self._of(index).values()
        against = -sum(one for one in found if one < 0) + _bars()["against"] * self._old_in.get(index, 0)
        return sum(one for one in found if one > 0), against

    def is_read(self, index: int | None, *, page: bool) -> bool:
        """Say whether a block has figures, on a page that is relevant or not."""
        if index is None or self.is_denied:
            return page
        bars = _bars()
        told, against = self.of_block(index)
        if page:
            return told >= bars["block"] or against < bars["other"]
        return told - against >= bars["alone"] and not against
