"""How one site fared in one run: ``Visit("9f…", "kubrat", SiteState.DONE, good=True, shown=41, …)``.

The last good visit is what the next one is measured against.
"""

from dataclasses import dataclass, field
from datetime import datetime

from models.keys import content_key
from models.states import SiteState


@dataclass(frozen=True, slots=True)
class Tally:
    """What the announcements that a run's lists showed have: how many, and how many of them with what.

    ``titled`` and ``worded`` count different titles and different beginnings of text: a page that stands at every
    address (a login, an apology) gives one. ``kept`` are those that speak of a project; days, texts and figures are
    known of these alone. Old ones that came unchanged, or were not due, count as new ones do.
    """

    announcements: int = 0
    kept: int = 0
    titled: int = 0
    dated: int = 0
    worded: int = 0
    figured: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One site in one run; ``shown`` is the yield: announcements that lists and feeds show and that were there.

    ``good`` says whether what came is believed. ``canary`` is the key of the snapshot of the recipe's canary. ``rule``
    is what the site failed by, or what left something out: a kind of finding (``site-shrunk``), a setting
    (``limits.requests``), else ``addresses``, ``unreadable``, ``archive``, ``process`` or ``crawl``. ``counts`` are
    looks by outcome, documents, figures and pages that were only seen.
    """

    run: str
    site: str
    state: SiteState
    good: bool
    ended_at: datetime
    shown: int = 0
    tally: Tally = field(default_factory=Tally)
    whole: bool = True
    accepted: bool = False
    canary: str | None = None
    rule: str | None = None
    message: str | None = None
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> str:
        """The content key: the run and the site."""
        return content_key(self.run, self.site)
