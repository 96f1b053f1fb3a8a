"""Identifiers in running text, as the reference table and the sentences of the cases have them."""

import csv
from pathlib import Path

import pytest

from extractors.canonical import shadow
from extractors.identifiers import find_identifiers, find_numbers
from models.codes import ProcedureCode, ProjectCode

TABLE = Path(__file__).parent / "cases" / "identifiers.csv"


def found_in(text: str) -> list[list[str]]:
    rows = []
    low = shadow(text)
    every = sorted([*find_identifiers(text, low), *find_numbers(text, low)], key=lambda one: one.start)
    for one in every:
        if one.code is not None:
            done = "damaged" if one.code.damaged else "repaired" if one.repaired else ""
            rows.append([text[one.start : one.end], one.code.text, done])
    return rows


def test_identifiers(case):
    assert found_in(case["text"]) == case["found"]


@pytest.mark.parametrize("row", list(csv.DictReader(TABLE.open(encoding="utf-8"))), ids=lambda row: row["raw"])
@pytest.mark.parametrize("carrier", ["{}", "Проект № {} се изпълнява.", "по „{}“, край", "({})"])
def test_identifiers_as_really_written(row, carrier):
    text = carrier.format(row["raw"])
    if row["scheme"] == "fsz":
        text += " Фонд „Социална закрила“"
    codes = [one.code for one in find_identifiers(text, shadow(text)) if one.code]
    if not row["value"]:
        assert codes == []
        return
    (code,) = codes
    assert code.text == row["value"]
    assert isinstance(code, ProjectCode if row["figure"] == "project_id" else ProcedureCode)
    assert (code.scheme, code.damaged) == (row["scheme"], row["damaged"] == "yes")
    assert (code.programme or "") == row["programme"]
    if isinstance(code, ProjectCode):
        assert (code.procedure or "") == row["procedure"]
        assert (code.ordinal or "") == row["ordinal"]
        assert str(code.version or "") == row["version"]
        assert (code.leg or "") == row["leg"]
