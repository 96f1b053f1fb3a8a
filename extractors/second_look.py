"""A second look at the role of a value: its cues, its words and its company, weighed.

Sums, dates and lengths of time are looked at, and people whose noun does not stand beside their number.

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
from models.values import Amount, Headcount, PartialDate
from models.vocabulary import Bound, Kind, head_unit

#: The kinds that are looked at twice.
KINDS = (Kind.AMOUNT, Kind.DATE, Kind.DURATION, Kind.HEADCOUNT)
#: What the cues say is learned with these names, so that learning can also do without them.
CUE = "cue "

#: How many values are looked at together: those further off tell little, and a long document stays linear.
_TOGETHER = 80
#: Two roles this near to each other are a tie.
_TIE = 0.04
#: From here on the cues leave little doubt; from here on they keep their word in a tie.
_SURE, _PLAIN = 0.7, 0.6


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
    begun: dict[Kind, int] = {}
    for one, known in asked:
        model = models.get(one.kind)
        # A role that no figure has („бюджетът на общината за 2022 г.“) is no question.
        if model is None or one.cued not in model.roles:
            continue
        if one.kind not in begun:
            begun[one.kind] = model.add(known.shared)
        _weigh(one, model.weigh(known.voices, begun[one.kind], model.add(known.told)), model.roles)
        if isinstance(one.value, Headcount):
            one.value = Headcount(one.value.number, head_unit(one.role or "other"))


def all_features(
    reading: Reading, candidates: Sequence[Candidate], published: date | None, *, named: bool = False
) -> Iterator[tuple[Candidate, Known]]:
    """Yield the candidates that are looked at again, each with what is known of it.

    With ``named`` those too whom their noun decides: to learn from.
    """
    surroundings = Surroundings(reading)
    for first in range(0, len(candidates), _TOGETHER):
        together = candidates[first : first + _TOGETHER]
        company = Company(together, published)
        for kind in KINDS:
            row = [one for one in together if one.kind is kind and one.cued is not None]
            for place, one in enumerate(row):
                if one.certain or (not named and kind is Kind.HEADCOUNT and _is_named(one)):
                    continue
                told = surroundings.features(one)
                told += company.features(one)
                told += _neighbours(row, place)
                told += _own(reading, one)
                voices = {f"{CUE}voice {role}": score for role, score in one.votes.items()}
                yield one, Known(surroundings.head, dict.fromkeys(told), voices)


def _is_named(one: Candidate) -> bool:
    """Say whether the noun beside a count of people decides its role: „76 лични асистенти“."""
    return not one.generic and one.confidence == 1


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
    elif isinstance(one.value, Headcount):
        yield from (f"rule {one.rule}", f"{CUE}{one.rule} {one.cued}")
        yield from (f"noun {stem}" for stem in stems(reading.low[one.start : one.end]))


def _weigh(one: Candidate, told: Sequence[float], roles: Sequence[str]) -> None:
    """Take the likeliest of the roles, ``told`` being how likely each is."""
    first, second, *_ = sorted(range(len(told)), key=told.__getitem__, reverse=True)
    chosen, rival = roles[first], roles[second]
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
        one.reasons.append(f"what stands around it speaks for {chosen} ({told[first]:.2f}), not {one.role}")
        one.role = chosen
