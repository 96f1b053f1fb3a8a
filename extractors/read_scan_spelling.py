"""What Tesseract confuses and the grammar decides: ``ВС05М90РО01-2.002`` can be no code but ``BG05M9OP001-2.002``.

A place in a code that takes letters alone, or digits alone, has one reading; elsewhere nothing is touched. „№“ is
mended only before a number or a code: ``Ne 123``.

>>> mended(["BGOSM9OP001-2.002", "BGI6RFOP001-1.0Z4", "Ne", "и"])
['BG05M9OP001-2.002', 'BG16RFOP001-1.0Z4', 'Ne', 'и']
>>> mended(["проект", "Ne", "ВС05М90РО01-2.002-90О3-С001,", "СО2"])
['проект', '№', 'BG05M9OP001-2.002-9003-C001,', 'СО2']
"""

import re
from collections.abc import Sequence

#: Cyrillic capitals that look like Latin ones.
_FOLD = str.maketrans("АВЕКМНОРСТХУІЅЈ", "ABEKMHOPCTXYISJ")
_NIL = "[0O]"
_DIGIT = "[0-9O]"
_TAIL = rf"(?P<tail>(?:-{_DIGIT}(?:[.]?{_DIGIT})*)*(?:-C{_DIGIT}{{2,4}})?)"
#: ИСУН 2014 on, and УМИС before it, as in ``models.codes``; C is what is often read for G.
_CODES = tuple(
    re.compile(rf"(?<![^\W_])B[GC](?P<period>{digits})(?P<fund>{fund}){kind}(?P<number>{_DIGIT}{{3}}){_TAIL}(?![^\W_])")
    for digits, fund, kind in (
        (rf"{_NIL}[5S6]|[1I][46]|6[5S]", "[A-Z][A-Z0-9]", rf"(?P<kind>{_NIL}P|NP|PR|SM|TA|SP|RA)"),
        (rf"{_DIGIT}{{3}}", "", rf"(?P<kind>P{_NIL})"),
    )
)
_DIGITS = str.maketrans("O", "0")
#: The periods are 05, 06, 14, 16 and 65.
_PERIOD = str.maketrans("OSI", "051")
_LETTERS = str.maketrans("0", "O")
_NUMERO = re.compile("N[e\u0435](?=\\d|$)")
_COUNTED = re.compile(r"\d|BG")


def mended(words: Sequence[str]) -> list[str]:
    """Return the words of a line with codes and „№“ as the page has them."""
    found = [_mended_code(word) for word in words]
    for at, word in enumerate(found):
        match = _NUMERO.match(word)
        if match and _COUNTED.match(word[match.end() :] or "".join(found[at + 1 : at + 2])):
            found[at] = "№" + word[match.end() :]
    return found


def _mended_code(word: str) -> str:
    folded = word.upper().translate(_FOLD)
    if len(folded) != len(word):
        return word
    for pattern in _CODES:
        match = pattern.search(folded)
        if match:
            code = (
                f"BG{match['period'].translate(_PERIOD)}{match['fund']}{match['kind'].translate(_LETTERS)}"
                f"{match['number'].translate(_DIGITS)}{match['tail'].translate(_DIGITS)}"
            )
            return word[: match.start()] + code + word[match.end() :]
    return word
