"""Search finds every form of a word, pieces of codes and figures in a span, and shows the sentence, masked."""

from dataclasses import replace
from datetime import date

import pytest
from announcements import ANNOUNCEMENTS, CODE, LINKER, Announcement, fill

from models.database import Database
from models.document import Block, BlockKind, Document
from models.lemmas import index_words, query_words
from models.passages import announced_title, passage
from models.records import Link, Project
from models.search import Filters, Result, find
from models.store import find_projects, get_document, list_documents, put_links
from models.vocabulary import Kind, Phase, Stage
from web.inquiry import read_inquiry


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


@pytest.mark.parametrize("sign", ["\x00", "\ud800"], ids=ascii)
def test_signs_that_no_database_holds_find_nothing_and_break_nothing(filled: Database, sign: str):
    with filled.reading() as session:
        assert find_projects(session, sign) == []
        assert [one.name for one in find_projects(session, f"9001{sign}")] == [CODE]
    assert names(filled, f"9001{sign}") == [CODE]
    inquiry = read_inquiry({"site": f"radomir{sign}", "procedure": sign})
    assert dict(inquiry.fields)["site"] == "radomir"
    assert len(names(filled, "", inquiry.filters)) == 1
    assert len(names(filled, "", Filters(procedure=f"BG05M9OP001-2.002{sign}"))) == 1


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


ROWS = (
    ("1 Личен асистент – нови възможности BG05M9OP001-2.002-9101 за 146 380,00 лв.", "BG05M9OP001-2.002-9101"),
    ("2 Зелен бряг на Дунав BG05M9OP001-2.002-9102 за 228 400,45 лв.", "BG05M9OP001-2.002-9102"),
    ("3 Топъл обяд BG05M9OP001-2.002-9103 за 178 200,00 лв.", "BG05M9OP001-2.002-9103"),
)


def put_list(database: Database, rows: tuple[tuple[str, str], ...] = ROWS, title: str = "Списък с проекти") -> None:
    """Put a document in whose every paragraph speaks of a project of its own."""
    fill(database)
    text = "\n".join([title, *(row for row, _ in rows)])
    figures = tuple(("project_id", "project_id", code, None, code) for _, code in rows)
    listed = Announcement("radomir", "spisak", title, date(2025, 4, 10), Phase.PROGRESS, text, figures, None)
    fill(database, (listed,))
    with database.writing() as session:
        documents = [get_document(session, key) for key in list_documents(session)]
        (key,) = [one.key for one in documents if one and one.is_current and one.document.title == title]
        links = [Link(place, Project.coded(code, "PER36")) for place, (_, code) in enumerate(rows)]
        put_links(session, key, links, LINKER)


def test_a_list_of_projects_answers_with_the_rows_that_say_the_word(any_database: Database):
    put_list(any_database)
    assert names(any_database, "асистентите") == ["BG05M9OP001-2.002-9101", CODE]
    assert names(any_database, "asistent възможност") == ["BG05M9OP001-2.002-9101"]
    assert names(any_database, "дунав бря*") == ["BG05M9OP001-2.002-9102"]
    assert names(any_database, "асистент дунав") == []
    assert names(any_database, "Радомир обяд") == ["BG05M9OP001-2.002-9103"]
    assert names(any_database, "9102") == ["BG05M9OP001-2.002-9102"]
    assert names(any_database, "100%") == names(any_database, "9_0") == []


def test_the_title_of_a_list_speaks_of_all_its_projects(any_database: Database):
    put_list(any_database)
    assert len(names(any_database, "списъци")) == 3


def test_a_list_that_was_read_anew_is_found_by_its_new_rows(any_database: Database):
    put_list(any_database)
    put_list(any_database, ((ROWS[0][0].replace("асистент", "помощник"), ROWS[0][1]), *ROWS[1:]))
    assert names(any_database, "асистент") == [CODE]
    assert names(any_database, "помощници") == ["BG05M9OP001-2.002-9101"]
    put_list(any_database, ROWS[1:2])
    assert names(any_database, "дунав") == ["BG05M9OP001-2.002-9102"]


def test_sentences_that_say_more_of_the_words_come_first(filled: Database):
    def first(words: str) -> str:
        return search(filled, words)[0].figures[0].passage.text

    assert first("лични асистенти") == "Ще бъдат наети 20 лични асистенти."
    assert first("лич*") == "Ще бъдат наети 20 лични асистенти."
    assert first("домакинства") == "Работиха асистентите на 76 домакинства."


def test_the_title_of_a_list_is_no_projects_title():
    text = "Списък с проекти\n1 | Топъл обяд | 178 200,00 лв.\nПроектът „Зелен бряг“ е за 5 000 лв."
    row, prose = text.index("1 |"), text.index("Проектът")
    blocks = (
        Block(BlockKind.HEADING, 0, row - 1),
        Block(BlockKind.TABLE_ROW, row, prose - 1),
        Block(BlockKind.PARAGRAPH, prose, len(text)),
    )
    document = Document(text, blocks=blocks, title="Списък с проекти")
    listed, told = ((text.index(quote), text.index(quote) + len(quote)) for quote in ("178 200,00 лв.", "5 000 лв."))
    assert announced_title(document, [listed]) is None
    assert announced_title(document, [told]) == "Списък с проекти"
    assert announced_title(document, [listed, told]) == "Списък с проекти"
