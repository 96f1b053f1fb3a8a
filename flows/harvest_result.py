"""What a harvest came to: a result a site, and the whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.read_batch import BatchEnd
from models.records import Finding
from models.tables import RunState
from models.visit import Visit


@dataclass(frozen=True, slots=True)
class SiteResult:
    """What a harvest of one site came to.

    ``state`` is that of its crawl, or failed where a guard does not believe what came. ``visit`` is how the site fared
    (None where nothing was judged), ``last_good`` what it was measured against, ``findings`` are its failures,
    ``recovered`` says whether the visit before had failed and this one is good.
    """

    site: str
    state: str
    looks: Mapping[str, int] = field(default_factory=dict)
    announcements: int = 0
    read: BatchEnd = field(default_factory=BatchEnd)
    message: str | None = None
    visit: Visit | None = None
    last_good: Visit | None = None
    findings: tuple[Finding, ...] = ()
    recovered: bool = False

    @property
    def failed(self) -> bool:
        """Whether nothing of what came is believed."""
        return self.state in ("failed", "died")

    def row(self) -> dict[str, str | int]:
        """Return the site's line in the summary's table."""
        return {
            "site": self.site,
            "state": self.state,
            "new": self.looks.get("new", 0),
            "same": self.looks.get("same", 0),
            "gone": self.looks.get("gone", 0),
            "failed": self.looks.get("failed", 0) + self.looks.get("truncated", 0),
            "shown": self.announcements,
            "documents": self.read.documents,
            "figures": self.read.figures,
            "seen": self.read.seen,
            "unreadable": self.read.unreadable,
            "message": self.message or "",
        }


@dataclass(frozen=True, slots=True)
class HarvestSummary:
    """What a harvest came to: the run's number and state, a result a site, and how many documents speak of projects."""

    run: str
    state: RunState
    sites: tuple[SiteResult, ...]
    tied: int

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of the whole run, by name."""
        counts: Counter[str] = Counter(documents=0, figures=0, unreadable=0)
        for site in self.sites:
            counts.update(site.looks)
            counts["documents"] += site.read.documents
            counts["figures"] += site.read.figures
            counts["seen"] += site.read.seen
            counts["unreadable"] += site.read.unreadable
        return dict(sorted(counts.items())) | {"tied": self.tied}


def unread_message(site: str, read: BatchEnd) -> str | None:
    """Say how much of a site cannot be read, None where all can."""
    count = read.unreadable + read.missing
    return f"{site}: {count} pages or files cannot be read" if count else None
