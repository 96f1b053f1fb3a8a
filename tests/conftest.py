"""Fixtures that all tests share: sentences from cases/, a fresh home, real databases."""

import os
import shutil
import signal
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.crawl_start import end_parent
from models.database import Database
from models.settings import Settings

CASES = Path(__file__).parent / "cases"

# A shell that starts the tests in the background has them ignore Ctrl-C, and what they start after them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes ``case`` one run for each [[case]] of cases/<its module>.toml."""
    if "case" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition("test_")[2]
        cases = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))["case"]
        # a case with `test = "ranges"` goes to test_ranges alone, one without to every test that asks
        group = metafunc.function.__name__.removeprefix("test_")
        chosen = [case for case in cases if case.get("test", group) == group]
        metafunc.parametrize("case", [_param(case) for case in chosen])


def _param(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else []
    return pytest.param(case, id=case["name"], marks=marks)


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Commands tell their settings to child processes by the environment; none may reach the next test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def new_parent() -> Iterator[None]:
    """Crawls of this test start from a process that knows its limits and its PYTHONPATH, and no other test's do."""
    end_parent()
    yield
    end_parent()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of otchet's own, with a SQLite database; nothing of the caller's environment reaches in."""
    for name in (
        "OTCHET_DATABASE_URL",
        "OTCHET_ARCHIVE",
        "OTCHET_CONTACT",
        "OTCHET_DASK",
        "OTCHET_LOG",
        "OTCHET_WEBHOOK",
        "PREFECT_API_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "otchet-data"
    monkeypatch.setenv("OTCHET_HOME", str(folder))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of the fresh home."""
    return Settings.read()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An open SQLite database in the fresh home."""
    opened = Database.open(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on loopback; gives its address, without a database's name."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server program (initdb, pg_ctl) on this machine")
    folder = Path(tempfile.mkdtemp(prefix="otchet-postgres-"))
    folder.chmod(0o755)
    as_other: list[str] = []
    if os.geteuid() == 0:  # initdb refuses root
        if shutil.which("runuser") is None:
            pytest.skip("PostgreSQL refuses root, and there is no runuser")
        shutil.chown(folder, "postgres")
        as_other = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*command: str) -> None:
        done = subprocess.run([*as_other, *command], capture_output=True, text=True, cwd=folder, check=False)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

    run(
        f"{programs}/initdb",
        *("-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
    )
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    # A socket in a folder of our own: no port can be taken by another run.
    run(f"{programs}/pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://postgres@/{{name}}?host={folder}"
    finally:
        run(f"{programs}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    import psycopg

    name = f"otchet_{os.urandom(6).hex()}"
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_server.format(name=name)
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_settings(home: Path, postgres_url: str) -> Settings:
    """The settings of the fresh home with an empty PostgreSQL database."""
    return Settings.read({"OTCHET_HOME": str(home), "OTCHET_DATABASE_URL": postgres_url})


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_settings(request: pytest.FixtureRequest, home: Path) -> Settings:
    """The settings of an empty database: once SQLite, once PostgreSQL."""
    wanted = "settings" if request.param == "sqlite" else "postgres_settings"
    settings: Settings = request.getfixturevalue(wanted)
    return settings


@pytest.fixture
def any_database(any_settings: Settings) -> Iterator[Database]:
    """An open database with its tables: once SQLite, once PostgreSQL."""
    fresh = Database(any_settings)
    fresh.upgrade()
    fresh.close()
    opened = Database.open(any_settings)
    yield opened
    opened.close()
