"""A site's lock keeps two crawls apart, dies with its holder; a server's turns are kept between processes."""

import subprocess
import sys
import time

import pytest

from flows.locks import Busy, lock, take_turn

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
    assert take_turn(tmp_path, "192.0.2.1", 2) == 0
    assert 1.5 < take_turn(tmp_path, "192.0.2.1", 2) <= 2
    assert take_turn(tmp_path, "192.0.2.2", 2) == 0


def test_a_turn_comes_when_the_pace_has_passed(tmp_path):
    assert take_turn(tmp_path, "192.0.2.1", 0.05) == 0
    time.sleep(0.06)
    assert take_turn(tmp_path, "192.0.2.1", 0.05) == 0


def test_a_clock_set_back_does_not_stop_the_crawl(tmp_path):
    assert take_turn(tmp_path, "192.0.2.1", 2) == 0
    file = tmp_path / "locks" / "server-192.0.2.1.lock"
    file.write_text(f"{time.time() + 86400:<32.6f}")
    assert take_turn(tmp_path, "192.0.2.1", 2) == 0
