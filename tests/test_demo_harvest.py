"""The demonstration harvested twice: what is stored agrees with the gold, and the second time nothing changes."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby

import pytest
from sqlmodel import select

from corpus.demo import RECIPES
from corpus.demo.answers import Telling, gold_figures, is_open, read_tellings
from corpus.demo.server import Request, serve
from corpus.score import Matching, Score, match
from flows.harvest import HarvestSummary, harvest_sites
from flows.recipes import load_recipes
from models.database import Database
from models.document import Zone
from models.records import StoredDocument
from models.settings import Settings
from models.store import get_document, list_documents, load_figures
from models.tables import SeenRow, Table
from models.vocabulary import Kind

#: Where the traps stand: ids and sums in menus, footers and tails, none of them anywhere in an announcement.
TRAPS = {
    "BG05SFPR002-2.005-9666-C01",
    "BG05SFOP001-1.002-9001-C01",
    "1250000.00",
    "3400000.00",
    "390000.00",
    "612480.30",
    "5430000.00",
    "9812400.00",
    "2180000.00",
    "9999999.00",
}
#: Tables that a run over unchanged pages may touch: when it ran, what it came to, and when each address was asked.
MOVING = {"run", "visit", "address"}


@dataclass(frozen=True)
class Harvest:
    """What one harvest did: its summary, the requests it sent, every row but the moving ones, documents by address.

    A page that was only seen, because it speaks of no project, is None among the documents.
    """

    summary: HarvestSummary
    requests: list[Request]
    rows: dict[str, list[tuple[object, ...]]]
    documents: dict[str, list[StoredDocument | None]]

    @property
    def kept(self) -> dict[str, list[StoredDocument]]:
        """The documents that are kept, by address."""
        return {address: [one for one in documents if one] for address, documents in self.documents.items()}


@pytest.fixture(scope="module")
def harvests(tmp_path_factory):
    """Two harvests into one home, the server's pages unchanged between them."""
    home = tmp_path_factory.mktemp("demo")
    settings = Settings.read({"OTCHET_HOME": str(home)})
    recipes, errors = load_recipes(RECIPES, demonstration=True)
    assert errors == []
    found = []
    with serve() as web:
        for _ in range(2):
            web.forget()
            summary = harvest_sites(settings, recipes, ports=web.ports)
            database = Database.open(settings)
            try:
                found.append(Harvest(summary, list(web.requests), _rows(database), _documents(database)))
            finally:
                database.close()
    return found, settings


@pytest.fixture(scope="module")
def first(harvests) -> Harvest:
    return harvests[0][0]


@pytest.fixture(scope="module")
def second(harvests) -> Harvest:
    return harvests[0][1]


@pytest.fixture(scope="module")
def matchings(harvests, first) -> list[tuple[Telling, Matching]]:
    """Each telling with its stored figures set against its gold."""
    database = Database.open(harvests[1])
    tellings = [one for one in read_tellings() if one.first]
    found = []
    try:
        with database.reading() as session:
            for address, group in groupby(tellings, key=lambda one: one.address):
                told = list(group)
                stored = first.documents.get(address, [])
                assert len(stored) == len(told), f"{address}: {len(stored)} documents for {len(told)} announcements"
                for telling, document in zip(told, stored, strict=True):
                    gold = gold_figures(telling)
                    figures = load_figures(session, document.key) if document else []
                    matching = match(gold, figures, same_text=False)
                    besides = [one for one in matching.besides if not is_open(telling, one, gold)]
                    found.append((telling, replace(matching, besides=tuple(besides))))
    finally:
        database.close()
    return found


def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.exec(select(*table.columns)).all()), key=repr)
            for name, table in Table.metadata.tables.items()
            if name not in MOVING
        }


def _documents(database: Database) -> dict[str, list[StoredDocument | None]]:
    found: dict[str, list[tuple[int, StoredDocument | None]]] = {}
    with database.reading() as session:
        for key in list_documents(session):
            document = get_document(session, key)
            assert document is not None
            found.setdefault(document.address, []).append((_place(document.document.part), document))
        for row in session.exec(select(SeenRow)):
            found.setdefault(row.address, []).append((_place(row.part), None))
    return {
        address: [document for _, document in sorted(ones, key=lambda one: one[0])] for address, ones in found.items()
    }


def _place(part: str | None) -> int:
    return int((re.findall(r"\d+", part or "") or ["0"])[-1])


def _wrong(matchings: list[tuple[Telling, Matching]]) -> str:
    lines = []
    for telling, one in matchings:
        if one.missed or one.besides:
            lines.append(f"{telling.address} ({telling.document})")
            lines += [f"    missed  {figure.kind} {figure.value} {figure.quote!r}" for figure in one.missed]
            lines += [f"    besides {figure.kind} {figure.value} {figure.quote!r}" for figure in one.besides]
    return "\n".join(lines)


