"""Municipalities and programmes are complete, and found by the names people use."""

import re
from importlib import resources

import pytest

from models.codes import ProjectCode
from models.reference import (
    municipalities,
    municipalities_named,
    municipality,
    municipality_name,
    programme_of,
    programmes,
    programmes_named,
    read_table,
)

README = resources.files("models.reference").joinpath("README.md").read_text("utf-8")


def test_there_are_265_municipalities_in_28_districts():
    found = municipalities()
    assert len(found) == len({one.code for one in found}) == len({one.eik for one in found}) == 265
    assert len({one.district for one in found}) == len({one.nuts3 for one in found}) == 28


@pytest.mark.parametrize("one", municipalities(), ids=lambda one: one.code)
def test_a_municipality_has_right_numbers(one):
    assert re.fullmatch(r"[A-Z]{3}\d\d", one.code)
    assert re.fullmatch(r"\d{5}", one.seat_ekatte)
    digits = [int(digit) for digit in one.eik]
    check = sum(digit * weight for weight, digit in enumerate(digits[:8], 1)) % 11
    if check == 10:
        check = sum(digit * weight for weight, digit in enumerate(digits[:8], 3)) % 11 % 10
    assert digits[8] == check
    assert one.website is None or re.fullmatch(r"https?://[\w.-]+/?", one.website)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Кубрат", ["RAZ16"]),
        ("община кубрат", ["RAZ16"]),
        ("KUBRAT", ["RAZ16"]),
        ("Бяла", ["RSE04", "VAR05"]),
        ("София", ["SOF46"]),
        ("Столична община", ["SOF46"]),
        ("Добрич", ["DOB28"]),
        ("Добрич-селска", ["DOB15"]),
        ("Търново", []),
        ("", []),
    ],
)
def test_municipalities_by_name(name: str, codes: list[str]):
    assert [one.code for one in municipalities_named(name)] == codes


def test_municipalities_by_code():
    assert municipality_name("RAZ16") == "Кубрат"
    assert municipality("raz16").nuts3 == "BG324"
    assert municipality("XXX99") is municipality_name("XXX99") is None


def test_programmes_by_the_letters_of_their_codes():
    found = programme_of("BG05M9OP001")
    assert found.name == "Развитие на човешките ресурси"
    assert found.funds == ("ESF", "YEI")
    assert programme_of("2014BG05M9OP001") is found
    assert programme_of("BG-RRP").abbreviations == ("НПВУ", "ПВУ")
    assert programme_of("BG99") is None


def test_an_abbreviation_may_mean_two_programmes():
    assert [one.period for one in programmes_named("опрр")] == ["2007-2013", "2014-2020"]


def test_programmes_have_codes_of_their_own():
    assert len({one.code for one in programmes()}) == len(programmes()) == 79


@pytest.mark.parametrize(
    "text", ["BG05M9OP001-2.002-0003", "BG16RFOP001-1.001-0042", "BG-RRP-4.023-0079", "BGLD-1.001-0001"]
)
def test_a_project_leads_to_its_programme(text: str):
    assert programme_of(ProjectCode.parse(text).programme) is not None


@pytest.mark.parametrize("name", ["municipalities.csv", "programmes.csv"])
def test_every_column_is_explained(name: str):
    section = README.split(f"## {name}")[1].split("\n## ")[0]
    for column in read_table(name)[0]:
        assert f"`{column}`" in section, column


@pytest.mark.parametrize("name", ["lemmas.csv", "endings.csv", "latin.csv", "abbreviations.csv"])
def test_search_tables_are_explained_and_have_whole_rows(name: str):
    assert f"`{name}`" in README
    rows = read_table(name)
    assert all(None not in row and None not in row.values() for row in rows)
    assert len({tuple(row.values()) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", ["municipalities.csv", "programmes.csv"])
def test_tables_have_whole_rows(name: str):
    assert all(None not in row and None not in row.values() for row in read_table(name))
