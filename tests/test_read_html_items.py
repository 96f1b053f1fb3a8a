"""A year page without a recipe is cut at its date lines; what only looks like one is not."""

import pytest

from extractors import extract, read

PROSE = (
    "Общината изпълнява проект № {code} на стойност {sum} лв. по програма „Развитие на човешките ресурси“. "
    "Екипът посети вече всички села и ще продължи през есента с нови срещи по домовете, защото хората го искат."
)
DAYS = ["16.12.2021 г.", "12 октомври 2021 г.", "03.08.2021", "15.06.2021 г.", "07.05.2021 г."]
NEWS = [
    (day, f"Новина номер {word}", PROSE.format(code=f"BG05M9OP001-2.002-900{number}-C01", sum=f"{number}1 000"))
    for number, (day, word) in enumerate(zip(DAYS, ("едно", "две", "три", "четири", "пет"), strict=True), 1)
]


def page(items):
    return f"<html><head><title>Новини 2021</title></head><body><h1>Новини 2021</h1>{''.join(items)}</body></html>"


@pytest.mark.parametrize(
    "item",
    [
        "<div class=n><h3>{0}</h3><h4>{1}</h4><p>{2}</p></div>",
        "<p><b>{0}</b></p><h3>{1}</h3><p>{2}</p><hr>",
        "<article><h2>{1}</h2><span class=date>{0}</span><p>{2}</p></article>",
    ],
    ids=["divisions", "flat", "title first"],
)
def test_each_item_is_a_document_of_its_own(item):
    documents = read(page(item.format(*news) for news in NEWS).encode())
    assert [one.part for one in documents] == [f"item-{number}" for number in range(1, 6)]
    assert [one.published.isoformat() for one in documents] == [
        *("2021-12-16", "2021-10-12", "2021-08-03", "2021-06-15", "2021-05-07")
    ]
    for number, (document, news) in enumerate(zip(documents, NEWS, strict=True), 1):
        assert document.title == news[1]
        amounts = [one for one in extract(document) if one.kind == "amount"]
        assert [(one.value_text, one.project) for one in amounts] == [
            (f"{number}1000.00", f"BG05M9OP001-2.002-900{number}-C01")
        ]


@pytest.mark.parametrize(
    "body",
    [
        # Three items alone may be one article's dated sections.
        [f"<h3>{day}</h3><h4>{title}</h4><p>{text}</p>" for day, title, text in NEWS[:3]],
        # A chronicle: dates without headings.
        [f"<p>{day}</p><p>{text}</p>" for day, _, text in NEWS],
        # An article and the news that go with it.
        [f"<h2>Голямата новина</h2><p>10.12.2021</p><p>{' '.join(text for *_, text in NEWS * 3)}</p>"]
        + [f"<h4>{title}</h4><p>{day}</p><p>{text[:90]}</p>" for day, title, text in NEWS],
        # A list without words of its own.
        [f"<h4>{title}</h4><p>{day}</p><p>Прочети още</p>" for day, title, _ in NEWS],
    ],
    ids=["three", "chronicle", "article with others", "list"],
)
def test_what_is_one_announcement_stays_one(body):
    (document,) = read(page(body).encode())
    assert document.part is None
