from datetime import datetime

import pytest
from pages import SENTENCES, page

from extractors.canonical import canonical
from extractors.css import Selectors
from extractors.reader import read
from models.document import BlockKind, Zone

FETCHED = datetime(2022, 5, 10, 9, 0)


def texts(document, zone):
    return [document.text[one.start : one.end] for one in document.blocks if one.zone is zone]


def table(html):
    """Rows of a table as (kind, [(cell, headers)])."""
    (document,) = read(page(f"<p>{SENTENCES[0]}</p>{html}"))
    rows = [block for block in document.blocks if block.cells]
    return [(row.kind.value, [(document.text[one.start : one.end], one.headers) for one in row.cells]) for row in rows]


def test_page(case):
    data = page(case["html"], title="", head=case.get("head", ""))
    (document,) = read(data, address=case.get("address"), fetched=FETCHED)
    body = [block for block in document.blocks if block.zone is Zone.BODY]
    if "body" in case:
        assert texts(document, Zone.BODY) == case["body"]
    if "furniture" in case:
        assert texts(document, Zone.FURNITURE) == case["furniture"]
    if "kinds" in case:
        assert [block.kind.value for block in body] == case["kinds"]
    if "levels" in case:
        assert [block.level for block in body] == case["levels"]
    if "title" in case:
        assert document.title == case["title"]
    if "body" not in case and "title" not in case:
        found = (document.published.isoformat(), document.derived) if document.published else None
        assert found == ((case["day"], case.get("derived", False)) if "day" in case else None)
    elif "day" in case:
        assert document.published.isoformat() == case["day"]


def test_blocks_cover_the_text_and_furniture_comes_last():
    menu = "<nav><ul><li><a>Начало</a><li><a>Новини</a></ul></nav>"
    (document,) = read(page(f"{menu}<h1>Топла къща</h1><p>{SENTENCES[0]}</p><footer>тел. 0999/12 34 56</footer>{menu}"))
    assert canonical(document.text) == document.text
    zones = [block.zone for block in document.blocks]
    assert zones == sorted(zones, key=lambda zone: zone is Zone.FURNITURE)
    between = [document.text[a.end : b.start] for a, b in zip(document.blocks, document.blocks[1:], strict=False)]
    assert set(between) <= {"\n", "\n\n"}
    assert (
        document.text == "Топла къща\n\n" + SENTENCES[0] + "\n\nНачало\nНовини\n\nтел. 0999/12 34 56\n\nНачало\nНовини"
    )


def test_the_shown_stamp_stays_in_the_body_though_its_box_is_furniture():
    box = '<div class="toolbar">14.03.2019</div>'
    (document,) = read(page(f"<article><h1>Топла къща за хората</h1>{box}<p>{SENTENCES[0]}</p></article>"))
    assert document.published.isoformat() == "2019-03-14"
    assert "14.03.2019" in texts(document, Zone.BODY)


def test_a_table_knows_its_headers():
    html = (
        "<table><thead><tr><th>Проект</th><th>Стойност (лв.)</th></tr></thead>"
        "<tr><td>Топъл обяд</td><td>120 000</td></tr><tr><td>Грижа</td><td>499 106.04</td></tr></table>"
    )
    assert table(html) == [
        ("table_header", [("Проект", ()), ("Стойност (лв.)", ())]),
        ("table_row", [("Топъл обяд", ("Проект",)), ("120 000", ("Стойност (лв.)", "Топъл обяд"))]),
        ("table_row", [("Грижа", ("Проект",)), ("499 106.04", ("Стойност (лв.)", "Грижа"))]),
    ]


def test_labels_before_values():
    rows = "<tr><td>Обща стойност:</td><td>515 000 лв.</td></tr><tr><td>Срок</td><td>24 месеца</td></tr>"
    expected = [
        ("table_row", [("Обща стойност:", ()), ("515 000 лв.", ("Обща стойност:",))]),
        ("table_row", [("Срок", ()), ("24 месеца", ("Срок",))]),
    ]
    assert table(f"<table>{rows}</table>") == expected
    terms = "<dt>Обща стойност:<dd>515 000 лв.<dt>Срок<dd>24 месеца"
    assert table(f"<dl>{terms}</dl>") == expected


def test_two_columns_with_a_head_in_plain_cells():
    rows = "<tr><td>Показател</td><td>Стойност</td></tr><tr><td>Потребители</td><td>136 души</td></tr>"
    assert table(f"<table>{rows}</table>")[1] == (
        "table_row",
        [("Потребители", ("Показател",)), ("136 души", ("Стойност", "Потребители"))],
    )


def test_spans_of_rows_and_columns_are_resolved():
    html = (
        "<table><tr><th rowspan=2>Община</th><th colspan=2>Средства</th></tr><tr><th>ЕСФ</th><th>Общо</th></tr>"
        "<tr>"
        "<td rowspan=2>Дъбово</td><td>85 лв.</td><td>100 лв.</td></tr><tr><td>17 лв.</td><td>20 лв.</td></tr></table>"
    )
    rows = table(html)
    assert [kind for kind, _ in rows] == ["table_header", "table_header", "table_row", "table_row"]
    assert rows[2][1][2] == ("100 лв.", ("Общо", "Средства", "Дъбово"))
    assert rows[3][1] == [("17 лв.", ("ЕСФ", "Средства", "Дъбово")), ("20 лв.", ("Общо", "Средства", "Дъбово"))]


