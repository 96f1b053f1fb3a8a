"""A site's lock keeps two crawls apart, dies with its holder; a server's turns are kept between processes."""

import subprocess
import sys
import time

import pytest

from flows.locks import Busy, lock
from flows.turns import Turn

HOLD = (
    "import sys, time; from pathlib import Path; from flows.locks import lock\n"
    "with lock(Path(sys.argv[1]), 'site-kubrat'): print('held', flush=True); time.sleep(60)"
)


def test_a_second_holder_is_told_at_once(tmp_path):
    with lock(tmp_path, "site-kubrat"):
        with pytest.raises(Busy, match="site-kubrat"), lock(tmp_path, "site-kubrat"):
            pass
        with lock(tmp_path, "site-razlog"):
            pass
    with lock(tmp_path, "site-kubrat"):
        pass


def test_death_frees_the_lock(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy), lock(tmp_path, "site-kubrat"):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with lock(tmp_path, "site-kubrat"):
        pass


def test_requests_to_one_server_take_turns(tmp_path):
    """A turn is held for the request and then for its pause, whoever asks."""
    kubrat, razlog = Turn(tmp_path, "192.0.2.1", "kubrat"), Turn(tmp_path, "192.0.2.1", "razlog")
    assert kubrat.take(2) == 0
    assert razlog.take(2) > 0
    kubrat.give_back(2)
    assert 1.5 < razlog.take(2) <= 2
    assert Turn(tmp_path, "192.0.2.2", "razlog").take(2) == 0


def test_a_request_that_takes_its_time_keeps_the_others_out(tmp_path):
    kubrat, razlog = Turn(tmp_path, "192.0.2.1", "kubrat"), Turn(tmp_path, "192.0.2.1", "razlog")
    assert kubrat.take(0.02) == 0
    time.sleep(0.05)
    assert razlog.take(0.02) > 0
    kubrat.give_back(0.02)
    time.sleep(0.03)
    assert razlog.take(0.02) == 0


def test_who_had_the_last_turn_comes_after_the_others(tmp_path):
    kubrat, razlog = Turn(tmp_path, "192.0.2.1", "kubrat"), Turn(tmp_path, "192.0.2.1", "razlog")
    assert kubrat.take(1) == 0
    kubrat.give_back(1)
    assert kubrat.take(1) > razlog.take(1) + 0.05


def test_the_longest_pause_that_somebody_asked_for_holds_for_all(tmp_path):
    kubrat, razlog = Turn(tmp_path, "192.0.2.1", "kubrat"), Turn(tmp_path, "192.0.2.1", "razlog")
    assert kubrat.take(2) == 0
    kubrat.give_back(120)
    assert razlog.take(2) > 110


def test_a_turn_dies_with_its_holder_and_its_pause_is_kept(tmp_path):
    take = (
        "import sys, time; from pathlib import Path; from flows.turns import Turn\n"
        "assert Turn(Path(sys.argv[1]), '192.0.2.1', 'kubrat').take(0.3) == 0\n"
        "print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", take, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    razlog = Turn(tmp_path, "192.0.2.1", "razlog")
    try:
        assert holder.stdout.readline() == "held\n"
        time.sleep(0.4)
        assert razlog.take(0.3) > 0
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert razlog.take(0.3) == 0


def test_a_clock_set_back_does_not_stop_the_crawl(tmp_path):
    kubrat = Turn(tmp_path, "192.0.2.1", "kubrat")
    (tmp_path / "locks" / "server-192.0.2.1.lock").write_text(f"{time.time() + 86400:.6f} kubrat")
    assert kubrat.take(2) == 0
