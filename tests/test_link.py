"""Figures are tied to projects by code, by call and municipality, by title; no order of documents matters."""

import random
from datetime import UTC, datetime

import pytest
from stored import rows

from flows.link import link_documents, named_municipality
from models.database import Database
from models.document import Document
from models.figure import Attributes, Figure, read_value
from models.keys import digest
from models.records import Address, Reading, Snapshot, Source, StoredDocument
from models.store import add_snapshot, put_address, put_readings, put_source
from models.tables import State
from models.vocabulary import Kind, Phase, Scheme, Stage

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)


def figure(text, quote, project, kind=Kind.AMOUNT):
    start = text.index(quote)
    if kind is Kind.AMOUNT:
        value = read_value(kind, f"{quote.split()[0]}.00", "BGN")
        return Figure(kind, "total_value", value, quote, start, project=project)
    attributes = Attributes(scheme=Scheme.ISUN)
    return Figure(kind, str(kind), read_value(kind, quote, None), quote, start, project=project, attributes=attributes)


def reading(said):
    figures = [figure(said["text"], f"{amount} лв.", said.get("project")) for amount in said.get("amounts", [])]
    if code := said.get("code"):
        figures.append(figure(said["text"], code, said.get("project"), Kind.PROJECT_ID))
    if call := said.get("call"):
        figures.append(figure(said["text"], call, said.get("project"), Kind.PROCEDURE_ID))
    figures.sort(key=lambda one: one.start)
    return Reading(Document(said["text"], title=said.get("title")), tuple(figures), Phase(said.get("phase", "other")))


def keep(database, said):
    """Store one announcement as a harvest would have."""
    site, address = said["site"], f"http://{said['site']}.test/{said['name']}"
    home = {"kubrat": "RAZ16", "razlog": "BLG37", "vesti": None}[site]
    snapshot = Snapshot(site, address, digest(said["text"].encode()), AT, "a.warc.gz", 0, 1)
    with database.writing() as session:
        put_source(session, Source(site, site, f"http://{site}.test/", home))
        put_address(session, Address(address, site, sha256=snapshot.sha256))
        add_snapshot(session, snapshot)
        put_readings(session, snapshot.key, [reading(said)], reader="1", rules="1")


def tied(settings):
    """Which project each document's figures are tied to, by the document's name."""
    documents = {row["key"]: row["address"].rpartition("/")[2] for row in rows(settings, "document")}
    projects = {row["key"]: row for row in rows(settings, "project")}
    found = {}
    for row in rows(settings, "claim"):
        found.setdefault(documents[row["document"]], set()).add(projects[row["project"]]["name"])
    return found


@pytest.mark.parametrize("seed", range(3))
def test_tied(case, settings, seed):
    documents = [one | {"name": f"d{number}"} for number, one in enumerate(case["documents"], 1)]
    random.Random(seed).shuffle(documents)
    database = Database.open(settings)
    for said in documents:
        keep(database, said)
        if seed == 2:
            link_documents(database)  # linking after each harvest comes to the same
    link_documents(database)
    database.close()
    found = tied(settings)
    groups = {name: names.pop() for name, names in found.items() if len(names) == 1}
    assert len(groups) == len(found)
    for name, project in case.get("project", {}).items():
        assert groups.pop(name) == project
    for same in case.get("same", []):
        assert len({groups[name] for name in same}) == 1
    for apart in case.get("apart", []):
        assert len({groups[name] for name in apart}) == len(apart)
    for name in case.get("none", []):
        assert name not in found


def test_linking_again_changes_no_row(settings):
    database = Database.open(settings)
    keep(
        database,
        {
            "site": "kubrat",
            "name": "d1",
            "text": "BG05M9OP001-2.002-0003 за 100 лв.",
            "amounts": ["100"],
            "project": "BG05M9OP001-2.002-0003",
            "code": "BG05M9OP001-2.002-0003",
        },
    )
    assert link_documents(database) == 1
    before = [rows(settings, table) for table in ("project", "claim", "document")]
    link_documents(database)
    assert [rows(settings, table) for table in ("project", "claim", "document")] == before
    database.close()


def test_claims_have_the_stage_of_their_announcement(settings):
    database = Database.open(settings)
    for name, phase in (("start", "start"), ("end", "completion")):
        keep(
            database,
            {
                "site": "kubrat",
                "name": name,
                "text": f"{name} BG05M9OP001-2.002-0003 за 100 лв.",
                "phase": phase,
                "amounts": ["100"],
                "project": "BG05M9OP001-2.002-0003",
                "code": "BG05M9OP001-2.002-0003",
            },
        )
    link_documents(database)
    database.close()
    assert {(row["phase"], row["stage"]) for row in rows(settings, "claim")} == {
        ("start", "planned"),
        ("completion", "reported"),
    }


def test_named_municipality(case):
    stored = StoredDocument(
        "k",
        "s",
        "vesti",
        "http://vesti.test/1",
        Phase.OTHER,
        Stage.REPORTED,
        State.READ,
        None,
        True,
        Document(case["text"]),
    )
    assert named_municipality(stored) == case.get("code")
