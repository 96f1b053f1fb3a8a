"""What a hostile server does comes to nothing: it is told, never parsed as whole, and never leads elsewhere."""

import gzip
import json
import socket
import ssl
import time
import zlib
from pathlib import Path

import brotli
import pytest
import trustme
from crawled_site import Site, site
from local_web import LocalWeb, Page
from site_of_tests import article, news_list

from flows.recipes import load_recipe
from flows.unpacking import zstd
from models.settings import Settings
from models.store import get_snapshots

BOMB = b"<p>" + b"0" * 3_000_000
PACKERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}


@pytest.fixture
def web():
    served = LocalWeb()
    yield served
    served.close()


def look_at(settings, tmp_path, web, *pages, tables="[limits]\nbytes = 1_000_000\ntimeout = 20", **options):
    """Crawl a site of these pages and return it."""
    kubrat = site(settings, tmp_path, web, tables=tables, **options)
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(len(pages))))
    for number, page in enumerate(pages):
        web[f"kubrat.test/news/{number}.html"] = page
    kubrat.crawl()
    return kubrat


def said(body, *headers):
    """What writes an answer with these headers as they are, and the body as it is."""
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", ""]

    def write(out):
        out.write("\r\n".join(lines).encode() + body)
        out.flush()

    return Page(b"", raw=write)


def packed(body, name):
    return Page(body, headers={"Content-Encoding": name}, validators=False)


def test_packed_answers_are_unpacked_within_the_limit(settings, tmp_path, web):
    """A bomb of each kind, and one packed over and over, are cut off; what is packed well is kept."""
    good = article("Добре", "Пълен текст.").encode()
    pages = [packed(pack(good), name) for name, pack in PACKERS.items()]
    pages += [packed(pack(BOMB), name) for name, pack in PACKERS.items()]
    pages += [packed(gzip.compress(gzip.compress(gzip.compress(good))), "gzip, gzip, gzip")]
    pages += [packed(good, "compress")]
    kubrat = look_at(settings, tmp_path, web, *pages)
    assert kubrat.told == {
        **{
            f"/news/{number}.html": "truncated: larger than the recipe's limits.bytes when unpacked"
            for number in range(4, 8)
        },
        "/news/8.html": "truncated: packed 3 times over (gzip, gzip, gzip)",
        "/news/9.html": "truncated: packed as 'compress', which was not asked for",
    }
    for number in range(4):
        assert kubrat.bodies(f"/news/{number}.html") == [good]
    for number in range(4, 10):
        assert kubrat.bodies(f"/news/{number}.html") == []
    assert kubrat.end.counts["truncated"] == 6


def test_a_packed_answer_that_breaks_off_is_not_half_a_page(settings, tmp_path, web):
    good = article("Добре", *(f"Пълен текст {number}." for number in range(3000))).encode()
    pages = [packed(pack(good)[:-5], name) for name, pack in PACKERS.items()]
    kubrat = look_at(settings, tmp_path, web, *pages)
    assert set(kubrat.told.values()) == {"truncated: the packed answer breaks off"}
    assert kubrat.end.counts == {"new": 1, "truncated": 4}


def endless(out):
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        out.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def drip(out):
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        out.write(b"<p>")
        out.flush()
        time.sleep(0.1)


def fall_silent(out):
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<html>")
    out.flush()
    time.sleep(6)


def test_lying_lengths_and_endless_chunks_are_cut_off(settings, tmp_path, web):
    whole = article("Цяло", "Пълен текст.").encode()
    kubrat = look_at(
        settings,
        tmp_path,
        web,
        said(whole, f"Content-Length: {len(whole) + 50}"),
        said(whole, f"Content-Length: {len(whole) - 50}"),
        said(b"5\r\n<html\r\n", "Transfer-Encoding: chunked"),
        Page(b"", raw=endless),
        said(whole + b"\r\n\r\n", f"Content-Length: {len(whole)}"),  # an empty line too many is no lie
        said(whole),  # an old server: the end of the connection is the end of the page
    )
    assert kubrat.told == {
        "/news/0.html": "truncated: the answer broke off before its end",
        "/news/1.html": "truncated: the server sends more than the length that it says",
        "/news/2.html": "truncated: the answer broke off before its end",
        "/news/3.html": "truncated: larger than the recipe's limits.bytes",
    }
    assert [kubrat.bodies(f"/news/{number}.html") for number in range(6)] == [[], [], [], [], [whole], [whole]]


