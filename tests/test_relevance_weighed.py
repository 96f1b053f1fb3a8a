"""Texts that say much of what projects say and are none, and the shares of the words."""

import pytest

from corpus.gold import documents
from extractors import extract
from extractors.read_text import read_text
from extractors.reading import read_over
from extractors.relevance_weighed import FUNDED, MODEL, features, likely
from extractors.weights import weights

TIMETABLE = """Лятно разписание на автобусите

От 15 юни до 15 септември автобусите до плажа тръгват на всеки час. Билетът струва 2,50 лв., а картата за
десет пътувания – 20 лв. Учениците и пенсионерите пътуват с намаление. Последният курс до гарата е в 21,10 ч.,
в неделя – в 22,30 ч. Превозът се изпълнява по договор от 2016 г. с местна транспортна фирма. За
нерентабилните линии общината получава субсидия от държавата, а фирмата отчита пробега до пето число. Ако в
автобуса се качват по-малко от 8 пътници, курсът отпада и пътниците изчакват следващия. Багаж до 20 кг се вози
без пари, кучета – само в клетка. За изгубени вещи питайте шофьора или на касата на автогарата. Жителите на
кв. „Изток“ искат автобусът да спира и пред пощата."""


def test_a_timetable_that_names_a_subsidy_has_no_figures():
    assert extract(TIMETABLE) == []


def test_what_is_weighed_at_once_is_what_was_learned():
    model = weights()[MODEL]
    reading = read_over(read_text(TIMETABLE))
    learned = model.weigh(features(reading.words.texts))[model.roles.index(FUNDED)]
    assert likely(reading, model) == pytest.approx(learned, abs=0.02)


def test_texts_without_figures_that_were_written_to_tempt_have_none():
    tempting = [one for one in documents("dev") if one.negative]
    assert len(tempting) > 150
    assert [one.id for one in tempting if extract(one.text, one.published)] == []
