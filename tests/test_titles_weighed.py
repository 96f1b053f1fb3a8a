"""Names in quotes: a project's by the words around it, or a school's, a company's, a programme's."""

import pytest

from extractors import extract
from extractors.titles_weighed import names


def project_of(text):
    found = [one.project for one in extract(text) if one.project]
    return max(set(found), key=found.count) if found else None


def test_a_name_with_a_name_inside_is_taken_whole():
    text = 'проект „Изграждане на ДГ „Щурче“, гр. Омуртаг“ и „Топла градина“, и "Нов дом"'
    assert [one.title for one in names(text)] == [
        "Изграждане на ДГ „Щурче“, гр. Омуртаг",
        "Топла градина",
        "Нов дом",
    ]


def test_figures_belong_to_the_project_whose_title_has_a_name_inside():
    text = (
        "Проектът „Изграждане на ДГ „Щурче“, гр. Омуртаг“ по ОПРР е на стойност 420 000 лв. и приключи на 5 май 2019 г."
    )
    assert project_of(text) == "Изграждане на ДГ „Щурче“, гр. Омуртаг"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "„Топла градина“ приключи на 5 май 2019 г. По ОПРР бяха отпуснати 420 000 лв. на „Топла градина“.",
            "Топла градина",
        ),
        (
            "По „Заедно на масата“ безплатен обяд получават 40 души. Парите, 120 000 лв., са от Програмата за храни.",
            "Заедно на масата",
        ),
    ],
)
def test_a_title_that_nothing_calls_a_project_is_known_by_what_is_said_of_it(text, title):
    assert project_of(text) == title


def test_schools_companies_and_programmes_are_no_projects():
    text = "В ДГ „Слънце“ фирма „Топ Строй“ ООД сменя дограмата с 42 000 лв. от „Красива България“ до 5 май 2019 г."
    assert project_of(text) is None
