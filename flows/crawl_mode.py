"""How a crawl goes about a site: a run like every other, all pages again, or a backfill of some years.

``otchet harvest kubrat --since 2019-01-01 --until 2020-12-31`` follows lists, year archives and sitemaps to their end
and takes what is not dated outside of these days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from extractors.stamps import read_stamp
from flows.links import Link
from models.settings import SOFIA, now


@dataclass(frozen=True, slots=True)
class CrawlMode:
    """``revisit`` asks for every known page, due or not; ``since`` and ``until`` (days, Sofia's) make it a backfill.

    ``begun`` is when a backfill that was stopped had begun: lists that were had since then are not asked again.
    """

    revisit: bool = False
    since: date | None = None
    until: date | None = None
    begun: datetime | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"no day lies between {self.since} and {self.until}")

    @property
    def is_backfill(self) -> bool:
        """Whether it is for some years alone."""
        return self.since is not None or self.until is not None

    @property
    def command(self) -> str:
        """The command as it is noted with the run; by it a backfill knows its earlier runs."""
        words = ["harvest", "--revisit" if self.revisit else ""]
        words += [f"--{name} {day}" for name, day in (("since", self.since), ("until", self.until)) if day]
        return " ".join(filter(None, words))

    def resumed(self, begun: datetime | None) -> Self:
        """Return the mode that goes on from a backfill begun earlier."""
        return replace(self, begun=begun)

    def leaves(self, link: Link) -> bool:
        """Say whether a backfill leaves a link: its list, feed or sitemap dates it outside of the days asked for."""
        if not self.is_backfill:
            return False
        day = day_of(link.stamp) or day_of(link.modified)
        return day is not None and ((self.since or date.min) > day or day > (self.until or date.max))

    def dump(self) -> dict[str, Any]:
        """Return the mode as JSON has it."""
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        return {"revisit": self.revisit} | days | ({"begun": self.begun.isoformat()} if self.begun else {})

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> Self:
        """Read back what ``dump`` gave."""
        begun = values.get("begun")
        since, until = (date.fromisoformat(values[name]) if name in values else None for name in ("since", "until"))
        return cls(bool(values.get("revisit")), since, until, datetime.fromisoformat(begun) if begun else None)


def day_of(stamp: str | None) -> date | None:
    """Return the day that a stamp means: ``2019-05-01T10:00:00+03:00``, a feed's date, or a list's own words."""
    if not stamp:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(stamp)
        except ValueError:
            continue
        return moment.date() if moment.tzinfo is None else moment.astimezone(SOFIA).date()
    found = read_stamp(stamp, fetched=now())
    return found.date if found else None
