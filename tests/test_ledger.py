"""What a crawl remembers: in groups, never a row before its record lasts, nothing twice."""

import os
from dataclasses import replace

import pytest
from gathered_site import HOST, PAGE, Site, story

from flows.ledger import FETCH, MOST_LOOKS
from flows.warc import ArchiveFullError
from models.archive import read_bytes
from models.records import Address, Finding, Snapshot, Source
from models.settings import now
from models.store import (
    Look,
    get_addresses,
    get_digests,
    get_findings,
    get_snapshots,
    put_address,
    put_looks,
    put_source,
)
from models.tables import Severity, Subject


def looks_of(site, *numbers):
    for number in numbers:
        site.ledger.failed(f"{HOST}/bg/novini/{number}", 500, "the server answers 500")


def addresses(database):
    with database.reading() as session:
        return [one.address for one in get_addresses(session, "lyaskovets")]


def test_a_group_is_kept_when_it_is_full(settings, database):
    site = Site(settings, database)
    looks_of(site, *range(MOST_LOOKS))
    assert addresses(database) == []
    looks_of(site, "more")
    assert len(addresses(database)) == MOST_LOOKS
    site.ledger.flush()
    assert len(addresses(database)) == MOST_LOOKS + 1


def test_a_second_look_at_an_address_comes_after_the_first(settings, database):
    site = Site(settings, database)
    looks_of(site, 1)
    looks_of(site, 1)
    assert addresses(database) == [f"{HOST}/bg/novini/1"]
    site.ledger.flush()
    with database.reading() as session:
        (known,) = get_addresses(session, "lyaskovets")
    assert (known.seen, known.failures) == (2, 2)


def test_no_row_names_a_record_that_could_not_be_synced(settings, database, monkeypatch):
    site = Site(settings, database)
    site.keep(PAGE, story())

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ArchiveFullError, match="No space left on device"):
            site.keep("/bg/novini/drugo", story("130 000 лв."))
    assert addresses(database) == [HOST + PAGE]
    # What could not be kept is asked for again by the next run.
    again = Site(settings, database, run="6f3a90b2c1d4")
    snapshot = again.keep("/bg/novini/drugo", story("130 000 лв."))
    assert read_bytes(settings, snapshot) == story("130 000 лв.")


def look(path, body="a", *findings, **address):
    name = f"https://kubrat.test/{path}"
    known = Address(name, "kubrat", sha256=body * 64, seen=1, **address)
    return Look(known, Snapshot("kubrat", name, body * 64, now(), "kubrat/1.warc.gz", 0, 10), findings)


def told(path, message):
    return Finding(FETCH, Severity.WARNING, Subject.ADDRESS, f"https://kubrat.test/{path}", message)


def test_looks_are_kept_as_one_by_one(any_database):
    with any_database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/", "RAZ16"))
        put_address(session, Address("https://kubrat.test/old", "kubrat", seen=3))
    with any_database.writing() as session:
        put_looks(session, [look("new"), look("old", "b"), look("bad", "c", told("bad", "it is late"))], FETCH, now())
    with any_database.reading() as session:
        assert [(one.address[20:], one.seen) for one in get_addresses(session, "kubrat")] == [
            ("bad", 1),
            ("new", 1),
            ("old", 1),
        ]
        assert [one.message for one in get_findings(session)] == ["it is late"]
        assert get_digests(session, "kubrat") == {"a" * 64, "b" * 64, "c" * 64}
        assert get_digests(session, "razlog") == set()


def test_a_look_that_tells_nothing_any_more_resolves_what_was_told(any_database):
    with any_database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/", "RAZ16"))
        put_looks(session, [look("1", "a", told("1", "late")), look("2", "a", told("2", "late"))], FETCH, now())
    with any_database.writing() as session:
        put_looks(session, [look("1"), look("3")], FETCH, now())
    with any_database.reading() as session:
        assert [one.subject[20:] for one in get_findings(session)] == ["2"]
        assert [one.subject[20:] for one in get_findings(session, resolved=True)] == ["1"]


def test_a_content_that_is_known_keeps_its_first_place(any_database):
    first = look("1")
    with any_database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/", "RAZ16"))
        put_looks(session, [first], FETCH, now())
        moved = replace(first, snapshot=replace(first.snapshot, archive_offset=500))
        put_looks(session, [moved], FETCH, now())
        (kept,) = get_snapshots(session, "https://kubrat.test/1")
    assert kept.archive_offset == 0
