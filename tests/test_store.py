"""What is put into the store comes out as it was, and putting it again changes nothing."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from announcements import ANNOUNCEMENTS, CODE, GRIZHA, LINKER, NOON, READER, RULES, ULICI, every_row, fill
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.document import Document
from models.figure import Attributes, Figure
from models.keys import digest
from models.records import Address, Finding, Link, Project, Reading, Review, Snapshot, Source
from models.settings import Settings
from models.states import RunState, Severity, State, Subject, Verdict
from models.store import (
    add_snapshot,
    document_key,
    find_projects,
    finish_run,
    get_address,
    get_document,
    get_figures,
    get_findings,
    get_projects,
    get_reviews,
    get_snapshot,
    get_snapshots,
    get_sources,
    load_document,
    load_dossier,
    load_figures,
    pending_links,
    pending_snapshots,
    put_address,
    put_finding,
    put_links,
    put_readings,
    put_review,
    put_source,
    replace_findings,
    start_run,
)
from models.tables import RunRow
from models.values import Amount, PartialDate
from models.vocabulary import Bound, Kind, Phase, Stage

ADDRESS = "https://kubrat.test/novini/start"


@pytest.fixture
def filled(any_database: Database) -> Database:
    fill(any_database)
    return any_database


def key_of(database: Database, address: str = ADDRESS) -> str:
    """The key of the newest document at an address."""
    with database.reading() as session:
        return document_key(get_snapshots(session, address)[0].key, None)


def changed(number: int, **changes: object) -> tuple[object, ...]:
    """The announcements with one of them changed."""
    return tuple(replace(one, **changes) if place == number else one for place, one in enumerate(ANNOUNCEMENTS))


def test_a_second_look_at_the_same_changes_no_row(filled: Database):
    before = every_row(filled)
    assert all(before[name] for name in before if name not in ("review", "document_index_parts"))
    fill(filled, ANNOUNCEMENTS, NOON + timedelta(days=30))
    assert every_row(filled) == before
    with filled.reading() as session:
        assert get_address(session, ADDRESS).fetched_at == NOON + timedelta(days=30)


def test_the_order_of_documents_makes_no_difference(settings: Settings, tmp_path: Path):
    rows = []
    for number, announcements in enumerate((ANNOUNCEMENTS, ANNOUNCEMENTS[::-1])):
        one = Database.open(replace(settings, database_url=f"sqlite:///{tmp_path}/{number}.db"))
        fill(one, announcements)
        rows.append(every_row(one))
        one.close()
    for name in ("document", "figure", "project", "claim", "finding"):
        assert rows[0][name] == rows[1][name]


def test_a_document_and_its_figures_come_out_as_they_went_in(filled: Database):
    for one in ANNOUNCEMENTS:
        key = key_of(filled, one.address)
        with filled.reading() as session:
            assert load_document(session, key) == one.document()
            stored = load_figures(session, key)
            assert stored == list(one.found())
            assert [figure.rule for figure in stored] == [figure.rule for figure in one.found()]
            document = get_document(session, key)
        assert (document.address, document.phase, document.state) == (one.address, one.phase, State.READ)


def test_every_side_of_a_figure_is_kept(filled: Database):
    text = "Близо 3 млн. лв. с ДДС до 2-ро тримесечие на 2026 г. за BG16FPR003-1001"
    figures = (
        Figure(
            Kind.AMOUNT,
            "grant",
            Amount(300_000_000, "BGN"),
            "3 млн. лв.",
            6,
            Bound.APPROX,
            "Проект „Х“",
            Attributes.from_dict({"vat": "with", "same_as": 26, "repaired": True}),
            "amount",
            0.75,
            ("cue: лв.", "bound: близо"),
        ),
        Figure(Kind.DATE, "project_end", PartialDate(2026, quarter=2), "2-ро тримесечие на 2026", 26, rule="date"),
    )
    key = key_of(filled)
    with filled.writing() as session:
        snapshot = get_document(session, key).snapshot
        reading = Reading(Document(text, part="item-2"), figures, Phase.CALL)
        (made,) = put_readings(session, snapshot, [reading], reader=READER, rules=RULES)
    with filled.reading() as session:
        (amount, day) = get_figures(session, made)
    assert (amount.figure, day.figure) == figures
    assert amount.figure.reasons == figures[0].reasons
    assert amount.figure.confidence == 0.75


def test_a_number_of_more_than_64_bits_is_kept_exactly(filled: Database):
    text = "99999999999999999999 лева"
    figure = Figure(Kind.AMOUNT, "other", Amount(9999999999999999999900, "BGN"), text, 0)
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        (key,) = put_readings(session, snapshot, [Reading(Document(text), (figure,))], reader=READER, rules="rules 2")
        assert load_figures(session, key) == [figure]


def test_a_new_set_of_figures_supersedes_the_old_one_and_can_come_back(filled: Database):
    key = key_of(filled)
    one = ANNOUNCEMENTS[0]
    first = list(one.found())
    with filled.reading() as session:
        snapshot = get_document(session, key).snapshot

    def read(figures: list[Figure], rules: str) -> None:
        with filled.writing() as session:
            put_readings(
                session, snapshot, [Reading(one.document(), tuple(figures), one.phase)], reader=READER, rules=rules
            )

    read(first[:2], "rules 2")
    with filled.reading() as session:
        assert load_figures(session, key) == first[:2]
        old = get_figures(session, key, superseded=True)
        assert ([stored.figure for stored in old], {stored.rules for stored in old}) == (first, {RULES})
        assert pending_links(session, LINKER) == [key]
        # until it is linked again the dossier still has the old claims
        assert len(load_dossier(session, GRIZHA).claims) == 7
    read(first, RULES)
    with filled.reading() as session:
        assert load_figures(session, key) == first
        assert len(get_figures(session, key, superseded=True)) == 2


def test_a_text_that_was_read_anew_shows_no_claim_at_a_wrong_place(filled: Database):
    one = ANNOUNCEMENTS[0]
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        moved = Document("Община Кубрат\n" + one.text, "text/html", title=one.title, published=one.published)
        figures = tuple(replace(figure, start=figure.start + 14) for figure in one.found())
        (key,) = put_readings(session, snapshot, [Reading(moved, figures, one.phase)], reader="reader 2", rules=RULES)
        assert [claim.stage for claim in load_dossier(session, GRIZHA).claims] == [Stage.REPORTED] * 3
        assert pending_links(session, LINKER) == [key]
        put_links(session, key, [Link(number, GRIZHA) for number in range(4)], LINKER)
        assert len(load_dossier(session, GRIZHA).claims) == 7


def test_new_rules_that_find_the_same_make_no_new_set(filled: Database):
    before = every_row(filled)
    one = ANNOUNCEMENTS[0]
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0]
        assert snapshot not in pending_snapshots(session, reader=READER, rules=RULES)
        assert snapshot in pending_snapshots(session, reader=READER, rules="rules 2")
        put_readings(
            session, snapshot.key, [Reading(one.document(), one.found(), one.phase)], reader=READER, rules="rules 2"
        )
        assert snapshot not in pending_snapshots(session, reader=READER, rules="rules 2")
        assert pending_links(session, LINKER) == []
    after = every_row(filled)
    assert {name for name in after if after[name] != before[name]} == {"document"}


def test_pending_snapshots_are_those_unread_of_the_sites_asked(any_database: Database):
    with any_database.writing() as session:
        for code in ("a", "b"):
            put_source(session, Source(code, code, f"https://{code}.test/"))
            for path, listing in (("list", True), ("page", False)):
                address = f"https://{code}.test/{path}"
                put_address(session, Address(address, code))
                add_snapshot(
                    session, Snapshot(code, address, digest(path.encode()), NOON, "f.warc.gz", 0, 1, listing=listing)
                )
    with any_database.reading() as session:
        asked = {"reader": READER, "rules": RULES}
        assert [one.address for one in pending_snapshots(session, **asked)] == [
            "https://a.test/page",
            "https://b.test/page",
        ]
        assert [one.source for one in pending_snapshots(session, sources=["b"], **asked)] == ["b"]
        assert pending_snapshots(session, sources=[], **asked) == []
        assert len(pending_snapshots(session, limit=1, **asked)) == 1


def test_what_cannot_be_read_is_kept_with_its_reason(filled: Database):
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        reading = Reading(Document("", "application/pdf"), state=State.NEEDS_OCR, reason="the page is a picture")
        (key,) = put_readings(session, snapshot, [reading], reader="reader 2", rules=RULES)
        stored = get_document(session, key)
        assert (stored.state, stored.reason) == (State.NEEDS_OCR, "the page is a picture")
        assert load_figures(session, key) == []


def test_parts_that_a_newer_reader_no_longer_gives_are_gone(filled: Database):
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        items = [Reading(Document(f"Новина {number}", part=f"item-{number}")) for number in range(3)]
        keys = put_readings(session, snapshot, items, reader="reader 2", rules=RULES)
        assert len(set(keys)) == 3
        assert get_document(session, document_key(snapshot, None)) is None
        put_readings(session, snapshot, items[:1], reader="reader 3", rules=RULES)
        assert [get_document(session, key) is None for key in keys] == [False, True, True]


@pytest.mark.parametrize("parts", [[], ["a", "a"], [None, None]])
def test_a_snapshot_has_documents_with_parts_of_their_own(filled: Database, parts: list[str | None]):
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        readings = [Reading(Document("Новина", part=part)) for part in parts]
        with pytest.raises(ValueError, match="part of its own"):
            put_readings(session, snapshot, readings, reader=READER, rules=RULES)


def test_a_figure_that_is_not_in_its_text_is_refused(filled: Database):
    figure = Figure(Kind.AMOUNT, "grant", Amount(500, "BGN"), "5 лв.", 0)
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        with pytest.raises(ValueError, match=r"is not '5 лв\.'"):
            put_readings(session, snapshot, [Reading(Document("6 лв."), (figure,))], reader=READER, rules=RULES)


def test_signs_that_a_database_cannot_hold_keep_their_place(filled: Database):
    """A NUL (which PostgreSQL refuses) or half a surrogate pair from a broken PDF is shown as U+FFFD."""
    text = "а\x00б\ud800 5 лв."
    figure = Figure(Kind.AMOUNT, "grant", Amount(500, "BGN"), "5 лв.", 5)
    with filled.writing() as session:
        snapshot = get_snapshots(session, ADDRESS)[0].key
        reading = Reading(Document(text, title="т\x00"), (figure,), reason="\x00")
        (key,) = put_readings(session, snapshot, [reading], reader=READER, rules=RULES)
    with filled.reading() as session:
        assert load_document(session, key).text == "а\ufffdб\ufffd 5 лв."
        assert load_document(session, key).title == "т\ufffd"
        assert load_figures(session, key) == [figure]


def test_a_page_that_changed_and_changed_back(filled: Database):
    old = key_of(filled)
    text = ANNOUNCEMENTS[0].text.replace("499 106,04", "499 106,05")
    figures = tuple(
        (*figure[:2], "499106.05", "BGN", "499 106,05 лв.") if figure[0] == "amount" else figure
        for figure in ANNOUNCEMENTS[0].figures
    )
    fill(filled, changed(0, text=text, figures=figures), NOON + timedelta(days=1))
    new = key_of(filled)
    with filled.reading() as session:
        assert [get_document(session, key).is_current for key in (old, new)] == [False, True]
        assert len(get_snapshots(session, ADDRESS)) == 2
        amounts = [
            (str(claim.figure.figure.value), claim.document.is_current)
            for claim in load_dossier(session, GRIZHA).claims
            if claim.figure.figure.role == "total_value"
        ]
        assert sorted(amounts) == [("499106.04 BGN", False), ("499106.05 BGN", True)]
    fill(filled, ANNOUNCEMENTS, NOON + timedelta(days=2))
    with filled.reading() as session:
        assert [get_document(session, key).is_current for key in (old, new)] == [True, False]
        assert len(get_snapshots(session, ADDRESS)) == 2


def test_a_dossier_has_planned_beside_reported_with_their_evidence(filled: Database):
    with filled.reading() as session:
        (project,) = find_projects(session, CODE)
        dossier = load_dossier(session, project)
    assert [claim.stage for claim in dossier.claims] == [Stage.PLANNED] * 4 + [Stage.REPORTED] * 3
    for claim in dossier.claims:
        figure = claim.figure.figure
        assert claim.document.document.text[figure.start : figure.end] == figure.quote
        assert claim.snapshot.address == claim.document.address
    assert dossier.project == replace(GRIZHA, procedure="BG05M9OP001-2.002", programme="BG05M9OP001")


@pytest.mark.parametrize(
    "text", [CODE, f"{CODE}-C01", "bg05m9оp001-2.002-9001", "9001", "2.002-9001-C01", "BG05M9OP001 – 2.002"]
)
def test_a_project_is_found_by_its_code_or_a_piece_of_it(filled: Database, text: str):
    with filled.reading() as session:
        assert [one.code for one in find_projects(session, text)] == [CODE]


def test_a_project_without_a_code_has_a_short_name_that_lasts(filled: Database):
    assert ULICI.name == "per36-" + ULICI.key[:8]
    with filled.reading() as session:
        assert [one.title for one in find_projects(session, ULICI.name.upper())] == [ULICI.title]
        assert find_projects(session, "") == find_projects(session, "няма такъв") == find_projects(session, "%") == []


def test_a_project_keeps_the_title_of_the_earliest_document(filled: Database):
    other = replace(GRIZHA, title="ГРИЖА в дома")
    fill(filled, changed(1, project=other, published=date(2022, 1, 1)))
    with filled.reading() as session:
        (project,) = find_projects(session, CODE)
    assert project.title == "ГРИЖА в дома"


def test_a_project_that_nothing_claims_any_more_is_gone(filled: Database):
    key = key_of(filled, "https://radomir.test/ulici")
    with filled.writing() as session:
        put_links(session, key, [], "links 2")
        assert [one.code for one in get_projects(session)] == [CODE]


def test_links_to_what_is_not_there_are_refused(filled: Database):
    with filled.writing() as session:
        with pytest.raises(KeyError):
            put_links(session, "no such document", [], LINKER)
        with pytest.raises(KeyError):
            put_links(session, key_of(filled), [Link(99, GRIZHA)], LINKER)
        with pytest.raises(KeyError):
            put_readings(session, "no such snapshot", [], reader=READER, rules=RULES)


def test_projects_are_the_same_by_code_or_by_call_and_place():
    assert Project.coded("BG05M9OP001-2.002-0193-C001").key == Project.coded("BG05M9OP001-2.002-0193").key
    one = Project.uncoded("BG05M9OP001-2.002", "VTR20", "„Грижа“")
    assert one.key == Project.uncoded("BG05M9OP001-2.002", "VTR20", "Грижа за хората").key
    assert one.programme == "BG05M9OP001"
    assert one.key != Project.uncoded("BG05M9OP001-2.002", "RAZ16", "„Грижа“").key
    assert Project.uncoded(None, "VTR20", "„Грижа“").key == Project.uncoded(None, "VTR20", "ГРИЖА").key
    with pytest.raises(ValueError, match="a code, a procedure or a title"):
        Project.uncoded(None, "VTR20", None)
    with pytest.raises(ValueError, match="no contract suffix"):
        Project("BG05M9OP001-2.002-0193-C001")


def test_a_finding_is_kept_once_and_can_be_resolved_and_return(filled: Database):
    finding = Finding("differs", Severity.NOTE, Subject.PROJECT, CODE, "Сумите се различават: 499 106,04 и 480 000,00")
    with filled.writing() as session:
        assert put_finding(session, finding, NOON)
        assert not put_finding(session, finding, NOON + timedelta(days=1))
        replace_findings(session, "differs", CODE, [], NOON)
        assert finding not in get_findings(session)
        assert get_findings(session, resolved=True) == [finding]
        replace_findings(session, "differs", CODE, [finding], NOON)
        assert get_findings(session, subject=CODE) == [finding]
        assert [one.kind for one in get_findings(session)] == ["differs", "unreachable"]


def test_a_review_outlives_a_new_reading(filled: Database):
    review = Review(ADDRESS, Kind.AMOUNT, "499 106,04 лв.", Verdict.CORRECT, "М. Петрова", NOON, role="grant")
    with filled.writing() as session:
        assert put_review(session, review)
    fill(filled, changed(0, text=ANNOUNCEMENTS[0].text + "\nДопълнено."), NOON + timedelta(days=1))
    with filled.writing() as session:
        assert get_reviews(session, ADDRESS) == [review]
        later = replace(review, verdict=Verdict.ACCEPT, role=None, reviewer="И. Иванов")
        put_review(session, later)
        assert get_reviews(session, ADDRESS) == [later]


def test_a_correction_says_what_is_right(filled: Database):
    with filled.writing() as session, pytest.raises(IntegrityError, match="corrected"):
        put_review(session, Review(ADDRESS, Kind.AMOUNT, "5 лв.", Verdict.CORRECT, "М. Петрова", NOON))


def test_a_run_is_noted_from_start_to_end(any_database: Database):
    with any_database.writing() as session:
        number = start_run(session, "harvest", ["kubrat"], {"rules": RULES}, NOON)
    with any_database.writing() as session:
        assert session.get(RunRow, number).state is RunState.RUNNING
        finish_run(session, number, RunState.PARTIAL, {"fetched": 3}, NOON + timedelta(minutes=1), "vesti: 503")
    with any_database.reading() as session:
        row = session.get(RunRow, number)
        assert (row.state, row.counts, row.ended_at) == (RunState.PARTIAL, '{"fetched":3}', NOON + timedelta(minutes=1))
    with any_database.writing() as session, pytest.raises(KeyError):
        finish_run(session, "no such run", RunState.DONE, {}, NOON)


def test_a_snapshot_keeps_its_first_place_and_time(filled: Database):
    with filled.writing() as session:
        first = get_snapshots(session, ADDRESS)[0]
        again = replace(first, fetched_at=NOON + timedelta(days=9), archive_file="kubrat/other.warc.gz")
        assert not add_snapshot(session, again)
        assert get_snapshot(session, first.key) == first


def test_times_come_back_in_utc(filled: Database):
    at = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Sofia"))
    with filled.writing() as session:
        put_address(session, Address("https://kubrat.test/x", "kubrat", fetched_at=at))
    with filled.reading() as session:
        found = get_address(session, "https://kubrat.test/x").fetched_at
    assert found == at
    assert found.utcoffset() == timedelta(0)


def test_a_page_of_an_unknown_site_is_refused(any_database: Database):
    with any_database.writing() as session, pytest.raises(IntegrityError):
        put_address(session, Address("https://x.test/", "x"))


def test_sources_come_back(filled: Database):
    with filled.reading() as session:
        assert [source.code for source in get_sources(session)] == ["kubrat", "radomir", "vesti"]


@pytest.mark.parametrize("after", [0.02, 0.15])
def test_a_killed_writer_leaves_nothing_half_done(settings: Settings, tmp_path: Path, after: float):
    """The child writes announcements over and over, each a little different, until it is killed."""
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from dataclasses import replace\n"
        "from announcements import ANNOUNCEMENTS, fill\n"
        "from models.database import Database\n"
        "from models.settings import Settings\n"
        "database = Database.open(Settings.read())\n"
        "print('ready', flush=True)\n"
        "for number in range(10_000):\n"
        "    fill(database, tuple(replace(one, text=one.text + ' №' * (number % 3)) for one in ANNOUNCEMENTS))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    time.sleep(after)
    child.kill()
    child.wait()
    child.stdout.close()
    database = Database.open(settings)
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    for number in range(3):
        fill(database, tuple(replace(one, text=one.text + " №" * number) for one in ANNOUNCEMENTS))
    fill(database)
    killed = every_row(database)
    database.close()
    whole = Database.open(replace(settings, database_url=f"sqlite:///{tmp_path}/whole.db"))
    for number in range(3):
        fill(whole, tuple(replace(one, text=one.text + " №" * number) for one in ANNOUNCEMENTS))
    fill(whole)
    assert killed == every_row(whole)
    whole.close()
