"""A second look at the role of a sum or a date: the words right beside it, weighed as the gold documents taught.

The cues of ``roles.toml`` give each role a voice. How far to trust a voice, beside which words, is learned: a linear
model over the voices, the role they chose and the nearest words, fitted on the splits ``dev`` and ``demo`` by
``scripts/learn_weights.py`` (multinomial logistic regression). The weights are data: ``lexicon/bg/weights.json``.
"""

import re
from collections.abc import Sequence
from operator import itemgetter

from extractors.candidate import Candidate
from extractors.reading import Reading
from extractors.weights import Weights
from models.values import Amount, PartialDate
from models.vocabulary import Bound, Kind

#: The kinds that are looked at twice; people and lengths of time are told by their nouns and need no second look.
KINDS = (Kind.AMOUNT, Kind.DATE)

_TOKEN = re.compile(r"[а-я]+|\d+|[^\w\s]")
#: How far the words beside a value are read, in characters, and how many of them.
_WINDOW = 44
_WORDS = 3
#: A word counts by its first letters: endings differ.
_STEM = 6
#: Two roles this near to each other are a tie.
_TIE = 0.04
#: From here on the cues leave little doubt; from here on they keep their word in a tie.
_SURE, _PLAIN = 0.7, 0.6


def _stems(tokens: Sequence[str]) -> list[str]:
    return ["0" if one[0].isdigit() else one[:_STEM] for one in tokens]


def features(reading: Reading, one: Candidate, before: Candidate | None) -> dict[str, float]:
    """Return what is known of a value whose role the cues have told; ``before`` is the one before it of its kind."""
    low = reading.low
    left = _stems(_TOKEN.findall(low, max(one.start - _WINDOW, 0), one.start)[-_WORDS:])
    right = _stems(_TOKEN.findall(low, one.end, one.end + _WINDOW)[:_WORDS])
    found = {"": 1.0, f"cued {one.role}": 1.0}
    sure = "sure" if one.confidence > _SURE else "likely" if one.confidence > 0.4 else "unsure"
    found[f"cued {one.role} {sure}"] = 1.0
    ranked = sorted(one.votes.items(), key=itemgetter(1), reverse=True)
    for role, score in ranked:
        found[f"voice {role}"] = score
    if ranked:
        found[f"first {ranked[0][0]}"] = 1.0
    if len(ranked) > 1:
        found[f"first {ranked[0][0]} second {ranked[1][0]}"] = 1.0
    for place, stem in enumerate(reversed(left)):
        found[f"left{place} {stem}"] = 1.0
    for place, stem in enumerate(right):
        found[f"right{place} {stem}"] = 1.0
    if len(left) > 1:
        found[f"left {left[-2]} {left[-1]}"] = 1.0
    if before is not None:
        found[f"after {before.cued}"] = 0.7
    block = reading.block_at(one.start)
    if block is not None:
        found[f"in {block.kind}"] = 1.0
    cell = reading.cell_at(one.start)
    if cell is not None:
        for header in cell.headers[:2]:
            for stem in _stems(_TOKEN.findall(header.lower())):
                found[f"header {stem}"] = 1.0
    if one.bound is not Bound.EXACT:
        found[f"bound {one.bound}"] = 1.0
    _of_value(one, found)
    return found


def _of_value(one: Candidate, found: dict[str, float]) -> None:
    if isinstance(one.value, Amount):
        found[f"digits {len(str(one.value.minor // 100))}"] = 1.0
        if one.vat is not None:
            found[f"tax {one.vat}"] = 1.0
        if one.per is not None:
            found["rate"] = 1.0
    elif isinstance(one.value, PartialDate):
        found[f"precision {len(str(one.value))}"] = 1.0


def look_again(reading: Reading, one: Candidate, before: Candidate | None, model: Weights) -> None:
    """Let the learned weights confirm or change the role that the cues told; the reasons say which."""
    told = model.weigh(features(reading, one, before))
    first = told.index(max(told))
    rest = [*told[:first], -1.0, *told[first + 1 :]]
    second = rest.index(max(rest))
    chosen, rival = model.roles[first], model.roles[second]
    plain = one.confidence > _PLAIN and not one.abstained
    one.confidence = round(min(told[first], 0.99), 2)
    if told[first] - told[second] < _TIE:
        if plain and one.role in (chosen, rival):
            one.reasons.append(f"the words beside it leave it open: {chosen}, {rival} ({told[first]:.2f})")
            return
        one.role, one.abstained = "other", True
        one.reasons.append(f"tie of the words beside it: {chosen}, {rival} ({told[first]:.2f})")
        return
    one.abstained = False
    if chosen != one.role:
        one.reasons.append(f"the words beside it speak for {chosen} ({told[first]:.2f}), not {one.role}")
        one.role = chosen
