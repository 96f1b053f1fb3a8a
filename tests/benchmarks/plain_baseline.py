"""The plain way to read figures, kept as a yardstick: a number and its unit, the nearest cue word for the role.

What this reads right needs no engine: gold that it reads well would be too easy (``bench_compare.py`` holds that).
"""

import re
from decimal import Decimal, InvalidOperation

from models.codes import ProjectCode, match_code
from models.figure import Figure, read_value
from models.vocabulary import Kind, head_unit

_NUMBER = r"\d{1,3}(?:[ \u00a0]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_MONTHS = (
    "януари",
    "февруари",
    "март",
    "април",
    "май",
    "юни",
    "юли",
    "август",
    "септември",
    "октомври",
    "ноември",
    "декември",
)
_AMOUNT = re.compile(rf"({_NUMBER})[ \u00a0]*(млн\.?|хил\.?|милиона|хиляди)?[ \u00a0]*(лв\.?|лева|евро|€)", re.I)
_FACTOR = {"млн": 10**6, "милиона": 10**6, "хил": 1000, "хиляди": 1000}
_DAY = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?!\d)")
_NAMED = re.compile(rf"(?<!\d)(?:(\d{{1,2}})[ \u00a0])?({'|'.join(_MONTHS)})[ \u00a0]((?:19|20)\d\d)", re.I)
_LENGTH = re.compile(r"(?<![\d.,])(\d{1,3})[ \u00a0-]*(месец\w*|месеч\w+|годин\w*|дни|седмиц\w*)", re.I)
_UNITS = {"месе": "P{}M", "годи": "P{}Y", "дни": "P{}D", "седм": "P{}W"}
_PEOPLE = {
    "лични асистенти": "personal_assistants", "социални асистенти": "social_assistants",
    "домашни помощници": "home_helpers", "потребител": "users", "деца": "children", "безработни": "unemployed",
    "домакинства": "households", "семейства": "households", "места": "capacity", "кандидати": "applicants",
    "участници": "participants", "служители": "staff", "медицински": "medical_staff", "хора с увреждания":
    "people_with_disabilities", "възрастни": "elderly", "души": "users", "лица": "users", "човека": "users",
}  # fmt: skip
_HEADS = re.compile(rf"(?<![\d.,])(\d{{1,6}})[ \u00a0](?:\w+[ \u00a0])?({'|'.join(_PEOPLE)})\w*", re.I)
_CODE = re.compile(r"BG[0-9A-Z]{6,}[-/][0-9A-Z./-]*[0-9A-Z]")
_CUES = {
    Kind.AMOUNT: {
        "обща стойност": "total_value", "бюджет": "total_value", "безвъзмездна": "grant", "бфп": "grant",
        "европейски": "eu_funding", "ефрр": "eu_funding", "национално": "national_funding", "държавния бюджет":
        "national_funding", "собствен": "own_contribution", "изплатени": "spent", "усвоени": "spent",
        "изпълнител": "contract_value", "договор": "contract_value", "процедура": "programme_budget",
    },
    Kind.DATE: {
        "начало": "project_start", "старт": "project_start", "край": "project_end", "приключ": "project_end",
        "договор": "contract_signed", "подписа": "contract_signed", "публикуван": "published", "срок": "deadline",
        "пресконференция": "event", "услуга": "service_start", "пмс": "legal_act", "решение": "legal_act",
    },
    Kind.DURATION: {"проект": "project", "услуга": "service", "срок": "other"},
}  # fmt: skip
_REACH = 120


def _role(low: str, kind: Kind, start: int, end: int) -> str:
    """Take the cue whose place is nearest to the value."""
    found = []
    for cue, role in _CUES[kind].items():
        before = low.rfind(cue, max(start - _REACH, 0), start)
        after = low.find(cue, end, end + _REACH)
        found += [(start - before, role)] if before >= 0 else []
        found += [(after - end, role)] if after >= 0 else []
    return min(found, default=(0, "other"))[1]


def read_plainly(text: str) -> list[Figure]:
    """Return the figures that the plain way finds; each project is left out."""
    low = text.lower()
    found = []

    def add(kind: Kind, role: str, start: int, end: int, value: str, unit: str | None = None) -> None:
        try:
            read = read_value(kind, value, unit)
        except (ValueError, InvalidOperation):
            return
        found.append(Figure(kind, role, read, text[start:end], start))

    for match in _CODE.finditer(text):
        if code := match_code(match[0]):
            kind = Kind.PROJECT_ID if isinstance(code, ProjectCode) else Kind.PROCEDURE_ID
            found.append(Figure(kind, str(kind), code, match[0], match.start()))
    for match in _AMOUNT.finditer(low):
        number = Decimal(re.sub(r"[ \u00a0]", "", match[1]).replace(",", "."))
        number *= _FACTOR.get((match[2] or "").rstrip("."), 1)
        unit = "BGN" if match[3].startswith("л") else "EUR"
        add(Kind.AMOUNT, _role(low, Kind.AMOUNT, *match.span()), *match.span(), f"{number:.2f}", unit)
    for match in _DAY.finditer(low):
        value = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        add(Kind.DATE, _role(low, Kind.DATE, *match.span()), *match.span(), value)
    for match in _NAMED.finditer(low):
        value = f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}" + (f"-{int(match[1]):02}" if match[1] else "")
        add(Kind.DATE, _role(low, Kind.DATE, *match.span()), *match.span(), value)
    for match in _LENGTH.finditer(low):
        pattern = next(shape for stem, shape in _UNITS.items() if match[2].startswith(stem))
        add(Kind.DURATION, _role(low, Kind.DURATION, *match.span()), *match.span(), pattern.format(int(match[1])))
    for match in _HEADS.finditer(low):
        role = _PEOPLE[match[2]]
        add(Kind.HEADCOUNT, role, *match.span(), match[1].lstrip("0"), str(head_unit(role)))
    return sorted(found, key=lambda one: one.start)
