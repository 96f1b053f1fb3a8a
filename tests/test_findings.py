"""Failures are told where people look: the command, the feed, the page, the log, the webhook."""

import json
import logging
import threading
import warnings
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import told_store
from lxml import etree
from typer.testing import CliRunner

from flows import webhook as webhook_module
from flows.cli import app
from flows.harvest import announce, end_run, recorded_run
from flows.harvest_result import HarvestSummary, SiteResult
from flows.run_log import log_setting, write_log
from flows.webhook import call_webhook, webhook_setting
from models.records import Finding
from models.settings import SettingsError
from models.store import put_finding, put_visit, replace_findings
from models.tables import RunState, Severity, SiteState, Subject
from models.visit import Tally, Visit
from web.application import create_app
from web.feed import ATOM

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette would rather have another client
    from fastapi.testclient import TestClient

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHRUNK = "kubrat: lists show 3 of 41 announcements; selector follow.links matches nothing on http://kubrat.test/"


def visit(site, state, at=NOON, run="r1", **rest):
    return Visit(run, site, SiteState(state), state != "failed", at, shown=41, **rest)


@pytest.fixture
def told(database):
    """Kubrat failed after a good run, Radomir is well, one address gave nothing, one finding is closed."""
    told_store.fill(database)
    with database.writing() as session:
        put_visit(session, visit("kubrat", "done"))
        put_visit(session, visit("kubrat", "failed", NOON + timedelta(days=1), "r2", rule="site-redesigned"))
        put_visit(session, visit("radomir", "partial"))
        closed = Finding("site-moved", Severity.ERROR, Subject.SOURCE, "radomir", "radomir: moved")
        put_finding(session, closed, NOON)
        replace_findings(session, "site-moved", "radomir", [], NOON + timedelta(hours=1))
        address = "http://kubrat.test/news/1"
        lost = Finding("fetch", Severity.WARNING, Subject.ADDRESS, address, f"{address}: the server answers 404")
        put_finding(session, lost, NOON + timedelta(hours=2))
        put_finding(
            session, Finding("site-redesigned", Severity.ERROR, Subject.SOURCE, "kubrat", SHRUNK), NOON + timedelta(1)
        )
    return database


@pytest.fixture
def run(home):
    return lambda *arguments: CliRunner().invoke(app, list(arguments), prog_name="otchet")


def records(result):
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_open_findings_are_listed_newest_first_with_what_to_do(told, run):
    said = run("findings").stdout.splitlines()
    assert said[0].startswith(f"error {SHRUNK}  (site-redesigned, since 02.03.2026 14:00)")
    assert said[1].startswith("warning kubrat: http://kubrat.test/news/1: the server answers 404")
    assert "Try the address in a browser" in said[2]
    assert len(said) == 3
    found = records(run("findings", "--json"))
    assert [(one["kind"], one["site"], one["open"]) for one in found] == [
        ("site-redesigned", "kubrat", True),
        ("fetch", "kubrat", True),
    ]
    assert found[0]["changed_at"] == "2026-03-02T12:00:00Z"


def test_findings_of_one_site_and_those_that_were_closed(told, run):
    assert run("findings", "radomir").stdout == "No open findings.\n"
    (closed,) = records(run("findings", "radomir", "--all", "--json"))
    assert (closed["open"], closed["first_seen"], closed["changed_at"]) == (
        False,
        "2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00Z",
    )
    assert "closed 01.03.2026 15:00" in run("findings", "radomir", "--all").stdout


