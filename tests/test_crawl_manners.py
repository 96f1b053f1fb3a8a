"""What a crawler owes a server: its rules, its turn, its pause, and to stay out where it is not wanted."""

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from crawled_site import site
from local_web import LocalWeb, Page
from site_of_tests import article, news_list

from flows.refusals import refusal
from models.store import get_findings


@pytest.fixture
def web():
    served = LocalWeb()
    served.times = []
    served.on_request = lambda name: served.times.append((name.partition("/")[2], time.monotonic()))
    yield served
    served.close()


def kubrat_of(settings, tmp_path, web, *pages, tables="", **options):
    kubrat = site(settings, tmp_path, web, tables=tables, **options)
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(len(pages))))
    for number, page in enumerate(pages):
        web[f"kubrat.test/news/{number}.html"] = page
    return kubrat


def pauses(web, path):
    """The seconds between the requests to one page."""
    times = [at for name, at in web.times if name == path]
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_site_without_readable_rules_may_be_asked(status, settings, tmp_path, web):
    web["kubrat.test/robots.txt"] = Page(b"User-agent: *\nDisallow: /", status, type="text/plain")
    kubrat = kubrat_of(settings, tmp_path, web, article("Едно", "Текст."))
    assert kubrat.crawl().counts == {"new": 2}


@pytest.mark.parametrize("rules", [Page(b"busy", 500), Page(b"busy", 429), Page(b"User-agent: *\n" * 99, cut=True)])
def test_a_site_whose_rules_do_not_come_is_left_alone(rules, settings, tmp_path, web):
    web["kubrat.test/robots.txt"] = rules
    kubrat = kubrat_of(settings, tmp_path, web, article("Едно", "Текст."))
    end = kubrat.crawl()
    assert end.state == "failed"
    assert "the site is left alone until it can be read" in end.message
    assert {name for name, _ in web.asked} == {"kubrat.test/robots.txt"}


