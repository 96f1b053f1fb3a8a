"""The day on which a page says that it was published, and the sources for it in the order of their trust.

1. what a recipe's selector shows; 2. a stamp with its label (``Дата на публикуване: 23.11.2017``); 3. what the page
tells machines (JSON-LD, ``<meta>``, ``<time>``); 4. a line near the title that is a day and nothing else; 5. such a
line at the end; 6. the address (``/2021/06/22/``); 7. ``вчера`` against the time of fetching. A day after that of
fetching is none.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import unquote

from lxml import etree

from extractors.read_html_lines import fold, furniture_words
from extractors.read_html_walk import RawBlock
from extractors.stamps import Stamp, find_stamps, read_stamp, stamp_words
from extractors.words import words
from models.document import BlockKind

_WEAK_LABEL: str = words("shapes")["html"]["weak_label"]
_TIMES: str = words("shapes")["html"]["times"]
_JSON_LD = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_META = frozenset(
    (
        *(
            "article:published_time",
            "og:published_time",
            "og:article:published_time",
            "datepublished",
            "date",
            "dc.date",
        ),
        *("dc.date.issued", "dcterms.created", "dcterms.issued", "pubdate", "publishdate", "publish-date"),
        *("published_time", "sailthru.date", "parsely-pub-date", "citation_publication_date"),
    )
)
_ADDRESS = (
    re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/|$|\?)"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"[?&=/]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-\d)"),
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d(?::\d\d)?\b")
_DIGITS = re.compile(r"\d")
_WORD = re.compile(r"\w+")
#: How far from the title a bare stamp is looked for, in blocks; and how far from the end.
_BEFORE, _AFTER, _END = 3, 4, 3
#: Where a page has no title of its own, its day stands in one of so many first blocks.
_TOP = 2
_FAR_LABEL = 40


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date, and the place of the block that shows it, if one does."""

    stamp: Stamp
    block: int | None = None


def find_published(
    root: etree._Element,
    html: str,
    blocks: Sequence[RawBlock],
    furniture: set[int],
    *,
    title: int | None,
    selected: str | None = None,
    address: str | None = None,
    fetched: datetime | None = None,
) -> Published | None:
    """Return the publication date; ``title`` is the place of the title's block, ``selected`` the recipe's stamp."""
    body = [number for number in range(len(blocks)) if number not in furniture]
    at_title = _around(body, title, len(blocks))
    # The stamp of a portal stands in its frame: „Дата на публикуване: …“ above the article, in a box of its own.
    head = body[min(3, len(body) - 1)] if body else 0
    framed = [number for number in range(head) if number in furniture]
    sources: tuple[Callable[[], Published | None], ...] = (
        lambda: _wrap(read_stamp(selected, fetched=fetched)) if selected else None,
        lambda: _labelled(blocks, body) or _labelled(blocks, framed),
        lambda: _told_to_machines(root, html),
        lambda: _bare(blocks, at_title),
        lambda: _bare(blocks, body[:_TOP]),
        lambda: _bare(blocks, body[-_END:]),
        lambda: _wrap(read_address(address)) if address else None,
        lambda: _relative(blocks, at_title, fetched) if fetched else None,
    )
    for source in sources:
        found = source()
        if found is not None and _is_past(found.stamp.date, fetched):
            return (
                found if found.block is not None else Published(found.stamp, _shown(blocks, at_title, found.stamp.date))
            )
    return None


def read_address(address: str) -> Stamp | None:
    """Return the day in an address: ``/novinite/2021/06/22/slug/``, ``?id=20150226-0219``."""
    for pattern in _ADDRESS:
        match = pattern.search(unquote(address))
        if match:
            try:
                return Stamp(date(int(match[1]), int(match[2]), int(match[3])))
            except ValueError:
                continue
    return None


def labelled_day(text: str) -> Stamp | None:
    """Return the day behind the label of a publication: „Дата: 23.11.2017 г.“; None where there is none."""
    found = _labelled([RawBlock(BlockKind.PARAGRAPH, text)], [0])
    return found.stamp if found else None


def is_bare(text: str) -> bool:
    """Whether a line is a stamp and nothing else: „Сряда, 07 Ноември 2018 09:20“, „Автор: Админ | 23 ное 2017“."""
    found = next(find_stamps(text), None)
    if found is None or len(text) > 90:
        return False
    rest = _CLOCK.sub(" ", _counter().sub(" ", text[: found.start] + " " + text[found.end :])).lower()
    words = _WORD.findall(rest)
    others = [word for word in words if word not in stamp_words()["beside"]]
    signed = not set(words).isdisjoint(stamp_words()["signed"])
    return not others or (signed and len(others) <= 4 and not any(word.isdigit() for word in others))


