"""Where lines begin and end: the marks of lists, and whether a line end is a wrap or is meant.

„… за 20 лични⏎асистенти“ runs on, „Обща стойност: 500 лв.⏎Срок: 12 месеца“ does not.
"""

import re
from itertools import islice

#: A line with fewer letters tells nothing in words.
_LETTERS = 4
#: What begins an item of a list: „- “, „• “, „3. “, „б) “, „IV. “ before a word; not the month in „16. V. 2018“.
LIST_MARK = re.compile(
    r"(?:[-–—•·▪►●○✓✔*\uf0b7\uf0a7\uf0d8]|\d{1,2}[.)]|[а-яА-Яa-zA-Z]\)|[IVX]{1,4}\.(?=[ \t\u00a0]+[^\W\d]))"
    r"[ \t\u00a0]+(?=\S)"
)
_SENTENCE_END = re.compile(r"[.!?…:;]\W{0,2}$")


def ends_sentence(line: str) -> bool:
    """Say whether a line is closed by its last sign."""
    return _SENTENCE_END.search(line) is not None


def runs_on(above: str, below: str, *, wrapped: bool = False) -> bool:
    """Say whether the lower of two lines continues the upper: hard-wrapped text does, a list of short lines does not.

    ``wrapped`` tells that the lines before ran on, too.
    """
    if ends_sentence(above) or (above.isupper() and not below.isupper()):
        return False
    if len(list(islice(filter(str.isalpha, below), _LETTERS))) < _LETTERS:
        return False  # a line that is all stamp: „03.07.2019 14:22“
    first, length = below[0], len(above)
    return first.islower() or first in '„“"(«' or length > 60 or (first.isdigit() and (wrapped or length > 40))
