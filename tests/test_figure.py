"""A figure carries its words; what cannot be is refused, and a record reads back as it was written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import ProcedureCode, ProjectCode
from models.figure import NOTHING, Attributes, Figure, read_value
from models.values import Amount, Duration, Headcount, PartialDate
from models.vocabulary import ROLES, Bound, HeadUnit, Kind, Per, Scheme, Vat

VALUES = {
    Kind.PROJECT_ID: st.just(ProjectCode.parse("BG05M9OP001-2.002-0193-C001")),
    Kind.PROCEDURE_ID: st.just(ProcedureCode.parse("BG05M9OP001-2.002")),
    Kind.AMOUNT: st.builds(Amount, st.integers(0, 10**15), st.sampled_from(["BGN", "EUR"])),
    Kind.DATE: st.builds(PartialDate.of, st.dates()),
    Kind.DURATION: st.builds(Duration, years=st.integers(1, 9), months=st.integers(0, 11)),
    Kind.HEADCOUNT: st.builds(Headcount, st.integers(0, 10**6), st.sampled_from(HeadUnit)),
}
starts = st.none() | st.integers(0, 1000)
attributes = st.builds(
    Attributes,
    vat=st.none() | st.sampled_from(Vat),
    per=st.none() | st.sampled_from(Per),
    same_as=starts,
    part_of=starts,
    subset_of=starts,
    repaired=st.booleans(),
    working_days=st.booleans(),
    abstained=st.booleans(),
)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    kind = draw(st.sampled_from(Kind))
    return Figure(
        kind,
        draw(st.sampled_from(ROLES[kind])),
        draw(VALUES[kind]),
        draw(st.text(min_size=1, max_size=30)),
        draw(st.integers(0, 10**6)),
        draw(st.sampled_from(Bound)),
        draw(st.none() | st.text(max_size=30)),
        draw(attributes),
    )


@given(figures())
def test_a_record_reads_back_as_it_was_written(figure: Figure):
    record = figure.as_record()
    assert Figure.from_record(record) == figure
    assert Figure.from_record(record).as_record() == record
    assert record["end"] - record["start"] == len(record["quote"])


@given(attributes)
def test_attributes_name_only_what_is_set(one: Attributes):
    record = one.as_dict()
    assert Attributes.from_dict(record) == one
    assert None not in record.values()
    assert False not in [value for value in record.values() if isinstance(value, bool)]


def test_a_link_to_the_first_letter_is_a_link():
    assert Attributes(same_as=0).as_dict() == {"same_as": 0}
    assert NOTHING.as_dict() == {}


FIGURE = Figure(Kind.AMOUNT, "grant", Amount(500, "BGN"), "5 лв.", 3)


def test_who_found_a_figure_does_not_make_it_another():
    assert replace(FIGURE, rule="amount", confidence=0.5, reasons=("cue",)) == FIGURE
    assert replace(FIGURE, bound=Bound.APPROX) != FIGURE


@pytest.mark.parametrize(
    "change",
    [
        {"role": "users"},
        {"role": ""},
        {"kind": Kind.DATE, "role": "event"},
        {"value": Headcount(5)},
        {"quote": ""},
        {"start": -1},
    ],
)
def test_a_figure_that_cannot_be_is_refused(change: dict[str, object]):
    with pytest.raises(ValueError, match=r"has no role|cannot have|has a quote"):
        replace(FIGURE, **change)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"end": 9}, ValueError),
        ({"kind": "sum"}, ValueError),
        ({"unit": None}, ValueError),
        ({"bound": "maybe"}, ValueError),
        ({"attributes": {"colour": "red"}}, TypeError),
        ({"attributes": {"vat": "some"}}, ValueError),
    ],
)
def test_a_wrong_record_is_refused(change: dict[str, object], error: type[Exception]):
    with pytest.raises(error):
        Figure.from_record(FIGURE.as_record() | change)


def test_a_damaged_code_keeps_its_text_and_has_no_parts():
    code = read_value(Kind.PROCEDURE_ID, "BG16FPR003-1001", None, Attributes(damaged=True))
    assert (str(code), code.damaged, code.programme) == ("BG16FPR003-1001", True, None)
    with pytest.raises(ValueError, match="not a procedure's code"):
        read_value(Kind.PROCEDURE_ID, "BG16FPR003-1001", None)


def test_a_code_of_another_scheme_keeps_its_text():
    code = read_value(Kind.PROJECT_ID, "РД-04", None, Attributes(scheme=Scheme.FSZ))
    assert (str(code), code.scheme) == ("РД-04", Scheme.FSZ)