def _labelled(blocks: Sequence[RawBlock], numbers: Sequence[int]) -> Published | None:
    for number in numbers:
        text = blocks[number].text
        if len(text) > 400 or (len(text) > _FAR_LABEL and not _DIGITS.search(text)):
            continue
        match = _label().search(text)
        while match:
            if match.lastgroup == "published":
                behind = text[match.end() : match.end() + _FAR_LABEL]
                found = next(find_stamps(behind), None)
                bare = match["published"].lower() != _WEAK_LABEL or (
                    match.start() == 0 and found is not None and found.start < 8
                )
                if found and bare and not _label().search(behind[: found.start]):
                    return Published(found.stamp, number)
                following = numbers.index(number) + 1
                if not behind.strip(" :.\u00a0") and following < len(numbers):
                    beside = blocks[numbers[following]].text
                    if is_bare(beside):  # the label in one element, the day in the next
                        return Published(next(find_stamps(beside)).stamp, numbers[following])
            match = _label().search(text, match.end())
    return None


@cache
def _counter() -> re.Pattern[str]:
    """„Преглеждания: 3 598“ beside the day."""
    counters = "|".join(map(re.escape, sorted(furniture_words()["counters"], key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{counters})\W{{0,3}}\d[\d \u00a0]*(?:{_TIMES})?", re.IGNORECASE)


@cache
def _label() -> re.Pattern[str]:
    words = stamp_words()
    published, others = (
        "|".join(re.escape(word) for word in sorted(words[name], key=len, reverse=True))
        for name in ("published", "others")
    )
    return re.compile(rf"(?<!\w)(?:(?P<others>{others})|(?P<published>{published}))(?!\w)", re.IGNORECASE)


def _told_to_machines(root: etree._Element, html: str) -> Published | None:
    match = _JSON_LD.search(html) if "datePublished" in html else None
    if match:
        stamp = read_stamp(match[1])
        if stamp:
            return Published(stamp)
    times: list[str] = []
    for element in root.iter("meta", "time"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        value = element.get("content") or element.get("datetime") or ""
        if element.tag == "meta" and name in _META:
            stamp = read_stamp(value)
            if stamp:
                return Published(stamp)
        elif element.tag == "time" and value:
            about = f"{name} {element.get('class') or ''} {'pubdate' if element.get('pubdate') is not None else ''}"
            if "publish" in about or "pubdate" in about or "entry-date" in about:
                times.insert(0, value)
            elif "updat" not in about and "modif" not in about:
                times.append(value)
    # One <time> is the article's; several without a word are those of the list of news beside.
    if times and (len(times) == 1 or times[0] != times[-1]):
        stamp = read_stamp(times[0])
        return Published(stamp) if stamp else None
    return None


def _around(body: Sequence[int], title: int | None, count: int) -> list[int]:
    """Return the places below and above the title, whatever their zone; without a title, the first of the body."""
    if title is None:
        return list(body[: 1 + _AFTER])
    return [*range(title + 1, min(title + 1 + _AFTER, count)), *range(title - 1, max(title - 1 - _BEFORE, -1), -1)]


def _bare(blocks: Sequence[RawBlock], numbers: Sequence[int]) -> Published | None:
    for number in numbers:
        block = blocks[number]
        if block.row is None and block.kind is not BlockKind.HEADING and is_bare(block.text):
            return Published(next(find_stamps(block.text)).stamp, number)
    return None


def _shown(blocks: Sequence[RawBlock], numbers: Sequence[int], day: date) -> int | None:
    for number in numbers:
        if is_bare(blocks[number].text) and next(find_stamps(blocks[number].text)).stamp.date == day:
            return number
    return None


def _relative(blocks: Sequence[RawBlock], numbers: Sequence[int], fetched: datetime | None) -> Published | None:
    for number in numbers:
        text = blocks[number].text
        labelled = _label().match(fold(text))
        if len(text) <= 40 and (labelled or len(_WORD.findall(text)) <= 4):
            stamp = read_stamp(text, fetched=fetched)
            if stamp:
                return Published(stamp, number)
    return None


def _wrap(stamp: Stamp | None) -> Published | None:
    return Published(stamp) if stamp else None


def _is_past(day: date, fetched: datetime | None) -> bool:
    return fetched is None or day <= fetched.date() + timedelta(days=1)
