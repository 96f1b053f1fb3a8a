"""Crawls are forked from one warm process, which comes back when it was lost and ends with its harvest."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from crawled_site import site
from local_web import LocalWeb, Page
from site_of_tests import article, news_list
from test_kill import children, command_of, gone, wait_until

from flows.crawl_start import Child, end_parent, start_child


@pytest.fixture
def web():
    served = LocalWeb()
    yield served
    served.close()


def parents():
    return [pid for pid in children(os.getpid()) if b"flows.crawl_parent" in command_of(pid) and not gone(pid)]


@pytest.mark.usefixtures("new_parent")
def test_all_crawls_of_a_process_start_from_one_that_has_no_thread_and_no_reactor(settings, tmp_path, web):
    sites = [site(settings, tmp_path, web, name=name) for name in ("kubrat", "vetovo", "razlog")]
    both = threading.Barrier(2, timeout=60)
    for one in sites:
        web[f"{one.recipe.name}.test/news/"] = news_list("/news/1.html")
        web[f"{one.recipe.name}.test/news/1.html"] = article("Едно", "Текст.")
    web.on_request = lambda name: both.wait() if name.endswith("/news/1.html") and "razlog" not in name else None
    crawls = [threading.Thread(target=one.crawl) for one in sites[:2]]
    for one in crawls:
        one.start()
    for one in crawls:
        one.join()
    (parent,) = parents()
    assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1
    assert sites[2].crawl().counts == {"new": 2}
    assert [one.end.counts for one in sites] == [{"new": 2}] * 3
    assert parents() == [parent]
    assert children(parent) == []
    end_parent()
    assert gone(parent)


@pytest.mark.usefixtures("new_parent")
def test_a_lost_parent_costs_its_crawls_and_no_later_one(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("/news/1.html")
    web["kubrat.test/news/1.html"] = Page(article("Едно", "Текст.").encode(), wait=1)

    def strike(name):
        if name.endswith("1.html"):
            os.kill(parents()[0], signal.SIGKILL)

    web.on_request = strike
    end = kubrat.crawl()
    assert (end.state, end.message) == (
        "died",
        "kubrat: the crawl was ended by SIGKILL; the next run goes on from there",
    )
    web.on_request = lambda _: None
    assert kubrat.crawl("b1b2c3d4e5f6").state == "done"


@pytest.mark.usefixtures("new_parent")
def test_what_keeps_the_parent_from_starting_is_told(settings, tmp_path, web, monkeypatch):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text("import sys; sys.modules['scrapy'] = None\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    end = site(settings, tmp_path, web).crawl()
    assert end.state == "died"
    assert end.message.startswith("kubrat: the process that crawls start from has ended: ModuleNotFoundError")
    assert "scrapy" in end.message


@pytest.mark.usefixtures("new_parent")
def test_a_child_knows_the_folder_and_the_variables_of_its_own_moment(settings, tmp_path, web, monkeypatch):
    """The file of an archive is as large as the variable says at the crawl, not at the first one."""
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("/news/1.html")
    web["kubrat.test/news/1.html"] = Page(article("Едно", os.urandom(700_000).hex()).encode())
    assert kubrat.crawl().counts == {"new": 2}
    monkeypatch.setenv("OTCHET_WARC_MIB", "0")
    end = kubrat.crawl("b1b2c3d4e5f6")
    assert end.state == "died"
    assert "OTCHET_WARC_MIB" in end.message


def test_a_child_that_was_started_and_told_nothing_ends_with_its_input(tmp_path):
    with (tmp_path / "complaints").open("w+b") as complaints:
        child = start_child(complaints)
        assert isinstance(child, Child)
        assert child.wait(0.2) is None
        child.stdin.close()
        assert child.wait(30) == 0
        child.close()
        complaints.seek(0)
        assert complaints.read() == b""


def test_nothing_is_left_when_the_harvest_is_gone(tmp_path):
    """However a process ends that has started crawls, the one that they start from does not outlive it."""
    script = (
        "import sys, time; from flows.crawl_start import start_child\n"
        "child = start_child(open(sys.argv[1], 'w+b')); print(child.pid, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "complaints")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    child = int(process.stdout.readline())
    left = [child, *children(process.pid)]
    assert len(left) == 2
    process.kill()
    process.communicate()
    wait_until(lambda: all(gone(one) for one in left))


def test_looks_last_half_a_second_after_they_came_however_long_the_next_one_takes(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("/news/1.html", "/news/2.html")
    web["kubrat.test/news/1.html"] = article("Едно", "Текст.")
    web["kubrat.test/news/2.html"] = Page(article("Две", "Текст.").encode(), wait=5)
    lasting = {}

    def look_later():
        time.sleep(2)
        lasting["1"] = [len(body) > 0 for body in kubrat.bodies("/news/1.html")]
        lasting["2"] = kubrat.bodies("/news/2.html")

    watch = threading.Thread(target=look_later)
    web.on_request = lambda name: watch.start() if name.endswith("2.html") else None
    kubrat.crawl()
    watch.join()
    assert lasting == {"1": [True], "2": []}
