r"""The text that offsets are made on, and its shadow of equal length that rules match on.

Canonical text is the reader's text in NFC with ``\n`` line ends; nothing else is altered. The shadow is in lower case,
every kind of space is a blank, every dash ``-``, every quote ``"``, markup stars are blanks, and a Cyrillic word with
stray Latin letters is wholly Cyrillic:

>>> shadow("498\u00a0248.45** ЛВ. през д\u0065кември – „край“")
'498 248.45   лв. през декември - "край"'
"""

import re
import unicodedata
from functools import lru_cache

_BREAKS = re.compile(r"\r\n?|\u2028|\u2029|\u0085")

# Order does not matter: each is one character for one character. A soft hyphen stays: words skip it, it is no blank.
_SPACES = "\u00a0\u2007\u2009\u202f\u2002\u2003\u2004\u2005\u2006\u2008\u200a\u3000\u200b\ufeff*"
_DASHES = "\u00f7\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"
_QUOTES = "\u201e\u201c\u201d\u201f\u00ab\u00bb\u2033\u02dd"
_FOLDS = [(one, " ") for one in _SPACES] + [(one, "-") for one in _DASHES[:-1]] + [(one, '"') for one in _QUOTES]

#: Latin letters that look like Cyrillic ones, in lower case: what a wrong keyboard layout leaves in a word.
_TO_CYRILLIC = str.maketrans("aceopxyikmtbh", "асеорхуікмтвн")
# A Latin letter beside a Cyrillic one; led by the Latin one, of which a Bulgarian text has few.
_MIXED = re.compile(r"[a-z](?:(?=[а-я])|(?<=[а-я].))")


def canonical(text: str) -> str:
    r"""Return the text in NFC with ``\n`` line ends."""
    if any(one in text for one in "\r\u2028\u2029\u0085"):
        text = _BREAKS.sub("\n", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=2)
def shadow(text: str) -> str:
    """Return the shadow of a canonical text: same length, made for matching."""
    low = text.lower()
    if len(low) != len(text):  # „İ“ has a lower case of two characters
        low = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    for old, new in _FOLDS:
        if old in low:
            low = low.replace(old, new)
    return _unmixed(low) if _MIXED.search(low) else low


def _unmixed(low: str) -> str:
    """Fold the words that mix alphabets: „дeкември“, „eвро“; „оp“ of an identifier is left alone."""
    pieces, last, at = [], 0, 0
    while match := _MIXED.search(low, at):
        start, at = match.start(), match.end()
        while start and low[start - 1].isalpha():
            start -= 1
        while at < len(low) and low[at].isalpha():
            at += 1
        word = low[start:at]
        if 0 < sum(one.isascii() for one in word) * 2 < len(word):
            pieces += [low[last:start], word.translate(_TO_CYRILLIC)]
            last = at
    return "".join(pieces) + low[last:]
