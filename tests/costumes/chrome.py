"""What a page says beside its announcement: other news with their own sums and codes, menus, phones, counters.

All of it is invented and drawn anew for each document; nothing of it may be found in the announcement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

TOWNS = ("Дъбово", "Липово", "Ясеново", "Брестово", "Габерово")

#: Titles and teasers of other news; {code}, {sum}, {people}, {day}, {months} are drawn.
_TITLES = (
    "Започва проект № {code} за ремонт на читалището в {town} на стойност {sum} лв.",
    "{people} безработни ще бъдат наети по новата програма за заетост",
    "Приемат се заявления за асистентска подкрепа до {day} г.",
    "Община {town} подписа договор {code} за {sum} лева",
    "{people} деца с нов физкултурен салон от {day} г.",
    "Приключи „Топла трапеза“: обслужени са {people} потребители, изразходвани са {sum} лв.",
    "Обявена е поръчка за {sum} лв. без ДДС, срокът е {months} месеца",
    "Обява за търг на {day} г.",
    "Празник на града",
)
_TEASERS = (
    "Проектът е на обща стойност {sum} лв. и ще приключи на {day} г. По него ще работят {people} социални асистенти.",
    "Кметът подписа договор за безвъзмездна финансова помощ по проект {code}. Срокът за изпълнение е {months} месеца.",
    "Над {people} потребители от общината ще получават топъл обяд до {day} г., съобщиха от социалния патронаж.",
    "На откриването присъстваха {people} деца и техните родители…",
)
MENU = (
    "Новини", "Община", "Общински съвет", "Проекти", "Обществени поръчки", "Административни услуги", "Култура",
    "Туризъм", "Образование", "Контакти",
)  # fmt: skip

Value = tuple[str, str, str | None]


@dataclass(frozen=True)
class Other:
    """Another piece of news as a tail shows it."""

    title: str
    teaser: str
    day: date
    views: int


@dataclass(frozen=True)
class Chrome:
    """The chrome of one page; ``values`` are what its words would give if they were read (kind, value, unit)."""

    town: str
    others: Sequence[Other]
    menu: Sequence[tuple[str, int]]
    views: int
    shares: int
    phones: Sequence[str]
    year: int
    code: str
    values: frozenset[Value]


def chrome(chance: Random) -> Chrome:
    """Draw the chrome of a page."""
    values: set[Value] = set()
    town = chance.choice(TOWNS)

    def filled(template: str) -> str:
        euros, cents = chance.randrange(1_000_000, 9_999_999), chance.randrange(11, 99)
        people, months = chance.randrange(701, 999), chance.randrange(41, 59)
        day = date(2031, 1, 1) + timedelta(chance.randrange(700))
        code = f"BG16RFPR001-1.{chance.randrange(700, 799)}-{chance.randrange(9700, 9799)}-C0{chance.randrange(1, 5)}"
        values.update(
            {
                ("amount", f"{euros}.{cents}", "BGN"),
                ("headcount", str(people), "persons"),
                ("date", day.isoformat(), None),
                ("project_id", code, None),
                ("duration", f"P{months}M", None),
            }
        )
        grouped = f"{euros:,}".replace(",", " ") + f",{cents}"
        return template.format(code=code, sum=grouped, people=people, day=f"{day:%d.%m.%Y}", months=months, town=town)

    others = [
        Other(
            filled(title), filled(chance.choice(_TEASERS)), date(2031, 1, 1) + timedelta(place), chance.randrange(9999)
        )
        for place, title in enumerate(chance.sample(_TITLES, 5))
    ]
    values.update(("date", one.day.isoformat(), None) for one in others)
    return Chrome(
        town,
        others,
        [(name, chance.randrange(10, 99)) for name in MENU],
        chance.randrange(100, 9999),
        chance.randrange(10, 99),
        [
            f"0{chance.randrange(300, 999)}/{chance.randrange(10, 99)} {chance.randrange(10, 99)} 1{one}"
            for one in range(4)
        ],
        chance.randrange(2019, 2027),
        f"BG05SFOP001-1.{chance.randrange(700, 799)}-{chance.randrange(9000, 9999)}-C01",
        frozenset(values),
    )
