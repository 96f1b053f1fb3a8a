"""A site judged at the end of its run: believed, and then what it brought is told; or failed, and then all stays.

``judge_site(settings, database, recipe, run, end, read)`` compares what the run saw with the last good one
(``flows.guards``), says why where it differs (``flows.diagnosis``), and keeps the visit and the findings.
"""

import logging
from collections.abc import Sequence

from sqlmodel import Session

from flows.canary import Sung, hear
from flows.crawl_child import CrawlEnd
from flows.diagnosis import Page, asks_for_password, diagnose
from flows.failures import Failure, Problem
from flows.guards import Measure, fields_lost, fields_problem, yield_wanted
from flows.harvest_result import SiteResult, unread_message
from flows.health import failing_rule
from flows.read_batch import BatchEnd, rules_version
from flows.recipe import Recipe
from models.archive import ArchiveError, read_bytes
from models.database import Database
from models.records import Address
from models.settings import Settings, exactly_now
from models.store import (
    believe,
    close_void,
    failed_addresses,
    get_address,
    get_findings,
    get_snapshots,
    get_versions,
    last_visit,
    missed_addresses,
    new_addresses,
    put_visit,
    replace_findings,
    tally,
)
from models.tables import SiteState
from models.visit import Tally, Visit

_log = logging.getLogger(__name__)
#: How many new announcements are looked at for a form that asks for a password.
_SAMPLE = 3


def judge_site(
    settings: Settings,
    database: Database,
    recipe: Recipe,
    run: str,
    end: CrawlEnd,
    read: BatchEnd,
    *,
    accept: bool = False,
) -> SiteResult:
    """Decide whether what a run brought of a site is believed, and keep the decision with its reasons.

    With ``accept`` a person says that the site is right as it is: differences from the last good run are told no more,
    and later runs are measured against this one. A crawl that failed cannot be accepted. Another run's site (busy) is
    left to that run.
    """
    if end.state == SiteState.BUSY:
        return SiteResult(recipe.name, end.state, end.counts, end.announcements, read, end.message)
    with database.reading() as session:
        measure = Measure(
            last_visit(session, recipe.name, good=True), last_visit(session, recipe.name, good=True, whole=True)
        )
        before = last_visit(session, recipe.name)
        seen = tally(session, recipe.name, run)
        sung = hear(session, recipe, run, measure, whole=end.whole)
        problems = list(_problems(_Scene(settings, session, recipe, run), end, seen, sung, measure))
    refused = [one for one in problems if not (accept and one.acceptable)]
    state, message = _state(recipe, end, read, refused)
    visit = Visit(
        run=run,
        site=recipe.name,
        state=SiteState(state),
        good=not refused,
        ended_at=exactly_now(),
        shown=end.announcements,
        tally=seen,
        whole=end.whole,
        accepted=bool(problems and not refused) or _still_accepted(recipe, end, sung, measure.good),
        canary=sung.key,
        rule=_rule(end, read, refused),
        message=message,
        counts=_counts(end, read),
    )
    findings = tuple(one.finding(recipe.name) for one in refused)
    _keep(database, recipe, visit, refused)
    return SiteResult(
        recipe.name,
        state,
        end.counts,
        end.announcements,
        read,
        message,
        visit,
        measure.good,
        findings,
        recovered=visit.good and before is not None and not before.good,
    )


class _Scene:
    """What can be looked at afterwards: the site's addresses in the database, their bytes in the archive."""

    def __init__(self, settings: Settings, session: Session, recipe: Recipe, run: str) -> None:
        self._settings, self._session, self.recipe, self.run = settings, session, recipe, run
        self.failed = [self.page(one) for one in failed_addresses(session, recipe.name, run)]

    def leading(self) -> list[Page]:
        """Return the pages that lead to announcements, as the run saw them."""
        known = (get_address(self._session, one) for one in self.recipe.first)
        return [self.page(one) for one in known if one is not None and one.run == self.run]

    def new(self) -> list[Page]:
        """Return some announcements whose content is new."""
        return [self.page(one) for one in new_addresses(self._session, self.recipe.name, self.run, _SAMPLE)]

    def missed(self, measure: Measure) -> list[str]:
        """Return the announcements that the last whole good run saw and this one did not."""
        if measure.whole is None:
            return []
        return missed_addresses(self._session, self.recipe.name, measure.whole.run)

    def is_read_alike(self, measure: Measure) -> bool:
        """Say whether this run reads by the rules of the one that it is measured against.

        After an update of otchet other pages may be kept and other figures found: that is no change of the site.
        """
        last = measure.whole or measure.good
        before = get_versions(self._session, last.run).get("rules") if last else None
        alike = before in (None, rules_version())
        if not alike:
            _log.info("%s: the last good run read by other rules, so fields are not compared", self.recipe.name)
        return alike

    def page(self, address: Address) -> Page:
        """Return an address with what it gave now and in the last good run."""
        bodies = {}
        charset = None
        for snapshot in get_snapshots(self._session, address.address):
            if snapshot.sha256 in (address.sha256, address.good):
                charset = charset or snapshot.charset
                try:
                    bodies[snapshot.sha256] = read_bytes(self._settings, snapshot)
                except ArchiveError:
                    continue  # told where it is read
        body = None if address.error else bodies.get(address.sha256 or "")
        return Page(address.address, address.status, address.error, body, bodies.get(address.good or ""), charset)


