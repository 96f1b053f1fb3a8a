"""A web on loopback for tests: pages by host and path, with validators, a log of what was asked, faults on order."""

import contextlib
import hashlib
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO


@dataclass
class Page:
    body: bytes
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    cut: bool = False  # says the whole length, sends half
    wait: float = 0
    size: int = 0  # sends this many bytes more, made on the way
    raw: Callable[[BinaryIO], None] | None = None  # writes all of the answer itself, and the connection ends
    after: "Page | None" = None  # what is sent from the second time on


class LocalWeb:
    """``web["kubrat.test/news/1"] = Page(…)``; serves on a free port of 127.0.0.1 until it is closed."""

    def __init__(self, context: ssl.SSLContext | None = None):
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, int]] = []
        self.agents: set[str] = set()
        self.on_request: Callable[[str], None] = lambda _: None
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                name = self.headers["Host"].partition(":")[0] + self.path
                web.agents.add(self.headers.get("User-Agent", ""))
                web.on_request(name)
                page = web.pages.get(name, Page(b"not here", 404, validators=False))
                if page.after is not None:
                    web.pages[name] = page.after
                if page.raw is not None:
                    web.asked.append((name, page.status))
                    self.close_connection = True
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        page.raw(self.wfile)
                    return
                time.sleep(page.wait)
                etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
                if page.validators and self.headers.get("If-None-Match") == etag:
                    self.answer(name, 304, {"ETag": etag}, b"")
                    return
                headers = {"Content-Type": page.type} | page.headers
                if page.validators and page.status == 200:
                    headers["ETag"] = etag
                self.answer(name, page.status, headers, page.body, page)

            def answer(self, name, status, headers, body, page=None):
                web.asked.append((name, status))
                self.send_response(status)
                for header, value in headers.items():
                    self.send_header(header, value)
                size = page.size if page else 0
                if status != 304:
                    self.send_header("Content-Length", str(len(body) + size))
                self.end_headers()
                if page and page.cut:
                    self.wfile.write(body[: len(body) // 2])
                    self.close_connection = True
                    return
                self.wfile.write(body)
                try:
                    for _ in range(size // 65536):
                        self.wfile.write(b" " * 65536)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __setitem__(self, name: str, page: Page | str):
        self.pages[name] = page if isinstance(page, Page) else Page(page.encode())

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def statuses(self, name: str) -> list[int]:
        return [status for asked, status in self.asked if asked == name]
