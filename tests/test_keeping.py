"""Pages that speak of no project are remembered as seen, not kept; what decided can be told and changed."""

import pytest
from local_web import LocalWeb
from site_of_tests import article, news_list, site_recipe
from stored import everything, rows

from extractors import keeping, words
from extractors.keeping import keeping_version, weigh
from extractors.read_text import read_text
from flows import read_batch, reader_work
from flows.harvest import harvest_sites
from models.database import Database
from models.export import export

PROJECT = article("Приключи проект „Топли домове“", "Проектът се финансира по оперативна програма на Европейския съюз.")
CONCERT = article(
    "Празничен концерт на площада", "Вход свободен. Концертът започва в 19 часа, свири духовият оркестър."
)


@pytest.fixture
def web():
    served = LocalWeb()
    served["kubrat.test/news/"] = news_list("/news/project.html", "/news/concert.html")
    served["kubrat.test/news/project.html"] = PROJECT
    served["kubrat.test/news/concert.html"] = CONCERT
    yield served
    served.close()


def harvest(settings, web, recipe):
    return harvest_sites(settings, [recipe], ports={"kubrat.test": web.port})


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Стартира проект № BG05M9OP001-2.005-9001-C01.", "code"),
        ("Общината спечели проект, финансиран по оперативна програма.", "score"),
        ("Общината спечели проект, финансиран по оперативна програма „Региони в растеж“.", "programme"),
        ("На площада ще има изложба за ПРСР.", "programme"),
        ("Награда по програма „Околна среда“ за училището.", "programme"),
        ("Община Кубрат ще обнови парка по „Развитие на регионите“.", "programme"),
        ("Опазваме нашата околна среда: пролетно почистване на парка.", "nothing"),
        ("Отчет на празника: концерт, фестивал и панаир на площада тази неделя.", "nothing"),
        ("Община Кубрат съобщава работното време на касата.", "nothing"),
    ],
)
def test_what_settles_it_is_told_with_its_words(text, by):
    weighed = weigh(read_text(text))
    assert weighed.by == by
    assert weighed.is_kept == (by != "nothing")
    if by == "score":
        assert weighed.score >= weighed.bar
        assert dict(weighed.words)["оперативна* програма"] > 1


def test_a_page_without_a_project_is_seen_and_its_bytes_stay(settings, tmp_path, web):
    summary = harvest(settings, web, site_recipe(tmp_path / "recipes"))
    assert (summary.counts["documents"], summary.counts["seen"]) == (1, 1)
    (document,) = rows(settings, "document")
    assert document["address"].endswith("project.html")
    (seen,) = rows(settings, "seen")
    assert (seen["address"], seen["title"]) == ("http://kubrat.test/news/concert.html", "Празничен концерт на площада")
    assert float(seen["score"]) < float(seen["bar"])
    assert "концерт*" in seen["words"]
    assert len(rows(settings, "snapshot")) == 3
    before = everything(settings)
    assert harvest(settings, web, site_recipe(tmp_path / "recipes")).counts["seen"] == 0
    assert everything(settings) == before


def test_exports_leave_out_what_was_only_seen(settings, tmp_path, web):
    harvest(settings, web, site_recipe(tmp_path / "recipes"))
    database = Database.open(settings)
    counts = export(database, tmp_path / "data")
    database.close()
    assert counts["documents"] == 1
    assert "концерт" not in (tmp_path / "data" / "documents.jsonl").read_text("utf-8")


class Here:
    """A reader in the tests' own process, where words and functions can be exchanged."""

    def read(self, data, job):
        return reader_work.work(data, job)


@pytest.fixture
def reads_here(monkeypatch):
    monkeypatch.setattr(read_batch, "readers", lambda _limits: Here())


@pytest.fixture
def changed_words(monkeypatch, reads_here):
    """Change the word list, as a person does who edits it between two runs."""

    def change(**bars):
        table = words.words("relevance") | {"bar": words.words("relevance")["bar"] | bars}
        monkeypatch.setattr(keeping, "words", lambda _name: table)
        keeping_version.cache_clear()

    yield change
    monkeypatch.undo()
    keeping_version.cache_clear()


def test_a_changed_bar_decides_again_from_the_archive_and_back(settings, tmp_path, web, changed_words):
    recipe = site_recipe(tmp_path / "recipes")
    harvest(settings, web, recipe)
    version = keeping_version()
    changed_words(kept=-50.0)
    assert keeping_version() != version
    web.asked.clear()
    summary = harvest(settings, web, recipe)
    assert (summary.counts["documents"], summary.counts["seen"]) == (2, 0)
    assert {status for name, status in web.asked if not name.endswith("robots.txt")} == {304}
    assert rows(settings, "seen") == []
    changed_words(kept=0.5)
    summary = harvest(settings, web, recipe)
    assert summary.counts["seen"] == 1
    (document,) = rows(settings, "document")
    assert document["address"].endswith("project.html")


def test_a_recipe_may_keep_everything(settings, tmp_path, web):
    summary = harvest(settings, web, site_recipe(tmp_path / "recipes", more='keep = "all"'))
    assert (summary.counts["documents"], summary.counts["seen"]) == (2, 0)
    assert harvest(settings, web, site_recipe(tmp_path / "recipes")).counts["seen"] == 1


def test_items_of_one_page_are_divided(settings, tmp_path, web):
    web["kubrat.test/news/"] = news_list("/news/2021.html")
    items = "".join(
        f"<div class='item'><h4>{title}</h4><p>{text}</p></div>"
        for title, text in (
            ("Проект за нов мост", "Финансиран по оперативна програма „Региони в растеж“ на Европейския съюз."),
            ("Концерт на площада", "Празничен концерт и фестивал на площада, вход свободен за всички гости."),
        )
    )
    web["kubrat.test/news/2021.html"] = f"<html><body>{items}</body></html>"
    recipe = site_recipe(tmp_path / "recipes", tables="[selectors]\nitems = 'div.item'\ntitle = 'h4'")
    harvest(settings, web, recipe)
    (document,), (seen,) = rows(settings, "document"), rows(settings, "seen")
    assert (document["title"], seen["title"]) == ("Проект за нов мост", "Концерт на площада")
    assert document["part"] != seen["part"]


def test_a_page_that_cannot_be_weighed_is_kept(settings, tmp_path, web, monkeypatch, reads_here):
    def broken(_document):
        raise RecursionError("too deep")

    monkeypatch.setattr(reader_work, "weigh", broken)
    assert harvest(settings, web, site_recipe(tmp_path / "recipes")).counts["documents"] == 2
