"""``otchet export``: tables that other tools open, whole or not at all."""

import csv
import json

import pytest
import told_store
from typer.testing import CliRunner

from flows.cli import app


@pytest.fixture
def run(database):
    told_store.fill(database)
    return lambda *arguments: CliRunner().invoke(app, list(arguments), prog_name="otchet")


def test_export_says_what_it_wrote_and_others_can_read_it(run, tmp_path):
    folder = tmp_path / "out"
    result = run("export", str(folder), "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["folder"] == str(folder)
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        figures = list(csv.DictReader(file))
    assert len(figures) == told["rows"]["figures"] == 14
    assert "498248.45" in {one["value"] for one in figures}
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["resources"]


def test_two_stable_exports_are_the_same_bytes(run, tmp_path):
    for name in ("one", "two"):
        assert run("export", str(tmp_path / name), "--stable").exit_code == 0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_folder_with_other_things_in_it_is_left_alone(run, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("важно", "utf-8")
    result = run("export", str(folder))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert str(folder) in line
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_an_earlier_export_is_replaced(run, tmp_path):
    assert run("export", str(tmp_path / "out")).exit_code == 0
    result = run("export", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "table\trows"


def test_personal_numbers_are_covered_in_every_file(run, tmp_path):
    assert run("export", str(tmp_path / "out")).exit_code == 0
    for path in (tmp_path / "out").glob("*.[cj]s*"):
        text = path.read_text("utf-8")
        assert told_store.PERSONAL_NUMBER not in text
        assert told_store.ACCOUNT not in text
