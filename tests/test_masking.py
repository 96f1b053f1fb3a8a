"""Personal numbers are covered where they are shown, character for character; nothing else is."""

from dataclasses import replace

import pytest
from announcements import ULICI, fill
from hypothesis import given
from hypothesis import strategies as st

from models.database import Database
from models.masking import COVER, is_egn, is_iban, mask, mask_dossier, personal_numbers
from models.store import load_dossier


def test_masking(case):
    """cases/masking.toml: ``covered`` are the pieces that may not be seen."""
    shown = mask(case["text"])
    assert len(shown) == len(case["text"])
    covered = [case["text"][start:end] for start, end in sorted(set(personal_numbers(case["text"])))]
    assert covered == case["covered"]
    for piece in covered:
        assert piece not in shown
    rest = "".join(letter for letter in shown if letter != COVER)
    for piece in covered:
        assert piece not in rest


@given(st.text())
def test_a_masked_text_keeps_its_length_and_all_other_letters(text: str):
    shown = mask(text)
    assert len(shown) == len(text)
    assert all(one in (other, COVER) for one, other in zip(shown, text, strict=True))
    assert mask(shown) == shown


@given(st.dates(), st.integers(0, 999))
def test_every_egn_of_a_date_and_a_right_checksum_is_covered(day, serial: int):
    month = {18: 20, 19: 0, 20: 40}.get(day.year // 100)
    if month is None:
        return
    digits = f"{day.year % 100:02}{day.month + month:02}{day.day:02}{serial:03}"
    weights = (2, 4, 8, 5, 10, 9, 7, 3, 6)
    check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10
    assert is_egn(f"{digits}{check}")
    assert mask(f"лице {digits}{check}, живущо в Кубрат") == f"лице {COVER * 10}, живущо в Кубрат"
    assert not is_egn(f"{digits}{(check + 1) % 10}")


@given(st.from_regex(r"[A-Z]{4}[0-9]{6}[A-Z0-9]{8}", fullmatch=True), st.sampled_from(["", " ", "\u00a0"]))
def test_every_bulgarian_iban_is_covered_in_groups_too(account: str, gap: str):
    number = int("".join(str(int(letter, 36)) for letter in account + "BG00"))
    iban = f"BG{98 - number % 97:02}{account}"
    assert is_iban(iban)
    groups = gap.join(iban[at : at + 4] for at in range(0, 22, 4))
    assert mask(f"сметка {groups} в банка") == f"сметка {COVER * len(groups)} в банка"


@pytest.mark.parametrize(
    "letters", ["", "BG80", "BG81BNBG96611020345678", "BG80BNBG9661102034567", "bg80bnbg96611020345678"]
)
def test_what_is_no_iban(letters: str):
    assert not is_iban(letters)


def test_a_dossier_is_shown_masked_and_its_offsets_hold(database: Database):
    fill(database)
    with database.reading() as session:
        dossier = load_dossier(session, ULICI)
    shown = mask_dossier(dossier)
    assert len(shown.claims) == len(dossier.claims) == 1
    assert "7501010010" in dossier.claims[0].document.document.text
    text = shown.claims[0].document.document.text
    assert "7501010010" not in text
    assert "BNBG" not in text
    figure = shown.claims[0].figure.figure
    assert text[figure.start : figure.end] == figure.quote


def test_a_claim_that_stands_on_a_personal_number_is_not_shown(database: Database):
    fill(database)
    with database.reading() as session:
        dossier = load_dossier(session, ULICI)
    (claim,) = dossier.claims
    figure = claim.figure.figure
    text = claim.document.document.text
    document = replace(claim.document.document, text=text.replace(figure.quote, "7501010010 €"))
    other = replace(claim, document=replace(claim.document, document=document))
    assert len(mask_dossier(replace(dossier, claims=(other,))).claims) == 1  # money is no ЕГН
    document = replace(document, text=text.replace(figure.quote, "7501010010 ‐"))
    other = replace(claim, document=replace(claim.document, document=document))
    assert mask_dossier(replace(dossier, claims=(other,))).claims == ()
