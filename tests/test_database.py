"""The database opens, upgrades itself, refuses what it cannot use, and lets one writer in at a time."""

import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from models import schema
from models.database import Database, DatabaseError, NewerDatabase, OutdatedDatabase
from models.records import Source
from models.settings import Settings, SettingsError
from models.store import get_sources, put_source
from models.tables import TABLES, Table


def test_an_empty_home_gets_a_database_by_itself(settings: Settings):
    with Database.open(settings).reading() as session:
        assert get_sources(session) == []
    assert (settings.home / "otchet.db").exists()


def test_an_embedded_database_writes_ahead_and_holds_foreign_keys(database):
    with database.writing() as session:
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("revision", schema.revisions())
def test_every_earlier_revision_upgrades_to_the_newest(any_settings: Settings, revision: str):
    old = Database(any_settings)
    old.upgrade(revision)
    assert old.revision() == revision
    old.upgrade()
    assert old.revision() == schema.head()
    with old.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/"))
    old.close()


def test_tables_and_migrations_agree(any_database: Database):
    with any_database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _o, name, kind, *_: not (kind == "table" and name.startswith("document_index"))
            },
        )
        assert compare_metadata(context, Table.metadata) == []
        found = inspect(connection)
        for table in TABLES:
            wanted = {one.name for one in table.__table__.constraints if one.name and one.name.startswith("ck_")}
            assert {one["name"] for one in found.get_check_constraints(table.__tablename__)} == wanted


def test_check_constraints_hold_the_words_of_today(any_database: Database):
    """Autogenerate does not compare what a constraint says; the newest words have to be in the database."""
    with any_database.engine.connect() as connection:
        for table in TABLES:
            there = {
                one["name"]: one["sqltext"] for one in inspect(connection).get_check_constraints(table.__tablename__)
            }
            for one in table.__table__.constraints:
                if one.name in there:
                    words = str(one.sqltext).split("'")[1::2]
                    assert all(f"'{word}'" in there[one.name] for word in words), one.name


def test_a_database_can_be_emptied_again(any_settings: Settings):
    database = Database(any_settings)
    database.upgrade()
    with database.engine.begin() as connection:
        schema.downgrade(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    database.close()


def test_upgrading_a_filled_database_keeps_a_copy(settings: Settings, monkeypatch, tmp_path: Path):
    database = Database.open(settings)
    with database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/"))
    database.close()
    migrations = _with_one_more_revision(tmp_path)
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)
    schema.revisions.cache_clear()
    try:
        Database.open(settings).close()
    finally:
        monkeypatch.undo()
        schema.revisions.cache_clear()
    (copy,) = settings.home.glob("otchet.db.before-*")
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT name FROM source").fetchall() == [("Община Кубрат",)]
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.head(),)]


def _with_one_more_revision(folder: Path) -> Path:
    migrations = folder / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations)
    (migrations / "versions" / "9999_later.py").write_text(
        f"from alembic import op\nrevision = '9999'\ndown_revision = {schema.head()!r}\n"
        "def upgrade():\n    op.execute('CREATE TABLE later (key VARCHAR PRIMARY KEY)')\n"
        "def downgrade():\n    op.execute('DROP TABLE later')\n",
        "utf-8",
    )
    return migrations


def test_a_failed_upgrade_leaves_the_database_as_it_was(any_settings: Settings, monkeypatch, tmp_path: Path):
    database = Database(any_settings)
    database.upgrade()
    migrations = _with_one_more_revision(tmp_path)
    later = migrations / "versions" / "9999_later.py"
    later.write_text(
        later.read_text("utf-8").replace("def downgrade", "    op.execute('NONSENSE')\ndef downgrade"), "utf-8"
    )
    before = schema.head()
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)
    schema.revisions.cache_clear()
    try:
        with pytest.raises(DatabaseError, match=r"(?i)syntax"):
            database.upgrade()
    finally:
        monkeypatch.undo()
        schema.revisions.cache_clear()
    assert database.revision() == before
    with database.engine.connect() as connection:
        assert "later" not in inspect(connection).get_table_names()
    database.close()


