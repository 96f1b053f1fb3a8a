"""The columns beside the article on pages that are laid out in tables: „Меню“, „Времето“, „Кмет: 0999/12 34 56“.

Such cells bear no class. Beside the cell that holds the page's prose, one without prose is furniture if something in it
says so: links, phones, a line of chrome.
"""

from extractors.read_html_lines import SHARE, fold, furniture_words, prose
from extractors.read_html_walk import Range, RawBlock, Walked
from extractors.words import shape

#: Longer lines are prose.
_LINE = 80
_CONTACT = shape("furniture", "contact")


def find_sides(page: Walked, known: set[int], total: int) -> set[int]:
    """Find the cells beside the one that holds most of the page's prose; ``total`` is how much that is."""
    found: set[int] = set()
    # A page of few words has no prose: then all that is no link counts.
    weigh = prose if total else _own
    total = total or sum(_own(block) for number, block in enumerate(page.blocks) if number not in known)
    for cell in page.cells:
        told = sum(weigh(block) for number, block in _blocks(page, cell) if number not in known)
        if told <= total * SHARE:
            continue
        for other in page.cells:
            if other.row == cell.row and other is not cell and _is_side(page, other, known):
                found.update(range(other.first, other.last))
    return found - known


def _is_side(page: Walked, cell: Range, known: set[int]) -> bool:
    blocks = _blocks(page, cell)
    if any(_is_prose(block) for number, block in blocks if number not in known):
        return False
    words = furniture_words()
    linked = sum(block.linked for _, block in blocks)
    return linked * 2 >= sum(len(block.text) for _, block in blocks) or any(
        number in known
        or _CONTACT.search(block.text.lower())
        or any(fold(line).strip(" .:") in words["tails"] for line in block.text.split("\n"))
        for number, block in blocks
    )


def _own(block: RawBlock) -> int:
    return len(block.text) - block.linked


def _is_prose(block: RawBlock) -> bool:
    """Whether a block is prose: „Кмет: …<br>Секретар: …<br>“ is as long, and made of short lines."""
    return prose(block) > 0 and max(map(len, block.text.split("\n"))) > _LINE


def _blocks(page: Walked, cell: Range) -> list[tuple[int, RawBlock]]:
    return [(number, page.blocks[number]) for number in range(cell.first, cell.last)]
