"""Search finds every form of a word, pieces of codes and figures in a span, and shows the sentence, masked."""

from dataclasses import replace
from datetime import date

import pytest
from announcements import ANNOUNCEMENTS, CODE, fill

from models.database import Database
from models.lemmas import index_words, query_words
from models.passages import passage
from models.search import Filters, Result, find
from models.vocabulary import Kind, Stage


@pytest.fixture
def filled(any_database: Database) -> Database:
    fill(any_database)
    return any_database


def search(database: Database, words: str, filters: Filters | None = None) -> list[Result]:
    with database.reading() as session:
        return list(find(session, words, filters).results)


def names(database: Database, words: str, filters: Filters | None = None) -> list[str | None]:
    return [result.name or result.title for result in search(database, words, filters)]


def test_lemmas(case):
    """cases/search.toml: what is written finds what is asked."""
    lemmas = set(index_words(case["text"]))
    asked = [lemmas.isdisjoint(query_words(word)) for word in case["asked"].split()]
    assert (not any(asked)) is case["found"]


def test_asistent_finds_what_says_asistentite(filled: Database):
    assert names(filled, "асистент") == [CODE]
    (result,) = search(filled, "асистент")
    assert [one.passage.text for one in result.figures][:2] == [
        "Работиха асистентите на 76 домакинства.",
        "Ще бъдат наети 20 лични асистенти.",
    ]


SIGNS = ('"', "'", "(", ")", "*", "a*b", "AND", "OR NOT", "NEAR(асистент, 5)", "title:x", "- -", "^", "{}", "\\")
MORE_SIGNS = (
    "';--",
    "%",
    "_",
    "a'b",
    "|",
    "&",
    "!",
    "<->",
    ":*",
    "½ ²",
    "\U0001f600",
    "\x00",
    "\ud800",
    "а" * 5000,
    "\u0301",
)


@pytest.mark.parametrize("words", SIGNS + MORE_SIGNS, ids=ascii)
def test_no_words_are_bad_syntax(filled: Database, words: str):
    with filled.reading() as session:
        assert find(session, words).total >= 0
        assert find(session, f"асистент {words}").total >= 0


def test_signs_alone_find_nothing_and_no_words_leave_it_to_the_filters(filled: Database):
    assert search(filled, "*") == []
    assert len(search(filled, "")) == 3


def test_filters(filled: Database):
    def asked(**filters: object) -> list[str | None]:
        return names(filled, "", Filters(**filters))  # type: ignore[arg-type]

    ulici = next(name for name in asked(municipality="PER36") if name)
    assert ulici.startswith("per36-")
    assert asked(procedure="BG05M9OP001-2.002") == [CODE]
    assert asked(programme="BG05M9OP001") == [CODE]
    assert asked(programme="BG16RFOP001") == []
    assert asked(source="radomir") == [ulici]
    assert asked(kind=Kind.HEADCOUNT) == [CODE]
    assert asked(role="contract_value") == [ulici]
    assert asked(stage=Stage.PLANNED) == [CODE, ulici]
    assert asked(stage=Stage.REPORTED, kind=Kind.AMOUNT) == [CODE]
    assert asked(published_from=date(2024, 1, 1), published_to=date(2024, 8, 1)) == ["=Обзор на седмицата"]


def test_amounts_compare_in_euro_and_dates_by_overlap(filled: Database):
    def asked(**filters: object) -> list[str | None]:
        return [one.name for one in search(filled, "", Filters(**filters)) if one.name]  # type: ignore[arg-type]

    # 499 106,04 лв. are 255 188,87 евро
    assert asked(amount_from=25518887, amount_to=25518887) == [CODE]
    assert asked(amount_from=25518888) == []
    assert len(asked(amount_to=12000000)) == 1
    assert asked(date_from=date(2024, 9, 1), date_to=date(2024, 9, 1)) == [CODE]
    assert asked(date_from=date(2024, 9, 2)) == []
    # both: the project has an amount in one span and a date in the other
    assert asked(date_from=date(2024, 8, 1), amount_from=25000000) == [CODE]
    assert asked(date_from=date(2024, 8, 1), amount_from=99999999) == []


def test_a_result_tells_where_it_comes_from(filled: Database):
    (result,) = search(filled, "20 лични асистенти")
    figure = next(one for one in result.figures if one.figure.figure.role == "personal_assistants")
    assert result.title == "Грижа у дома"
    assert result.municipality == "RAZ16"
    assert figure.title == "Стартира проект „Грижа у дома“"
    assert figure.address == "https://kubrat.test/novini/start"
    assert figure.published == date(2023, 3, 1)
    assert figure.stage is Stage.PLANNED
    assert figure.passage.text[figure.passage.start : figure.passage.end] == figure.figure.figure.quote


def test_personal_numbers_are_covered(filled: Database):
    (result,) = search(filled, "договор улици")
    shown = repr(result)
    assert "120 000 евро" in shown
    assert "7501010010" not in shown
    assert "BNBG" not in shown


@pytest.mark.parametrize("words", ["7501010010", "BG80 BNBG 9661 1020 3456 78", "9661"])
def test_nobody_can_look_for_a_personal_number(filled: Database, words: str):
    assert search(filled, words) == []


def test_pages_of_an_answer_do_not_overlap(filled: Database):
    with filled.reading() as session:
        pages = [find(session, "", limit=1, offset=offset) for offset in range(4)]
    assert [page.total for page in pages] == [3, 3, 3, 3]
    assert len({page.results[0].document for page in pages[:3]}) == 3
    assert pages[3].results == ()


def test_a_page_that_changed_is_found_by_its_new_words_alone(filled: Database):
    old = ANNOUNCEMENTS[3]
    fill(filled, (replace(old, text="=Обзор на седмицата\nОткриха читалище на 4 януари 2024 г."),))
    assert names(filled, "пресконференция") == []
    assert names(filled, "читалища") == ["=Обзор на седмицата"]


@pytest.mark.parametrize(
    ("text", "quote", "shown"),
    [
        ("Първо изречение тук. Платени са 5 лв. на хората. Край на всичко.", "5 лв.", "Платени са 5 лв. на хората."),
        ("В гр. Кубрат от 5 май 2024 г. Община Кубрат работи.", "5 май 2024", None),
        ("Дълго " * 100 + "стана 7 души" + " и още" * 100, "7 души", "…"),
    ],
)
def test_a_passage_is_the_sentence(text: str, quote: str, shown: str | None):
    start = text.index(quote)
    found = passage(text, (), start, start + len(quote))
    assert found.text[found.start : found.end] == quote
    assert text[found.offset : found.offset + len(found.text)] == found.text
    if shown == "…":
        assert len(found.text) < 500
    else:
        assert found.text == (shown or text)
