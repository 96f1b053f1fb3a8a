"""A figure: one mention of a value in a text, with its words and its place.

``text[figure.start:figure.end] == figure.quote`` holds always, for the canonical text of the document it was found in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypeAlias

from models.codes import ProcedureCode, ProjectCode
from models.values import Amount, Duration, Headcount, PartialDate
from models.vocabulary import ROLES, Bound, HeadUnit, Kind, Per, Scheme, Vat

Value: TypeAlias = Amount | PartialDate | Duration | Headcount | ProjectCode | ProcedureCode

_TYPES: dict[Kind, type[Value]] = {
    Kind.PROJECT_ID: ProjectCode,
    Kind.PROCEDURE_ID: ProcedureCode,
    Kind.AMOUNT: Amount,
    Kind.DATE: PartialDate,
    Kind.DURATION: Duration,
    Kind.HEADCOUNT: Headcount,
}


@dataclass(frozen=True, slots=True)
class Attributes:
    """What else the text says of a figure; the closed list of the guide. Unset is None or False.

    ``same_as``, ``part_of`` and ``subset_of`` are the ``start`` of the other figure.
    """

    vat: Vat | None = None
    per: Per | None = None
    same_as: int | None = None
    part_of: int | None = None
    subset_of: int | None = None
    scheme: Scheme | None = None
    damaged: bool = False
    repaired: bool = False
    working_days: bool = False
    abstained: bool = False

    def as_dict(self) -> dict[str, str | int | bool]:
        """Return what is set, in the guide's order."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {
            name: str(value) if isinstance(value, str) else value
            for name, value in values
            if value is not None and value is not False
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Read back what ``as_dict`` wrote; an unknown name raises TypeError."""
        types = {"vat": Vat, "per": Per, "scheme": Scheme}
        read: dict[str, Any] = {name: types.get(name, lambda one: one)(value) for name, value in record.items()}
        return cls(**read)


NOTHING = Attributes()


@dataclass(frozen=True, slots=True)
class Figure:
    """One mention of a value.

    ``project`` is the project that the value belongs to: its code, or where the text gives none its title in the
    first quoted form, or None. ``rule`` names the rule that found it, ``confidence`` (0 to 1) and ``reasons`` tell
    why its role was chosen; two figures that say the same are equal whoever found them.
    """

    kind: Kind
    role: str
    value: Value
    quote: str
    start: int
    bound: Bound = Bound.EXACT
    project: str | None = None
    attributes: Attributes = NOTHING
    rule: str = field(default="", compare=False)
    confidence: float = field(default=1.0, compare=False)
    reasons: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.role not in ROLES[self.kind]:
            raise ValueError(f"{self.kind} has no role {self.role!r}")
        if not isinstance(self.value, _TYPES[self.kind]):
            raise ValueError(f"{self.kind} cannot have the value {self.value!r}")
        if not self.quote or self.start < 0:
            raise ValueError(f"a figure has a quote and a place: {self.quote!r} at {self.start}")

    @property
    def end(self) -> int:
        """The offset just past the quote."""
        return self.start + len(self.quote)

    @property
    def unit(self) -> str | None:
        """The currency, or what is counted; None for ids, dates and durations."""
        return self.value.unit

    @property
    def value_text(self) -> str:
        """The value in the corpus' form, its unit apart."""
        return self.value.text

    def as_record(self) -> dict[str, Any]:
        """Return the corpus' fields (the guide's section 1), attributes always there."""
        return {
            "kind": str(self.kind),
            "role": self.role,
            "value": self.value_text,
            "unit": self.unit,
            "bound": str(self.bound),
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "project": self.project,
            "attributes": self.attributes.as_dict(),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of the corpus; a wrong one raises ValueError, KeyError or TypeError."""
        kind = Kind(record["kind"])
        attributes = Attributes.from_dict(record.get("attributes") or {})
        figure = cls(
            kind,
            record["role"],
            read_value(kind, record["value"], record["unit"], attributes),
            record["quote"],
            record["start"],
            Bound(record["bound"]),
            record["project"],
            attributes,
            record.get("rule") or "",
            record.get("confidence", 1.0),
            tuple(record.get("reasons") or ()),
        )
        if figure.end != record["end"]:
            raise ValueError(f"the quote {figure.quote!r} does not end at {record['end']}")
        return figure


def read_value(kind: Kind, text: str, unit: str | None, attributes: Attributes = NOTHING) -> Value:
    """Read a value from its corpus form; a damaged code keeps its text and has no parts."""
    if kind is Kind.AMOUNT:
        return Amount.parse(f"{text} {unit}")
    if kind is Kind.DATE:
        return PartialDate.parse(text)
    if kind is Kind.DURATION:
        return Duration.parse(text)
    if kind is Kind.HEADCOUNT:
        return Headcount(int(text), HeadUnit(unit or ""))
    type_ = ProjectCode if kind is Kind.PROJECT_ID else ProcedureCode
    if attributes.damaged:
        return type_(text, attributes.scheme or Scheme.ISUN, damaged=True)
    if type_ is ProjectCode and text.isdigit():
        return ProjectCode(text, attributes.scheme)
    try:
        return type_.parse(text)
    except ValueError:
        if attributes.scheme is None:
            raise
        return type_(text, attributes.scheme)
