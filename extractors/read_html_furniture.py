"""Which blocks of a page are furniture: what every page of the site says, and not this one.

First by the element (``<nav>``, ``role``, the words of class and id), then by links (menus are short links in a row),
then by words (``ПОДОБНИ НОВИНИ``, ``Видяна: 123 пъти``). Losing a block that bears a fact is the worse error: whatever
holds most of the page's prose stays the body, whatever its class says.
"""

import re
from functools import cache, lru_cache

from extractors.read_html_walk import Range, RawBlock, Walked
from extractors.stamps import find_stamps
from extractors.words import words
from models.document import BlockKind

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORDS = re.compile(r"[a-z]+")
_PORTLET = re.compile(r"^(?:Z[67]_[0-9A-Z]{8,}\s*)+$")
_NUMBER = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d[\d .,\u00a0]{4,}\d|BG\w{3}|\d\s*(?:лв|евро|€)", re.IGNORECASE)
#: A line with money or an identifier is no address.
_FACT = re.compile(r"\d\s*(?:лв|лева|евро|€)|bg\d\d", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:»|›|>|/|→|\||::|»|·|\n)\s*")
_SPACE = re.compile(r"\s+")

#: An element is the body if it holds more than this share of the page's prose.
_SHARE = 0.5
#: „… подават документи до 18 март в общината. Телефон: …“ is a sentence with a phone, and no contact.
_NEAR = 60
#: Prose: a block with this many characters outside of links.
_PROSE = 80


@cache
def furniture_words() -> dict[str, frozenset[str]]:
    """Return the word lists of ``lexicon/bg/html_furniture.toml``."""
    return {name: frozenset(listed) for name, listed in words("html_furniture").items()}


@lru_cache(maxsize=20_000)
def is_furniture_class(names: str) -> bool:
    """Whether the words of a class or id name furniture: ``main-menu``, ``relatedNews``, ``footer_wrap``."""
    found = _WORDS.findall(_CAMEL.sub(" ", names).lower())
    return not furniture_words()["classes"].isdisjoint(found)


def fold(text: str) -> str:
    """Return a line as the word lists have it: lower case, single spaces."""
    return " ".join(text.split()).lower()


def is_site_name(text: str) -> bool:
    """Whether a heading names a site: „Официален сайт на община Кубрат“; not „Община Кубрат приключи проект“."""
    folded = fold(text)
    short = 3 if folded.startswith("община") else 7
    return len(folded.split()) <= short and folded.startswith(tuple(furniture_words()["site_names"]))


def find_furniture(page: Walked, title: str | None) -> set[int]:
    """Return the places of the blocks that are furniture; ``title`` is what the page's head gives as its title."""
    blocks = page.blocks
    if page.has_mark:
        outside = {number for number, block in enumerate(blocks) if not block.marked}
        return outside | _by_words(blocks, outside)
    total = sum(_prose(block) for block in blocks)
    found: set[int] = set()
    for suspect in page.suspects:
        if not _is_body(suspect, blocks, total, title):
            found.update(range(suspect.first, suspect.last))
    found |= _by_words(blocks, found)
    found |= _by_links(blocks, found)
    found |= _tails(page, found, total)
    found |= _contacts(blocks, found)
    return found


def _prose(block: RawBlock) -> int:
    own = len(block.text) - block.linked
    return own if own >= _PROSE or block.row is not None else 0


def _is_body(suspect: Range, blocks: list[RawBlock], total: int, title: str | None) -> bool:
    inside = blocks[suspect.first : suspect.last]
    prose = sum(_prose(block) for block in inside)
    if total and prose > total * _SHARE:
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
        if _is_counter(text) and any(_has_word(folded, word) for word in lists["counters"]):
            return True
    if len(text) <= 160 and not _FACT.search(folded):
        # „ОБЩИНСКА АДМИНИСТРАЦИЯ | Политика за достъпност | Карта на сайта“
        parts = [part.strip(" .:") for part in _SEPARATOR.split(folded)]
        if len(parts) > 1 and any(part in lists["lines"] for part in parts):
            return True
    first, _, rest = text.partition("\n")
    if rest and fold(first).strip(" .:") in lists["tails"] and all(len(line) <= 80 for line in rest.split("\n")):
        return True
    if len(text) <= 300 and folded.startswith(tuple(lists["crumbs"])):
        parts = _SEPARATOR.split(folded)
        if len(parts) > 1 and parts[0].strip(" :") in lists["crumbs"]:
            return True
        if parts[0].split(":")[0] in lists["crumbs"] and block.linked * 2 > len(text):
            return True
    return any(word in folded for word in lists["cookie_words"]) and any(
        _has_word(folded, word) for word in lists["cookie_beside"]
    )


def _is_counter(text: str) -> bool:
    """„Видяна: 123 пъти“; not „Публикувано на 23.11.2017 | Прегледи: 45“, which dates the page."""
    return len(text) <= 60 and _NUMBER.search(text) is not None and next(find_stamps(text), None) is None


def _has_word(text: str, word: str) -> bool:
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if (place == 0 or not text[place - 1].isalnum()) and (end == len(text) or not text[end].isalnum()):
            return True
        place = text.find(word, end)
    return False


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


def _tails(page: Walked, known: set[int], total: int) -> set[int]:
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
        before = sum(_prose(blocks[each]) for each in range(first, number) if each not in known)
        inside = sum(_prose(blocks[each]) for each in range(number, last) if each not in known)
        if not before and place and inside <= total * _SHARE:
            found.update(range(first, last))
            continue
        found |= _teasers(blocks, range(number + 1, last))
    return found


def _teasers(blocks: list[RawBlock], behind: range) -> set[int]:
    """Find the links, and the prose between one link and the next; prose below prose is the article that goes on."""
    found: set[int] = set()
    links = [number for number in behind if _is_link(blocks[number])]
    told = False
    for number in behind:
        block = blocks[number]
        if not _is_link(block) and len(block.text) > 60:
            more = bool(links) and number < links[-1]
            if not _is_link(blocks[number - 1]) or not (more or told) or len(block.text) > 300 or block.row is not None:
                break
            told = True
        found.add(number)
    return found


def _is_link(block: RawBlock) -> bool:
    return block.linked * 2 >= len(block.text)


def _contacts(blocks: list[RawBlock], known: set[int]) -> set[int]:
    """Addresses, phones and opening hours behind the last word of the article."""
    inside, starts = furniture_words()["contact_inside"], tuple(furniture_words()["contacts"])
    found: set[int] = set()
    waiting: list[int] = []
    for number in range(len(blocks) - 1, -1, -1):
        block = blocks[number]
        if number in known:
            continue
        folded = fold(block.text)
        if _FACT.search(folded) or next(find_stamps(folded), None) is not None:
            break
        if len(folded) <= 250 and (folded.startswith(starts) or any(word in folded[:_NEAR] for word in inside)):
            found.update([number, *waiting])
            waiting = []
        elif len(folded) <= 50 and len(waiting) < 3 and block.kind is not BlockKind.HEADING:
            waiting.append(number)
        else:
            break
    return found
