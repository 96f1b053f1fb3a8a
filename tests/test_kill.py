"""A harvest that was killed anywhere is finished by the next one, as if it had never been killed."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from local_web import LocalWeb, Page
from site_of_tests import article, news_list, site_recipe
from stored import everything, rows

from corpus.demo import RECIPES as DEMO_RECIPES
from corpus.demo.server import serve
from models.settings import Settings

PAGES = 6
SCRIPT = Path(__file__).parent / "harvest_once.py"


@pytest.fixture(scope="module")
def web():
    served = LocalWeb()
    served["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(PAGES)), "/news/gone.html")
    for number in range(PAGES):
        served[f"kubrat.test/news/{number}.html"] = Page(
            article(
                f"Стартира проект „Дом {number}“",
                f"Община Кубрат започва проект № BG05M9OP001-2.005-90{number:02}-C01 „Дом {number}“.",
                f"Общата стойност е {number + 1}00 000 лв., ще се грижим за {number + 20} потребители.",
            ).encode(),
            wait=0.05,
        )
    yield served
    served.close()


@pytest.fixture(scope="module")
def recipes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipes")
    site_recipe(folder)
    return folder


def begin(home, recipes, web, *how):
    """A harvest in a process group of its own; with ``flow`` through Prefect."""
    ports = getattr(web, "ports", {"kubrat.test": web.port})
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(recipes), json.dumps(ports), *how],
        env=os.environ | {"OTCHET_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(home, recipes, web):
    process = begin(home, recipes, web)
    said, complaints = process.communicate(timeout=300)
    assert said == "partial\n", complaints  # one page is gone, in every run
    kept = everything(Settings.read({"OTCHET_HOME": str(home)}), whole=False)
    assert kept["document"]
    assert not list(home.rglob("*.open"))
    verified = otchet("archive", "verify", "--json", "--home", str(home))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return kept, exported(home, home / "export")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, recipes, web):
    """What a harvest stores that nobody kills."""
    return finish(tmp_path_factory.mktemp("undisturbed"), recipes, web)


@pytest.fixture(scope="module")
def pace(tmp_path_factory, recipes, web, undisturbed):
    """The seconds that a harvest takes on this machine, as busy as it is."""
    begun = time.monotonic()
    process = begin(tmp_path_factory.mktemp("pace"), recipes, web)
    process.communicate(timeout=300)
    return time.monotonic() - begun


def children(parent):
    """The process ids of a process' children."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


def crawls_of(harvest):
    """The crawls of a harvest, forked by the one process that it starts for them."""
    parents = [pid for pid in children(harvest) if b"flows.crawl_parent" in command_of(pid)]
    assert len(parents) <= 1
    return [pid for parent in parents for pid in children(parent)]


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("whom", "at"),
    [
        ("all", "kubrat.test/news/3.html"),
        ("flow", "kubrat.test/news/"),
        ("child", "kubrat.test/news/3.html"),
        ("parent", "kubrat.test/news/3.html"),
    ],
    ids=["all", "flow", "child", "parent"],
)
def test_killed_in_the_crawl(whom, at, tmp_path, recipes, web, undisturbed):
    reached = threading.Event()
    web.on_request = lambda name: reached.set() if name == at else None
    process = begin(tmp_path, recipes, web)
    assert reached.wait(60)
    web.on_request = lambda _: None
    (parent,) = children(process.pid)
    crawls = crawls_of(process.pid)
    assert len(crawls) == 1
    if whom == "parent":
        os.kill(parent, signal.SIGKILL)
    if whom in ("all", "child"):
        os.kill(crawls[0], signal.SIGKILL)
    if whom in ("all", "flow"):
        os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    wait_until(lambda: gone(crawls[0]) and gone(parent))  # no child outlives its parent
    left = list(tmp_path.rglob("*.open"))
    assert len(left) <= 1
    assert finish(tmp_path, recipes, web) == undisturbed


def test_killed_while_reading(tmp_path, recipes, web, undisturbed):
    settings = Settings.read({"OTCHET_HOME": str(tmp_path)})
    process = begin(tmp_path, recipes, web)
    wait_until((tmp_path / "otchet.db").exists)
    wait_until(lambda: process.poll() is not None or list(tmp_path.rglob("*.warc.gz")), 60)
    wait_until(lambda: process.poll() is not None or rows(settings, "document"), 60)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert finish(tmp_path, recipes, web) == undisturbed


