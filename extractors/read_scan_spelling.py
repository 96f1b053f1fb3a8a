"""What Tesseract confuses and the grammar decides: ``ВС05М90РО01-2.002`` can be no code but ``BG05M9OP001-2.002``.

A place in a code that takes letters alone, or digits alone, has one reading, and of the programmes that there are one
alone may look like what was read (``BG16BEOP001``); elsewhere nothing is touched. A code read as two words is one. „№“
is mended only before a number or a code: ``Ne 123``.

>>> mended(["BGOSM9OP001-2.002", "BGI6RFOP001-1.0Z4", "Ne", "и"])
['BG05M9OP001-2.002', 'BG16RFOP001-1.0Z4', 'Ne', 'и']
>>> mended(["проект", "Ne", "ВС05М90РО01-2.002-90О3-С001,", "СО2"])
['проект', '№', 'BG05M9OP001-2.002-9003-C001,', 'СО2']
>>> mended(["BG16BEOP001-5.001-9062-C01", "(ВС05М9ОРО0", "1-2.005-9066-С01)"])
['BG16RFOP001-5.001-9062-C01', '(BG05M9OP00', '1-2.005-9066-C01)']
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from extractors.words import words as lexicon
from models.reference import programmes

#: Cyrillic capitals that look like Latin ones, or like digits.
_FOLD = str.maketrans("АВЕКМНОРСТХУІЅЈБЗ", "ABEKMHOPCTXYISJ63")
_NIL = "[0O]"
_DIGIT = "[0-9O]"
_TAIL = rf"(?P<tail>(?:-{_DIGIT}(?:[.]?{_DIGIT})*)*(?:-C{_DIGIT}{{2,4}}|-(?P<leg>2{_NIL}1[0-9]B[GC]\w{{9}}))?)"
#: ИСУН 2014 on, and УМИС before it, as in ``models.codes``; C is what is often read for G.
_CODES = tuple(
    re.compile(rf"(?<![^\W_])B[GC](?P<period>{digits})(?P<fund>{fund}){kind}(?P<number>{_DIGIT}{{3}}){_TAIL}(?![^\W_])")
    for digits, fund, kind in (
        (rf"{_NIL}[5S6]|[1I][46]|6[5S]", "[A-Z][A-Z0-9]", rf"(?P<kind>{_NIL}P|NP|PR|SM|TA|SP|RA)"),
        (rf"{_DIGIT}{{3}}", "", rf"(?P<kind>P{_NIL})"),
    )
)
#: What is shaped like a code is one if a programme's code looks like it: „BC055EPKOO2-2.001“, „BC-KKP-4.023“.
#: „ЧОС2022-9389“ with a nought for its O.
_PUDOOS = re.compile("\u0427[0O](?=\u042120\\d\\d-)")
_LIKE_CODE = re.compile(
    rf"(?<![^\W_])(?P<prefix>B[GC](?:{_DIGIT}[0-9OSI][A-Z0-9]{{4}}{_DIGIT}{{3}}(?=-)|-[A-Z]{{3}}(?=-[0-9O]))){_TAIL}"
    r"(?![^\W_])"
)
#: „1 271 903,44“ without its first blank; a year is no such group. And what „,00“ begins with.
_CLOSED, _GROUP, _CENTS = re.compile(r"(?!19|20)[1-9]\d{3}"), re.compile(r"\d{3}(?!\d)"), re.compile(r"[.,]\d\d(?!\d)")
_CYRILLIC, _LATIN = re.compile("[\u0410-\u044f]"), re.compile("[A-Za-z]")
_DIGITS = str.maketrans("O", "0")
#: The periods are 05, 06, 14, 16 and 65.
_PERIOD = str.maketrans("OSI", "051")
_LETTERS = str.maketrans("0", "O")
#: Letters of a code that are taken for each other, and how long a programme's prefix is.
_ALIKE = str.maketrans("RKFDQ0SILC68ZM", "BBEOOO511GGB2N")
_PREFIXES = (len("BG05M9OP001"), len("BG-RRP"))
#: The beginning of a code whose rest stands in the next word.
_BEGINS = re.compile(r"(?<![^\W_])B[GC][0-9OSI]{2}[A-Z0-9.-]*$")
_NUMERO = re.compile("(?P<lead>[(„]?)(?:[N\u0425\u041c][e\u0435](?=\\d|$)|[\u0425X](?=\u0420\u0414-?\\d))")
_COUNTED = re.compile("\\d|BG|[A-Z\u0410-\u042f]{2,}-?\\d")


def parted(before: str, word: str) -> bool:
    """Say whether two words of a line are the parts of one code or sum: „(BG05M9OP00 1-2.005-…)“, „987 654 ,00лв“."""
    if before[-1:].isdigit() and _CENTS.match(word):
        return True
    return _parted_code(before, word) is not None


def mended(words: Sequence[str]) -> list[str]:
    """Return the words of a line with codes and „№“ as the page has them."""
    found = [_mended_code(word) for word in words]
    for at, (before, word) in enumerate(pairwise(found)):
        whole = _parted_code(before, word)
        if whole is not None:
            found[at : at + 2] = whole[: len(before)], whole[len(before) :]
    for at, word in enumerate(found):
        match = _NUMERO.match(word)
        if match and _COUNTED.match(word[match.end() :] or "".join(found[at + 1 : at + 2])):
            found[at] = match["lead"] + "№" + word[match.end() :]
        elif _CLOSED.fullmatch(word) and at + 1 < len(found) and _GROUP.match(found[at + 1]):
            found[at] = f"{word[0]} {word[1:]}"
    return _bulgarian(found)


def _bulgarian(words: list[str]) -> list[str]:
    """Return the words of a line with „от“ for „or“, if the line is not in Latin letters."""
    letters = "".join(words)
    if 2 * len(_CYRILLIC.findall(letters)) < len(_LATIN.findall(letters)):
        return words
    instead: dict[str, str] = lexicon("scan")["instead"]
    return [instead.get(word, word) for word in words]


def _parted_code(before: str, word: str) -> str | None:
    """Return two words as one where together they hold a code and neither does so alone."""
    if not (_BEGINS.search(before.upper().translate(_FOLD)) and word[:1].isalnum()):
        return None
    if _mended_code(before + word) == before + word and not _is_code(before + word):
        return None
    return None if _is_code(before) or _is_code(word) else _mended_code(before + word)


def _is_code(word: str) -> bool:
    folded = word.upper().translate(_FOLD)
    return any(pattern.search(folded) for pattern in _CODES)


@cache
def _programmes() -> dict[str, str | None]:
    """Return what the prefix of each programme looks like, and the prefix; None where two look alike."""
    found: dict[str, str | None] = {}
    for one in programmes():
        if one.prefix and len(one.prefix) in _PREFIXES:
            shape = one.prefix.translate(_ALIKE)
            found[shape] = None if found.get(shape, one.prefix) != one.prefix else one.prefix
    return found


def _registered(prefix: str) -> str:
    """Return the programme's prefix that looks like what was read; what was read where there is none or several."""
    known = _programmes()
    return prefix if prefix in known.values() else known.get(prefix.translate(_ALIKE)) or prefix


def _tail(match: re.Match[str]) -> str:
    """Return what follows a programme; a second programme, „-2014BG05M2OP001“, as it is called."""
    leg: str | None = match["leg"]
    tail = match["tail"].removesuffix(leg or "").translate(_DIGITS)
    return tail + (leg[:4].translate(_DIGITS) + _registered(leg[4:]) if leg else "")


def _mended_code(word: str) -> str:
    word = _PUDOOS.sub("\u0427\u041e", word)
    folded = word.upper().translate(_FOLD)
    if len(folded) != len(word):
        return word
    for pattern in _CODES:
        match = pattern.search(folded)
        if match:
            prefix = (
                f"BG{match['period'].translate(_PERIOD)}{match['fund']}{match['kind'].translate(_LETTERS)}"
                f"{match['number'].translate(_DIGITS)}"
            )
            code = _registered(prefix) + _tail(match)
            return word[: match.start()] + code + word[match.end() :]
    match = _LIKE_CODE.search(folded)
    programme = _programmes().get(match["prefix"].translate(_ALIKE)) if match else None
    if match and programme:
        return word[: match.start()] + programme + _tail(match) + word[match.end() :]
    return word
