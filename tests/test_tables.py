"""The tables hold the closed lists, and say what each column is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from announcements import every_row, fill
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from models.column_types import Moment
from models.columns import Type, resources
from models.database import Database
from models.settings import Settings, SettingsError, in_sofia, now
from models.tables import TABLES, AddressRow, FigureRow, Table
from models.vocabulary import ROLES, Bound, Kind

WANTED = {"source", "address", "snapshot", "document", "figure", "project", "claim", "finding", "review", "run"}
WANTED |= {"seen", "visit"}


@pytest.fixture
def filled(any_database: Database) -> Database:
    fill(any_database)
    return any_database


def test_there_are_these_tables():
    assert {table.__tablename__ for table in TABLES} == WANTED == set(Table.metadata.tables)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__tablename__)
def test_every_column_says_what_it_is(table: type[Table]):
    for name, field in table.model_fields.items():
        assert field.description, name
        assert field.description[0].isupper(), name
        assert field.description.endswith("."), name
    assert table.__doc__


def test_no_time_and_no_run_stands_where_a_second_look_may_not_change():
    still = {"source", "document", "figure", "project", "claim"}
    for table in TABLES:
        if table.__tablename__ in still:
            kinds = [column.type for column in table.__table__.columns]
            assert not any(isinstance(kind, Moment) for kind in kinds), table.__tablename__
        if table.__tablename__ != "run":
            assert not any(key.column.table.name == "run" for key in table.__table__.foreign_keys)


def test_exported_columns_have_their_types_from_the_tables():
    figures = next(one for one in resources() if one.name == "figures")
    types = {column.name: column.type for column in figures.columns}
    assert (types["minor"], types["date_first"], types["is_current"]) == (Type.INTEGER, Type.DATE, Type.BOOLEAN)
    assert (types["confidence"], types["attributes"], types["reasons"]) == (Type.NUMBER, Type.OBJECT, Type.ARRAY)
    refers = {column.name: column.refers for column in figures.columns if column.refers}
    assert refers == {"document": ("documents", "key")}
    assert next(column for column in figures.columns if column.name == "bound").words == tuple(map(str, Bound))


def one_figure(database: Database, **changes: object) -> None:
    with database.writing() as session:
        values = dict(session.connection().execute(FigureRow.__table__.select()).first()._mapping)
        session.execute(insert(FigureRow), [values | {"key": "another"} | changes])


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"kind": "date", "role": "users"}, "ck_figure_role"),
        ({"start": -1}, "ck_figure_place"),
        ({"end": 0, "start": 0}, "ck_figure_place"),
        ({"kind": "amount", "role": "grant", "minor": -1}, "ck_figure_not_negative"),
        ({"kind": "date", "role": "event", "minor": 5}, "ck_figure_value"),
        ({"kind": "amount", "role": "grant", "number": 5}, "ck_figure_value"),
        ({"kind": "headcount", "role": "users", "unit": "BGN"}, "ck_figure_unit"),
        ({"confidence": 1.5}, "ck_figure_confidence"),
        ({"document": "no such"}, "(?i)foreign key"),
    ],
    ids=str,
)
def test_a_figure_that_cannot_be_is_refused_by_the_database(
    filled: Database, change: dict[str, object], constraint: str
):
    before = every_row(filled)
    clean = {"minor": None, "number": None, "eur_minor": None, "unit": None}
    with pytest.raises(IntegrityError, match=constraint):
        one_figure(filled, **(clean | change))
    assert every_row(filled) == before


def test_a_word_outside_a_closed_list_is_refused_by_the_database(filled: Database):
    with pytest.raises(IntegrityError, match="ck_document_phase"), filled.engine.begin() as connection:
        connection.execute(text("UPDATE document SET phase = 'soon'"))


def test_every_kind_and_role_of_the_guide_is_taken(filled: Database):
    clean = {"minor": None, "number": None, "eur_minor": None}
    for kind, roles in ROLES.items():
        for role in roles:
            unit = "persons" if kind is Kind.HEADCOUNT else None
            one_figure(filled, **clean, key=f"{kind} {role}", kind=kind, role=role, unit=unit)


def test_rows_give_members_of_the_closed_lists(filled: Database):
    with filled.reading() as session:
        row = session.get(FigureRow, session.exec(FigureRow.__table__.select()).first().key)
        assert isinstance(row.kind, Kind)
        assert isinstance(row.bound, Bound)


def test_a_moment_needs_its_zone(filled: Database):
    with filled.writing() as session:
        address = session.get(AddressRow, "https://kubrat.test/novini/start")
        address.fetched_at = datetime(2026, 1, 1)
        with pytest.raises(Exception, match="needs its time zone"):
            session.flush()
        session.rollback()


def test_settings_come_from_the_environment_alone(tmp_path: Path):
    environment = {
        "OTCHET_HOME": str(tmp_path),
        "OTCHET_DATABASE_URL": "postgres://u:p%40ss@db/otchet",
        "OTCHET_ARCHIVE": "s3://bucket/otchet",
        "OTCHET_CONTACT": " otchet@kubrat.test ",
    }
    settings = Settings.read(environment)
    assert settings.database_url == "postgresql+psycopg://u:p%40ss@db/otchet"
    assert (settings.archive, settings.contact, settings.embedded) == (
        "s3://bucket/otchet",
        "otchet@kubrat.test",
        False,
    )
    plain = Settings.read({"OTCHET_HOME": str(tmp_path)})
    assert plain.database_url == f"sqlite+pysqlite:///{tmp_path}/otchet.db"
    assert (plain.archive, plain.contact, plain.embedded) == (str(tmp_path / "archive"), None, True)
    assert list(tmp_path.iterdir()) == []


def test_the_home_is_a_folder_here_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert Settings.read({}).home == tmp_path / "otchet-data"


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://"])
def test_a_database_that_cannot_be_used_is_one_line(url: str):
    with pytest.raises(SettingsError, match=r"^OTCHET_DATABASE_URL.*sqlite:///"):
        Settings.read({"OTCHET_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29.03.2026 02:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29.03.2026 04:00"),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "25.10.2026 03:59"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "25.10.2026 03:00"),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), "01.01.2027 00:00"),
    ],
    ids=str,
)
def test_times_are_shown_as_the_clock_in_sofia(moment: datetime, shown: str):
    assert in_sofia(moment) == shown


def test_now_is_in_utc_to_the_second():
    assert now().tzinfo is UTC
    assert now().microsecond == 0
