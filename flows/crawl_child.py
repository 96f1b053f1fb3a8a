"""The crawl's own process, forked by ``flows.crawl_parent``: it reads one job from its input and crawls one site.

It tells each look as a line of JSON on its standard output, and ends when its input ends: whoever started it is gone.
On Linux the kernel ends it besides, should its parent die without closing anything.
"""

import ctypes
import json
import logging
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models.settings import Settings

if TYPE_CHECKING:
    from flows.crawl_mode import CrawlMode

_PR_SET_PDEATHSIG = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """What the child is told: the recipe's file, the run's number, ports of loopback hosts, where things are kept.

    ``how`` is a ``CrawlMode`` as it dumps itself.
    """

    recipe: str
    run: str
    home: str
    database_url: str
    archive: str
    contact: str | None = None
    demonstration: bool = False
    ports: dict[str, int] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)

    def dump(self) -> str:
        """Write the job as one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def load(cls, line: str) -> Self:
        """Read back what ``dump`` wrote."""
        return cls(**json.loads(line))

    @property
    def mode(self) -> "CrawlMode":
        """How the site is gone about."""
        from flows.crawl_mode import CrawlMode

        return CrawlMode.load(self.how)

    @property
    def settings(self) -> Settings:
        """The settings of the parent."""
        return Settings(Path(self.home), self.database_url, self.archive, self.contact)


@dataclass(frozen=True, slots=True)
class CrawlEnd:
    """What a crawl came to.

    ``state`` is ``done``, ``partial`` (a limit was reached, or pages failed), ``failed``, ``busy`` (another run crawls
    the site) or ``died`` (the process was ended from without). ``counts`` are looks by outcome, ``announcements`` the
    articles and files that lists and feeds show and that were there, unchanged ones too. A ``whole`` crawl went on to
    its end; one that a limit cut short does not say how many there are. A ``backfill`` is for other years, and says
    nothing of how the site fares.
    """

    state: str
    counts: dict[str, int] = field(default_factory=dict)
    announcements: int = 0
    message: str | None = None
    whole: bool = True
    backfill: bool = False


def main() -> None:
    """Read the job, crawl, and tell the end as the last line."""
    parent = os.getppid()
    die_with_parent(parent)
    # What a library prints must not stand among the lines that the parent reads.
    lines = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    line = read_line()
    if not line:
        return
    threading.Thread(target=_watch_input, name="input", daemon=True).start()
    # Our own words alone: what Scrapy and Twisted say of a page is in the ledger already.
    logging.getLogger("flows").addHandler(logging.StreamHandler())
    job = CrawlJob.load(line)
    # Scrapy is imported here, after the watch has begun: it takes a second.
    from flows.crawl_site import crawl_site

    def tell(record: dict[str, Any]) -> None:
        lines.write(json.dumps(record, ensure_ascii=True) + "\n")
        lines.flush()

    tell(asdict(crawl_site(job, lambda address, outcome: tell({"address": address, "outcome": outcome}))))


def user_agent(contact: str | None) -> str:
    """Return the name that the crawler goes by, with who answers for it."""
    return f"otchet/{version('otchet')} (+{contact or 'loopback only'})"


def child_environment() -> dict[str, str]:
    """Give a child our modules, wherever it runs, and Python's output as UTF-8."""
    here = str(Path(__file__).parents[1])
    paths = [here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def read_line() -> str:
    """Read a line of the standard input, and nothing behind it: the rest is another reader's."""
    data = b""
    while not data.endswith(b"\n"):
        sign = os.read(0, 1)
        if not sign:
            break
        data += sign
    return data.decode()


def _watch_input() -> None:
    while os.read(0, 4096):
        pass
    # Nothing is lost: what was committed is whole, and the next run closes the archive's file.
    os.kill(os.getpid(), signal.SIGKILL)


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process with the one that started it, ``parent``; Linux alone can."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent died before the kernel was told
        os._exit(1)
