"""Reading on a Dask cluster: the same rows as without, and a setting that is wrong is told before anything begins."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from local_web import LocalWeb
from site_of_tests import article, news_list, site_recipe
from stored import everything

from flows import dask_readers
from flows.dask_readers import ClusterUnavailable, dask_runner, dask_setting
from flows.harvest import harvest_sites
from models.settings import Settings, SettingsError

SCRIPT = Path(__file__).parent / "harvest_flow_once.py"


def test_nothing_is_set_and_nothing_is_asked(settings):
    assert dask_setting(settings, {}) is None
    assert dask_setting(settings, {"OTCHET_DASK": " "}) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("yes", "use local, or a scheduler's address as tcp://HOST:PORT"),
        ("10.0.0.5:8786", "use local, or a scheduler's address"),
        ("tcp://10.0.0.5", "use local, or a scheduler's address"),
        ("tcp://10.0.0.5:8786", "cannot write to a SQLite file"),
    ],
)
def test_a_wrong_setting_is_told(settings, monkeypatch, value, words):
    monkeypatch.setattr(dask_readers, "find_spec", lambda _: object())
    with pytest.raises(SettingsError, match="OTCHET_DASK") as caught:
        dask_setting(settings, {"OTCHET_DASK": value})
    assert words in str(caught.value)


def test_the_missing_extra_is_told(settings, monkeypatch):
    monkeypatch.setattr(dask_readers, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"otchet\[scale\]"):
        dask_setting(settings, {"OTCHET_DASK": "local"})


def test_workers_of_other_machines_write_to_postgresql(home, monkeypatch):
    monkeypatch.setattr(dask_readers, "find_spec", lambda _: object())
    settings = Settings.read({"OTCHET_HOME": str(home), "OTCHET_DATABASE_URL": "postgresql://db.example/otchet"})
    address = {"OTCHET_DASK": "tcp://10.0.0.5:8786"}
    assert dask_setting(settings, address) == "tcp://10.0.0.5:8786"


def test_a_scheduler_on_this_machine_may_share_its_sqlite(settings, monkeypatch):
    monkeypatch.setattr(dask_readers, "find_spec", lambda _: object())
    assert dask_setting(settings, {"OTCHET_DASK": "tcp://127.0.0.1:8786"}) == "tcp://127.0.0.1:8786"


def test_a_cluster_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("prefect_dask", reason="the extra scale is not installed")
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ClusterUnavailable, match=r"OTCHET_DASK=tcp://127\.0\.0\.1:1: "),
        dask_runner("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.long
def test_a_harvest_on_dask_stores_the_same_rows(home, tmp_path):
    pytest.importorskip("prefect_dask", reason="the extra scale is not installed")
    web = LocalWeb()
    for host in ("kubrat.test", "borovo.test"):
        web[f"{host}/news/"] = news_list("/news/start.html", "/news/end.html", "/news/white.html")
        code = f"BG05M9OP001-2.005-900{len(host)}-C01"
        web[f"{host}/news/start.html"] = article("Начало", f"Община започва проект № {code} за 120 000 лв.")
        web[f"{host}/news/end.html"] = article("Край", f"Община приключи проект № {code}. Обхванати бяха 85 души.")
        web[f"{host}/news/white.html"] = "   \n  "
    names = ("kubrat", "borovo")
    recipes = [
        site_recipe(tmp_path / "recipes", name, municipality=code)
        for name, code in zip(names, ("RAZ16", "RSE03"), strict=True)
    ]
    ports = {host: web.port for recipe in recipes for host in recipe.hosts}
    try:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), str(tmp_path / "recipes"), json.dumps(ports)],
            env=os.environ | {"OTCHET_HOME": str(home), "OTCHET_DASK": "local"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["dask"]
        assert (told["counts"]["documents"], told["counts"]["unreadable"]) == (4, 2)
        plain = Settings.read({"OTCHET_HOME": str(tmp_path / "plain")})
        harvest_sites(plain, recipes, ports=ports)
        assert everything(Settings.read(), whole=False) == everything(plain, whole=False)
    finally:
        web.close()
    assert "distributed" not in done.stderr
