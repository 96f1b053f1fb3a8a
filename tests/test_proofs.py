"""Proofs beyond examples: any value in any admissible style in any carrier sentence is read back exactly."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extractors import extract
from extractors.canonical import canonical, shadow
from models.codes import ProjectCode
from models.vocabulary import Kind

ID = "BG05M9OP001-2.040-9001-C01"
#: Sentences of a project with a place for one value; no other number stands in them.
AMOUNT_CARRIERS = (
    "Общата стойност на проекта е {}.",
    "Помощта възлиза на {}, като срокът е кратък.",
    "Община Пример получава {} по програмата",
    "За ремонта ({}) подписахме договор с изпълнител.",
    "Изплатени са {}; остатъкът се очаква.",
    "– бюджет: {}",
    "средствата са в размер на {}\nи са усвоени.",
)
DATE_CARRIERS = (
    "Проектът приключи на {} в село Горно.",
    "Договорът е подписан на {}.",
    "Начало: {}; край по договор.",
    "Пресконференцията ще се състои на {}, в зала „Пример“.",
    "Удължен е срокът до {}\nза изпълнение.",
)
HEAD_CARRIERS = (
    "По проекта са обхванати {}.",
    "Услугата получават {}, повечето от тях в селата.",
    "Назначени са {} по трудов договор.",
    "– {};",
    "С проекта се осигурява подкрепа за {} в общината.",
)
LENGTH_CARRIERS = (
    "Срокът за изпълнение на проекта е {}.",
    "Проектът ще продължи {}, без прекъсване.",
    "Продължителност: {}",
)
MONTHS = (
    "януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември",
    "декември",
)  # fmt: skip
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])
NOUNS = {
    "лични асистенти": "personal_assistants", "социални асистенти": "social_assistants",
    "домашни помощници": "home_helpers", "потребители": "users", "деца": "children", "безработни": "unemployed",
    "домакинства": "households", "медицински сестри": "medical_staff", "кандидати": "applicants",
    "лица с увреждания": "people_with_disabilities", "самотни възрастни хора": "elderly", "места": "capacity",
    "служители": "staff", "участници": "participants",
}  # fmt: skip


def read_one(kind: Kind, sentence: str) -> str:
    """Return the value of the only figure of a kind in a sentence beside a project's number."""
    found = [one for one in extract(f"Проект № {ID}. {sentence}") if one.kind is kind]
    assert len(found) == 1, (sentence, found)
    unit = f" {found[0].unit}" if kind is Kind.AMOUNT else ""
    return found[0].value_text + unit


def grouped(whole: int, mark: str) -> str:
    return f"{whole:,}".replace(",", mark)


@st.composite
def amounts(draw):
    """A sum of money as it may be written, and its value."""
    whole, cents = draw(st.integers(4, 999_999_999)), draw(st.integers(0, 99))
    style = draw(st.sampled_from(["plain", "blank", "point", "comma", "quote", "whole", "millions", "thousands"]))
    unit, code = draw(
        st.sampled_from([("лв.", "BGN"), ("лв", "BGN"), ("лева", "BGN"), ("евро", "EUR"), ("€", "EUR"), ("EUR", "EUR")])
    )
    gap = draw(st.one_of(SPACES, st.just(""))) if style not in ("millions", "thousands") else draw(SPACES)
    if style == "plain":
        text, value = f"{whole}{draw(st.sampled_from('.,'))}{cents:02}", Decimal(whole) + Decimal(cents) / 100
    elif style == "blank":
        text = f"{grouped(whole, draw(SPACES))}{draw(st.sampled_from('.,'))}{cents:02}"
        value = Decimal(whole) + Decimal(cents) / 100
    elif style in ("point", "comma"):
        mark, decimal = (".", ",") if style == "point" else (",", ".")
        text, value = f"{grouped(whole, mark)}{decimal}{cents:02}", Decimal(whole) + Decimal(cents) / 100
    elif style == "quote":
        text, value = grouped(whole, "'"), Decimal(whole)
    elif style == "whole":
        text, value = grouped(whole, draw(SPACES)), Decimal(whole)
    else:
        name, factor = ("млн.", 10**6) if style == "millions" else ("хил.", 1000)
        number = Decimal(draw(st.integers(11, 9999))) / 10
        text, value = f"{number}".replace(".", ",") + " " + name, number * factor
    if style == "plain" and 1900 < whole < 2100:
        assume(False)
    before = draw(st.booleans()) and unit in ("€", "EUR") and style not in ("millions", "thousands")
    return (f"{unit} {text}" if before else f"{text}{gap}{unit}"), f"{value:.2f} {code}"


@st.composite
def days(draw):
    """A date as it may be written, and its value at the precision of the words."""
    day = draw(st.dates(date(2007, 1, 1), date(2030, 12, 31)))
    month = MONTHS[day.month - 1]
    ending = draw(st.sampled_from([" г.", "г.", "", " год.", " година"]))
    style = draw(
        st.sampled_from(["points", "short", "slashes", "named", "ordinal", "roman", "month", "iso", "quarter"])
    )
    if style == "points":
        return f"{day:%d.%m.%Y}{ending}", day.isoformat()
    if style == "short":
        return f"{day.day}.{day.month}.{day.year}{ending}", day.isoformat()
    if style == "slashes":
        return f"{day:%d/%m/%Y}{ending}", day.isoformat()
    if style == "named":
        return f"{day.day} {month} {day.year}{ending}", day.isoformat()
    if style == "ordinal":
        return f"{day.day}-ти {month} {day.year}{ending}", day.isoformat()
    if style == "roman":
        return f"{day.day:02}.{ROMAN[day.month - 1]}.{day.year}{ending}", day.isoformat()
    if style == "month":
        return f"м. {month} {day.year}{ending}", f"{day:%Y-%m}"
    if style == "iso":
        return day.isoformat(), day.isoformat()
    quarter = (day.month - 1) // 3 + 1
    return f"{ROMAN[quarter - 1]} тримесечие на {day.year}{ending}", f"{day.year}-Q{quarter}"