def test_sites_of_one_server_take_turns_and_its_pace_holds_for_all(settings, tmp_path, web):
    """One request at a time, a pause after each, and nobody waits until another site is done."""
    busy, overlaps, spans = [0], [], []

    def begin(name):
        busy[0] += 1
        overlaps.append(busy[0])
        begun = time.monotonic()
        time.sleep(0.15)
        busy[0] -= 1
        spans.append((name.partition(".")[0], begun, time.monotonic()))

    web.on_request = begin
    sites = []
    for name, code in (("kubrat", "RAZ16"), ("razlog", "BLG37")):
        web[f"{name}.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(4)))
        for number in range(4):
            web[f"{name}.test/news/{number}.html"] = article("Новина", "Текст.")
        sites.append(site(settings, tmp_path, web, name=name, municipality=code, tables="[pace]\ndelay = 0.4"))
    threads = [threading.Thread(target=one.crawl) for one in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.end.counts for one in sites] == [{"new": 5}, {"new": 5}]
    assert set(overlaps) == {1}
    spans.sort(key=lambda one: one[1])
    assert all(later[1] - earlier[2] >= 0.35 for earlier, later in pairwise(spans))
    both = [name for name, *_ in spans]
    first_end = min(len(both) - both[::-1].index(name) for name in ("kubrat", "razlog"))
    assert set(both[:first_end]) == {"kubrat", "razlog"}
    turns = both[max(both.index("kubrat"), both.index("razlog")) : first_end]
    assert all(earlier != later for earlier, later in pairwise(turns))


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_is_asked_again_when_it_says(form, settings, tmp_path, web):
    good = Page(article("Едно", "Текст.").encode())
    when = "2" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    kubrat = kubrat_of(settings, tmp_path, web, Page(b"busy", 503, headers={"Retry-After": when}, after=good))
    if form == "date":
        # What is meant is the moment, which is counted from when the answer is there.
        page = web.pages["kubrat.test/news/0.html"]

        def soon(name):
            web.times.append((name.partition("/")[2], time.monotonic()))
            if name.endswith("0.html") and page.status == 503:
                moment = datetime.now(UTC) + timedelta(seconds=3)
                page.headers["Retry-After"] = format_datetime(moment, usegmt=True)

        web.on_request = soon
    assert kubrat.crawl().state == "done"
    (pause,) = pauses(web, "news/0.html")
    assert 1.5 <= pause < 20


def test_a_server_that_asks_for_too_long_is_left_for_this_run(settings, tmp_path, web):
    pages = [Page(b"busy", 503, headers={"Retry-After": "86400"}), article("Едно", "Текст."), article("Две", "Текст.")]
    kubrat = kubrat_of(settings, tmp_path, web, *pages)
    end = kubrat.crawl()
    why = "kubrat.test asks to be left alone for 86400 seconds; it is left for this run"
    assert (end.state, end.message) == ("partial", why)
    assert end.counts == {"failed": 1, "new": 1, "refused": 2}
    assert web.statuses("kubrat.test/news/1.html") == []
    assert why in [one.message for one in kubrat.read(get_findings)]
    # In the next run it is asked again.
    web["kubrat.test/news/0.html"] = article("Нула", "Текст.")
    assert kubrat.crawl("b1b2c3d4e5f6").state == "done"


def test_a_server_in_trouble_is_asked_ever_later(settings, tmp_path, web):
    kubrat = kubrat_of(settings, tmp_path, web, Page(b"oops", 500), tables="[pace]\ndelay = 0.3")
    kubrat.crawl()
    first, second = pauses(web, "news/0.html")
    assert first >= 0.6
    assert second >= 1.2


def test_a_host_that_gives_nothing_many_times_is_left_for_this_run(settings, tmp_path, web):
    kubrat = kubrat_of(settings, tmp_path, web, *(Page(b"oops", 500) for _ in range(8)))
    end = kubrat.crawl()
    why = "kubrat.test gave nothing 5 times in a row; it is left for this run"
    assert (end.state, end.message) == ("partial", why)
    assert end.counts == {"failed": 5, "new": 1, "refused": 3}
    assert len({name for name, status in web.asked if status == 500}) == 5


def test_failures_between_good_answers_leave_no_host(settings, tmp_path, web):
    pages = []
    for number in range(6):
        pages += [Page(b"oops", 500), article(f"Новина {number}", "Текст.")]
    assert kubrat_of(settings, tmp_path, web, *pages).crawl().counts == {"failed": 6, "new": 7}


def page_of(title, body):
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


REFUSALS = {
    "f5": page_of(
        "Request Rejected",
        "The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 4711",
    ),
    "cloudflare": page_of(
        "Just a moment...",
        "<noscript>Enable JavaScript</noscript><script src='/cdn-cgi/challenge-platform/x'></script>",
    ),
    "incapsula": "<html><head><META NAME='robots' CONTENT='noindex'></head><iframe "
    "src='/_Incapsula_Resource?SWUDNSAI=31&incident_id=5'>Request unsuccessful. Incapsula incident ID: 5</iframe>",
    "captcha": page_of("Проверка", "<form>Моля, въведете кода от картинката <img src='/captcha.php'><input></form>"),
    "recaptcha": page_of("Сайт", "<div class='g-recaptcha'></div><p>I am not a robot</p>"),
    "login": page_of(
        "Вход в системата", "<form>Потребител <input name=u> Парола <input type='password' name=p></form>"
    ),
    "denied": page_of("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this server."),
    "отказан": page_of("Грешка", "<h1>Достъпът е отказан</h1><p>Свържете се с администратора.</p>"),
}


#: Each is two crawls: a quick test sees three of them.
QUICK = ("f5", "login", "отказан")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.long]) for name in REFUSALS]
)
def test_a_page_that_refuses_is_told_and_the_last_good_one_stays(name, settings, tmp_path, web):
    good = article("Новина", "Текст на новината.")
    kubrat = kubrat_of(settings, tmp_path, web, good)
    assert kubrat.crawl().state == "done"
    web["kubrat.test/news/0.html"] = REFUSALS[name]
    end = kubrat.crawl("b1b2c3d4e5f6")
    assert end.state == "partial"
    assert end.counts == {"failed": 1, "same": 1}
    assert "in its place; what was there before stays" in kubrat.told["/news/0.html"]
    assert kubrat.bodies("/news/0.html") == [good.encode()]
    assert kubrat.known("/news/0.html").sha256 is not None


LONG = " ".join(f"Общината въвежда нов портал за услуги, стъпка {number}." for number in range(40))


@pytest.mark.parametrize(
    "page",
    [
        article("Вход в системата за електронни услуги", "Общината обявява, че от 1 май се влиза с електронен подпис."),
        article("Нов вход за хора с увреждания", "Изграден е достъпен вход по проект за 25 000 лв."),
        page_of("Вход в електронните услуги", f"<form><input type=password></form><p>{LONG}</p>"),
        page_of("Новина", f"<p>Достъпът е отказан на нередовните участници. {LONG}</p>"),
        page_of(
            "Проект „Топли домове“",
            "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><p>Общината започва проекта.</p>",
        ),
        page_of("Обява", f"<p>{LONG}</p><form>Коментар <div class='g-recaptcha'></div>Не съм робот</form>"),
        page_of("Blocked road", f"<p>{LONG}</p>"),
    ],
)
def test_an_article_about_a_login_is_an_article(page):
    assert refusal(page.encode()) is None


def test_a_file_is_no_refusal():
    assert refusal(b"%PDF-1.4 Request Rejected. The requested URL was rejected") is None
    assert refusal(b"") is None