def test_notes_are_shown_where_all_is_asked_for_and_need_nobody(told, run):
    address = "http://kubrat.test/news/gone"
    said = f"{address}: the site has it no more"
    with told.writing() as session:
        put_finding(session, Finding("fetch", Severity.NOTE, Subject.ADDRESS, address, said), NOON)
    assert said not in run("findings").stdout
    (note,) = [one for one in records(run("findings", "--all", "--json")) if one["severity"] == "note"]
    assert (note["message"], note["do"]) == (said, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("findings", "razgrad"), "nothing is known of 'razgrad'"),
        (("findings", "--atom", "x.xml", "--json"), "--atom goes with neither"),
        (("harvest", "--accept"), "--accept needs the names of the sites"),
    ],
)
def test_wrong_usage_is_one_line(told, run, arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert says in line


def test_a_feed_that_cannot_be_written_is_told(told, run, tmp_path):
    result = run("findings", "--atom", str(tmp_path / "no" / "feed.xml"))
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def entries(data):
    feed = etree.fromstring(data)
    names = {"a": ATOM}
    for element in [feed, *feed.findall("a:entry", names)]:
        # RFC 4287, 4.1: exactly one id, title and updated; an author for all.
        assert [len(element.findall(f"a:{name}", names)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert datetime.fromisoformat(element.findtext("a:updated", None, names)).tzinfo
        assert element.findtext("a:id", None, names).startswith("urn:uuid:")
    assert feed.tag == f"{{{ATOM}}}feed"
    assert len(feed.findall("a:author/a:name", names)) == 1
    return {
        one.findtext("a:id", None, names): tuple(
            one.findtext(f"a:{name}", None, names) for name in ("title", "updated", "published", "content")
        )
        for one in feed.findall("a:entry", names)
    }


def test_the_feed_has_failures_alone_and_their_ids_stay(told, run, tmp_path, client):
    assert run("findings", "--atom", str(tmp_path / "feed.xml")).exit_code == 0
    first = entries((tmp_path / "feed.xml").read_bytes())
    ((name, entry),) = first.items()
    assert entry == ("kubrat: redesigned", "2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z", SHRUNK)
    answer = client.get("/findings.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert entries(answer.content)[name][0] == "kubrat: преработен"
    later = Finding("site-redesigned", Severity.ERROR, Subject.SOURCE, "kubrat", "kubrat: 2\x07 of 41")
    with told.writing() as session:
        replace_findings(session, "site-redesigned", "kubrat", [later], NOON + timedelta(days=3))
    assert entries(client.get("/findings.atom?lang=en").content) == {
        name: ("kubrat: redesigned", "2026-03-04T12:00:00Z", "2026-03-04T12:00:00Z", "kubrat: 2\ufffd of 41")
    }
    with told.writing() as session:
        replace_findings(session, "site-redesigned", "kubrat", [], NOON + timedelta(days=4))
    empty = client.get("/findings.atom").content
    assert entries(empty) == {}
    assert b"2026-03-05T12:00:00Z" in empty


@pytest.fixture
def client(told):
    return TestClient(create_app(told), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        (
            "bg",
            [
                "Източници",
                "не работи",
                "преработен",
                "отчасти",
                "41 съобщения",
                "за последно наред на 01.03.2026 14:00",
            ],
        ),
        ("en", ["Sources", "failed", "in part", "41 announcements", "last well on 01.03.2026 14:00"]),
    ],
)
def test_the_page_shows_how_every_source_is(client, lang, says):
    answer = client.get("/sources", params={"lang": lang})
    assert answer.status_code == 200
    for words in [*says, SHRUNK]:
        assert words in answer.text
    assert 'href="/sources' in client.get("/", params={"lang": lang}).text


def test_an_empty_database_has_no_sources_and_an_empty_feed(database):
    client = TestClient(create_app(database))
    assert "otchet demo" in client.get("/sources").text
    assert entries(client.get("/findings.atom").content) == {}


@pytest.fixture
def summary():
    last = visit("kubrat", "done")
    failed = visit("kubrat", "failed", rule="site-redesigned", message=SHRUNK, tally=Tally(5, 4, 4, 1, 4, 0))
    finding = Finding("site-redesigned", Severity.ERROR, Subject.SOURCE, "kubrat", SHRUNK)
    return HarvestSummary(
        "r2",
        RunState.PARTIAL,
        (
            SiteResult(
                "kubrat", "failed", {"new": 3}, 3, message=SHRUNK, visit=failed, last_good=last, findings=(finding,)
            ),
            SiteResult("radomir", "done", {"same": 5}, 5, visit=visit("radomir", "done"), recovered=True),
        ),
        2,
    )


@pytest.fixture
def recipes(tmp_path):
    from site_of_tests import site_recipe

    limits = "[expected]\nmin = 9\nmax = 90"
    return [site_recipe(tmp_path / "recipes", name, tables=limits) for name in ("kubrat", "radomir")]


def test_the_log_has_a_line_a_site_and_one_of_the_run(summary, recipes, tmp_path):
    log = tmp_path / "runs.jsonl"
    write_log(log, summary, recipes)
    write_log(log, summary, recipes)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [one["what"] for one in lines] == ["site", "site", "run"] * 2
    kubrat, radomir, run = lines[:3]
    assert (kubrat["state"], kubrat["believed"], kubrat["yield"]) == ("failed", False, 3)
    assert kubrat["expected"] == {"min": 9, "max": 90}
    assert kubrat["last_good"] == {"run": "r1", "at": "2026-03-01T12:00:00Z", "yield": 41}
    assert kubrat["shares"] == {"kept": 0.8, "title": 0.8, "day": 0.25, "text": 1.0, "figures": 0.0}
    assert kubrat["findings"] == [{"kind": "site-redesigned", "message": SHRUNK}]
    assert kubrat["command"] == "otchet harvest kubrat"
    assert (radomir["recovered"], radomir["last_good"], radomir["shares"]) == (True, None, None)
    assert (run["state"], run["failed"], run["recovered"]) == ("partial", ["kubrat"], ["radomir"])


def test_a_log_that_cannot_be_written_is_told_beforehand_and_fails_nothing_afterwards(
    summary, recipes, tmp_path, caplog, run, monkeypatch
):
    folder = tmp_path / "no"
    with pytest.raises(SettingsError, match=r"^OTCHET_LOG: .*cannot be written"):
        log_setting({"OTCHET_LOG": str(folder / "runs.jsonl")})
    assert log_setting({}) is None
    with caplog.at_level(logging.WARNING):
        write_log(folder / "runs.jsonl", summary, recipes)
    assert "OTCHET_LOG" in caplog.text
    monkeypatch.setenv("OTCHET_CONTACT", "someone@example.org")
    result = run("harvest", "kubrat", "--log-json", str(folder / "runs.jsonl"))
    assert result.exit_code == 1
    assert "OTCHET_LOG" in result.stderr.splitlines()[-1]


@pytest.fixture
def receiver():
    """A server that keeps what it is sent; ``statuses`` are its next answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            server.told.append((self.path, json.loads(self.rfile.read(length))))
            self.send_response(server.statuses.pop(0) if server.statuses else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.told, server.statuses = [], []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(receiver, monkeypatch):
    monkeypatch.setattr(webhook_module, "PAUSE", 0)
    return f"http://127.0.0.1:{receiver.server_address[1]}/hook?token=s3cret"


def test_the_webhook_is_told_what_failed_and_what_recovered(summary, receiver, hook):
    assert call_webhook(hook, summary)
    ((path, told),) = receiver.told
    assert path == "/hook?token=s3cret"
    assert (told["run"], told["state"]) == ("r2", "partial")
    (failed,) = told["failed"]
    assert (failed["site"], failed["kind"], failed["message"]) == ("kubrat", "site-redesigned", SHRUNK)
    assert told["recovered"] == [{"site": "radomir", "yield": 5}]


def test_the_webhook_is_not_called_where_all_is_well(receiver, hook):
    well = HarvestSummary("r2", RunState.DONE, (SiteResult("radomir", "done", visit=visit("radomir", "done")),), 2)
    assert not call_webhook(hook, well)
    assert receiver.told == []


@pytest.mark.parametrize(("statuses", "taken", "calls"), [([500], True, 2), ([500, 503], False, 2), ([302], True, 2)])
def test_the_webhook_is_tried_once_more_and_fails_nothing(summary, receiver, hook, caplog, statuses, taken, calls):
    receiver.statuses = list(statuses)
    with caplog.at_level(logging.WARNING):
        assert call_webhook(hook, summary) is taken
    assert len(receiver.told) == calls
    assert ("OTCHET_WEBHOOK" in caplog.text) is not taken
    assert "s3cret" not in caplog.text


def test_the_end_of_a_run_is_told_to_both(told, summary, recipes, receiver, hook, tmp_path, monkeypatch):
    monkeypatch.setenv("OTCHET_LOG", str(tmp_path / "runs.jsonl"))
    monkeypatch.setenv("OTCHET_WEBHOOK", hook)
    with recorded_run(told, "harvest", recipes) as run:
        announce(end_run(told, run, summary.sites, 2), recipes)
    assert [told["run"] for _, told in receiver.told] == [run]
    assert json.loads((tmp_path / "runs.jsonl").read_text("utf-8").splitlines()[-1])["run"] == run


def test_nobody_at_the_webhook_fails_nothing(summary, monkeypatch, caplog):
    monkeypatch.setattr(webhook_module, "PAUSE", 0)
    with caplog.at_level(logging.WARNING):
        assert not call_webhook("http://127.0.0.1:1/s3cret", summary)
    assert "127.0.0.1 was not told of the run" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("address", ["hooks.example", "ftp://hooks.example/s3cret", "http://", "http://x:port/s3cret"])
def test_a_webhook_that_is_no_address_is_told_without_repeating_it(address):
    with pytest.raises(SettingsError, match=r"^OTCHET_WEBHOOK") as error:
        webhook_setting({"OTCHET_WEBHOOK": address})
    assert "s3cret" not in str(error.value)
    assert webhook_setting({"OTCHET_WEBHOOK": "http://127.0.0.1:9/x"}) == "http://127.0.0.1:9/x"
