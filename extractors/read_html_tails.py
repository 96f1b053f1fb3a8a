"""What stands behind an article: other news after „ПОДОБНИ НОВИНИ“, and the contacts of the town hall.

A heading of such a tail in an element of its own takes that element with it. In the article's own element only links
follow it, and the teasers between them: prose below prose is the article that goes on.
"""

from extractors.read_html_lines import FACT, SHARE, fold, furniture_words, has_word, prose
from extractors.read_html_walk import RawBlock, Walked
from extractors.stamps import find_stamps
from models.document import BlockKind

#: „… подават документи до 18 март в общината. Телефон: …“ is a sentence with a phone, and no contact.
_NEAR = 60
#: Short teasers under links after which a long one is no surprise, although no link follows it.
_USUAL = 2


def find_tails(page: Walked, known: set[int], total: int) -> set[int]:
    """Find what follows „ПОДОБНИ НОВИНИ“: its own element, or the links and teasers behind it."""
    blocks, tails = page.blocks, furniture_words()["tails"]
    found: set[int] = set()
    for number, block in enumerate(blocks):
        if (
            number in known
            or number in found
            or len(block.text) > 60
            or block.level == 1 == (block.kind is BlockKind.HEADING)
        ):
            continue
        if fold(block.text).strip(" .:…»>") not in tails:
            continue
        place = block.container
        while page.lasts[place] <= number + 1 and page.parents[place] >= 0:
            place = page.parents[place]
        first, last = page.firsts[place], page.lasts[place]
        found.add(number)
        before = sum(prose(blocks[each]) for each in range(first, number) if each not in known)
        inside = sum(prose(blocks[each]) for each in range(number, last) if each not in known)
        # An article of short lines has no prose, but facts: „• стойност: 178 620 лв.“
        told = any(FACT.search(fold(blocks[each].text)) for each in range(first, number) if each not in known)
        if not before and not told and place and inside <= total * SHARE:
            found.update(range(first, last))
            continue
        found |= _teasers(blocks, range(number + 1, last))
    return found


def _teasers(blocks: list[RawBlock], behind: range) -> set[int]:
    """Find the links, and the prose between one link and the next; prose below prose is the article that goes on."""
    found: set[int] = set()
    links = [number for number in behind if _is_link(blocks[number])]
    told, under_link = 0, False
    for number in behind:
        block = blocks[number]
        if _is_link(block):
            under_link = True
        elif len(block.text) > 60:
            more = bool(links) and number < links[-1]
            if not under_link or not (more or told >= _USUAL) or len(block.text) > 300 or block.row is not None:
                break
            told, under_link = told + _USUAL, False
        elif not _is_dated(block):
            told, under_link = told + under_link, False
        found.add(number)
    return found


def _is_link(block: RawBlock) -> bool:
    return block.linked * 2 >= len(block.text) or (block.links > 0 and _is_dated(block))


def _is_dated(block: RawBlock) -> bool:
    """„02.01.2020“, „Празник на града 2 януари 2020“: the day of a teaser, which may part its link and its words."""
    return len(block.text) <= 60 and next(find_stamps(block.text), None) is not None and not FACT.search(block.text)


def find_contacts(blocks: list[RawBlock], known: set[int]) -> set[int]:
    """Addresses, phones and opening hours behind the last word of the article."""
    inside, starts = furniture_words()["contact_inside"], tuple(furniture_words()["contacts"])
    found: set[int] = set()
    waiting: list[int] = []
    for number in range(len(blocks) - 1, -1, -1):
        block = blocks[number]
        if number in known:
            continue
        folded = fold(block.text)
        if FACT.search(folded) or next(find_stamps(folded), None) is not None:
            break
        if len(folded) <= 250 and (folded.startswith(starts) or any(has_word(folded[:_NEAR], word) for word in inside)):
            found.update([number, *waiting])
            waiting = []
        elif len(folded) <= 50 and len(waiting) < 3 and block.kind is not BlockKind.HEADING:
            waiting.append(number)
        else:
            break
    return found
