"""A value found in a text before its role is known."""

from dataclasses import dataclass, field

from models.figure import Value
from models.values import Amount, Headcount
from models.vocabulary import Bound, Kind, Per, Vat


@dataclass(slots=True)
class Candidate:
    """A mention on its way to a figure; rules fill in role, bound, project and links one after another.

    ``role`` is set by the rule that found the mention where its own words decide („76 лични асистенти“), else None.
    ``votes`` are the voices of the cues, role by role; ``cued`` is the role that they told,
    ``certain`` where the form alone decides and no word can change it; ``of_none`` says that it is no one project's.
    """

    kind: Kind
    start: int
    end: int
    value: Value
    rule: str
    role: str | None = None
    bound: Bound = Bound.EXACT
    project: str | None = None
    vat: Vat | None = None
    per: Per | None = None
    same_as: int | None = None
    part_of: int | None = None
    subset_of: int | None = None
    damaged: bool = False
    repaired: bool = False
    working_days: bool = False
    abstained: bool = False
    confidence: float = 1.0
    reasons: list[str] = field(default_factory=list)
    votes: dict[str, float] = field(default_factory=dict)
    cued: str | None = None
    furniture: bool = False
    generic: bool = False
    weak: bool = False
    certain: bool = False
    of_none: bool = False

    @property
    def size(self) -> int:
        """The minor units of a sum, the number of a count; a value of another kind has no size."""
        assert isinstance(self.value, Amount | Headcount)
        return self.value.minor if isinstance(self.value, Amount) else self.value.number
