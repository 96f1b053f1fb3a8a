"""Words and codes made comparable: ``bg05м9оp001 – 2.002`` and ``BG05M9OP001-2.002`` are one code.

Inside a code Cyrillic look-alikes are Latin, every dash is ``-``, spaces are gone and letters are capitals; this is for
finding alone, a code is stored as ``models.codes`` reads it.
"""

#: Cyrillic capitals that look like Latin ones, by their code points: А В Е К М Н О Р С Т У Х and І Ј Ѕ.
_LOOKALIKES = {
    0x0410: "A",
    0x0412: "B",
    0x0415: "E",
    0x041A: "K",
    0x041C: "M",
    0x041D: "H",
    0x041E: "O",
    0x0420: "P",
    0x0421: "C",
    0x0422: "T",
    0x0423: "Y",
    0x0425: "X",
    0x0406: "I",
    0x0408: "J",
    0x0405: "S",
}
#: Hyphens, dashes and the minus sign.
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-")
#: NUL and halves of characters: no database can look for them.
_UNSTORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)), "")
_FOLDS = str.maketrans({**_LOOKALIKES, **_DASHES, **_UNSTORABLE})


def fold_code(text: str) -> str:
    """Make a code, or a piece of one as a person types it, comparable.

    >>> fold_code("bg05m9оp001 – 2.002")
    'BG05M9OP001-2.002'
    """
    folded = "".join(text.upper().split()).translate(_FOLDS)
    # „БГ05…“: the second letter of a Bulgarian code, typed on the other keyboard layout.
    return "BG" + folded[2:] if folded[:2] in ("B\u0413", "\u0411\u0413") else folded
