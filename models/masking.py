"""Covering personal numbers in what is shown: „ЕГН 7501010010“ is shown as „ЕГН ██████████“.

Covered are an ЕГН (ten digits whose date exists and whose checksum is right) and an IBAN (its check digits right),
character for character, so that every offset holds. What is stored and archived stays as it came.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from models.figure import Figure
from models.folding import fold_code
from models.records import Dossier, StoredDocument

#: What a covered character is shown as.
COVER = "\u2588"

_TEN_DIGITS = re.compile(r"(?<![\w.,/-])(?<!\d[ \u00a0])\d{10}(?!\w)(?![.,/-]\d)")
_LABELLED = re.compile(r"(?:ЕГН|EGN)\W{0,4}(?P<number>\d{6}[ \u00a0]?\d{4})(?!\d)", re.IGNORECASE)
_MONEY = re.compile(r"[ \u00a0]?(?:лв|лева|евро|€|EUR|BGN)", re.IGNORECASE)
_IBAN_START = re.compile(r"(?<![^\W_])[^\W\d_]{2}\d{2}(?=[ \u00a0-]?\w)")
_EGN_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6)
#: Characters of an IBAN (ISO 13616): the shortest is Norway's, the longest allowed has 34; a Bulgarian one has 22.
_IBAN_LENGTHS = range(15, 35)
_BULGARIAN_IBAN = re.compile(r"BG\d{2}[A-Z]{4}\d{6}[A-Z0-9]{8}")


def mask(text: str) -> str:
    """Cover personal numbers; the text keeps its length.

    >>> mask("ЕГН 7501010010, сметка BG80 BNBG 9661 1020 3456 78")
    'ЕГН ██████████, сметка ███████████████████████████'
    """
    letters = list(text)
    for start, end in personal_numbers(text):
        letters[start:end] = COVER * (end - start)
    return "".join(letters)


def mask_optional(text: str | None) -> str | None:
    """Cover personal numbers where there is a text."""
    return None if text is None else mask(text)


def personal_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where personal numbers stand, as offsets."""
    for match in _TEN_DIGITS.finditer(text):
        if is_egn(match[0]) and not _MONEY.match(text, match.end()):
            yield match.span()
    for match in _LABELLED.finditer(text):
        if is_egn("".join(filter(str.isdigit, match["number"]))):
            yield match.span("number")
    for match in _IBAN_START.finditer(text):
        end = _iban_end(text, match.start())
        if end:
            yield match.start(), end


def is_egn(digits: str) -> bool:
    """Say whether ten digits are an ЕГН: a date (months from 21 are before 1900, from 41 after 1999) and a checksum.

    The form and the weights are those that the civil registration service (ГРАО) describes.
    """
    if not re.fullmatch(r"[0-9]{10}", digits):
        return False
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    century, month = {0: (1900, month), 1: (1800, month - 20), 2: (2000, month - 40)}.get((month - 1) // 20, (0, 0))
    try:
        date(century + year, month, day)
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _EGN_WEIGHTS, strict=False))
    return total % 11 % 10 == int(digits[9])


def is_iban(letters: str) -> bool:
    """Say whether letters and digits (no spaces) are an IBAN: its form, and 97 divides with remainder 1."""
    if len(letters) not in _IBAN_LENGTHS or not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", letters, re.ASCII):
        return False
    if letters.startswith("BG") and not _BULGARIAN_IBAN.fullmatch(letters):
        return False
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def _iban_end(text: str, start: int) -> int | None:
    """Return where the IBAN that begins here ends, the longest one; it may be written in groups."""
    letters, ends = "", []
    at = start
    while at < len(text) and len(letters) < _IBAN_LENGTHS.stop - 1:
        if text[at].isalnum():
            letters += text[at]
            if at + 1 == len(text) or not text[at + 1].isalnum():
                ends.append((len(letters), at + 1))
        elif not (text[at] in " \u00a0-" and text[at - 1].isalnum()):
            break
        at += 1
    # Banks' names are typed on the Cyrillic keyboard too: „ВNВG“
    folded = fold_code(letters)
    return next((end for length, end in reversed(ends) if is_iban(folded[:length])), None)


def mask_document(stored: StoredDocument) -> StoredDocument:
    """Cover personal numbers in a document's text and title."""
    document = stored.document
    covered = replace(document, text=mask(document.text), title=mask_optional(document.title))
    return stored if covered == document else replace(stored, document=covered)


def mask_dossier(dossier: Dossier) -> Dossier:
    """Cover personal numbers in all of a dossier; a claim whose words are covered is left out, its value with them."""
    documents = {claim.document.key: claim.document for claim in dossier.claims}
    covered = {key: mask_document(document) for key, document in documents.items()}
    claims = tuple(
        replace(claim, document=covered[claim.document.key], title=mask_optional(claim.title))
        for claim in dossier.claims
        if not is_covered(claim.document.document.text, claim.figure.figure)
    )
    project = replace(dossier.project, title=mask_optional(dossier.project.title))
    return Dossier(project, claims)


def is_covered(text: str, figure: Figure) -> bool:
    """Whether a figure stands on a personal number of its document's text: then neither words nor value are shown."""
    return any(start < figure.end and figure.start < end for start, end in personal_numbers(text))