def _problems(scene: _Scene, end: CrawlEnd, seen: Tally, sung: Sung, measure: Measure) -> Sequence[Problem]:
    """Return what speaks against believing a run, the most telling first; nothing more where the crawl failed."""
    recipe, shown = scene.recipe, end.announcements
    if end.state in (SiteState.FAILED, SiteState.DIED):
        why = diagnose(recipe, scene.leading(), scene.failed, 0, 0)
        if why is not None and why.failure in (Failure.MOVED, Failure.LOGIN, Failure.REFUSED):
            return [Problem(why.failure, why.said, why.do, acceptable=False)]
        said = (end.message or "the crawl failed").removeprefix(f"{recipe.name}: ").rstrip(".")
        return [Problem(Failure.CRAWL, said, "The next harvest tries again", acceptable=False)]
    problems = []
    wanted = yield_wanted(recipe, end, measure)
    if wanted:
        problems.append(_yield_problem(scene, shown, *wanted, measure))
    elif lost := [] if end.backfill or not scene.is_read_alike(measure) else fields_lost(seen, measure):
        new = scene.new()
        asking = [one for one in new if asks_for_password(one)]
        if asking and len(asking) == len(new):
            said = f"announcements ask for a password now, as {asking[0].address}; {lost[0]}"
            problems.append(Problem(Failure.LOGIN, said, f"Look at {asking[0].address} in a browser"))
        else:
            problems.append(fields_problem(recipe, lost, new[0].address if new else None))
    if sung.problem:
        problems.append(sung.problem)
    return problems


def _yield_problem(scene: _Scene, shown: int, known: int, said: str, measure: Measure) -> Problem:
    recipe = scene.recipe
    why = diagnose(recipe, scene.leading(), scene.failed, shown, known)
    if why is not None:
        return Problem(why.failure, f"{said}; {why.said}", why.do)
    start = recipe.start[0]
    missed = scene.missed(measure)
    if measure.whole is None or shown >= measure.whole.shown:
        return Problem(Failure.EXPECTED, said, f"Look at {start}, and mend follow or expected in {recipe.name}.toml")
    example = f"; no longer shown is {missed[0]}" if missed else ""
    do = f"Look at {start}: are they gone, or does the list lead on in another way"
    return Problem(Failure.SHRUNK, f"{said}{example}", do)


def _state(recipe: Recipe, end: CrawlEnd, read: BatchEnd, refused: Sequence[Problem]) -> tuple[str, str | None]:
    """Return the state of a site's harvest and its one line."""
    if refused:
        more = f" ({len(refused) - 1} more: otchet findings {recipe.name})" if len(refused) > 1 else ""
        state = end.state if end.state == SiteState.DIED else SiteState.FAILED.value
        return state, refused[0].message(recipe.name) + more
    if end.state == SiteState.DONE and (unread := unread_message(recipe.name, read)):
        return SiteState.PARTIAL.value, unread
    return end.state, end.message


def _rule(end: CrawlEnd, read: BatchEnd, refused: Sequence[Problem]) -> str | None:
    """Name what the site failed by, or what left something out."""
    if refused and refused[0].failure is not Failure.CRAWL:
        return refused[0].failure.value
    return failing_rule(end, read)


def _counts(end: CrawlEnd, read: BatchEnd) -> tuple[tuple[str, int], ...]:
    brought = {"documents": read.documents, "figures": read.figures, "seen": read.seen, "unreadable": read.unreadable}
    return tuple(sorted((dict(end.counts) | brought).items()))


def _still_accepted(recipe: Recipe, end: CrawlEnd, sung: Sung, last: Visit | None) -> bool:
    """Say whether what a person accepted earlier is still against the recipe."""
    least, most = recipe.expected
    odd = not least <= end.announcements <= most or (recipe.canary is not None and sung.key is None)
    return last is not None and last.accepted and odd


def _keep(database: Database, recipe: Recipe, visit: Visit, refused: Sequence[Problem]) -> None:
    """Keep the visit and its findings; where it is good, let go what it brought. All of it or none."""
    site, at = recipe.name, visit.ended_at.replace(microsecond=0)
    with database.writing() as session:
        if visit.good:
            believe(session, site, visit.run)
            if visit.whole:
                close_void(session, site, visit.run, at)
        put_visit(session, visit)
        for failure in Failure:
            told = [one.finding(site) for one in refused if one.failure is failure]
            if failure is not Failure.CRAWL:
                replace_findings(session, failure.value, site, told, at)
            elif told:
                # What the crawl said itself is said again here, with what now.
                others = [one for one in get_findings(session, subject=site) if one.kind == failure.value]
                kept = [one for one in others if one.message not in told[0].message]
                replace_findings(session, failure.value, site, [*kept, *told], at)
