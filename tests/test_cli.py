"""The command line as a user meets it: help, versions, wrong usage, failures, pipes, an interruption."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app, hoist
from flows.commands.output import plain, styled

OTCHET = Path(sys.executable).with_name("otchet")


def otchet(*arguments, home, **environment):
    variables = {**os.environ, "OTCHET_HOME": str(home), **environment}
    variables.pop("OTCHET_DATABASE_URL", None) if "OTCHET_DATABASE_URL" not in environment else None
    return subprocess.run(
        [OTCHET, *arguments], capture_output=True, text=True, encoding="utf-8", env=variables, timeout=120, cwd=home
    )


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("OTCHET_HOME", str(tmp_path))
    monkeypatch.delenv("OTCHET_DATABASE_URL", raising=False)

    def invoke(*arguments):
        return CliRunner().invoke(app, list(arguments), prog_name="otchet")

    return invoke


def only_line(text):
    (line,) = text.splitlines()
    return line


def test_help_names_every_command_and_answers_at_once(tmp_path):
    started = time.perf_counter()
    result = otchet("--help", home=tmp_path)
    took = time.perf_counter() - started
    assert result.returncode == 0
    for command in ("demo", "harvest", "extract", "search", "show", "export", "evaluate", "sites", "db", "schedule"):
        assert f" {command} " in result.stdout
    assert " serve " in result.stdout
    assert took < 3, "help must not import what is heavy"


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys, flows.cli; "
        "heavy = 'prefect spacy scrapy fastapi sqlmodel pdfplumber duckdb'.split(); "
        "print([m for m in heavy if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command", ["demo", "harvest", "extract", "search", "show", "export", "evaluate", "sites", "schedule", "serve"]
)
def test_every_command_has_help_with_json_or_an_example(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "otchet " + command in result.output


def test_version(run):
    result = run("--version")
    assert result.exit_code == 0
    assert result.output.split()[0] == "otchet"
    assert result.output.split()[1][0].isdigit()


def test_no_command_prints_the_help(run):
    result = run()
    assert result.exit_code == 0
    assert "search" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serch", "дом"], "search"),
        (["search", "--колко"], "--колко"),
        (["--nope"], "--nope"),
        (["db", "backup"], "FILE"),
        (["serve", "--port", "много"], "port"),
    ],
)
def test_wrong_usage_is_one_line_and_two(run, arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    line = only_line(result.stderr)
    assert says in line
    assert "--help" in line


def test_home_and_debug_may_stand_anywhere():
    assert hoist(["show", "x", "--home=a b", "--debug"]) == ["--home=a b", "--debug", "show", "x"]
    assert hoist(["search", "--", "--home", "x"]) == ["search", "--", "--home", "x"]


def test_home_after_the_command(run, tmp_path):
    result = run("db", "path", "--home", str(tmp_path / "другаде"))
    assert result.stdout.strip() == str(tmp_path / "другаде" / "otchet.db")


def test_looking_into_a_home_where_nothing_is_makes_nothing(run, tmp_path):
    for command in (["search", "дом"], ["show", "BG05M9OP001"], ["export", str(tmp_path / "out")]):
        result = run(*command)
        assert result.exit_code == 1
        line = only_line(result.stderr)
        assert str(tmp_path / "otchet.db") in line
        assert "otchet demo" in line
    assert list(tmp_path.iterdir()) == []


def test_a_dialect_we_do_not_speak_is_refused_in_one_line(tmp_path):
    result = otchet("db", "current", home=tmp_path, OTCHET_DATABASE_URL="mysql://localhost/otchet")
    assert result.returncode == 1
    assert "mysql" in only_line(result.stderr)
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback_and_then_the_line(tmp_path):
    result = otchet("db", "current", "--debug", home=tmp_path, OTCHET_DATABASE_URL="mysql://localhost/otchet")
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "mysql" in result.stderr.splitlines()[-1]


def test_a_database_from_a_newer_version(run, tmp_path):
    assert run("db", "upgrade").exit_code == 0
    with sqlite3.connect(tmp_path / "otchet.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for command in (["db", "current"], ["search", "дом"]):
        result = run(*command)
        assert result.exit_code == 1
        assert "newer" in only_line(result.stderr)
        assert "9999" in result.stderr


def test_a_file_that_is_no_database(run, tmp_path):
    (tmp_path / "otchet.db").write_text("това не е база данни" * 100, "utf-8")
    result = run("search", "дом")
    assert result.exit_code == 1
    assert "otchet.db" in only_line(result.stderr)


def test_a_home_that_cannot_be_made(run, tmp_path):
    (tmp_path / "file").write_text("")
    result = run("--home", str(tmp_path / "file" / "in"), "db", "upgrade")
    assert result.exit_code == 1
    assert str(tmp_path / "file" / "in") in only_line(result.stderr)


def test_db_upgrade_current_path_backup(run, tmp_path):
    assert json.loads(run("db", "current", "--json").stdout)["revision"] is None
    first = json.loads(run("db", "upgrade", "--json").stdout)
    again = json.loads(run("db", "upgrade", "--json").stdout)
    assert first["before"] is None
    assert again["before"] == again["revision"] == first["revision"]
    assert run("db", "path").stdout.strip() == str(tmp_path / "otchet.db")
    copy = tmp_path / "copy.db"
    record = json.loads(run("db", "backup", str(copy), "--json").stdout)
    assert record["bytes"] == copy.stat().st_size
    with sqlite3.connect(copy) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    database.close()
    assert {"document", "figure", "claim"} <= tables
    refused = run("db", "backup", str(copy))
    assert refused.exit_code == 1
    assert "copy.db is there already" in only_line(refused.stderr)
    assert list(tmp_path.glob("*.unfinished")) == []


def test_a_reader_that_has_enough_is_no_error(tmp_path):
    command = f"{OTCHET} --help | head -c 1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert "Traceback" not in result.stderr
    assert result.stdout.endswith("0\n")


def test_sites_check_names_file_line_and_key(run, tmp_path):
    recipe = tmp_path / "wrong.toml"
    recipe.write_text('name = "wrong"\nfamily = "wordpres"\n', "utf-8")
    result = run("sites", "check", str(recipe))
    assert result.exit_code == 1
    assert "wrong.toml" in result.stderr
    record = json.loads(run("sites", "check", str(recipe), "--json").stdout.splitlines()[0])
    assert record["ok"] is False
    assert "wrong.toml" in record["error"]


def test_the_recipes_that_come_with_otchet_are_sound(run):
    result = run("sites", "check")
    assert result.exit_code == 0, result.stderr


def test_sites_lists_recipes_as_json_and_as_columns(run):
    from flows.recipes import load_recipes

    recipes, _ = load_recipes()
    records = [json.loads(line) for line in run("sites", "--json").stdout.splitlines()]
    assert [one["site"] for one in records] == [one.name for one in recipes]
    lines = run("sites").stdout.splitlines()
    assert lines[0].split("\t") == ["site", "municipality", "family", "status", "address"]
    assert len(lines) == len(recipes) + 1


def test_ctrl_c_says_so_and_ends_with_130(run, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("models.database.Database.upgrade", interrupted)
    result = run("db", "upgrade")
    assert result.exit_code == 130
    assert "nothing is half-written" in only_line(result.stderr)


def test_a_mistake_in_the_program_is_one_line_and_says_so(run, monkeypatch):
    def mistaken(*_, **__):
        raise IndexError("нещо непредвидено")

    monkeypatch.setattr("models.database.Database.upgrade", mistaken)
    result = run("db", "upgrade")
    assert result.exit_code == 1
    line = only_line(result.stderr)
    assert "mistake in otchet itself" in line
    assert "IndexError: нещо непредвидено" in line
    assert "--debug" in line


def test_a_full_disk_says_what_now(run, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/archive/kubrat.warc.gz")

    monkeypatch.setattr("models.database.Database.upgrade", full)
    line = only_line(run("db", "upgrade").stderr)
    assert "/archive/kubrat.warc.gz" in line
    assert "Make room" in line


def test_a_terminal_cannot_be_steered_by_what_was_harvested():
    assert plain("Проект\x1b]0;чуждо\x07 \u202eобратно\r\nред") == "Проект·]0;чуждо· ·обратно ред"
    assert styled("  ", ("[bold]дом[/bold]", "bold"), "\x1b[31m").plain == "  [bold]дом[/bold]·[31m"


def test_no_colour_where_nobody_wants_it(tmp_path):
    result = otchet("--help", home=tmp_path, NO_COLOR="1", FORCE_COLOR="")
    assert "\x1b[3" not in result.stdout


def test_a_file_that_cannot_be_read_is_said_as_one_or_one_of_several(run, tmp_path):
    good = tmp_path / "обява.txt"
    good.write_text("Проект BG05M9OP001-2.002-9001-C01 е на стойност 375 000 лв.", "utf-8")
    alone = run("extract", str(tmp_path / "няма.txt"))
    assert (alone.exit_code, alone.stdout) == (3, "")
    assert "See what is read: otchet extract --help" in only_line(alone.stderr)
    one_of_two = run("extract", str(tmp_path / "няма.txt"), str(good))
    assert one_of_two.exit_code == 3
    assert "375000.00" in one_of_two.stdout
    assert "The other files are read." in only_line(one_of_two.stderr)


def test_an_unknown_option_is_one_sentence_and_where_to_look(run):
    result = run("extract", "--fast")
    assert result.exit_code == 2
    assert "--fast. See: otchet extract --help" in only_line(result.stderr)
