"""An export is what the database holds, row for row, opened by what researchers use, and never half there."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas
import pytest
from announcements import ANNOUNCEMENTS, NOON, fill
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from models.columns import Type, resources
from models.database import Database
from models.export import ExportError, export, guard, unguard
from models.settings import Settings
from models.tables import Table

FILES = {f"{one.name}{ending}" for one in resources() for ending in (".csv", ".jsonl", ".parquet")} | {
    "datapackage.json"
}


@pytest.fixture
def filled(any_database: Database) -> Database:
    fill(any_database)
    return any_database


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: unguard(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_row_of_the_database_is_there(filled: Database, tmp_path: Path):
    counts = export(filled, tmp_path / "out")
    assert set(files(tmp_path / "out")) == FILES
    for resource in resources():
        built = Table.metadata.tables[resource.table.__tablename__]
        with filled.engine.begin() as connection:
            rows = {row._mapping[resource.key]: row._mapping for row in connection.execute(built.select())}
        lines = read_lines(tmp_path / "out" / f"{resource.name}.jsonl")
        cells = read_csv(tmp_path / "out" / f"{resource.name}.csv")
        assert len(lines) == len(cells) == len(rows) == counts[resource.name]
        for line, row in zip(lines, cells, strict=True):
            stored = rows[line[resource.key]]
            for column in resource.columns:
                value = line[column.name]
                if column.type in (Type.OBJECT, Type.ARRAY):
                    assert value == json.loads(stored[column.name]) == json.loads(row[column.name])
                elif "█" in str(value):
                    assert len(str(value)) == len(stored[column.name])
                elif column.type is Type.DATETIME:
                    assert value == stored[column.name].isoformat().replace("+00:00", "Z") == row[column.name]
                elif value is None:
                    assert stored[column.name] is None
                    assert row[column.name] == ""
                else:
                    assert str(stored[column.name]).lower() == str(value).lower() == row[column.name].lower()


def test_frictionless_accepts_it(filled: Database, tmp_path: Path):
    export(filled, tmp_path / "out")
    report = Package(str(tmp_path / "out" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "note"])
    assert [task.name for task in report.tasks] == [one.name for one in resources()]


def test_frictionless_refuses_a_changed_file(filled: Database, tmp_path: Path):
    export(filled, tmp_path / "out")
    with (tmp_path / "out" / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("x\r\n")
    assert not Package(str(tmp_path / "out" / "datapackage.json")).validate().valid


def test_every_column_is_described(filled: Database, tmp_path: Path):
    export(filled, tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert all(field["description"].endswith(".") for one in package["resources"] for field in one["schema"]["fields"])
    assert "licenses" not in package  # the texts are not ours to license
    assert "publishers" in package["description"]
    assert package["version"]


def test_pandas_and_duckdb_open_it(filled: Database, tmp_path: Path):
    export(filled, tmp_path / "out")
    figures = pandas.read_csv(tmp_path / "out" / "figures.csv")
    assert figures["eur_minor"].dropna().astype(int).tolist().count(25518887) == 1
    parquet = duckdb.sql(f"SELECT key, minor, date_first, is_current FROM '{tmp_path}/out/figures.parquet'").fetchall()
    lines = read_lines(tmp_path / "out" / "figures.jsonl")
    assert [(key, minor, day and day.isoformat(), current) for key, minor, day, current in parquet] == [
        (line["key"], line["minor"], line["date_first"], line["is_current"]) for line in lines
    ]


def test_a_stable_export_knows_no_times_and_no_order(settings: Settings, tmp_path: Path):
    for number, announcements in enumerate((ANNOUNCEMENTS, ANNOUNCEMENTS[::-1])):
        one = Database.open(replace(settings, database_url=f"sqlite:///{tmp_path}/{number}.db"))
        fill(one, announcements, NOON + timedelta(days=number))
        export(one, tmp_path / f"out{number}", stable=True)
        export(one, tmp_path / f"full{number}")
        one.close()
    assert files(tmp_path / "out0") == files(tmp_path / "out1")
    assert files(tmp_path / "full0") != files(tmp_path / "full1")
    assert Package(str(tmp_path / "out0" / "datapackage.json")).validate().valid
    assert b"2026-11-2" not in b"".join(files(tmp_path / "out0").values())


@pytest.mark.postgres
def test_both_databases_give_the_same_bytes(database: Database, postgres_settings: Settings, tmp_path: Path):
    other = Database(postgres_settings)
    other.upgrade()
    for number, one in enumerate((database, other)):
        fill(one)
        export(one, tmp_path / f"out{number}", stable=True)
    other.close()
    assert files(tmp_path / "out0") == files(tmp_path / "out1")


def test_personal_numbers_are_covered_in_every_file(filled: Database, tmp_path: Path):
    export(filled, tmp_path / "out")
    shown = b"".join(files(tmp_path / "out").values())
    assert b"7501010010" not in shown
    assert b"BNBG" not in shown
    for document in read_lines(tmp_path / "out" / "documents.jsonl"):
        for figure in read_lines(tmp_path / "out" / "figures.jsonl"):
            if figure["document"] == document["key"]:
                assert document["text"][figure["start"] : figure["end"]] == figure["quote"]


def test_a_figure_that_stands_on_a_personal_number_loses_its_value(database: Database, tmp_path: Path):
    wrong = replace(
        ANNOUNCEMENTS[2],
        text="ЕГН 7501010010 лица",
        figures=(("headcount", "users", "7501010010", "persons", "7501010010 лица"),),
    )
    fill(database, (wrong,))
    export(database, tmp_path / "out")
    (figure,) = read_lines(tmp_path / "out" / "figures.jsonl")
    assert (figure["quote"], figure["value"], figure["number"]) == ("█" * 15, "█", None)
    assert b"7501010010" not in b"".join(files(tmp_path / "out").values())


def test_a_title_is_no_formula_and_a_number_stays_one(filled: Database, tmp_path: Path):
    export(filled, tmp_path / "out")
    shown = (tmp_path / "out" / "documents.csv").read_text("utf-8")
    assert "'=Обзор на седмицата" in shown
    assert "'+359 не отговаря" in (tmp_path / "out" / "findings.csv").read_text("utf-8")
    assert "=Обзор на седмицата" in {row["title"] for row in read_lines(tmp_path / "out" / "documents.jsonl")}


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "\t=1", "\r1", "\n1", " =1", '"=1', "'=1", "＝1", "－1", "＠x"]
)
def test_cells_that_spreadsheets_run_are_guarded(cell: str):
    assert guard(cell) == f"'{cell}"


@given(st.text(alphabet=st.sampled_from("'\"=+-@\t\r\n ＝аb1"), max_size=8))
def test_what_is_guarded_can_be_unguarded(cell: str):
    assert unguard(guard(cell)) == cell
    assert guard(cell)[:1] not in tuple("=+-@\t\r\n")


def test_an_earlier_export_is_replaced_and_anything_else_refused(filled: Database, tmp_path: Path):
    out = tmp_path / "out"
    export(filled, out)
    (out / "left over.csv").write_text("x", "utf-8")
    export(filled, out)
    assert set(files(out)) == FILES
    other = tmp_path / "letters"
    other.mkdir()
    (other / "letter.txt").write_text("Уважаеми г-н кмете", "utf-8")
    with pytest.raises(ExportError, match="no earlier export"):
        export(filled, other)
    with pytest.raises(ExportError, match="is a file"):
        export(filled, other / "letter.txt")
    assert (other / "letter.txt").read_text("utf-8") == "Уважаеми г-н кмете"


def test_an_interrupted_export_leaves_the_earlier_one(filled: Database, tmp_path: Path):
    out = tmp_path / "here" / "out"
    export(filled, out, stable=True)
    before = files(out)

    def stop(name: str, _rows: int) -> None:
        if name == "figures":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(filled, out, progress=stop)
    assert files(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_made_is_one_line(filled: Database, tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ExportError, match="Cannot write"):
        export(filled, tmp_path / "file" / "out")


def test_an_empty_database_is_exported_too(any_database: Database, tmp_path: Path):
    assert set(export(any_database, tmp_path / "out").values()) == {0}
    assert Package(str(tmp_path / "out" / "datapackage.json")).validate().valid
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/out/figures.parquet'").fetchall() == [(0,)]
