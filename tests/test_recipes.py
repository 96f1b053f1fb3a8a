"""A site's recipe is read strictly, and says what each address of the site is."""

from pathlib import Path

import pytest

from flows.addresses import canonical_address
from flows.recipe import AddressKind
from flows.recipes import SITES, RecipeError, load_recipe, load_recipes

GOOD = """\
name = "kubrat"
municipality = "RAZ16"
family = "old-php"
hosts = ["kubrat.bg"]
start = ["https://kubrat.bg/bg/news/"]

[follow]
articles = ['/news_id_\\d+\\.php$']
"""


def recipe_file(folder: Path, text: str, name: str = "kubrat") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def test_wrong_recipe(case, tmp_path):
    before, after = case["change"]
    assert before in GOOD
    path = recipe_file(tmp_path, GOOD.replace(before, after))
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    for words in case["says"]:
        assert words in message


def test_a_wrong_recipe_does_not_stop_the_others(tmp_path):
    recipe_file(tmp_path, GOOD)
    recipe_file(tmp_path, "name = ", "razlog")
    recipes, errors = load_recipes(tmp_path)
    assert [recipe.name for recipe in recipes] == ["kubrat"]
    assert "razlog.toml: not TOML" in str(errors[0])


def test_a_recipe_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RecipeError, match="No such file"):
        load_recipe(tmp_path / "kubrat.toml")


def test_loopback_is_for_the_demonstration_alone(tmp_path):
    text = (
        GOOD.replace("kubrat.bg", "kubrat.test")
        .replace("https", "http")
        .replace("[follow]", "loopback = true\n[follow]")
    )
    path = recipe_file(tmp_path, text)
    with pytest.raises(RecipeError, match="only the demonstration"):
        load_recipe(path)
    assert load_recipe(path, demonstration=True).limits.delay == 0


def test_real_sites_are_asked_slowly():
    recipes, errors = load_recipes(SITES)
    assert not errors
    assert len(recipes) >= 8
    for recipe in recipes:
        assert recipe.limits.delay >= 2
        assert recipe.status == "unverified"
        assert not recipe.loopback


def test_real_sites_know_the_addresses_that_were_seen(case):
    recipe = load_recipe(SITES / f"{case['site']}.toml")
    address = recipe.address(case["seen"])
    assert address == case.get("kept", case["seen"])
    assert recipe.kind(address) == case["kind"]


def test_canonical_address(case):
    kept = canonical_address(
        case["link"], case.get("base", ""), tuple(case.get("drop", ())), tuple(case.get("cut", ()))
    )
    assert kept == case.get("kept")


def test_an_address_on_another_host_or_port_is_not_the_sites(tmp_path):
    recipe = load_recipe(recipe_file(tmp_path, GOOD))
    assert recipe.address("https://example.bg/news_id_1.php") is None
    assert recipe.address("https://kubrat.bg:8443/news_id_1.php") is None
    assert recipe.address("ftp://kubrat.bg/news_id_1.php") is None
    assert recipe.kind("https://kubrat.bg/login.php") is None
    assert recipe.kind("https://kubrat.bg/bg/news/") is AddressKind.LIST
