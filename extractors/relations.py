"""Links between figures (one sum in two currencies, parts of a total, a subset) and the bounds before values."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from extractors.bounds import bound_of
from extractors.candidate import Candidate
from extractors.reading import Reading
from extractors.words import shape
from models.values import BGN_PER_EUR, Amount
from models.vocabulary import Bound, Kind

#: „До 59-имата ползватели“ is where a letter goes to.
_DEFINITE = shape("relations", "definite")
_PAIR = shape("relations", "pair")
_SUBSET = shape("relations", "subset")
_PARTS = shape("relations", "parts")
_PART_OF = shape("relations", "part_of")
_OF_THEM = shape("relations", "of_them")


def set_bounds(reading: Reading, candidates: Sequence[Candidate]) -> None:
    """Read the bound before every amount, duration and headcount that has none of its own."""
    for one in candidates:
        if one.kind in (Kind.AMOUNT, Kind.DURATION, Kind.HEADCOUNT) and one.bound is Bound.EXACT:
            one.bound = bound_of(reading.low, one.start, one.end)
            if one.bound is Bound.AT_MOST and _DEFINITE.match(reading.low, one.start):
                one.bound = Bound.EXACT
            if one.kind is Kind.AMOUNT and one.bound is Bound.EXACT:
                before = reading.low[max(one.start - 110, 0) : one.start]
                if shape("roles", "greatest").search(before):
                    one.bound = Bound.AT_MOST
                elif shape("roles", "least").search(before):
                    one.bound = Bound.AT_LEAST


def link(reading: Reading, candidates: Sequence[Candidate]) -> None:
    """Set ``same_as``, ``part_of`` and ``subset_of``; the second half of a pair takes the role of the first."""
    amounts = [one for one in candidates if one.kind is Kind.AMOUNT]
    for first, second in pairwise(amounts):
        if _is_pair(reading, first, second):
            second.same_as = first.start
            second.role, second.abstained = first.role, first.abstained
            if second.bound is Bound.EXACT:
                second.bound = first.bound
            second.reasons.append(f"the same money as at {first.start}")
        elif reading.low[first.end : second.start].strip() in ("на", "до") and first.role != "other":
            # „нараства от 178 200,00 лв. на 241 704,00 лв.“
            second.role = first.role
    _money(reading, amounts)
    heads = [one for one in candidates if one.kind is Kind.HEADCOUNT]
    _subsets(reading, heads)
    _totals(reading, heads)


#: What a sum may be divided into, by what it is.
_SOURCES = frozenset(("grant", "eu_funding", "national_funding", "own_contribution"))
_WHOLES = frozenset(("total_value", "grant", "programme_budget", "spent", "contract_value"))
#: How far behind a sum its parts may begin, and behind each other; in characters.
_PARTS_REACH = 220


def _money(reading: Reading, amounts: Sequence[Candidate]) -> None:
    """Link sums to the sum that they are parts of: „… 498 248 лв., от които 423 511 лв. от ЕСФ и 74 737 лв. …“."""
    for index, whole in enumerate(amounts):
        if whole.role not in _WHOLES or whole.same_as is not None or reading.cell_at(whole.start) is not None:
            continue
        parts: list[Candidate] = []
        told = False
        last = whole.end
        for one in amounts[index + 1 : index + 12]:
            if one.start - last > _PARTS_REACH:
                break
            last = one.end
            if one.same_as is not None or not _smaller(one, whole) or one.per is not None:
                if one.same_as is None and _smaller(whole, one):
                    break
                continue
            between = reading.low[(parts[-1].end if parts else whole.end) : one.start]
            told = told or bool(_PART_OF.search(between))
            source = one.role in _SOURCES and whole.role in ("total_value", "grant") and one.role != whole.role
            if told or source:
                parts.append(one)
                continue
            break
        added = sum(one.size for one in parts)
        if parts and (told or abs(added - whole.size) <= 2 * len(parts) or added < whole.size):
            for one in parts:
                if one.part_of is None:
                    one.part_of = whole.start
    _rows(reading, amounts)


def _rows(reading: Reading, amounts: Sequence[Candidate]) -> None:
    """Link the sources of a table row to the row's own whole: „Обща стойност | БФП | Собствен принос“."""
    whole: dict[int | None, Candidate] = {}
    for one in amounts:
        if one.role == "total_value" and reading.cell_at(one.start) is not None:
            whole.setdefault(reading.block_index(one.start), one)
    for one in amounts:
        row = whole.get(reading.block_index(one.start)) if whole else None
        if row is not None and one.role in _SOURCES and one.part_of is None and _smaller(one, row):
            one.part_of = row.start


def _smaller(one: Candidate, other: Candidate) -> bool:
    """Say whether a sum is smaller than another in the same currency."""
    first, second = one.value, other.value
    assert isinstance(first, Amount)
    assert isinstance(second, Amount)
    return first.currency == second.currency and first.minor < second.minor


#: How far from each other two sums may stand that are the same to the stotinka, and from which sum on that is no
#: accident; in characters and minor units.
_EXACT_REACH, _TELLING, _ROUNDED = 90, 100_000, 1


def _is_pair(reading: Reading, first: Candidate, second: Candidate) -> bool:
    one, other = first.value, second.value
    assert isinstance(one, Amount)
    assert isinstance(other, Amount)
    if one.currency == other.currency or {one.currency, other.currency} != {"BGN", "EUR"}:
        return False
    euro, leva = (one, other) if one.currency == "EUR" else (other, one)
    gap = second.start - first.end
    if gap <= _EXACT_REACH and euro.minor >= _TELLING and abs(leva.minor - euro.minor * BGN_PER_EUR) <= _ROUNDED:
        return True  # to the stotinka: „427 115,20 лв., което във валутата на еврозоната прави 218 380,53 евро“
    if gap > 30 or not _PAIR.fullmatch(reading.low, first.end, second.start):
        return False
    return bool(euro.minor) and abs(Decimal(leva.minor) / euro.minor / BGN_PER_EUR - 1) < Decimal("0.02")


def _subsets(reading: Reading, heads: list[Candidate]) -> None:
    for index, one in enumerate(heads[1:], start=1):
        whole = heads[index - 1]
        lead = _SUBSET.search(reading.low, max(one.start - 50, whole.end), one.start)
        if not lead and not _OF_THEM.match(reading.low, one.end):
            continue
        if one.start - whole.end < 140 and one.size < whole.size:
            one.subset_of = whole.start


def _totals(reading: Reading, heads: list[Candidate]) -> None:
    """Find runs of two or more counts that add up to the one before or after them in their sentence."""
    for index, total in enumerate(heads):
        parts: list[Candidate] = []
        added = 0
        for one in heads[index + 1 : index + 9]:
            last = parts[-1].end if parts else total.end
            if one.start - last > 130 or one.part_of is not None:
                break
            parts.append(one)
            added += one.size
            if added >= total.size:
                break
        between = reading.low[total.end : parts[0].start] if parts else ""
        if len(parts) > 1 and added == total.size and _PARTS.search(between):
            for one in parts:
                one.part_of, one.subset_of = total.start, None
