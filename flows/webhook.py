"""A run's failures told to a program elsewhere: ``OTCHET_WEBHOOK=https://alerts.example/otchet``.

One POST of JSON a run, and only where a site failed or one that had failed is good again. The address is the operator's
own setting: it may be of this machine or network, and no proxy is taken from the environment.
"""

import logging
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flows.harvest_result import HarvestSummary
from models.settings import SettingsError, now

#: Seconds for the whole of an attempt, and before the second and last one.
TIMEOUT, PAUSE = 10.0, 2.0
_log = logging.getLogger(__name__)


def webhook_setting(environment: Mapping[str, str] | None = None) -> str | None:
    """Return ``OTCHET_WEBHOOK`` from the environment (``os.environ`` unless given); SettingsError for no address."""
    value = ((os.environ if environment is None else environment).get("OTCHET_WEBHOOK") or "").strip()
    if not value:
        return None
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        sound = False
    if not sound:
        # It may hold a secret, so it is not repeated.
        raise SettingsError("OTCHET_WEBHOOK is no http(s) address; use https://HOST/PATH, or unset it")
    return value


def call_webhook(address: str, summary: HarvestSummary) -> bool:
    """Tell what failed or recovered, in one request and at most one more; say whether it was taken.

    Whatever goes wrong is a warning and fails nothing. Nothing is sent where there is nothing to tell.
    """
    told = news(summary)
    if told is None:
        return False
    import httpx

    for attempt in (1, 2):
        try:
            answer = httpx.post(address, json=told, timeout=TIMEOUT, follow_redirects=False, trust_env=False)
            if answer.is_success:
                return True
            why = f"it answers {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            why = type(error).__name__
        if attempt == 1:
            time.sleep(PAUSE)
    # The host alone: path and query may be a secret.
    _log.warning("OTCHET_WEBHOOK: %s was not told of the run (%s)", urlsplit(address).hostname, why)
    return False


def news(summary: HarvestSummary) -> dict[str, Any] | None:
    """Return what is sent: the run and its failed and recovered sites; None where there is nothing to tell."""
    failed = [
        {
            "site": site.site,
            "kind": site.findings[0].kind if site.findings else None,
            "message": site.message,
            "findings": [one.message for one in site.findings],
            "command": f"otchet harvest {site.site}",
        }
        for site in summary.sites
        if site.failed
    ]
    recovered = [{"site": site.site, "yield": site.announcements} for site in summary.sites if site.recovered]
    if not failed and not recovered:
        return None
    return {
        "run": summary.run,
        "state": summary.state.value,
        "at": now().isoformat().replace("+00:00", "Z"),
        "failed": failed,
        "recovered": recovered,
    }
