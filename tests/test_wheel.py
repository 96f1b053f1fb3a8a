"""The wheel works on its own: in an empty environment, in an empty folder, with nothing of the clone in reach."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("models", "extractors", "corpus", "flows", "web")
ANNOUNCEMENT = (
    "Проект BG05M9OP001-2.002-9001-C01 е на стойност 375 000 лв. и приключи на 17.10.2017 г. "
    "По него работиха 36 лични асистенти."
)

pytestmark = pytest.mark.xdist_group("wheel")


def run(*command, cwd, env=None, code=0, timeout=300):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    assert done.returncode == code, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def uv():
    found = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if not found:
        pytest.skip("uv is not here; `make test` installs it")
    return found


@pytest.fixture(scope="module")
def wheel(uv, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(uv, "build", "--quiet", "--wheel", "--python", sys.executable, "--out-dir", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(uv, wheel, tmp_path_factory):
    """Give the folder of an environment's programs; the versions are the lock's, for the same answer every day."""
    folder = tmp_path_factory.mktemp("installed")
    pins = folder / "pins.txt"
    export = ["export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes", "--no-header"]
    run(uv, *export, "--output-file", pins, cwd=ROOT)
    run(uv, "venv", "--quiet", "--python", sys.executable, folder / "env", cwd=folder)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    install = ["pip", "install", "--quiet", "--python", programs / "python", "--constraints", pins]
    run(uv, *install, wheel, cwd=folder, timeout=600)
    return programs


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Give what a newcomer's shell has: no setting of ours or of Prefect, a home of its own."""
    ours = ("OTCHET_", "PREFECT_", "PYTHON", "VIRTUAL_ENV", "COV_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"HOME": str(tmp_path_factory.mktemp("home")), "PYTHONUTF8": "1"}


@pytest.fixture
def otchet(installed, environment, tmp_path):
    def command(*words, code=0):
        return run(installed / "otchet", *words, cwd=tmp_path, env=environment, code=code)

    return command


def test_all_files_of_the_packages_are_inside_and_no_others(names):
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc", ".pyo")
    }
    inside = {name for name in names if ".dist-info/" not in name}
    assert ours - inside == set()
    assert {name.partition("/")[0] for name in inside} == set(PACKAGES)


@pytest.mark.parametrize(
    "name",
    [
        "models/reference/municipalities.csv",
        "models/reference/programmes.csv",
        "models/reference/README.md",
        "models/migrations/versions/",
        "extractors/lexicon/bg/",
        "flows/sites/",
        "corpus/demo/",
        "corpus/GUIDE.md",
        "web/templates/",
    ],
)
def test_the_data_is_inside(names, name):
    assert any(one.startswith(name) and not one.endswith("__init__.py") for one in names)


def test_the_wheel_says_what_it_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        told = Parser().parsestr(archive.read(metadata).decode())
    assert told["Name"] == "otchet"
    assert told["Requires-Python"] == ">=3.11"
    assert {"ocr", "postgres", "scale"} <= set(told.get_all("Provides-Extra"))


def test_nothing_is_read_from_the_clone(installed, environment, tmp_path):
    ask = f"import {', '.join(PACKAGES)}; print(*(one.__file__ for one in ({', '.join(PACKAGES)})), sep='|')"
    files = run(installed / "python", "-c", ask, cwd=tmp_path, env=environment).split("|")
    assert len(files) == len(PACKAGES)
    assert not any(Path(file).is_relative_to(ROOT) for file in files)


def test_spacy_finds_the_component_by_its_entry_point(installed, environment, tmp_path):
    program = (
        "import spacy, sys\n"
        "nlp = spacy.blank('bg')\n"
        "nlp.add_pipe('otchet')\n"
        "doc = nlp(sys.argv[1])\n"
        "print(*(span.text for span in doc.spans['figures']), sep='|')\n"
    )
    found = run(installed / "python", "-c", program, ANNOUNCEMENT, cwd=tmp_path, env=environment)
    assert "375 000 лв." in found.strip().split("|")


def test_extract_reads_a_file(otchet, tmp_path):
    (tmp_path / "новина.txt").write_text(ANNOUNCEMENT, "utf-8")
    (line,) = otchet("extract", "новина.txt", "--json").splitlines()
    told = json.loads(line)
    assert told["text"] == ANNOUNCEMENT
    assert ("amount", "375000.00", "BGN") in [(one["kind"], one["value"], one["unit"]) for one in told["figures"]]
    assert all(ANNOUNCEMENT[one["start"] : one["end"]] == one["quote"] for one in told["figures"])


def test_db_upgrade_makes_the_database(otchet, tmp_path):
    otchet("db", "upgrade")
    assert list((tmp_path / "otchet-data").glob("*.db")) + list((tmp_path / "otchet-data").glob("*.sqlite*"))


def test_the_demo_runs_in_an_empty_folder(otchet):
    summary, *projects = map(json.loads, otchet("demo", "--json").splitlines())
    assert summary["state"] == "done"
    assert len(summary["sites"]) >= 8
    assert len(projects) > 20
