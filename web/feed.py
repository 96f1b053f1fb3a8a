"""The open failures of sites as an Atom feed (RFC 4287), for a feed reader: ``/findings.atom``.

An entry is a site and a sort of failure; it keeps its id however often it returns, and its time moves when it does.
"""

import re
import uuid
from collections.abc import Collection
from datetime import UTC, datetime

from lxml import etree
from lxml.builder import ElementMaker
from sqlmodel import Session

from models.masking import mask
from models.store import FoundFinding, list_findings
from web.language import Language

ATOM = "http://www.w3.org/2005/Atom"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_make = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


def failures_feed(session: Session, words: Language, sites: Collection[str] = ()) -> bytes:
    """Return the feed of the open failures of these sites (of all, if none is named), newest first.

    Its time is that of the last change, also where a failure was closed: what has not changed is the same, byte for
    byte.
    """
    changes = list_findings(session, sites, resolved=True, failures=True)
    updated = max((one.changed_at for one in changes), default=_NEVER)
    feed = _make.feed(
        _make.id(_urn("failures", *sorted(sites))),
        _make.title(words.word("sources", "feed_title")),
        _make.updated(_moment(updated)),
        _make.author(_make.name("otchet")),
        *(_entry(one, words) for one in changes if not one.resolved),
    )
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True)


def failure(kind: str, words: Language) -> str:
    """Return what a sort of failure is called; one that has no words of its own is a failed crawl."""
    found: str = words.words["failure"].get(kind) or words.word("failure", "site")
    return found


def _entry(one: FoundFinding, words: Language) -> etree._Element:
    finding = one.finding
    kind = failure(finding.kind, words)
    return _make.entry(
        _make.id(_urn(finding.subject, finding.kind)),
        _make.title(_clean(f"{finding.subject}: {kind}")),
        _make.updated(_moment(one.changed_at)),
        _make.published(_moment(one.first_seen)),
        _make.category(term=finding.kind),
        _make.content(_clean(mask(finding.message)), type="text"),
    )


def _urn(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, ":".join(("otchet", *parts))).urn


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