def test_a_slow_drip_ends_at_the_deadline_of_the_whole(settings, tmp_path, web):
    kubrat = look_at(settings, tmp_path, web, Page(b"", raw=drip), tables="[limits]\ntimeout = 1.5\nsilence = 1")
    assert kubrat.told == {"/news/0.html": "truncated: the whole did not come in 1.5 seconds"}
    assert web.statuses("kubrat.test/news/0.html") == [200]  # it would drip again


def test_a_server_that_falls_silent_is_not_waited_for(settings, tmp_path, web):
    kubrat = look_at(
        settings, tmp_path, web, Page(b"", raw=fall_silent), tables="[limits]\ntimeout = 20\nsilence = 0.6"
    )
    why = "truncated: the server fell silent for 0.6 seconds in the midst of it"
    assert kubrat.told == {"/news/0.html": why}


def test_a_server_that_takes_no_connection_has_a_deadline_of_its_own(settings, tmp_path):
    """Its queue is full, so that it answers to nothing at all."""
    busy = socket.socket()
    busy.bind(("127.0.0.1", 0))
    busy.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(busy.getsockname())

    class Busy:
        port = busy.getsockname()[1]

    try:
        kubrat = site(settings, tmp_path, Busy, tables="[limits]\ntimeout = 60\nconnect = 0.4")
        begun = time.monotonic()
        end = kubrat.crawl()
        assert end.state == "failed"
        assert "no answer in time; the site is left alone" in end.message
        assert time.monotonic() - begun < 30  # three tries at 0.4 seconds, not one at 60
    finally:
        for one in (*waiting, busy):
            one.close()


@pytest.mark.parametrize(
    "where",
    [
        "file:///etc/passwd",
        "ftp://kubrat.test/news/2.html",
        "http://user:word@kubrat.test/news/2.html",
        "http://kubrat.test:8080/news/2.html",
        "http://127.0.0.1/news/2.html",
        "http://2130706433/news/2.html",
        "http://0x7f.1/news/2.html",
        "http://[::1]/news/2.html",
        "http://kubrat.test.evil.test/news/2.html",
        "//evil.test/news/2.html",
        "gopher:1",
    ],
)
def test_a_redirect_leads_nowhere_else(where, settings, tmp_path, web):
    for name in list(web.pages):
        del web.pages[name]
    kubrat = look_at(settings, tmp_path, web, Page(b"", 302, headers={"Location": where}))
    assert kubrat.told == {"/news/0.html": f"sends on to {where}, which the recipe does not follow"}
    assert {name for name, _ in web.asked} == {
        "kubrat.test/robots.txt",
        "kubrat.test/news/",
        "kubrat.test/news/0.html",
    }


def test_five_redirects_are_followed_and_no_more(settings, tmp_path, web):
    for number in range(8):
        web[f"kubrat.test/news/hop-{number}.html"] = Page(
            b"", 302, headers={"Location": f"/news/hop-{number + 1}.html"}
        )
    for name, first in (("five", 3), ("six", 2)):
        web[f"kubrat.test/news/{name}.html"] = Page(b"", 302, headers={"Location": f"/news/hop-{first}.html"})
    web["kubrat.test/news/hop-7.html"] = article("Край", "Стигнато.")
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("/news/five.html")
    assert kubrat.crawl().state == "done"
    assert len(kubrat.bodies("/news/hop-7.html")) == 1
    other = site(settings, tmp_path, web, name="kubrat")
    web["kubrat.test/news/"] = news_list("/news/six.html")
    web.asked.clear()
    other.crawl()
    assert "sent on more than 5 times" in other.told.values()


def test_a_port_is_asked_where_the_recipe_names_it(settings, tmp_path, web):
    links = ("http://kubrat.test:8080/news/1.html", "http://kubrat.test:8081/news/2.html")
    for number in (1, 2):
        web[f"kubrat.test/news/{number}.html"] = article("Порт", "Текст.")
    kubrat = site(settings, tmp_path, web, more="ports = [8080]")
    web["kubrat.test/news/"] = news_list(*links)
    kubrat.crawl()
    assert [name for name, _ in web.asked if name.endswith(".html")] == ["kubrat.test/news/1.html"]