def test_a_row_across_the_table_names_the_rows_below():
    html = (
        "<table><tr><th>№</th><th>Проект</th><th>Сума</th></tr><tr><td colspan=3>Програма „Грижа“</td></tr>"
        "<tr><td>1</td><td>Топъл обяд</td><td>120 000 лв.</td></tr></table>"
    )
    assert table(html)[2][1][2] == ("120 000 лв.", ("Сума", "Топъл обяд", "Програма „Грижа“"))


def test_two_numbers_in_neighbouring_cells_stay_two():
    (document,) = read(page("<table><tr><th>А</th><th>Б</th></tr><tr><td>2</td><td>499 765</td></tr></table>"))
    assert "2\t499 765" in document.text


def test_every_cell_lies_at_its_offsets():
    html = "<table><tr><th>А<th>Б<tr><td>едно<br>две<td><p>три</p><p>четири</p><tr><td><td>пет</table>"
    (document,) = read(page(f"<p>{SENTENCES[0]}</p>{html}"))
    cells = [document.text[one.start : one.end] for block in document.blocks for one in block.cells]
    assert cells == ["А", "Б", "едно\nдве", "три\nчетири", "пет"]


YEAR_PAGE = page(
    '<nav>Новини</nav><div id="list">'
    f'<div class="item"><h3>Първа новина</h3><span class="d">12.03.2021</span><p>{SENTENCES[0]}</p></div>'
    f'<div class="item"><h3>Втора новина</h3><span class="d">15 април 2021 г.</span><p>{SENTENCES[1]}</p></div>'
    '<div class="item"> </div></div><footer>тел. 0999/12 34 56</footer>'
)


def test_a_year_page_is_split_into_its_items_by_the_recipe():
    documents = read(YEAR_PAGE, selectors=Selectors(items="#list > .item", title="h3", date=".d"))
    assert [(one.part, one.title, one.published.isoformat()) for one in documents] == [
        ("item-1", "Първа новина", "2021-03-12"),
        ("item-2", "Втора новина", "2021-04-15"),
    ]
    assert SENTENCES[1] not in documents[0].text
    assert documents[1].text == f"Втора новина\n\n15 април 2021 г.\n\n{SENTENCES[1]}"


def test_a_year_page_without_a_recipe_is_one_document():
    (document,) = read(YEAR_PAGE)
    assert document.part is None
    assert SENTENCES[0] in document.text
    assert SENTENCES[1] in document.text


def test_selectors_choose_article_title_and_day_and_remove():
    html = (
        f'<div class="a">Чуждо: {SENTENCES[2]}</div><div class="b"><h2>Не това</h2><h5>Заглавие на новината</h5>'
        f'<i class="when">3.4.2019</i><div class="ad">Реклама за 5 лв.</div><p>{SENTENCES[1]}</p></div>'
    )
    (document,) = read(page(html), selectors=Selectors(article=".b", title="h5", date=".when", remove=".ad"))
    assert document.title == "Заглавие на новината"
    assert document.published.isoformat() == "2019-04-03"
    assert texts(document, Zone.FURNITURE) == [f"Чуждо: {SENTENCES[2]}"]
    assert "Реклама" not in document.text
    assert SENTENCES[1] in texts(document, Zone.BODY)


def test_a_selector_that_matches_nothing_is_told_and_the_page_read_all_the_same():
    (document,) = read(page(f"<p>{SENTENCES[0]}</p>"), selectors=Selectors(article="article.news"))
    assert "article" in document.incomplete
    assert document.text == SENTENCES[0]


def test_a_selector_that_is_no_css_is_refused():
    with pytest.raises(ValueError, match="title"):
        Selectors(title="h1[").check()


def test_a_page_of_links_keeps_its_blocks_and_kinds():
    (document,) = read(page("<ul>" + "".join(f"<li><a href={n}>Новина {n}</a>" for n in range(5)) + "</ul>"))
    assert {block.kind for block in document.blocks} == {BlockKind.LIST_ITEM}
    assert document.text.split("\n") == [f"Новина {n}" for n in range(5)]


def test_chrome_inside_of_the_recipes_article_is_furniture_too():
    html = (
        f'<div class="sidebar-wrap"><div class="b"><h2>Топла къща</h2><p>{SENTENCES[1]}</p><p>Видяна: 5 пъти</p>'
        '<div class="share">Сподели 7</div><h4>Подобни новини</h4><p><a href=1>Нов автобус за 300 000 лв.</a></p>'
        "</div></div>"
    )
    (document,) = read(page(html), selectors=Selectors(article=".b"))
    assert texts(document, Zone.BODY) == ["Топла къща", SENTENCES[1]]


def test_a_column_of_percents_is_headed_and_a_name_with_a_code_heads_its_row():
    rows = table(
        "<table><tr><td>Показател<td>Цел<td>%<tr><td>„Аз мога“, BG05M2OP001-3.001-9168-C01<td>24<td>87,5"
        "<tr><td>BG05M2OP001-3.001-9169-C01<td>45<td>68,9</table>"
    )
    assert rows[0][0] == "table_header"
    assert rows[1][1][1] == ("24", ("Цел", "„Аз мога“, BG05M2OP001-3.001-9168-C01"))
    assert rows[2][1][1] == ("45", ("Цел",))
