"""A second look at the role of a sum, a date or a length of time: its cues, its words and its company, weighed.

The cues of ``roles.toml`` give each role a voice. How far to trust a voice, beside which words
(``extractors.surroundings``) and among which other values (``extractors.company``), is learned: a linear model, fitted
on the splits ``dev`` and ``demo`` by ``scripts/learn_weights.py`` (multinomial logistic regression). The weights are
data: ``lexicon/bg/weights.json``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter

from extractors.candidate import Candidate
from extractors.company import Company
from extractors.reading import Reading
from extractors.surroundings import Surroundings, stems
from extractors.weights import Weights
from models.values import Amount, PartialDate
from models.vocabulary import Bound, Kind

#: The kinds that are looked at twice; people are told by their nouns and need no second look.
KINDS = (Kind.AMOUNT, Kind.DATE, Kind.DURATION)
#: What the cues say is learned with these names, so that learning can also do without them.
CUE = "cue "

#: How many values are looked at together: those further off tell little, and a long document stays linear.
_TOGETHER = 80
#: Two roles this near to each other are a tie.
_TIE = 0.04
#: From here on the cues leave little doubt; from here on they keep their word in a tie.
_SURE, _PLAIN = 0.7, 0.6
#: Cues as clear as this are right as often as all else together; they are overruled only by more than this.
_CLEAR, _OVERRULES = 0.85, 0.8


def look_again(
    reading: Reading, candidates: Sequence[Candidate], published: date | None, models: Mapping[str, Weights]
) -> None:
    """Let the learned weights confirm or change the roles that the cues told; the reasons say which."""
    asked = all_features(reading, candidates, published) if models else ()
    for one, known in asked:
        model = models.get(one.kind)
        # A role that no figure has („бюджетът на общината за 2022 г.“) is no question.
        if model is not None and one.cued in model.roles:
            _weigh(one, known, model)


def all_features(
    reading: Reading, candidates: Sequence[Candidate], published: date | None
) -> Iterator[tuple[Candidate, dict[str, float]]]:
    """Yield the candidates that are looked at again, each with what is known of it."""
    surroundings = Surroundings(reading)
    for first in range(0, len(candidates), _TOGETHER):
        together = candidates[first : first + _TOGETHER]
        company = Company(together, published)
        for kind in KINDS:
            row = [one for one in together if one.kind is kind and one.cued is not None]
            for place, one in enumerate(row):
                if not one.certain:
                    yield (
                        one,
                        {
                            **surroundings.features(one),
                            **company.features(one),
                            **_neighbours(row, place),
                            **_own(reading, one),
                        },
                    )


def _neighbours(row: Sequence[Candidate], place: int) -> dict[str, float]:
    found = {}
    if place:
        found[f"after {row[place - 1].cued}"] = 1.0
    if place > 1:
        found[f"second after {row[place - 2].cued}"] = 1.0
    if place + 1 < len(row):
        found[f"before {row[place + 1].cued}"] = 1.0
    return found


def _own(reading: Reading, one: Candidate) -> dict[str, float]:
    """Return what the cues told, and the value's own form and place."""
    sure = "sure" if one.confidence > _SURE else "likely" if one.confidence > 0.4 else "unsure"
    found = {"": 1.0, f"{CUE}{one.cued}": 1.0, f"{CUE}{one.cued} {sure}": 1.0}
    ranked = sorted(one.votes.items(), key=itemgetter(1), reverse=True)
    for role, score in ranked:
        found[f"{CUE}voice {role}"] = score
    if ranked:
        found[f"{CUE}first {ranked[0][0]}"] = 1.0
    if len(ranked) > 1:
        found[f"{CUE}first {ranked[0][0]} second {ranked[1][0]}"] = 1.0
    block = reading.block_at(one.start)
    if block is not None:
        found[f"in {block.kind}"] = 1.0
    cell = reading.cell_at(one.start)
    if cell is not None:
        for header in cell.headers[:2]:
            for stem in stems(header.lower()):
                found[f"header {stem}"] = 1.0
    if one.bound is not Bound.EXACT:
        found[f"bound {one.bound}"] = 1.0
    if isinstance(one.value, Amount):
        found[f"digits {len(str(one.value.minor // 100))}"] = 1.0
        if one.vat is not None:
            found[f"tax {one.vat}"] = 1.0
    elif isinstance(one.value, PartialDate):
        found[f"precision {len(str(one.value))}"] = 1.0
    return found


def _weigh(one: Candidate, known: Mapping[str, float], model: Weights) -> None:
    told = model.weigh(known)
    order = sorted(range(len(told)), key=lambda index: -told[index])
    first, second = order[0], order[1]
    chosen, rival = model.roles[first], model.roles[second]
    plain = one.confidence > _PLAIN and not one.abstained
    sure = one.confidence >= _CLEAR
    one.confidence = round(min(told[first], 0.99), 2)
    if told[first] - told[second] < _TIE:
        if plain and one.role in (chosen, rival):
            one.reasons.append(f"the words beside it leave it open: {chosen}, {rival} ({told[first]:.2f})")
            return
        one.role, one.abstained = "other", True
        one.reasons.append(f"tie of the words beside it: {chosen}, {rival} ({told[first]:.2f})")
        return
    one.abstained = False
    if sure and told[first] < _OVERRULES:
        return
    if chosen != one.role:
        one.reasons.append(f"what stands around it speaks for {chosen} ({told[first]:.2f}), not {one.role}")
        one.role = chosen