def test_a_certificate_is_excepted_by_name_and_the_evidence_says_so(settings, tmp_path):
    authority = trustme.CA()  # which nobody trusts
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.test").configure_cert(context)
    web = LocalWeb(context)
    try:
        web["kubrat.test/news/"] = news_list("/news/1.html")
        web["kubrat.test/news/1.html"] = article("Едно", "Текст.")
        strict = site(settings, tmp_path / "strict", web, scheme="https")
        assert strict.crawl().state == "failed"
        assert web.asked == []
        lenient = site(settings, tmp_path, web, scheme="https", tables='[tls]\nunverified = ["kubrat.test"]')
        assert lenient.crawl().state == "done"
    finally:
        web.close()
    (snapshot,) = lenient.read(get_snapshots, "https://kubrat.test/news/1.html")
    assert snapshot.unverified


# Names are looked up by a hook that the crawl's process loads at its start, and a public address leads to this machine.
HOOK = """
import json, os, socket
answers = json.loads(os.environ["NAMES"])
def getaddrinfo(host, port, *rest, **options):
    left = answers[host]
    address = left.pop(0) if len(left) > 1 else left[0]
    with open(os.environ["LOG"], "a") as log: log.write(f"name {host} {address}\\n")
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    return [(kind, socket.SOCK_STREAM, 6, "", (address, 0))]
real = socket.socket.connect_ex
def connect_ex(self, where):
    with open(os.environ["LOG"], "a") as log: log.write(f"connect {where[0]} {where[1]}\\n")
    return real(self, ("127.0.0.1", int(os.environ["PORT"])))
socket.getaddrinfo, socket.socket.connect_ex = getaddrinfo, connect_ex
"""
PUBLIC = """\
name = "kubrat"
municipality = "RAZ16"
family = "old-php"
hosts = ["kubrat.bg"]
start = ["http://kubrat.bg/news/"]
[follow]
articles = ['^/news/\\d+\\.html$']
[limits]
timeout = 5
"""


def public_site(settings, tmp_path, web, monkeypatch, *addresses):
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(hook))
    monkeypatch.setenv("NAMES", json.dumps({"kubrat.bg": addresses}))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("PORT", str(web.port))
    path = tmp_path / "kubrat.toml"
    path.write_text(PUBLIC, "utf-8")
    settings = Settings(settings.home, settings.database_url, settings.archive, "tests@example.org")
    return Site(settings, load_recipe(path), {})


def log_of(tmp_path):
    path = Path(tmp_path / "log")
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.usefixtures("new_parent")
@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1"])
def test_a_name_that_leads_to_a_private_address_is_not_asked(address, settings, tmp_path, web, monkeypatch):
    kubrat = public_site(settings, tmp_path, web, monkeypatch, address)
    end = kubrat.crawl()
    assert end.state == "failed"
    assert f"kubrat.bg leads to the private address {address}" in end.message
    assert [words[0] for words in log_of(tmp_path)] == ["name"]
    assert web.asked == []


@pytest.mark.usefixtures("new_parent")
def test_a_name_whose_owner_changes_his_mind_is_connected_to_where_it_was_checked(settings, tmp_path, web, monkeypatch):
    web["kubrat.bg/news/"] = Page(news_list("/news/1.html").encode(), headers={"Connection": "close"})
    web["kubrat.bg/news/1.html"] = article("Едно", "Текст.")
    web.pages["kubrat.bg/robots.txt"] = Page(b"", headers={"Connection": "close"})
    kubrat = public_site(settings, tmp_path, web, monkeypatch, "93.184.215.14", "127.0.0.1")
    assert kubrat.crawl().counts == {"new": 2}
    log = log_of(tmp_path)
    assert [words[1:] for words in log if words[0] == "name"] == [["kubrat.bg", "93.184.215.14"]]
    connections = [words[1:] for words in log if words[0] == "connect"]
    assert len(connections) >= 2
    assert all(where == ["93.184.215.14", "80"] for where in connections)
    assert web.agents == {agent for agent in web.agents if agent.endswith("(+tests@example.org)")}