@settings(max_examples=400, deadline=None)
@given(amounts(), st.sampled_from(AMOUNT_CARRIERS))
def test_an_amount_is_read_back(amount, carrier):
    text, value = amount
    assert read_one(Kind.AMOUNT, carrier.format(text)) == value


@settings(max_examples=400, deadline=None)
@given(days(), st.sampled_from(DATE_CARRIERS))
def test_a_date_is_read_back(day, carrier):
    text, value = day
    assert read_one(Kind.DATE, carrier.format(text)) == value


@settings(max_examples=300, deadline=None)
@given(
    st.integers(2, 99_999),
    st.sampled_from(sorted(NOUNS)),
    st.sampled_from(HEAD_CARRIERS),
    st.sampled_from(["{} {}", "{} нови {}", "{}-те {}", "{} бр. {}"]),
)
def test_a_headcount_is_read_back(number, noun, carrier, style):
    figures = [
        one
        for one in extract(f"Проект № {ID}. {carrier.format(style.format(number, noun))}")
        if one.kind is Kind.HEADCOUNT
    ]
    assert [(one.value_text, one.role) for one in figures] == [(str(number), NOUNS[noun])]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 60), st.sampled_from([("месеца", "M"), ("седмици", "W"), ("дни", "D"), ("години", "Y")]),
    st.sampled_from(LENGTH_CARRIERS),
)  # fmt: skip
def test_a_duration_is_read_back(number, unit, carrier):
    name, sign = unit
    assert read_one(Kind.DURATION, carrier.format(f"{number} {name}")) == f"P{number}{sign}"


LOOK_ALIKES = str.maketrans("ABEKMHOPCTX", "АВЕКМНОРСТХ")


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 9999),
    st.integers(1, 99),
    st.sampled_from(["-", "–", "—", " - ", "- "]),
    st.booleans(),
    st.sampled_from(["Проект № {} се изпълнява.", "по „{}“", "({})", "договор № {}/17.10.2017 г."]),
)
def test_a_projects_number_is_read_back_and_what_was_repaired_is_told(ordinal, version, dash, cyrillic, carrier):
    value = f"BG05M9OP001-2.040-{ordinal:04}-C{version:02}"
    written = value.replace("-", dash)
    if cyrillic:
        written = written[:2] + written[2:].translate(LOOK_ALIKES)
    (one,) = [figure for figure in extract(carrier.format(written)) if figure.kind is Kind.PROJECT_ID]
    assert (one.value_text, one.quote) == (value, written)
    assert one.attributes.repaired == (written != value)
    assert isinstance(one.value, ProjectCode)
    assert (one.value.ordinal, one.value.version) == (f"{ordinal:04}", version)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_folding_never_changes_a_length(text):
    whole = canonical(text)
    assert len(shadow(whole)) == len(whole)
    assert canonical(whole) == whole


#: Paragraphs that tell their own years, units and currency.
CLOSED = (
    f"Проект № {ID} „Грижа“ е на обща стойност 498 248,45 лв. с безвъзмездна помощ от 423 511,18 лв.",
    "Договорът е подписан на 12.03.2019 г., а дейностите приключват на 12.09.2021 г.",
    "Назначени са 20 лични асистенти и 6 социални асистенти, които обслужват над 76 потребители.",
    "Срокът за изпълнение на проекта е 22 месеца.",
    "На 5 май 2020 г. се проведе пресконференция с 45 участници.",
    "За обзавеждане са изплатени 12 400 евро, приблизително 24 252,29 лв. с ДДС.",
    "Подадени бяха 130 заявления, а капацитетът на центъра е 30 места.",
    "С решение № 14 от 03.02.2018 г. Общинският съвет одобри собствен принос от 15 000 лв.",
)


@settings(max_examples=120, deadline=None)
@given(st.permutations(CLOSED), st.integers(2, len(CLOSED)))
def test_paragraphs_together_give_what_each_gives_alone(paragraphs, count):
    """Kind, value, bound and quote; roles and projects may use their neighbours."""

    def told(text: str) -> list[tuple[str, str, str, str]]:
        # A heading says whose figures they are: without it a paragraph about nothing funded would have none.
        found = extract(f"Проект № {ID}\n\n{text}")
        return [(str(one.kind), one.value_text, str(one.bound), one.quote) for one in found[1:]]

    chosen = paragraphs[:count]
    alone = [row for one in chosen for row in told(one)]
    assert told("\n\n".join(chosen)) == alone


@pytest.mark.parametrize(
    "piece", ["7", "1.", '"„', "BG05M9OP001-", "((", "BG-", "12 345 ", "1/", "[[", "лв. ", "до 1 "]
)
def test_a_million_characters_take_time_in_proportion(piece):
    """No pattern goes back over what it has read: five times the text takes about five times as long."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        extract(text)
        return time.process_time() - begun

    seconds(2_000)
    small, large = min(seconds(200_000) for _ in range(2)), seconds(1_000_000)
    assert large < 5 * 2.5 * small + 1
