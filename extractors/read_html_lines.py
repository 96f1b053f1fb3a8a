"""What can be told of one line of a page: its folded form, whether it is prose, a site's name, a fact."""

import re
from functools import cache, lru_cache

from extractors.read_html_walk import RawBlock
from extractors.words import shape, words

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORDS = re.compile(r"[a-z]+")
#: A line with money or an identifier is neither an address nor chrome.
FACT = shape("html", "fact")
#: An element is the body if it holds more than this share of the page's prose.
SHARE = 0.5
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
    short = 3 if folded.startswith(words("shapes")["html"]["municipality"]) else 7
    return len(folded.split()) <= short and folded.startswith(tuple(furniture_words()["site_names"]))


def prose(block: RawBlock) -> int:
    """Return how many characters of prose a block has outside of links; short lines count nothing, tables all."""
    own = len(block.text) - block.linked
    return own if own >= _PROSE or block.row is not None else 0


def has_word(text: str, word: str) -> bool:
    """Whether a folded text has a word or phrase as a whole: „тел:“ stands not in „изпълнител:“."""
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        ends = end == len(text) or not text[end].isalnum() or not word[-1].isalnum()
        if ends and (place == 0 or not text[place - 1].isalnum()):
            return True
        place = text.find(word, end)
    return False