def test_a_database_from_a_newer_version_is_told_in_one_line(any_settings: Settings):
    database = Database(any_settings)
    database.upgrade()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(NewerDatabase, match=r"newer version of otchet .*Update otchet") as error:
        Database.open(any_settings)
    assert "\n" not in str(error.value)


@pytest.mark.postgres
def test_a_server_is_upgraded_only_when_asked(postgres_settings: Settings):
    with pytest.raises(OutdatedDatabase, match="otchet db upgrade"):
        Database.open(postgres_settings)
    database = Database(postgres_settings)
    database.upgrade()
    database.close()
    Database.open(postgres_settings).close()


def test_a_server_that_is_not_there_is_one_line_without_its_password(home: Path):
    settings = Settings.read({"OTCHET_DATABASE_URL": "postgresql://reader:s3cret@127.0.0.1:1/otchet"})
    with pytest.raises(DatabaseError, match="OTCHET_DATABASE_URL") as error:
        Database.open(settings)
    assert "\n" not in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_file_that_is_no_database_is_one_line(settings: Settings):
    settings.home.mkdir()
    (settings.home / "otchet.db").write_text("Това не е база данни." * 100, "utf-8")
    with pytest.raises(DatabaseError, match="not a database") as error:
        Database.open(settings)
    assert "\n" not in str(error.value)


def test_a_home_that_is_a_file_is_one_line(settings: Settings):
    settings.home.write_text("", "utf-8")
    with pytest.raises(DatabaseError, match="Set OTCHET_HOME"):
        Database.open(settings)


@pytest.mark.parametrize(
    "url", ["mysql://localhost/otchet", "oracle://x", "sqlite://", "sqlite:///:memory:", "otchet.db"]
)
def test_another_dialect_is_refused_in_one_line(url: str):
    with pytest.raises(SettingsError, match="OTCHET_DATABASE_URL") as error:
        Settings.read({"OTCHET_DATABASE_URL": url})
    assert "\n" not in str(error.value)


def test_a_reading_session_cannot_write(any_database: Database):
    with any_database.reading() as session, pytest.raises(DBAPIError):
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/"))


def test_an_error_in_a_writing_session_keeps_nothing(any_database: Database):
    def stopped_half_way() -> None:
        with any_database.writing() as session:
            put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_half_way()
    with any_database.reading() as session:
        assert get_sources(session) == []


def test_a_second_writer_waits_for_the_first(database: Database):
    entered = threading.Event()
    order = []

    def second() -> None:
        entered.wait()
        with database.writing() as session:
            order.append("second")
            put_source(session, Source("b", "Б", "https://b.test/"))

    other = threading.Thread(target=second)
    other.start()
    with database.writing() as session:
        entered.set()
        get_sources(session)  # reads, then writes: what fails at once without BEGIN IMMEDIATE
        time.sleep(0.3)
        put_source(session, Source("a", "А", "https://a.test/"))
        order.append("first")
    other.join()
    assert order == ["first", "second"]
    with database.reading() as session:
        assert [source.code for source in get_sources(session)] == ["a", "b"]


def test_two_programs_may_open_an_empty_home_at_once(settings: Settings):
    errors = []

    def open_it() -> None:
        try:
            Database.open(settings).close()
        except DatabaseError as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_alembic_finds_nothing_to_do(database: Database):
    with database.engine.begin() as connection:
        command.check(schema.configuration(connection))


def test_revisions_are_named_by_their_files_in_one_line():
    script = ScriptDirectory.from_config(schema.configuration())
    assert tuple(reversed([one.revision for one in script.walk_revisions()])) == schema.revisions()
    assert script.get_heads() == [schema.head()]


def test_opening_a_database_that_is_up_to_date_does_not_load_alembic(database: Database):
    program = (
        "import sys; from models.database import Database; from models.settings import Settings\n"
        "Database.open(Settings.read()).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
