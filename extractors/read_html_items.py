"""A page that holds the news of a year: where each item begins, told by its date line and its heading.

On such pages (borovo.org „Новини 2021“) the codes and sums of neighbours would mix if the page were one document. The
signs are asked for together, so that no article with comments, dated captions or a tail of related news is cut.
"""

from collections.abc import Sequence

from extractors.read_html_dates import is_bare
from extractors.read_html_walk import RawBlock
from extractors.stamps import read_stamp
from models.document import BlockKind

#: Fewest items; the share of date lines that must stand beside a heading; least characters of an item's own text, on
#: average; the most that may stand before the first; the most of the page that one item may take.
_FEWEST, _HEADED, _LEAST, _BEFORE, _MOST = 4, 0.8, 150, 300, 0.6


def split_items(blocks: Sequence[RawBlock], furniture: set[int]) -> list[list[int]]:
    """Return the numbers of the blocks of each item, in order; nothing for a page that is one announcement."""
    body = [number for number in range(len(blocks)) if number not in furniture]
    dated = [
        place for place, number in enumerate(body) if is_bare(blocks[number].text) and read_stamp(blocks[number].text)
    ]
    if len(dated) < _FEWEST:
        return []

    def headed(step: int) -> list[int]:
        return [
            place
            for place in dated
            if 0 <= place + step < len(body)
            and place + step not in dated
            and blocks[body[place + step]].kind is BlockKind.HEADING
        ]

    behind, before = headed(1), headed(-1)
    starts = behind if len(behind) >= len(before) else [place - 1 for place in before]
    if len(starts) < max(_FEWEST, _HEADED * len(dated)):
        return []
    items = [body[first:last] for first, last in zip(starts, [*starts[1:], len(body)], strict=True)]
    own = [sum(len(blocks[number].text) for number in item[2:]) for item in items]
    told = sum(own)
    if told < _LEAST * len(items) or max(own) > _MOST * told:
        return []
    return items if sum(len(blocks[number].text) for number in body[: starts[0]]) <= _BEFORE else []


def item_head(blocks: Sequence[RawBlock], item: Sequence[int]) -> tuple[str, str]:
    """Return the texts of an item's date line and of its heading."""
    first, second = (blocks[number].text for number in item[:2])
    return (first, second) if is_bare(first) else (second, first)
