"""Values read back what they write, and refuse what cannot be."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.values import Amount, Duration, Headcount, PartialDate
from models.vocabulary import HeadUnit

amounts = st.builds(Amount, st.integers(0, 10**24), st.sampled_from(["BGN", "EUR", "USD", "CHF"]))


@given(amounts)
def test_an_amount_reads_back_what_it_writes(amount: Amount):
    assert Amount.parse(str(amount)) == amount
    assert Decimal(amount.text) * 100 == amount.minor
    assert str(amount) == f"{amount.text} {amount.unit}"


@given(st.dates())
def test_a_full_date_reads_back_what_it_writes(day: date):
    whole = PartialDate.of(day)
    assert PartialDate.parse(str(whole)) == whole
    assert str(whole) == day.isoformat()
    assert whole.first == whole.last == day


@given(
    st.integers(1, 9999),
    st.one_of(
        st.none(),
        st.tuples(st.just("month"), st.integers(1, 12)),
        st.tuples(st.just("quarter"), st.integers(1, 4)),
        st.tuples(st.just("half"), st.integers(1, 2)),
    ),
)
def test_a_partial_date_reads_back_what_it_writes(year: int, part: tuple[str, int] | None):
    partial = PartialDate(year, **dict([part] if part else []))
    assert PartialDate.parse(str(partial)) == partial
    assert partial.first <= partial.last
    months = {"month": 1, "quarter": 3, "half": 6}[part[0]] if part else 12
    assert (partial.last.month - partial.first.month + 1, partial.first.day) == (months, 1)
    assert (partial.last.toordinal() == date.max.toordinal()) or date.fromordinal(partial.last.toordinal() + 1).day == 1


@given(st.tuples(*[st.integers(0, 999)] * 4))
def test_a_duration_reads_back_what_it_writes(parts: tuple[int, int, int, int]):
    assume(any(parts))
    assert Duration.parse(str(Duration(*parts))) == Duration(*parts)


@given(st.integers(0, 10**12), st.sampled_from(HeadUnit))
def test_a_headcount_reads_back_what_it_writes(number: int, unit: HeadUnit):
    head = Headcount(number, unit)
    assert Headcount.parse(str(head)) == head


@given(st.text(max_size=20))
def test_what_is_read_is_what_would_be_written(text: str):
    for type_ in (Amount, PartialDate, Duration, Headcount):
        try:
            value = type_.parse(text)
        except ValueError:
            continue
        assert type_.parse(str(value)) == value


@pytest.mark.parametrize(
    ("leva", "euro"),
    [(195583, 100000), (49910604, 25518887), (49824845, 25475039), (1, 1), (0, 0), (10**18, 511291881196218485)],
)
def test_leva_are_euro_at_the_full_rate_rounded_half_up(leva: int, euro: int):
    assert Amount(leva, "BGN").eur_minor == euro
    exact = Decimal(leva) / Decimal("1.95583")
    assert abs(exact - euro) <= Decimal("0.5")


def test_euro_stay_and_other_money_has_no_euro():
    assert Amount(12345, "EUR").eur_minor == 12345
    assert Amount(12345, "USD").eur_minor is None


@pytest.mark.parametrize(
    "text", ["5 лв.", "5.0 BGN", "5.00", "-5.00 BGN", "5,00 BGN", "٥.00 BGN", "5.00 bgn", "5.00  BGN", ""]
)
def test_what_is_no_amount(text: str):
    with pytest.raises(ValueError, match="not an amount"):
        Amount.parse(text)


@pytest.mark.parametrize(
    "text", ["17", "2017-13", "2017-02-30", "2017-Q5", "2017-H3", "2017-1", "17.10.2017", "2017-Q1-01", "0000"]
)
def test_what_is_no_date(text: str):
    with pytest.raises(ValueError, match=r"not a date|no such"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["P", "P0M", "22M", "P22", "P1M1Y", "PT5H", "P-1M", "P1.5Y"])
def test_what_is_no_duration(text: str):
    with pytest.raises(ValueError, match="duration"):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["persons", "5", "-5 persons", "5 хора", "5.0 persons", "² persons"])
def test_what_is_no_headcount(text: str):
    with pytest.raises(ValueError, match=r"not a headcount|not a valid"):
        Headcount.parse(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Amount(-1, "BGN"),
        lambda: Amount(1, "лв."),
        lambda: Amount(1, "bgn"),
        lambda: PartialDate(2017, day=5),
        lambda: PartialDate(2017, 5, quarter=2),
        lambda: PartialDate(2017, quarter=2, half=1),
        lambda: PartialDate(0),
        lambda: PartialDate(2023, 2, 29),
        lambda: Duration(),
        lambda: Duration(months=-1),
        lambda: Headcount(-1),
    ],
)
def test_a_state_that_cannot_be_is_refused(make):
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        Amount(1, "BGN").minor = 2  # type: ignore[misc]
