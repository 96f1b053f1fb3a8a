"""A Prefect server of our own: under ``OTCHET_HOME``, on loopback, for as long as somebody needs it.

Prefect's temporary server has no scheduler: a schedule needs a real one.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

from flows.prefect_settings import prefect_environment
from models.settings import Settings

#: Seconds that the server has to become healthy: a busy machine needs half a minute for the first start.
STARTUP, PARTING = 120.0, 10.0

# The server dies with us on Linux, even where we are killed: the kernel's promise survives exec.
_LAUNCH = """\
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
os.execv(sys.executable, [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", *sys.argv[1:]])
"""


class PrefectServerError(Exception):
    """The server did not start, or is not there; the message says what it said last."""


def reach(address: str) -> None:
    """Look whether anything answers at the API's address of a server that somebody else runs.

    Raises PrefectServerError where nothing does; whoever answers with an error (a server that wants a key) is there.
    """
    try:
        with urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=10):
            return
    except HTTPError:
        return
    except (OSError, ValueError, HTTPException) as error:
        raise PrefectServerError(
            f"PREFECT_API_URL: no Prefect server answers at {address} ({getattr(error, 'reason', error)}). "
            "Start it with `prefect server start`, or unset PREFECT_API_URL to have one started for the run."
        ) from error


@contextmanager
def some_server(address: str | None, settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    """Use the server at ``address``, or one of our own, which ``PREFECT_API_URL`` names for as long as it runs.

    Raises PrefectServerError where none answers or comes up. Not Prefect's own temporary server: Ctrl-C reaches
    that one too, and then every report to it is waited for.
    """
    if address:
        reach(address)
        yield
        return
    with prefect_server(settings, say) as own:
        os.environ["PREFECT_API_URL"] = own
        try:
            yield
        finally:
            del os.environ["PREFECT_API_URL"]


@contextmanager
def prefect_server(settings: Settings, say: Callable[[str], None]) -> Iterator[str]:
    """Start a server, give the address of its API once it is healthy, and stop it at the end.

    Its log lies in ``prefect/server.log`` under the home. Raises PrefectServerError where it does not come up.
    """
    port = _free_port()
    log = settings.home / "prefect" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"Starting a Prefect server on 127.0.0.1:{port}; this takes 15 to 60 seconds …")
    environment = os.environ | prefect_environment(settings)
    environment.pop("PREFECT_API_URL", None)
    environment |= {"PREFECT_LOGGING_SERVER_LEVEL": "WARNING", "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl-C is for us: the server is stopped after its last customer
        )
    try:
        _await_health(server, port, log)
        yield f"http://127.0.0.1:{port}/api"
    finally:
        _stop(server)


def _await_health(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    # No proxy of the environment stands between us and this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTUP
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise PrefectServerError(f"Prefect's server ended with {server.returncode}: {_last_line(log)}. See {log}.")
        try:
            with opener.open(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
                if answer.read().strip() == b"true":
                    return
        except (URLError, OSError):
            pass
        time.sleep(0.25)
    raise PrefectServerError(f"Prefect's server did not answer within {STARTUP:g} s. See {log}.")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(PARTING)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
