"""Codes in their canonical form are read with their parts, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import ProcedureCode, ProjectCode, match_code, strip_contract
from models.folding import fold_code


def test_codes(case):
    """cases/codes.toml: forms that are in use."""
    type_ = ProjectCode if case["kind"] == "project_id" else ProcedureCode
    code = type_.parse(case["text"])
    assert str(code) == case["text"]
    parts = ("scheme", "programme", "procedure", "ordinal", "version", "leg")
    found = {name: getattr(code, name, None) for name in parts}
    assert found == {name: case.get(name) for name in parts}
    other = ProcedureCode if type_ is ProjectCode else ProjectCode
    with pytest.raises(ValueError, match="code"):
        other.parse(case["text"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BG",
        "BG05M9OP001",  # a programme
        "2014BG05M9OP001",  # its CCI number
        "BG16FFPR003-1.001-Q005",  # a question
        "BG16RFOP001-1.001-039",  # a range of calls
        "BG05M9\u041eP001-2.002",  # a Cyrillic О is not canonical
        "BG05M9OP001 - 2.002",
        "bg05m9op001-2.002",
        "BG414",  # NUTS
        "BG0000214",  # Natura
        "BG80BNBG96611020345678",  # IBAN
        "BG000505910",  # VAT
        "BG05M9OP001-2.002-0193-C001-",
        "BG05M9OP001-2.002-019399",
    ],
)
def test_what_is_no_code(text: str):
    for type_ in (ProjectCode, ProcedureCode):
        with pytest.raises(ValueError, match="code"):
            type_.parse(text)


def test_versions_and_legs_of_one_project_compare_equal():
    one = ProjectCode.parse("BG05M9OP001-2.018-0024-2014BG05M2OP001")
    two = ProjectCode.parse("BG05M9OP001-2.018-0024-C02")
    assert one.project == two.project == strip_contract("BG05M9OP001-2.018-0024") == "BG05M9OP001-2.018-0024"


def test_a_code_is_read_at_its_place_and_as_far_as_it_goes():
    text = "по BG05M9OP001-2.002-0193-C001, сключен"
    assert str(match_code(text, 3)) == "BG05M9OP001-2.002-0193-C001"
    assert match_code(text, 4) is None


@given(st.from_regex(r"BG05M9OP001-[1-9]\.\d{3}-\d{4}(-C\d{3})?", fullmatch=True))
def test_every_code_reads_back_what_it_writes(text: str):
    code = ProjectCode.parse(text)
    assert ProjectCode.parse(str(code)) == code
    assert code.procedure == text[:17]
    assert code.project == text[:22]
    assert match_code(strip_contract(text)) == ProjectCode.parse(code.project)


@pytest.mark.parametrize(
    "typed",
    ["bg05m9op001-2.002-0193", "BG05M9\u041eP001\u20132.002\u20130193", "\u0411\u041305M9OP001 - 2.002 - 0193",
     " BG05\u041c9OP001\u00a0-2.002-0193 "],
)  # fmt: skip
def test_a_code_as_people_type_it_folds_to_one(typed: str):
    assert fold_code(typed) == "BG05M9OP001-2.002-0193"
