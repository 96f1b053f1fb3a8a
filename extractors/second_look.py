"""A second look at the role of a sum, a date or a length of time: its cues, its words and its company, weighed.

The cues of ``roles.toml`` give each role a voice. How far to trust a voice, beside which words
(``extractors.surroundings``) and among which other values (``extractors.company``), is learned: a linear model, fitted
on the splits ``dev`` and ``demo`` by ``scripts/learn_weights.py`` (multinomial logistic regression). The weights are
data: ``lexicon/bg/weights.json``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

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


class Known(NamedTuple):
    """What is known of a value: what its document shares, what is ``told`` of it, and how loud its voices are."""

    shared: Sequence[str]
    told: Iterable[str]
    voices: Mapping[str, float]

    def features(self) -> dict[str, float]:
        """Return every feature with how loud it is."""
        return {**dict.fromkeys(self.shared, 1.0), **dict.fromkeys(self.told, 1.0), **self.voices}


def look_again(
    reading: Reading, candidates: Sequence[Candidate], published: date | None, models: Mapping[str, Weights]
) -> None:
    """Let the learned weights confirm or change the roles that the cues told; the reasons say which."""
    asked = all_features(reading, candidates, published) if models else ()
    begun: dict[Kind, list[float]] = {}
    for one, known in asked:
        model = models.get(one.kind)
        # A role that no figure has („бюджетът на общината за 2022 г.“) is no question.
        if model is None or one.cued not in model.roles:
            continue
        if one.kind not in begun:
            begun[one.kind] = model.add(known.shared)
        _weigh(one, model.weigh(known.voices, begun[one.kind], model.add(known.told)), model.roles)


def all_features(
    reading: Reading, candidates: Sequence[Candidate], published: date | None
) -> Iterator[tuple[Candidate, Known]]:
    """Yield the candidates that are looked at again, each with what is known of it."""
    surroundings = Surroundings(reading)
    for first in range(0, len(candidates), _TOGETHER):
        together = candidates[first : first + _TOGETHER]
        company = Company(together, published)
        for kind in KINDS:
            row = [one for one in together if one.kind is kind and one.cued is not None]
            for place, one in enumerate(row):
                if one.certain:
                    continue
                told = surroundings.features(one)
                told += company.features(one)
                told += _neighbours(row, place)
                told += _own(reading, one)
                voices = {f"{CUE}voice {role}": score for role, score in one.votes.items()}
                yield one, Known(surroundings.head, dict.fromkeys(told), voices)


def _neighbours(row: Sequence[Candidate], place: int) -> Iterator[str]:
    if place:
        yield f"after {row[place - 1].cued}"
    if place > 1:
        yield f"second after {row[place - 2].cued}"
    if place + 1 < len(row):
        yield f"before {row[place + 1].cued}"


def _own(reading: Reading, one: Candidate) -> Iterator[str]:
    """Yield what the cues told, and the value's own form and place."""
    sure = "sure" if one.confidence > _SURE else "likely" if one.confidence > 0.4 else "unsure"
    yield from ("", f"{CUE}{one.cued}", f"{CUE}{one.cued} {sure}")
    ranked = sorted(one.votes, key=one.votes.__getitem__, reverse=True)
    if ranked:
        yield f"{CUE}first {ranked[0]}"
    if len(ranked) > 1:
        yield f"{CUE}first {ranked[0]} second {ranked[1]}"
    block = reading.block_at(one.start)
    if block is not None:
        yield f"in {block.kind}"
    cell = reading.cell_at(one.start)
    if cell is not None:
        for header in cell.headers[:2]:
            yield from [f"header {stem}" for stem in stems(header.lower())]
    if one.bound is not Bound.EXACT:
        yield f"bound {one.bound}"
    if isinstance(one.value, Amount):
        yield f"digits {len(str(one.value.minor // 100))}"
        if one.vat is not None:
            yield f"tax {one.vat}"
    elif isinstance(one.value, PartialDate):
        yield f"precision {len(str(one.value))}"


def _weigh(one: Candidate, told: Sequence[float], roles: Sequence[str]) -> None:
    """Take the likeliest of the roles, ``told`` being how likely each is."""
    first, second, *_ = sorted(range(len(told)), key=told.__getitem__, reverse=True)
    chosen, rival = roles[first], roles[second]
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
