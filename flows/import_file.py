"""A page or file that a person saved, taken into the archive and read like what was harvested.

    taken = import_file(settings, Path("obyava.pdf"), "https://kubrat.bg/files/obyava.pdf")

It is a ``resource`` record, not a response: no server's answer is made up. Record and snapshot say that it was taken in
by hand, from which file and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from extractors.errors import UnreadableDocument
from extractors.reader import tell_type
from flows.addresses import canonical_address, host_of
from flows.gathered import recipes_at_hand, source_of
from flows.harvest import open_database, recorded_run
from flows.link import link_documents
from flows.locks import lock
from flows.read_batch import Batch, BatchEnd, read_batch
from flows.recipe import Recipe
from flows.warc import Place, TakenIn, WarcFile, recover
from models.archive import archive_file
from models.database import Database
from models.keys import content_key, digest
from models.masking import mask
from models.records import Address, Snapshot
from models.settings import Settings, now
from models.store import add_snapshot, finish_run, get_address, get_snapshot, put_address, put_source
from models.tables import RunState

#: In bytes; what is larger no reader takes.
MAX_FILE = 200 * 1024 * 1024
#: How far a clock may go ahead.
_AHEAD = timedelta(days=1)


class ImportRefused(Exception):  # noqa: N818 - named by what happened
    """A file that is not taken in; the message says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What taking a file in came to; ``is_new`` is False where the address had these bytes already."""

    site: str
    address: str
    sha256: str
    media_type: str
    is_new: bool
    read: BatchEnd
    place: Place | None = None


def import_file(
    settings: Settings, file: Path, address: str, *, site: str | None = None, fetched: datetime | None = None
) -> Imported:
    """Archive a file under the address that it was saved from, read it, and tie its figures to projects.

    ``site`` is needed for an address that no recipe, or several, have for their own; ``fetched`` is when it was saved,
    now unless told. Raises ImportRefused for what cannot be taken in, Busy where the site is being crawled.
    """
    body = _content(file)
    try:
        media_type = tell_type(body, name=file.name)
    except UnreadableDocument as error:
        raise ImportRefused(f"{file}: {error.reason}. It is not taken in.") from error
    if fetched is not None and fetched > now() + _AHEAD:
        raise ImportRefused(f"{fetched:%Y-%m-%d} is in the future: nothing can have been saved then. Mend --fetched.")
    if "://" in settings.archive:
        raise ImportRefused(
            f"OTCHET_ARCHIVE is {settings.archive}: files are taken into a folder of this machine only."
        )
    with open_database(settings) as database:
        recipe, canonical = _place_of(recipes_at_hand(database), address, site)
        file_in = TakenIn(canonical, fetched or now(), media_type, body, _notes(file))
        with lock(settings.home, f"site-{recipe.name}"), recorded_run(database, "import", [recipe]) as run:
            is_new, place = _archive(settings, database, recipe, file_in, run)
            key = content_key(canonical, digest(body))
            end = read_batch(database, settings, recipe, Batch(recipe.name, (key,)))
            tied = link_documents(database)
            counts = {"documents": end.documents, "figures": end.figures, "unreadable": end.unreadable, "tied": tied}
            state = RunState.PARTIAL if end.unreadable else RunState.DONE
            with database.writing() as session:
                finish_run(session, run, state, counts, now())
    return Imported(recipe.name, canonical, digest(body), media_type, is_new, end, place)


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise ImportRefused(f"{file}: there is no such file. Name a page or file that was saved.")
    size = file.stat().st_size
    if size > MAX_FILE:
        raise ImportRefused(f"{file} has {size:,} bytes, more than the {MAX_FILE:,} that are taken in.")
    return file.read_bytes()


def _notes(file: Path) -> dict[str, str]:
    """Return what record and snapshot say of where it came from: the name alone, for a folder tells of its owner."""
    name = "".join(sign if sign.isprintable() else "_" for sign in file.name)
    return {"imported-from": mask(name), "imported-at": now().isoformat()}


def _place_of(recipes: Sequence[Recipe], address: str, site: str | None) -> tuple[Recipe, str]:
    """Return the recipe whose site an address is of, and the address in its one form."""
    if canonical_address(address) is None:
        raise ImportRefused(f"--address: {address!r} is no address of a page. Give it whole: https://….")
    own = [(one, kept) for one in recipes if (kept := one.address(address))]
    if site is not None:
        named = next((one for one in recipes if one.name == site), None)
        if named is None:
            raise ImportRefused(f"--site: no site is called {site!r}. See: otchet sites")
        kept = named.address(address) or canonical_address(address, "", named.drop, named.cut)
        assert kept is not None  # it has a form for any recipe: see above
        return named, kept
    if not own:
        host = host_of(address)
        raise ImportRefused(f"no recipe knows the host {host}. Say whose announcement it is with --site NAME.")
    if len(own) > 1:
        names = ", ".join(one.name for one, _ in own)
        raise ImportRefused(f"{host_of(address)} is a host of several sites: {names}. Choose with --site NAME.")
    return own[0]


def _archive(
    settings: Settings, database: Database, recipe: Recipe, file: TakenIn, run: str
) -> tuple[bool, Place | None]:
    """Write the record, then its row; nothing at all where the address had these bytes."""
    sha256 = digest(file.body)
    with database.reading() as session:
        known = get_snapshot(session, content_key(file.address, sha256))
        before = get_address(session, file.address)
    if known is not None:
        return False, None
    if before is not None and before.source != recipe.name:
        raise ImportRefused(f"{file.address} belongs to the site {before.source}. Leave out --site {recipe.name}.")
    folder = Path(settings.archive)
    recover(folder, recipe.name)
    name = archive_file(recipe.name, run, now())
    warc = WarcFile(folder, name, f"otchet/{version('otchet')}")
    try:
        place = warc.take_in(file)
    finally:
        warc.close()
    snapshot = Snapshot(
        source=recipe.name,
        address=file.address,
        sha256=sha256,
        fetched_at=file.fetched_at,
        archive_file=place.file,
        archive_offset=place.offset,
        archive_length=place.length,
        media_type=file.media_type,
        headers=tuple(file.notes.items()),
        imported=True,
    )
    with database.writing() as session:
        put_source(session, source_of(recipe))
        put_address(session, _seen(before, snapshot))
        add_snapshot(session, snapshot)
    return True, place


def _seen(before: Address | None, snapshot: Snapshot) -> Address:
    """Return the address with the newest content: the file's, unless the crawl saw another one later.

    Validators belong to what the server gave: with another content they would have the next crawl learn nothing.
    """
    if before is None:
        return Address(snapshot.address, snapshot.source, sha256=snapshot.sha256, good=snapshot.sha256)
    seen_later = before.sha256 and before.fetched_at and before.fetched_at > snapshot.fetched_at
    if seen_later and not before.failures:
        return before
    return replace(before, sha256=snapshot.sha256, good=snapshot.sha256, etag=None, last_modified=None)
