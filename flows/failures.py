"""The ways in which a site as a whole fails, and what a person is told of one."""

from dataclasses import dataclass
from enum import StrEnum

from models.records import Finding
from models.states import Severity, Subject


class Failure(StrEnum):
    """Kinds of findings about a site as a whole, the most telling first."""

    MOVED = "site-moved"
    LOGIN = "site-login"
    REFUSED = "site-refused"
    UNREACHABLE = "site-unreachable"
    REDESIGNED = "site-redesigned"
    EMPTIED = "site-emptied"
    SHRUNK = "site-shrunk"
    EXPECTED = "site-expected"
    FIELDS = "site-fields"
    CANARY = "site-canary"
    #: What the crawl itself tells: robots.txt closed, the archive full, the process ended from without.
    CRAWL = "site"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why what a run brought is not believed: what was seen and where, and what a person can do.

    An ``acceptable`` one is a difference that a person may declare right.
    """

    failure: Failure
    said: str
    do: str
    acceptable: bool = True

    def message(self, site: str) -> str:
        """Return the whole line."""
        way_out = f" If the site is right as it is: otchet harvest {site} --accept." if self.acceptable else ""
        return f"{site}: {self.said}. What was known before stays. {self.do}.{way_out}"

    def finding(self, site: str) -> Finding:
        """Return the finding about the site."""
        return Finding(self.failure.value, Severity.ERROR, Subject.SOURCE, site, self.message(site))
