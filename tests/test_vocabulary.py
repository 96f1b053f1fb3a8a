"""The closed lists and the annotation guide say the same."""

import re
from importlib import resources

import pytest

from models.figure import Attributes
from models.vocabulary import ROLES, STAGE_OF, Bound, HeadUnit, Kind, Per, Phase, Scheme, Stage, Vat, head_unit

GUIDE = resources.files("corpus").joinpath("GUIDE.md").read_text("utf-8")


def row(name: str, section: str = "") -> str:
    """The cell beside a name in a table of the guide, in the section with this heading."""
    text = GUIDE.split(section, 1)[1] if section else GUIDE
    return next(line for line in text.splitlines() if line.startswith(f"| `{name}` |")).split("|", 2)[2]


def words(text: str) -> list[str]:
    return re.findall(r"`([a-z_-]+)`", text)


def test_kinds():
    assert words(row("kind")) == [str(kind) for kind in Kind]


@pytest.mark.parametrize("kind", [Kind.AMOUNT, Kind.DATE, Kind.DURATION, Kind.HEADCOUNT])
def test_roles(kind: Kind):
    assert tuple(words(row(kind, "## 3. Roles"))) == ROLES[kind]


def test_the_role_of_an_id_is_its_kind():
    assert ROLES[Kind.PROJECT_ID] == ("project_id",)
    assert ROLES[Kind.PROCEDURE_ID] == ("procedure_id",)
    assert "the role of an id is its kind" in GUIDE
    assert set(ROLES) == set(Kind)


def test_bounds():
    told = [word for word in words(row("bound")) if word in set(Bound)]
    assert list(dict.fromkeys(told)) == [str(bound) for bound in Bound]


def test_attributes_and_their_words():
    cell = row("attributes")
    names = list(Attributes.__dataclass_fields__)
    told = words(cell)
    closed = {*names, *Vat, *Per, *Scheme}
    assert set(told) - {"start", "true"} == closed
    assert [word for word in dict.fromkeys(told) if word in names] == names
    assert words(cell.split("`vat` (")[1].split(")")[0]) == list(Vat)
    assert words(cell.split("`per` (")[1].split(")")[0]) == list(Per)
    assert words(cell.split("`scheme` (")[1].split(")")[0]) == list(Scheme)


def test_units_of_headcounts():
    cell = row("unit")
    assert {str(unit) for unit in HeadUnit} <= set(words(cell))
    assert head_unit("capacity") is HeadUnit.PLACES
    assert head_unit("households") is HeadUnit.HOUSEHOLDS
    others = [role for role in ROLES[Kind.HEADCOUNT] if role not in ("capacity", "households")]
    assert {head_unit(role) for role in others} == {HeadUnit.PERSONS}


def test_phases_and_stages():
    section = GUIDE.split("## 7.")[1].split("\n## ")[0]
    phases, stages = section.split("`stage` of what it claims")
    assert words(phases)[1:] == [str(phase) for phase in Phase]
    for stage, members in re.findall(r"`(\w+)` \(([a-z, ]+)\)", stages):
        if stage != Stage.REGISTERED:
            assert all(STAGE_OF[Phase(member)] == stage for member in members.split(", "))
    assert set(STAGE_OF) == set(Phase)
    assert {str(stage) for stage in Stage} <= set(words(stages))
