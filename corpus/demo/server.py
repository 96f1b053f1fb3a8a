"""Serve the demonstration on loopback: one real HTTP server, the site chosen by the Host header.

``with serve() as web:`` gives its port; ``http://kubrat.test/bg/news/news_id_1663.php`` is then asked of
``127.0.0.1:web.port`` with ``Host: kubrat.test``. Stored addresses never name the port. Whether a site can tell what
has not changed (ETag, Last-Modified) is its own affair; every request is counted.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from corpus.demo import FOLDER, MANIFEST

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at an address: status, headers beside length and date, and the bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came: site (``kubrat``), path and query as asked, the answer's status, its size in bytes."""

    site: str
    target: str
    method: str
    status: int
    size: int


@dataclass
class DemoWeb:
    """The running server.

    ``requests`` are all requests so far; ``answers`` by site and target may be changed while it runs, to let a page
    change, vanish or fail. ``delay`` is in seconds before each answer.
    """

    port: int
    answers: dict[tuple[str, str], Answer]
    drop: Mapping[str, frozenset[str]]
    cut: Mapping[str, str]
    delay: float = 0.0
    requests: list[Request] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @property
    def origins(self) -> dict[str, str]:
        """Each site's origin in stored addresses: ``{"kubrat": "http://kubrat.test", …}``."""
        return {site: f"http://{site}.test" for site in sorted(self.drop)}

    @property
    def ports(self) -> dict[str, int]:
        """The port of each site's host: ``{"kubrat.test": 34567, …}``, what a crawl of the demonstration is told."""
        return {f"{site}.test": self.port for site in sorted(self.drop)}

    def asked(self, site: str, target: str | None = None) -> list[Request]:
        """Return the requests to a site, or to one target of it, in order."""
        with self.lock:
            return [one for one in self.requests if one.site == site and target in (None, one.target)]

    def forget(self) -> None:
        """Begin counting anew."""
        with self.lock:
            self.requests.clear()

    def find(self, site: str, target: str) -> Answer:
        """Return the answer at path and query; a session in the query or a portal's state changes nothing."""
        if answer := self.answers.get((site, target)):
            return answer
        path, _, query = target.partition("?")
        if mark := self.cut.get(site, ""):
            path = path.partition(mark)[0] + "/" if mark in path else path
        kept = [one for one in query.split("&") if one and one.partition("=")[0] not in self.drop.get(site, ())]
        plain = path + (f"?{'&'.join(kept)}" if kept else "")
        return self.answers.get((site, plain), _NOT_FOUND)


_NOT_FOUND = Answer(
    404, (("Content-Type", "text/html; charset=utf-8"),), "<h1>404</h1><p>Няма такава страница.</p>\n".encode()
)


def page_answer(body: bytes, type_: str, modified: date, validators: tuple[str, ...] = ()) -> Answer:
    """Make the answer of a page or file with a site's validators (``etag``, ``modified``)."""
    headers = [("Content-Type", type_)]
    if "etag" in validators:
        headers.append(("ETag", f'"{sha256(body).hexdigest()[:20]}"'))
    if "modified" in validators:
        stamp = datetime(modified.year, modified.month, modified.day, 8, tzinfo=UTC)
        headers.append(("Last-Modified", format_datetime(stamp, usegmt=True)))
    return Answer(200, tuple(headers), body)


def read_web(
    manifest: Path = MANIFEST,
) -> tuple[dict[tuple[str, str], Answer], dict[str, frozenset[str]], dict[str, str]]:
    """Read a built web: the answers by site and target, and what each site leaves out of an address."""
    answers: dict[tuple[str, str], Answer] = {}
    drop, cut = {}, {}
    bodies: dict[str, bytes] = {}
    for site, told in json.loads(manifest.read_text("utf-8")).items():
        drop[site], cut[site] = frozenset(told["drop"]), told["cut"]
        for target, entry in told["entries"].items():
            if "location" in entry:
                answers[site, target] = Answer(entry["status"], (("Location", entry["location"]),))
                continue
            name = entry["file"]
            bodies.setdefault(name, (manifest.parent / "sites" / name).read_bytes())
            modified = date.fromisoformat(entry["modified"])
            answers[site, target] = page_answer(bodies[name], entry["type"], modified, tuple(told["validators"]))
    return answers, drop, cut


@contextmanager
def serve(port: int = 0, *, delay: float = 0.0, folder: Path = FOLDER) -> Iterator[DemoWeb]:
    """Serve the web on 127.0.0.1 until the block ends; port 0 takes a free one, a taken one raises OSError."""
    web = DemoWeb(port, *read_web(folder / "manifest.json"), delay=delay)
    server = _Server(("127.0.0.1", port), _Handler)
    server.web = web
    web.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-web", daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    web: DemoWeb

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's own
        """Pass over a client that went away in the middle; every other error is told as the base class tells it."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    # An answer goes out as headers and body, two packets: without this each waits 40 ms for the other side's ACK.
    disable_nagle_algorithm = True
    timeout = 30

    def version_string(self) -> str:
        return "demo"

    def do_GET(self) -> None:
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        self._reply(with_body=False)

    def _reply(self, *, with_body: bool) -> None:
        web = self.server.web
        parts = urlsplit(self.path)  # a proxy's request names scheme and host too
        host = (parts.netloc or self.headers.get("Host", "")).partition(":")[0].lower().rstrip(".")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        site = host.removesuffix(".test") if host.endswith(".test") else ""
        answer = web.find(site, target)
        headers = dict(answer.headers)
        status = 304 if answer.status == 200 and self._unchanged(headers) else answer.status
        size = sum(len(name) + len(value) + 4 for name, value in headers.items())
        size += len(answer.body) if with_body and status != 304 else 0
        with web.lock:
            web.requests.append(Request(site, target, self.command, status, size))
        if web.delay:
            time.sleep(web.delay)
        try:
            self._send(status, headers, answer.body, with_body=with_body and status != 304)
        except (TimeoutError, ConnectionError):
            self.close_connection = True  # whoever asked is gone: a crawl that was killed

    def _send(self, status: int, headers: dict[str, str], body: bytes, *, with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _unchanged(self, headers: Mapping[str, str]) -> bool:
        """Say whether the asker has it already; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
        if (known := self.headers.get("If-None-Match")) is not None:
            tags = {one.strip().removeprefix("W/") for one in known.split(",")}
            return "ETag" in headers and bool(tags & {headers["ETag"], "*"})
        since = self.headers.get("If-Modified-Since")
        if since is None or "Last-Modified" not in headers:
            return False
        try:
            return parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False  # a date that nobody can read is as none

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)
