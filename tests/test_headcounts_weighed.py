"""Numbers without a noun that count people by all that stands around them, and those that count something else."""

import pytest

from extractors import extract
from extractors.headcounts import find_headcounts
from extractors.headcounts_weighed import MODEL
from extractors.read_text import read_text
from extractors.reading import read_over
from extractors.weights import weights
from models.vocabulary import Kind

HEAD = "Община Кубрат изпълнява проект „Грижа“ по ОПРЧР. "


def counts(text):
    return {one.quote: one for one in extract(HEAD + text) if one.kind is Kind.HEADCOUNT}


def test_places_behind_a_count_are_counts_and_say_why():
    found = counts("Проектът помага на 120 души. В града са 85, в Тетово – 35, а догодина ще бъдат 150.")
    assert list(found) == ["120 души", "85", "35", "150"]
    weighed = found["35"]
    assert weighed.rule == "people weighed"
    assert weighed.confidence < 1
    assert any("speaks for a count of people" in reason for reason in weighed.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "Работят 12 лични асистенти. Купени са 3 печки и 14 маси. Площта е 230.",
        "Наети са 8 санитари. Сградата е на 2 етажа, с 16 стаи, на ул. „Дунав“ № 40.",
        "Проектът помага на 120 души. Точка 3 от протокола беше приета с 14 гласа.",
    ],
)
def test_things_beside_people_are_no_people(text):
    assert len(counts(text)) == 1


def test_nobody_counted_means_that_nothing_is_understood():
    reading = read_over(read_text("В града са 85, в Тетово – 35, а догодина ще бъдат 150."))
    assert find_headcounts(reading, set(), weights()[MODEL]) == []


def test_without_weights_only_the_rules_speak():
    text = HEAD + "Проектът помага на 120 души. В града са 85, в Тетово – 35, а догодина ще бъдат 150."
    ruled = find_headcounts(read_over(read_text(text)), set())
    weighed = find_headcounts(read_over(read_text(text)), set(), weights()[MODEL])
    assert {one.start for one in ruled} < {one.start for one in weighed}
