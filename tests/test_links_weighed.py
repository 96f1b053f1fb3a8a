"""Parts and subsets of greater values, by all that stands around the two."""

import pytest

from extractors import extract
from models.vocabulary import Kind

HEAD = "Община Кубрат изпълнява проект „Грижа“ по ОПРЧР. "


def links(text, kind):
    figures = [one for one in extract(HEAD + text) if one.kind is kind]
    quotes = {one.start: one.quote for one in figures}
    return {
        one.quote: (name, quotes[at])
        for one in figures
        for name in ("part_of", "subset_of")
        if (at := getattr(one.attributes, name)) is not None
    }


def test_the_sources_of_a_sum_are_its_parts():
    text = "Бюджетът е 120 000 лв., от които 102 000 лв. са от ЕСФ, а 18 000 лв. – национално съфинансиране."
    assert links(text, Kind.AMOUNT) == {
        "102 000 лв.": ("part_of", "120 000 лв."),
        "18 000 лв.": ("part_of", "120 000 лв."),
    }


def test_people_by_post_are_parts_of_all_and_some_of_them_a_subset():
    text = "Наети са 36 души: 20 лични асистенти и 16 домашни помощници. Услугата ползват 80 души, от които 12 деца."
    found = links(text, Kind.HEADCOUNT)
    assert found["20 лични асистенти"] == found["16 домашни помощници"] == ("part_of", "36 души")
    assert found["12 деца"] == ("subset_of", "80 души")


@pytest.mark.parametrize(
    "text",
    [
        "Общата стойност е 120 000 лв. Заплатата на асистента е 640 лв.",
        "Договорът с „Строй“ ООД е за 50 000 лв. Общината подкрепя и фестивал с 3 000 лв.",
    ],
)
def test_a_smaller_sum_is_not_therefore_a_part(text):
    assert links(text, Kind.AMOUNT) == {}


def test_a_link_says_how_sure_it_is():
    text = HEAD + "Наети са 36 души: 20 лични асистенти и 16 домашни помощници."
    told = next(one for one in extract(text) if one.quote == "20 лични асистенти")
    assert any(reason.startswith("part_of the value at") for reason in told.reasons)