def test_every_site_is_harvested_whole(first):
    assert {site.site: (site.state, site.message) for site in first.summary.sites} == {
        site.site: ("done", None) for site in first.summary.sites
    }
    assert len(first.summary.sites) == 9


def test_every_announcement_is_stored_under_its_own_address(first):
    wanted = {one.address for one in read_tellings() if one.first}
    read = {address for address, documents in first.documents.items() if documents}
    assert wanted - read == set()
    print_or_other = {one.address for one in read_tellings() if not one.first}
    assert read & print_or_other == set(), "the same page is kept twice"
    assert all(address.split("/")[2].endswith(".test") for address in read)


def test_figures_agree_with_gold_by_kind_and_value(matchings):
    score = Score()
    for telling, one in matchings:
        if telling.document:
            score.add(one)
    assert score.value.gold > 700
    assert score.value.f1 >= 0.97, f"F1 {score.value.f1:.4f}\n{_wrong(matchings)}"


def test_pdfs_are_read_as_well_as_pages(matchings):
    score = Score()
    for telling, one in matchings:
        if telling.file:
            score.add(one)
    assert score.documents == 3
    assert score.value.f1 >= 0.97, _wrong([pair for pair in matchings if pair[0].file])


def test_what_announces_no_project_yields_nothing(matchings):
    silent = [(telling, one) for telling, one in matchings if telling.document is None]
    assert len(silent) >= 20
    assert _wrong(silent) == ""


def test_what_announces_a_project_is_kept_and_most_of_the_rest_is_only_seen(matchings, first):
    for address, group in groupby((one for one, _ in matchings), key=lambda one: one.address):
        for telling, document in zip(group, first.documents[address], strict=True):
            assert document or not gold_figures(telling), f"{address}: a project is lost"
    seen = sum(document is None for documents in first.documents.values() for document in documents)
    assert seen == first.summary.counts["seen"] >= 15


def test_nothing_comes_from_menus_footers_and_tails(harvests, first):
    database = Database.open(harvests[1])
    try:
        with database.reading() as session:
            for address, documents in first.kept.items():
                for document in documents:
                    furniture = [one for one in document.document.blocks if one.zone is Zone.FURNITURE]
                    for figure in load_figures(session, document.key):
                        where = f"{address}: {figure.quote!r}"
                        assert figure.value_text not in TRAPS, where
                        if any(one.start <= figure.start < one.end for one in furniture):
                            ids = figure.kind in (Kind.PROJECT_ID, Kind.PROCEDURE_ID)
                            assert ids or figure.role == "published", where
    finally:
        database.close()


def test_each_quote_stands_in_its_text(harvests, first):
    database = Database.open(harvests[1])
    try:
        with database.reading() as session:
            for documents in first.kept.values():
                for document in documents:
                    text = document.document.text
                    figures = load_figures(session, document.key)
                    assert all(text[one.start : one.end] == one.quote for one in figures), document.address
    finally:
        database.close()


def test_publication_dates_are_the_pages_own(first):
    wrong = []
    for address, group in groupby(
        (one for one in read_tellings() if one.first and not one.file), key=lambda one: one.address
    ):
        for telling, document in zip(group, first.documents[address], strict=True):
            if document and document.document.published != telling.published:
                wrong.append(f"{address}: {document.document.published} for {telling.published}")
    assert wrong == []


def test_the_forbidden_part_is_never_asked_for(first, second):
    forbidden = re.compile(
        r"news_id_9|/article/10/|id=66:|tmpl=component|vatreshni|rabotna|/2015/|NT0000B|news-2009|/novini/7-|wp-admin"
    )
    asked = [one for harvest in (first, second) for one in harvest.requests if forbidden.search(one.target)]
    assert asked == []
    assert {one.site for one in first.requests if one.target == "/robots.txt"} == {
        site.site for site in first.summary.sites
    }


def test_no_page_is_asked_for_twice_in_one_run(first):
    asked = Counter((one.site, one.target) for one in first.requests if one.method == "GET")
    assert {one: times for one, times in asked.items() if times > 1} == {}


def test_the_second_run_changes_no_row(first, second):
    changed = [name for name, rows in first.rows.items() if second.rows[name] != rows]
    assert changed == []
    assert len(first.rows["figure"]) > 700
    assert {"source", "snapshot", "document", "figure", "project", "claim", "finding"} <= set(first.rows)


def test_the_second_run_downloads_nothing_unchanged_where_the_site_can_tell(second):
    again = [
        one for one in second.requests if one.status == 200 and one.site != "kubrat" and one.target != "/robots.txt"
    ]
    assert again == []
    assert sum(one.status == 304 for one in second.requests) > 80
    assert all(one.status == 200 for one in second.requests if one.site == "kubrat"), "this site cannot tell"


def test_the_second_run_receives_a_tenth_of_the_bytes_where_the_sites_can_tell(first, second):
    received = [sum(one.size for one in harvest.requests if one.site != "kubrat") for harvest in (first, second)]
    assert received[0] > 500_000
    assert received[1] <= received[0] * 0.1
