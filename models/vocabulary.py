"""The closed lists of the annotation guide: kinds, roles, bounds, stages, phases, units, schemes, attributes.

``corpus/GUIDE.md`` explains each word; a test checks that the two agree.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of value a figure carries."""

    PROJECT_ID = "project_id"
    PROCEDURE_ID = "procedure_id"
    AMOUNT = "amount"
    DATE = "date"
    DURATION = "duration"
    HEADCOUNT = "headcount"


class Bound(StrEnum):
    """Whether the text gives the value itself or a limit of it."""

    EXACT = "exact"
    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Phase(StrEnum):
    """Where in a project's life an announcement stands."""

    CALL = "call"
    CONTRACT = "contract"
    START = "start"
    PROGRESS = "progress"
    COMPLETION = "completion"
    CONTINUATION = "continuation"
    OTHER = "other"


class Stage(StrEnum):
    """What kind of claim a figure makes: announced beforehand, told afterwards, or kept by the register."""

    PLANNED = "planned"
    REPORTED = "reported"
    REGISTERED = "registered"


class HeadUnit(StrEnum):
    """What a headcount counts."""

    PERSONS = "persons"
    PLACES = "places"
    HOUSEHOLDS = "households"


class Scheme(StrEnum):
    """Whose numbering an identifier follows."""

    ISUN = "isun"
    UMIS = "umis"
    EEA = "eea"
    INTERREG = "interreg"
    LIFE = "life"
    DFZ = "dfz"
    PUDOOS = "pudoos"
    FSZ = "fsz"


class Vat(StrEnum):
    """Whether an amount includes value-added tax."""

    WITH = "with"
    WITHOUT = "without"


class Per(StrEnum):
    """What a rate is counted by."""

    PERSON = "person"
    MONTH = "month"
    PERSON_MONTH = "person-month"
    DAY = "day"


#: The roles of each kind, in the guide's order; ``other`` is where nothing in the text decides.
ROLES: dict[Kind, tuple[str, ...]] = {
    Kind.PROJECT_ID: ("project_id",),
    Kind.PROCEDURE_ID: ("procedure_id",),
    Kind.AMOUNT: (
        "total_value",
        "grant",
        "eu_funding",
        "national_funding",
        "own_contribution",
        "spent",
        "contract_value",
        "programme_budget",
        "other",
    ),
    Kind.DATE: (
        "project_start",
        "project_end",
        "service_start",
        "service_end",
        "contract_signed",
        "published",
        "event",
        "deadline",
        "legal_act",
        "other",
    ),
    Kind.DURATION: ("project", "service", "other"),
    Kind.HEADCOUNT: (
        "users",
        "children",
        "elderly",
        "people_with_disabilities",
        "personal_assistants",
        "social_assistants",
        "home_helpers",
        "medical_staff",
        "staff",
        "unemployed",
        "participants",
        "applicants",
        "capacity",
        "households",
        "other",
    ),
}

#: The stage that a phase's claims have.
STAGE_OF: dict[Phase, Stage] = {
    Phase.CALL: Stage.PLANNED,
    Phase.CONTRACT: Stage.PLANNED,
    Phase.START: Stage.PLANNED,
    Phase.PROGRESS: Stage.REPORTED,
    Phase.COMPLETION: Stage.REPORTED,
    Phase.CONTINUATION: Stage.REPORTED,
    # The guide names no stage for `other`; an announcement that tells nothing of its phase promises nothing either.
    Phase.OTHER: Stage.REPORTED,
}


def head_unit(role: str) -> HeadUnit:
    """Return what a headcount of this role counts: places for ``capacity``, households for ``households``."""
    return {"capacity": HeadUnit.PLACES, "households": HeadUnit.HOUSEHOLDS}.get(role, HeadUnit.PERSONS)
