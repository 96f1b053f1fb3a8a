"""What a harvest came to, for programs: ``OTCHET_LOG=FILE`` gets one JSON object a line, one a site and the run's own.

``{"what": "site", "site": "kubrat", "state": "failed", "yield": 3, "last_good": {"yield": 41, …}, "findings": […], …}``
"""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.harvest_result import HarvestSummary, SiteResult
from flows.recipe import Recipe
from models.settings import SettingsError, now
from models.visit import Tally

_log = logging.getLogger(__name__)


def log_setting(environment: Mapping[str, str] | None = None) -> Path | None:
    """Return ``OTCHET_LOG`` from the environment (``os.environ`` unless given), None where it is not set.

    Raises SettingsError where no file can be written there: that is known before anything is fetched.
    """
    value = ((os.environ if environment is None else environment).get("OTCHET_LOG") or "").strip()
    if not value:
        return None
    path = Path(value).expanduser()
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise SettingsError(f"OTCHET_LOG: {path} cannot be written ({error.strerror}); name another file") from error
    return path


def write_log(path: Path, summary: HarvestSummary, recipes: Sequence[Recipe]) -> None:
    """Add a run's lines to the log; one that cannot be written is told and fails nothing."""
    known = {recipe.name: recipe for recipe in recipes}
    records = [site_record(summary, site, known[site.site]) for site in summary.sites]
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in [*records, run_record(summary)]]
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(lines))  # at once, so that two runs do not mix their lines
    except OSError as error:
        _log.warning("OTCHET_LOG: %s cannot be written (%s)", path, error.strerror)


def site_record(summary: HarvestSummary, site: SiteResult, recipe: Recipe) -> dict[str, Any]:
    """Return how a site fared in a run.

    ``shares`` are of its announcements; those of days, texts and figures are of the ones that were kept.
    """
    last = site.last_good
    return {
        "what": "site",
        "at": _moment(),
        "run": summary.run,
        "site": site.site,
        "state": site.state,
        "believed": site.visit.good if site.visit else False,
        "accepted": site.visit.accepted if site.visit else False,
        "recovered": site.recovered,
        "yield": site.announcements,
        "whole": site.visit.whole if site.visit else False,
        "expected": {"min": recipe.expected[0], "max": recipe.expected[1]},
        "last_good": {"run": last.run, "at": _moment(last.ended_at), "yield": last.shown} if last else None,
        "shares": _shares(site.visit.tally) if site.visit else None,
        "looks": dict(site.looks),
        "documents": site.read.documents,
        "figures": site.read.figures,
        "seen": site.read.seen,
        "unreadable": site.read.unreadable,
        "findings": [{"kind": one.kind, "message": one.message} for one in site.findings],
        "message": site.message,
        "command": f"otchet harvest {site.site}",
    }


def run_record(summary: HarvestSummary) -> dict[str, Any]:
    """Return what the whole run came to."""
    failed = [site.site for site in summary.sites if site.failed]
    return {
        "what": "run",
        "at": _moment(),
        "run": summary.run,
        "state": summary.state.value,
        "sites": len(summary.sites),
        "failed": failed,
        "recovered": [site.site for site in summary.sites if site.recovered],
        "counts": summary.counts,
        "command": " ".join(["otchet harvest", *(failed or [site.site for site in summary.sites])]),
    }


def _shares(tally: Tally) -> dict[str, float | None] | None:
    if not tally.announcements:
        return None
    of_all = {"kept": tally.kept, "title": tally.titled}
    of_kept = {"day": tally.dated, "text": tally.worded, "figures": tally.figured}
    shares = {name: round(count / tally.announcements, 3) for name, count in of_all.items()}
    return shares | {name: round(count / tally.kept, 3) if tally.kept else None for name, count in of_kept.items()}


def _moment(at: datetime | None = None) -> str:
    return (at or now()).isoformat().replace("+00:00", "Z")
