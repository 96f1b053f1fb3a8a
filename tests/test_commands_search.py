"""``otchet search`` and ``otchet show`` on a small filled database, as a person and as a script use them."""

import json

import pytest
import told_store
from typer.testing import CliRunner

from flows.cli import app


@pytest.fixture
def run(database):
    told_store.fill(database)

    def invoke(*arguments):
        return CliRunner().invoke(app, list(arguments), prog_name="otchet")

    return invoke


def records(result):
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_word_finds_its_other_forms_with_the_sentence(run):
    result = run("search", "асистент")
    assert result.exit_code == 0
    assert "BG05M9OP001-2.002-9101 · Кубрат · „Подкрепа у дома“" in result.stdout
    assert "асистентите в общината са 71" in result.stdout
    assert "2032-02-03 · http://kubrat.test/news/2" in result.stdout


def test_latin_letters_and_the_municipalitys_name_find_it_too(run):
    assert "9101" in run("search", "asistent").stdout
    assert "9101" in run("search", "кубрат").stdout


def test_the_json_is_one_result_a_line_and_quotes_stand_in_their_sentences(run):
    (found,) = records(run("search", "асистент", "--kind", "headcount", "--json"))
    assert found["project"] == found["code"] == told_store.CODE
    assert found["municipality_name"] == "Кубрат"
    assert found["figures"]
    for figure in found["figures"]:
        assert figure["kind"] == "headcount"
        assert figure["quote"] in figure["sentence"]
        assert figure["document"]["address"].startswith("http://kubrat.test/")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--municipality", "Радомир"], {"per36", "9666"}),
        (["--role", "spent"], {"9101"}),
        (["--programme", "BG05M9OP001", "--kind", "headcount"], {"9101", "9666"}),
        (["--min", "900000 лв"], set()),
        (["--min", "250 000", "--max", "255 000"], {"9101"}),
        (["--from", "2031", "--to", "2031-12"], {"9101"}),
        (["--published-to", "2030-05"], {"9101", "9666"}),
        (["--stage", "planned"], {"9101"}),
        (["--site", "radomir", "деца"], {"per36", "9666"}),
    ],
)
def test_filters(run, options, found):
    names = [one["project"] for one in records(run("search", *options, "--json"))]
    assert len(names) == len(found)
    assert all(any(part in name for name in names) for part in found)


def test_nothing_found_is_said_and_is_no_failure(run):
    result = run("search", "хеликоптер")
    assert result.exit_code == 0
    assert "Nothing was found" in result.stdout
    assert run("search", "хеликоптер", "--json").stdout == ""


def test_more_results_than_the_limit_are_told_on_stderr(run):
    result = run("search", "--programme", "BG05M9OP001", "--limit", "1", "--json")
    assert len(result.stdout.splitlines()) == 1
    assert "1 of 2 results" in result.stderr
    assert "--limit" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give a word or a filter"),
        (["дом", "--from", "2024-13"], "--from: “2024-13” is no date"),
        (["дом", "--min", "много"], "--min: “много” is no sum"),
        (["дом", "--municipality", "Бяла"], "the name of several"),
        (["дом", "--published-to", "вчера"], "--published-to"),
        (["дом", "--kind", "date", "--role", "grant"], "--role"),
        (["дом", "--limit", "0"], "limit"),
    ],
)
def test_wrong_filters_are_wrong_usage(run, arguments, says):
    result = run("search", *arguments)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert says in line
    assert result.stdout == ""


def test_show_puts_planned_beside_reported_and_gives_every_claim(run):
    result = run("show", "BG05M9OP001-2.002-9101-C001")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "BG05M9OP001-2.002-9101 · Кубрат"
    assert "amount grant\t499 106.04 BGN\t499 000.00 BGN" in lines
    assert "headcount personal_assistants\t76 persons\t~ 71 persons" in lines
    assert "date project_end\t2031-12-31\t—" in lines
    for quote in ("499 106,04 лв.", "76 лични асистенти", "106 потребители", "498 248,45 лв.", "499 000 лв.", "71"):
        assert any(line.startswith("    «") and quote in line for line in lines), quote


@pytest.mark.parametrize("name", ["9101", "2.002-9101", "bg05м9оp001-2.002-9101", "BG05M9OP001 – 2.002-9101"])
def test_show_takes_a_fragment_look_alikes_and_dashes(run, name):
    (project,) = records(run("show", name, "--json"))
    assert project["code"] == told_store.CODE
    assert len(project["claims"]) == 11
    assert {claim["stage"] for claim in project["claims"]} == {"planned", "reported"}


def test_show_takes_the_short_name_that_search_prints(run):
    (found,) = records(run("search", "капацитетът", "--json"))
    assert found["code"] is None
    (project,) = records(run("show", found["project"], "--json"))
    assert project["title"] == "Нов център за деца"
    assert [claim["value"] for claim in project["claims"]] == ["30"]


def test_a_fragment_of_several_lists_them(run):
    result = run("show", "2.002")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert "Name one of them" in result.stderr
    assert [one["code"] for one in records(run("show", "2.002", "--json"))] == [told_store.CODE, told_store.HOSTILE]


def test_an_unknown_project_says_where_to_look(run):
    result = run("show", "BG99")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "'BG99'" in line
    assert "otchet search" in line


def test_what_is_hostile_is_shown_as_text(run):
    result = run("show", told_store.HOSTILE)
    assert "\x1b" not in result.stdout
    assert "<script>alert(3)</script>" in result.stdout


@pytest.mark.parametrize("arguments", [["show", "9101"], ["show", "9101", "--json"], ["search", "обучение"]])
def test_personal_numbers_are_covered_character_for_character(run, arguments):
    result = run(*arguments)
    assert "за обучение" in result.stdout
    assert told_store.PERSONAL_NUMBER not in result.stdout
    assert told_store.ACCOUNT not in result.stdout
    assert "█" * len(told_store.ACCOUNT) in result.stdout
