"""A recipe lies over the preset of its family: it may be five lines long, and what it says itself comes first."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from extractors.css import Selectors
from flows import families as module
from flows.families import FAMILIES, description, families, markers, preset
from flows.json_list import JsonList
from flows.recipe import AddressKind, Follow, Limits
from flows.recipes import SITES, RecipeError, load_recipe, load_recipes
from flows.strict_toml import TomlError
from models.reference import municipalities

SMALL = """\
name = "mezdra"
municipality = "VRC27"
family = "wordpress"
start = ["https://www.mezdra.bg/"]
hosts = ["www.mezdra.bg"]
"""


def recipe(folder: Path, text: str = SMALL, name: str = "mezdra"):
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return load_recipe(path)


@pytest.fixture
def own_presets(tmp_path, monkeypatch):
    """A folder of presets that the test may change."""
    folder = tmp_path / "families"
    folder.mkdir()
    for path in FAMILIES.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(module, "FAMILIES", folder)
    module._words.cache_clear()
    yield folder
    module._words.cache_clear()


def test_five_lines_are_a_recipe(tmp_path):
    small = recipe(tmp_path)
    assert small.follow.feeds == ("https://www.mezdra.bg/feed/",)
    assert small.kind("https://www.mezdra.bg/2021/06/22/nov-most/") is AddressKind.ARTICLE
    assert small.kind("https://www.mezdra.bg/?paged=3") is AddressKind.LIST
    (posts,) = small.follow.json
    assert small.kind(posts.start[0]) is AddressKind.FEED
    assert small.selectors.remove


@pytest.mark.parametrize("family", families())
def test_every_family_has_a_preset_that_a_recipe_can_lie_over(tmp_path, family):
    made = recipe(tmp_path, SMALL.replace("wordpress", family))
    assert made.family == family
    assert made.follow.lists
    assert made.limits.delay >= 2
    assert description(family)
    assert markers(family) is not None
    assert not any("{" + name + "}" in one.pattern for name in ("site", "news", "files") for one in made.follow.lists)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/bg/novini", "list"),
        ("/novini/page/3/", "list"),
        ("/novini/2024/", "list"),
        ("/news.php?page=2", "list"),
        ("/europroekti", "list"),
        ("/новини/", "list"),
        ("/bg/novini/otkrivane-na-most", "article"),
        ("/news/118", "article"),
        ("/novini/2024/03/otkrivane-na-most/", "article"),
        ("/index.php?page=news&id=77", "article"),
        ("/files/obyava.pdf", "file"),
        ("/kontakti", None),
        ("/turizam/hoteli/", None),
    ],
)
def test_where_the_system_is_not_known_paths_that_read_like_news_are_followed(tmp_path, path, kind):
    made = recipe(tmp_path, SMALL.replace("wordpress", "other"))
    found = made.kind(made.address(path, "https://www.mezdra.bg/"))
    assert (found.value if found else None) == kind


def test_what_the_recipe_says_comes_before_the_preset_key_by_key(tmp_path):
    text = SMALL + "\n[follow]\nfeeds = []\nlists = ['^/vesti$']\n[json.posts]\nfull = 10\n[selectors]\ntitle = 'h1'\n"
    made = recipe(tmp_path, text)
    assert made.follow.feeds == ()
    assert [one.pattern for one in made.follow.lists] == ["^/vesti$"]
    assert made.follow.files, "what the recipe does not say is the preset's"
    (posts,) = made.follow.json
    assert (posts.full, posts.page) == (10, "page")
    assert (made.selectors.title, bool(made.selectors.remove)) == ("h1", True)


def test_addresses_that_the_family_supposes_are_told_from_the_recipes_own(tmp_path):
    made = recipe(tmp_path)
    assert made.is_supposed("https://www.mezdra.bg/feed/")
    assert made.is_supposed("https://www.mezdra.bg/wp-json/wp/v2/posts?per_page=100&page=7&_fields=link,title,date")
    assert not made.is_supposed("https://www.mezdra.bg/")
    said = recipe(tmp_path, SMALL + '\n[follow]\nfeeds = ["https://www.mezdra.bg/feed/"]\n')
    assert not said.is_supposed("https://www.mezdra.bg/feed/")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("feeds =", "feds ="), "follow.feds: no such setting; did you mean feeds?"),
        (
            ('"{site}/feed/"', '"https://else.bg/feed/"'),
            "follow.feeds: 'https://else.bg/feed/' is no http(s)",
        ),
        (('address = "link"', 'address = "link["'), "json.posts.address: 'link[' is no JMESPath expression"),
        (("full = 100", 'full = "all"'), "json.posts.full: 'all' is not a number"),
        (('remove = "', 'remove = "['), "selectors.remove:"),
        (('description = "WordPress"', 'name = "wordpress"'), "name: a family's preset cannot say this"),
    ],
)
def test_an_error_in_a_merged_value_names_the_file_it_comes_from(tmp_path, own_presets, change, says):
    preset_file = own_presets / "wordpress.toml"
    text = preset_file.read_text("utf-8")
    assert change[0] in text
    preset_file.write_text(text.replace(*change), "utf-8")
    with pytest.raises(RecipeError) as caught:
        recipe(tmp_path)
    assert str(caught.value).startswith(str(preset_file))
    assert says in str(caught.value)
    line = text[: text.index(change[0])].count("\n") + 1
    assert f", line {line}: " in str(caught.value) or "description" in change[0]


def test_the_recipes_own_error_names_the_recipe_though_the_preset_says_the_same_key(tmp_path):
    with pytest.raises(RecipeError) as caught:
        recipe(tmp_path, SMALL + "\n[follow]\nlists = ['(']\n")
    assert str(caught.value).startswith(
        f"{tmp_path / 'mezdra.toml'}, line 8: follow.lists: '(' is no regular expression"
    )


def test_a_list_in_json_needs_an_address_and_says_what_its_items_are(tmp_path):
    for more, says in (
        ("[json.vesti]\ntitle = 'title'\n", "json.vesti.address: is missing; a JMESPath expression is needed"),
        ("[json.vesti]\naddress = 'url'\n", "json.vesti.title: is missing; without `items`"),
        ("[json.vesti]\naddress = 'url'\ntitle = 'name'\nto = '/x'\n", "json.vesti.to: '/x' has no place {}"),
        ("[json.vesti]\naddress = 'url'\ntitle = 'name'\nadress = 1\n", "json.vesti.adress: no such setting"),
    ):
        with pytest.raises(RecipeError, match=r"mezdra\.toml") as caught:
            recipe(tmp_path, SMALL + more)
        assert says in str(caught.value)


def test_a_preset_that_is_not_there_is_an_error_of_the_recipe(tmp_path):
    with pytest.raises(RecipeError, match=r"line 3: family: 'wordpres' is not one of .*did you mean wordpress"):
        recipe(tmp_path, SMALL.replace("wordpress", "wordpres"))
    with pytest.raises((TomlError, OSError)):
        preset("none")


def test_the_expected_yield_is_a_band_a_run_and_a_month(tmp_path):
    made = recipe(tmp_path, SMALL + "\n[expected]\nmin = 10\nmax = 400\nmonth_min = 1\nmonth_max = 60\ndays = 7\n")
    assert (made.band.run, made.band.month, made.band.days) == ((10, 400), (1, 60), 7)
    assert recipe(tmp_path).band.month is None
    with pytest.raises(RecipeError, match=r"line 8: expected.month_min: 5 to 2 is no range"):
        recipe(tmp_path, SMALL + "\n[expected]\nmonth_min = 5\nmonth_max = 2\n")


def test_every_municipality_whose_site_is_known_has_a_recipe():
    recipes, errors = load_recipes(SITES)
    assert errors == []
    there = {one.municipality for one in recipes}
    assert {one.code for one in municipalities() if one.website} <= there
    for one in recipes:
        assert one.status == "unverified"
        assert one.notes, one.name
        assert one.title, one.name
        if one.family == "other":
            assert "not known" in one.notes, one.name


def test_the_page_about_sites_tells_every_family_and_setting():
    page = (Path(__file__).parents[1] / "docs" / "sites.md").read_text("utf-8")
    told = set(re.findall(r"`([a-z_]+(?:-[a-z]+)*)`", page))
    assert set(families()) <= told
    settings = {one.name for kind in (Follow, Limits, Selectors) for one in fields(kind)} - {"json", "listed"}
    settings = {one.removeprefix("backfill_") for one in settings} | {"ports", "unverified"}
    settings |= {one.name for one in fields(JsonList)} - {"name", "supposed"}
    settings |= {"drop", "cut", "host", "min", "max", "month_min", "month_max", "days", "canary", "keep", "encoding"}
    assert settings - told == set()
