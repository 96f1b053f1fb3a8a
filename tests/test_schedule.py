"""A schedule fires: newer fastapi or SQLAlchemy would let it be silent, so this test guards their bounds."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest
from local_web import LocalWeb
from site_of_tests import article, news_list, site_recipe
from stored import rows

from flows.schedule import ScheduleError, next_run
from models.settings import SOFIA, Settings

SCRIPT = Path(__file__).parent / "schedule_once.py"


def test_a_scheduled_harvest_runs_and_the_server_ends_with_the_schedule(home, tmp_path):
    web = LocalWeb()
    web["kubrat.test/news/"] = news_list("/news/1.html")
    web["kubrat.test/news/1.html"] = article("Проект", "Проект № BG05M9OP001-2.005-9001 струва 100 000 лв.")
    site_recipe(tmp_path / "recipes")
    empty = tmp_path / "empty"  # the flow is found by its module, from any folder
    empty.mkdir()
    schedule = subprocess.Popen(
        [sys.executable, str(SCRIPT), "* * * * *", str(tmp_path / "recipes"), json.dumps({"kubrat.test": web.port})],
        env=os.environ | {"OTCHET_HOME": str(home)},
        cwd=empty,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        first = schedule.stdout.readline()
        assert first.startswith("Starting a Prefect server on 127.0.0.1:")
        port = int(re.search(r":(\d+)", first)[1])
        assert "Next harvest: " in (line := schedule.stdout.readline()), line + schedule.stdout.read()
        servers = [pid for pid in children(schedule.pid) if "server" in command_of(pid)]
        assert len(servers) == 1
        run = await_run(home, schedule)
        (summary,) = artifacts(port)
        schedule.send_signal(signal.SIGTERM)
        said, _ = schedule.communicate(timeout=60)
    finally:
        schedule.kill()
        schedule.wait()
        web.close()
    assert run["state"] == "done"
    assert json.loads(run["sites"]) == ["kubrat"]
    assert [row["name"] for row in rows(Settings.read(), "project")] == ["BG05M9OP001-2.005-9001"]
    assert [(row["site"], row["state"], row["documents"]) for row in summary] == [("kubrat", "done", 1)]
    assert "Stopped." in said
    assert "Traceback" not in said
    assert not any("prefect" in command_of(pid) for pid in servers)
    assert (home / "prefect" / "server.log").exists()
    assert list(empty.iterdir()) == []


def await_run(home, schedule):
    """The first run that has ended; a minute may pass before one is due."""
    end = time.monotonic() + 180
    while time.monotonic() < end:
        assert schedule.poll() is None, schedule.stdout.read()
        if (home / "otchet.db").exists():
            ended = [row for row in rows(Settings.read(), "run") if row["state"] != "running"]
            if ended:
                return ended[0]
        time.sleep(0.5)
    raise AssertionError("no scheduled harvest ran within three minutes")


def artifacts(port):
    """The tables that flows have put into Prefect; one is made a moment after its run has ended."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/artifacts/filter", b"{}", {"Content-Type": "application/json"}
    )
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with opener.open(request, timeout=10) as answer:
            found = [one["data"] for one in json.load(answer) if one["type"] == "table"]
        if found:
            return [json.loads(one) if isinstance(one, str) else one for one in found]
        time.sleep(0.5)
    raise AssertionError("no table in Prefect")


def children(parent):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


@pytest.mark.parametrize("cron", ["", "0 3 * *", "61 3 * * *", "сутрин"])
def test_a_line_that_is_no_cron_is_told(cron):
    with pytest.raises(ScheduleError, match="is no cron line"):
        next_run(cron)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-03-28T12:00:00+02:00", "2026-03-29T04:00:00+03:00"),  # the night without three o'clock
        ("2026-10-24T12:00:00+03:00", "2026-10-25T03:00:00+03:00"),  # the night with two of them
        ("2026-11-21T01:00:00+02:00", "2026-11-21T03:00:00+02:00"),
    ],
)
def test_three_oclock_is_sofias(after, due):
    found = next_run("0 3 * * *", datetime.fromisoformat(after).astimezone(SOFIA))
    assert found.isoformat() == due
