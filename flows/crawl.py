"""A crawl as its caller sees it: a child process that is watched, timed, and ended as a whole.

``crawl(settings, recipe, run)`` returns what it came to; it raises only what ends the caller too (Ctrl-C).
"""

import json
import logging
import signal
import tempfile
import threading
from collections.abc import Callable, Mapping

from flows.crawl_child import CrawlEnd, CrawlJob
from flows.crawl_mode import CrawlMode
from flows.crawl_start import Child, NotStartedError, start_child
from flows.recipe import Recipe
from models.settings import Settings

#: Seconds that a child has to close its files after its time is over, and after it was asked to end.
GRACE, PARTING = 30.0, 5.0
NO_CONTACT = (
    "OTCHET_CONTACT is not set, so only the demonstration is harvested. Set it to an address (mail or web) of "
    "somebody who answers for the crawler."
)
_log = logging.getLogger(__name__)
_children: set[Child] = set()

#: Told of each look: its address and what came of it.
Report = Callable[[str, str], None]


def crawl(
    settings: Settings,
    recipe: Recipe,
    run: str,
    *,
    ports: Mapping[str, int] | None = None,
    report: Report | None = None,
    mode: CrawlMode | None = None,
) -> CrawlEnd:
    """Crawl one site in a process of its own.

    ``ports`` maps reserved hosts (``kubrat.test``) to ports of this machine, for recipes with ``loopback``; ``report``
    is called with address and outcome of each look; ``mode`` is that of a usual run unless one is given. The child is
    ended with all that it started when the recipe's seconds are over, and whenever this call ends.
    """
    if not recipe.loopback and not settings.contact:
        return CrawlEnd("failed", message=f"{recipe.name}: {NO_CONTACT}")
    if missing := [host for host in recipe.hosts if recipe.loopback and host not in (ports or {})]:
        return CrawlEnd("failed", message=f"{recipe.name}: the demonstration does not serve {', '.join(missing)}")
    mode = mode or CrawlMode()
    seconds = (recipe.limits.of_backfill if mode.is_backfill else recipe.limits).seconds
    job = CrawlJob(
        recipe=str(recipe.path),
        run=run,
        home=str(settings.home),
        database_url=settings.database_url,
        archive=settings.archive,
        contact=settings.contact,
        demonstration=recipe.loopback,
        ports=dict(ports or {}) if recipe.loopback else {},
        how=mode.dump(),
    )
    with tempfile.TemporaryFile() as complaints:
        try:
            child = start_child(complaints)
        except NotStartedError as error:
            return CrawlEnd("died", message=f"{recipe.name}: {error}")
        _children.add(child)
        timer = threading.Timer(seconds + GRACE, child.send_signal, [signal.SIGKILL])
        timer.daemon = True
        timer.start()
        try:
            end = _listen(child, job, report)
        finally:
            timer.cancel()
            _end(child)
            _children.discard(child)
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace").strip()
    if said:
        _log.debug("%s: %s", recipe.name, said)
    return end or CrawlEnd("died", message=f"{recipe.name}: {_how_it_ended(child.returncode, said)}")


def end_all() -> None:
    """End every crawl that this process runs, in whichever thread: for Ctrl-C, which reaches the main thread alone."""
    for child in list(_children):
        child.send_signal(signal.SIGTERM)


def _listen(child: Child, job: CrawlJob, report: Report | None) -> CrawlEnd | None:
    end = None
    try:
        child.stdin.write(job.dump() + "\n")
        child.stdin.flush()
    except BrokenPipeError:
        return None
    for line in child.stdout:
        record = json.loads(line)
        if "state" in record:
            end = CrawlEnd(**record)
        elif report is not None:
            report(record["address"], record["outcome"])
    child.wait()
    return end


def _end(child: Child) -> None:
    """End the child and all that it started; one that closes its files in time is let."""
    if child.wait(0) is None:
        child.send_signal(signal.SIGTERM)
        child.wait(PARTING)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.close()


def _how_it_ended(code: int | None, said: str) -> str:
    if code is not None and code < 0:
        return f"the crawl was ended by {signal.Signals(-code).name}; the next run goes on from there"
    return f"the crawl's process ended with {code} before its work was done: {said.rpartition(chr(10))[2][:300]}"
