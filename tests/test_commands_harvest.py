"""``otchet harvest`` and ``otchet schedule`` before anything is fetched: who answers, which sites, which times."""

import json

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands import harvest as command
from flows.harvest import HarvestSummary, SiteResult
from models.tables import RunState


@pytest.fixture
def run(home):
    return lambda *arguments: CliRunner().invoke(app, list(arguments), prog_name="otchet")


@pytest.mark.parametrize("arguments", [["harvest"], ["harvest", "kubrat"], ["schedule", "--cron", "0 3 * * *"]])
def test_without_a_contact_nothing_is_asked(run, home, arguments):
    result = run(*arguments)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "OTCHET_CONTACT" in line
    assert not home.exists()


@pytest.mark.parametrize("arguments", [["harvest", "kubrt"], ["schedule", "--cron", "0 3 * * *", "kubrt"]])
def test_an_unknown_site_is_wrong_usage_and_the_nearest_is_named(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "kubrt" in line
    assert "kubrat" in line


@pytest.mark.parametrize("cron", ["", "всеки ден", "0 3 * *", "61 3 * * *", "0 3 31 2 *"])
def test_a_wrong_cron_is_wrong_usage(run, cron):
    result = run("schedule", "--cron", cron)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "--cron" in line


@pytest.mark.parametrize(("state", "code"), [("done", 0), ("partial", 3), ("failed", 1)])
def test_how_a_harvest_ended_is_told_by_table_line_and_code(run, monkeypatch, state, code):
    left_out = SiteResult("nesebar", "failed", {"failed": 2}, message="nesebar: the server does not answer")
    sites = (SiteResult("kubrat", "done", {"new": 3, "same": 1}), left_out)
    summary = HarvestSummary("run-1", RunState(state), sites, 2)
    monkeypatch.setattr(command, "run", lambda names, mode: summary)
    monkeypatch.setenv("OTCHET_CONTACT", "someone@example.org")
    result = run("harvest", "kubrat", "nesebar")
    assert result.exit_code == code
    assert "kubrat\tdone\t3\t1" in result.stdout
    assert result.stderr.splitlines() == ["otchet harvest: nesebar: the server does not answer"]
    record = json.loads(run("harvest", "kubrat", "nesebar", "--json").stdout)
    assert record["state"] == state
    assert [site["site"] for site in record["sites"]] == ["kubrat", "nesebar"]
    assert record["counts"]["new"] == 3


@pytest.mark.parametrize("arguments", [["harvest", "kubrat"], ["schedule", "--cron", "0 3 * * *"], ["demo"]])
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/api", "127.0.0.1:4200/api", "http://", "http://127.0.0.1:x/api"]
)
def test_a_prefect_server_that_is_not_there_is_told_in_one_line(run, monkeypatch, arguments, address):
    monkeypatch.setenv("PREFECT_API_URL", address)
    monkeypatch.setenv("OTCHET_CONTACT", "someone@example.org")
    result = run(*arguments)
    assert result.exit_code == 1
    last = result.stderr.splitlines()[-1]
    assert f"no Prefect server answers at {address}" in last
    assert "unset PREFECT_API_URL" in last
