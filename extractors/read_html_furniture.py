"""Which blocks of a page are furniture: what every page of the site says, and not this one.

First by the element (``<nav>``, ``role``, the words of class and id), then by links (menus are short links in a row),
then by words (``ПОДОБНИ НОВИНИ``, ``Видяна: 123 пъти``). Losing a block that bears a fact is the worse error: whatever
holds most of the page's prose stays the body, whatever its class says.
"""

import re

from extractors.read_html_lines import FACT, SHARE, fold, furniture_words, has_word, is_site_name, prose
from extractors.read_html_sides import find_sides
from extractors.read_html_tails import find_contacts, find_tails
from extractors.read_html_walk import Range, RawBlock, Walked
from extractors.stamps import find_stamps
from extractors.words import shape
from models.document import BlockKind

_PORTLET = re.compile(r"^(?:Z[67]_[0-9A-Z]{8,}\s*)+$")
_NUMBER = re.compile(r"\d")
_LONG_NUMBER = shape("html", "long_number")
_SEPARATOR = re.compile(r"\s*(?:»|›|>|/|→|\||::|»|·|\n)\s*")


def find_furniture(page: Walked, title: str | None) -> set[int]:
    """Return the places of the blocks that are furniture; ``title`` is what the page's head gives as its title."""
    blocks = page.blocks
    found = {number for number, block in enumerate(blocks) if page.has_mark and not block.marked}
    total = sum(prose(block) for number, block in enumerate(blocks) if number not in found)
    for suspect in page.suspects:
        inside = range(suspect.first, suspect.last)
        # An element around the recipe's article says nothing about it.
        if found.isdisjoint(inside) and not _is_body(suspect, blocks, total, title):
            found.update(inside)
    found |= _by_words(blocks, found)
    found |= _crumbs(blocks, title)
    found |= _by_links(blocks, found)
    found |= find_tails(page, found, total)
    found |= find_sides(page, found, total)
    found |= find_contacts(blocks, found)
    return found


def _is_body(suspect: Range, blocks: list[RawBlock], total: int, title: str | None) -> bool:
    inside = blocks[suspect.first : suspect.last]
    if total and sum(prose(block) for block in inside) > total * SHARE:
        return True
    if suspect.reason in {"class", "header"} and title:
        # The header of an article without <article>: its h1 is what the page is about.
        folded = fold(title)
        headings = (fold(block.text) for block in inside if block.kind is BlockKind.HEADING and block.level == 1)
        return any(
            len(heading) * 2 > len(folded) and not is_site_name(heading) and (heading in folded or folded in heading)
            for heading in headings
        )
    return False


def _by_words(blocks: list[RawBlock], known: set[int]) -> set[int]:
    lists = furniture_words()
    found = set()
    for number, block in enumerate(blocks):
        if number not in known and len(block.text) < 600 and _says_furniture(block, lists):
            found.add(number)
    return found


def _crumbs(blocks: list[RawBlock], title: str | None) -> set[int]:
    """„Начало Новини Топла къща за възрастните хора“: its separators are pictures, and it ends with the title."""
    if not title:
        return set()
    name, starts = fold(title), tuple(furniture_words()["crumbs"])
    return {
        number
        for number, block in enumerate(blocks)
        if block.links
        and len(block.text) <= 300
        and fold(block.text).startswith(starts)
        and fold(block.text).endswith(name)
    }


def _says_furniture(block: RawBlock, lists: dict[str, frozenset[str]]) -> bool:
    text = block.text
    folded = fold(text)
    if len(text) <= 90:
        if folded.strip(" .:|") in lists["lines"] or folded in lists["lines"] or _PORTLET.match(text):
            return True
        if not any(one.isalnum() for one in text) and len(text) < 30:
            return not text.strip("*-_=~. ")  # „* * *“; other marks may belong to a number beside
        if folded.startswith(tuple(lists["starts"])):
            return True
        if block.linked * 10 >= len(text) * 8 and is_site_name(text):
            return True  # „Община Кубрат“ beside the coat of arms, which leads to the first page
        if _is_counter(text) and any(has_word(folded, word) for word in lists["counters"]):
            return True
    if len(text) <= 160 and not FACT.search(folded):
        # „ОБЩИНСКА АДМИНИСТРАЦИЯ | Политика за достъпност | Карта на сайта“
        parts = [part.strip(" .:") for part in _SEPARATOR.split(folded)]
        if len(parts) > 1 and any(part in lists["lines"] for part in parts):
            return True
    first, _, rest = text.partition("\n")
    if rest and fold(first).strip(" .:") in lists["tails"]:
        return all(len(line) <= 80 for line in rest.split("\n")) or block.linked * 2 >= len(rest)
    if len(text) <= 60 and folded.startswith(tuple(lists["changed"])) and next(find_stamps(text), None) is not None:
        return True
    label, _, labelled = folded.partition(":")
    if labelled and len(text) <= 300 and label in lists["tail_labels"]:
        return True
    if len(text) <= 300 and folded.startswith(tuple(lists["crumbs"])):
        parts = _SEPARATOR.split(folded)
        if len(parts) > 1 and parts[0].strip(" :") in lists["crumbs"]:
            return True
        if parts[0].split(":")[0] in lists["crumbs"] and block.linked * 2 > len(text):
            return True
    return any(word in folded for word in lists["cookie_words"]) and any(
        has_word(folded, word) for word in lists["cookie_beside"]
    )


def _is_counter(text: str) -> bool:
    """„Видяна: 123 пъти“; not „Публикувано на 23.11.2017 | Прегледи: 45“, which dates the page."""
    return len(text) <= 60 and _NUMBER.search(text) is not None and next(find_stamps(text), None) is None


def _by_links(blocks: list[RawBlock], known: set[int]) -> set[int]:
    """Menus: three and more short blocks in a row that are links, or one block of many short links."""
    found: set[int] = set()
    run: list[int] = []
    for number, block in enumerate([*blocks, RawBlock(BlockKind.PARAGRAPH, "")]):
        short = len(block.text) < 60 and block.linked * 10 >= len(block.text) * 8 > 0
        if short and block.level != 1 and not _LONG_NUMBER.search(block.text):
            run.append(number)
            continue
        if len(run) >= 3:
            found.update(run)
        run = []
        many = block.links >= 3 and block.linked * 10 >= len(block.text) * 7 and len(block.text) < 25 * block.links
        if many and not _LONG_NUMBER.search(block.text):
            found.add(number)
    return found - known
