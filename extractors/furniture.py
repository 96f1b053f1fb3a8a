"""Furniture in a text without geometry: tails of other news, contact blocks, a letterhead inside a sentence.

Works on paragraphs as ``(start, end)`` pairs of a plain text. A fact-bearing block lost is the worse error, so a
paragraph is furniture only on plain words of ``lexicon/bg/furniture.toml``.
"""

import re
from collections.abc import Sequence
from functools import cache

from extractors.words import shape, words

Span = tuple[int, int]

_LETTER = re.compile(r"[^\W\d_]")
_PHONE = shape("furniture", "phone")


def find_furniture(low: str, lines: Sequence[Span]) -> set[int]:
    """Return the indices of the lines that are furniture; ``low`` is the shadow of the text."""
    table = words("furniture")
    chrome, tails, named = _closed()
    texts = [low[start:end].strip(' \t|•-:.…"') for start, end in lines]
    labels = [_label(text) for text in texts]
    # „Реклама: Хотел …, от 89 лв. на нощ“, „Брояч: 4 155 018“
    found = {index for index, text in enumerate(texts) if text in chrome or labels[index] in named}
    found |= _tail(texts, labels, tails)
    found |= _contacts(texts, tuple(table["contacts"]))
    return found


@cache
def _closed() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the lines of chrome, those that open a tail, and the labels of what is no part of the announcement."""
    table = words("furniture")
    return frozenset(table["chrome"]), frozenset(table["tails"]), frozenset(table["labels"])


def _label(text: str) -> str:
    """Return what stands before a line's first colon, or nothing."""
    return text.partition(":")[0].strip() if ":" in text[:40] else ""


def _tail(texts: Sequence[str], labels: Sequence[str], tails: frozenset[str]) -> set[int]:
    """Everything from the first tail line in the second half of the text on, unless long paragraphs follow it."""
    for index, text in enumerate(texts):
        if text in tails or labels[index] in tails:
            # „Сподели“ may stand under the title; the announcement then follows it.
            rest = texts[index + 1 :]
            if sum(len(one) for one in rest) < sum(len(one) for one in texts[:index]):
                return set(range(index, len(texts)))
            return {index}
    return set()


def _contacts(texts: Sequence[str], openers: tuple[str, ...]) -> set[int]:
    """Find a run of short lines up to the end of the text that begins with „Контакти“, „Адрес:“ and holds phones."""
    first = len(texts)
    for index in range(len(texts) - 1, -1, -1):
        text = texts[index]
        if len(text) > 110:
            break
        if text.startswith(openers):
            first = index
    rest = texts[first:]
    return set(range(first, len(texts))) if any(_PHONE.search(one) for one in rest) else set()


def find_letterheads(text: str, low: str, paragraphs: Sequence[Span]) -> set[int]:
    """Return the paragraphs that break a sentence in two: short lines in capitals between „в“ and „домовете“.

    The paragraph before them ends without a full stop, the one after them begins in lower case, and they bear words of
    a letterhead.
    """
    heads = tuple(words("furniture")["letterhead"])
    found: set[int] = set()
    index = 0
    while index < len(paragraphs) - 2:
        start, end = paragraphs[index]
        if low[start:end].rstrip()[-1:] not in ".!?:;":
            after = _letterhead_end(text, paragraphs, index + 1)
            if after < len(paragraphs):
                inner = range(index + 1, after)
                told = " ".join(low[paragraphs[one][0] : paragraphs[one][1]] for one in inner)
                if sum(head in told for head in heads) >= 2:
                    found.update(inner)
                    index = after
                    continue
        index += 1
    return found


def _letterhead_end(text: str, paragraphs: Sequence[Span], first: int) -> int:
    """Skip up to six paragraphs of short lines; return the first that begins in lower case, else past the end."""
    for index in range(first, min(first + 7, len(paragraphs))):
        start, end = paragraphs[index]
        letter = _LETTER.search(text, start, end)
        if index > first and letter and letter[0].islower() and letter.start() - start <= 2:
            return index
        if end - start > 80 and max(map(len, text[start:end].splitlines())) > 80:
            break
    return len(paragraphs)