def test_interrupted_by_the_keyboard(tmp_path, recipes, web, undisturbed):
    """Ctrl-C ends the child too, notes the run as failed, and the next run goes on."""
    reached = threading.Event()
    web.on_request = lambda name: reached.set() if name == "kubrat.test/news/2.html" else None
    process = begin(tmp_path, recipes, web)
    assert reached.wait(60)
    web.on_request = lambda _: None
    crawls = [*children(process.pid), *crawls_of(process.pid)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert len(crawls) == 2
    assert all(gone(one) for one in crawls)
    settings = Settings.read({"OTCHET_HOME": str(tmp_path)})
    (run,) = rows(settings, "run")
    assert (run["state"], run["message"]) == ("failed", "KeyboardInterrupt")
    assert finish(tmp_path, recipes, web) == undisturbed


def test_the_demonstration_killed_and_whole_exports_the_same_bytes(tmp_path):
    """`otchet export --stable` of three of the demonstration's sites, byte for byte."""
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    for name in ("kubrat", "borovo", "yantra-vesti"):
        shutil.copy(DEMO_RECIPES / f"{name}.toml", recipes)
    exports = []
    with serve() as demo:
        for home in (tmp_path / "whole", tmp_path / "killed"):
            if home.name == "killed":
                demo.forget()
                process = begin(home, recipes, demo)
                wait_until(lambda: len(demo.requests) >= 17, 60)
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate(timeout=60)
            process = begin(home, recipes, demo)
            assert process.communicate(timeout=120)[0] == "done\n"
            exports.append(exported(home, tmp_path / f"export-{home.name}"))
    assert len(exports[0]) >= 20
    assert exports[0] == exports[1]


#: Whole rounds of the long tests, by the plain functions and through the Prefect flow; `make soak SHARE=0.2` plays a
#: fifth of them, another SEED draws other moments.
ROUNDS, FLOWS = 45, 5


def draws(rounds):
    """The random moments of this run: whom to kill, and after what part of the time that a harvest takes here."""
    chance = random.Random(int(os.environ.get("OTCHET_SOAK_SEED", "1")) + rounds)
    count = max(1, round(rounds * float(os.environ.get("OTCHET_SOAK_SHARE", "1"))))
    return [(chance.choice(("all", "flow", "child")), round(chance.uniform(0.05, 1.0), 3)) for _ in range(count)]


@pytest.mark.long
@pytest.mark.parametrize(("whom", "after"), draws(ROUNDS))
def test_killed_at_any_moment(whom, after, tmp_path, recipes, web, undisturbed, pace):
    process = begin(tmp_path, recipes, web)
    time.sleep(after * pace)
    strike(process, whom)
    assert finish(tmp_path, recipes, web) == undisturbed


@pytest.mark.long
@pytest.mark.parametrize(("whom", "after"), draws(FLOWS))
def test_the_flow_killed_at_any_moment(whom, after, tmp_path, recipes, web, undisturbed, pace):
    process = begin(tmp_path, recipes, web, "flow")
    # Prefect's server takes its time to start, and is ended with the rest.
    wait_until(lambda: process.poll() is not None or (tmp_path / "otchet.db").exists(), 150)
    time.sleep(after * pace)
    strike(process, whom)
    assert finish(tmp_path, recipes, web) == undisturbed


def strike(process, whom):
    """Kill the crawls of a harvest, the harvest itself, or all of its group; wait until they are gone."""
    crawls = crawls_of(process.pid)
    for pid in [*(crawls if whom in ("all", "child") else []), *([process.pid] if whom in ("all", "flow") else [])]:
        with contextlib.suppress(ProcessLookupError):  # it was quicker
            os.kill(pid, signal.SIGKILL)
    if whom == "all":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=300)
    wait_until(lambda: all(gone(one) for one in crawls))


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def exported(home, folder):
    """The files that `otchet export --stable` writes, by name."""
    done = otchet("export", str(folder), "--stable", "--home", str(home))
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def otchet(*arguments):
    command = [sys.executable, "-m", "flows.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
