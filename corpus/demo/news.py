"""A site's news in order, each with its address, its stamps and its answers: what a page of it should yield.

An announcement's own line „Публикувано на: 08.01.2018 г.“ becomes the site's stamp, so that a page is dated once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from corpus.demo.announcement import Announcement, Piece, read_body
from corpus.demo.content import Attachment, SiteContent, Words

#: A paragraph is a stamp where little else stands in it than the day: „02 мар 2024“, „Автор: …“.
_LONGEST_STAMP = 80


@dataclass(frozen=True, slots=True)
class News:
    """One item: what it says, when, where; ``document`` names its gold, None for what announces nothing."""

    title: str
    published: date
    pieces: tuple[Piece, ...]
    number: int
    address: str
    document: str | None = None
    source: str = ""
    attachment: Attachment | None = None
    updated: date | None = None
    restamped: bool = False

    @property
    def views(self) -> int:
        """A number that looks like readers, the same in every build."""
        return int(sha256(self.address.encode()).hexdigest()[:4], 16) % 4000 + 17

    @property
    def teaser(self) -> str:
        """The first words, cut in the middle."""
        text = " ".join(self.pieces[0].lines) if self.pieces else ""
        return text if len(text) <= 140 else text[:140] + "..."


def without_stamp(announcement: Announcement, documents: Path) -> tuple[Announcement, date | None, bool]:
    """Take an announcement's own stamp off; return also the day of its update, and whether it bears no stamp now.

    It stands in a short paragraph of its own, in which „Последна актуализация: 14.03.2018“ may follow, or before the
    title: „14.01.2021 г. Подписан е договор“.
    """
    lines = (documents / announcement.id / "figures.jsonl").read_text("utf-8").splitlines()
    figures = [json.loads(line) for line in lines if line]
    stamps = [one["quote"] for one in figures if one["role"] == "published"]
    title = announcement.title
    for stamp in stamps:
        title = title.removeprefix(stamp).removeprefix(" г.").lstrip()
    left = tuple(piece for piece in announcement.pieces if not _is_stamp(piece, stamps))
    taken = [line for piece in announcement.pieces if piece not in left for line in piece.lines]
    days = [
        one["value"] for one in figures if one["role"] == "other" and any(one["quote"] in line for line in taken[1:])
    ]
    updated = date.fromisoformat(days[0]) if taken[1:] and days else None
    changed = title != announcement.title or bool(taken)
    return replace(announcement, title=title, pieces=left), updated, changed or not stamps


def _is_stamp(piece: Piece, stamps: Sequence[str]) -> bool:
    text = " ".join(piece.lines)
    return len(text) <= _LONGEST_STAMP and any(stamp in text for stamp in stamps)


def site_news(
    site: SiteContent, announcements: Sequence[Announcement], names: dict[str, str], words: Words, documents: Path
) -> list[News]:
    """Return the site's items, oldest first; ``names`` are the sites' names for what is republished."""
    attached = {one.document: one for one in site.attachments}
    found: list[News] = []
    for one in announcements:
        if one.site != site.site and one.id not in site.republishes:
            continue
        told, updated, stampless = without_stamp(one, documents)
        source = names[one.site] if one.site != site.site else ""
        day = one.published + timedelta(days=site.delay) if source else one.published
        attachment = attached.get(one.id)
        item = News(told.title, day, told.pieces, 0, "", one.id, source, attachment, updated, not stampless)
        if item.attachment and item.attachment.instead:
            item = replace(item, title=item.attachment.title, pieces=read_body(item.attachment.note))
        found.append(item)
    for filler in site.fillers:
        found.append(News(filler.title, filler.published, read_body(filler.text), 0, ""))
    found.sort(key=lambda item: (item.published, item.document or "", item.title))
    numbered = [replace(item, number=site.first + site.step * place) for place, item in enumerate(found)]
    return [replace(item, address=address_of(site, site.item or site.year, item, words)) for item in numbered]


def address_of(site: SiteContent, form: str, item: News, words: Words) -> str:
    """Fill an address form with an item's number, day and title."""
    return form.format(
        number=item.number,
        hexadecimal=f"{item.number:07X}",
        slug=words.slug(item.title),
        cyrillic=words.cyrillic(item.title),
        year=item.published.year,
        month=item.published.month,
        day=item.published.day,
    )
