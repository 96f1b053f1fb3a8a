"""How long a server asks to be left alone: ``Retry-After: 120``, ``Retry-After: Sun, 22 Nov 2026 03:00:00 GMT``."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from models.settings import now

#: The longest that a crawl waits for one server, in seconds; one that asks for more is left for this run.
PATIENCE = 300.0


def retry_after(response: Response) -> float | None:
    """Return the seconds that the answer asks to wait, counted from now; None where it asks for nothing readable."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())
