"""A site for tests: its recipe in a folder of recipes, its pages on a local web."""

from pathlib import Path

from flows.recipe import Recipe
from flows.recipes import load_recipe

RECIPE = """\
name = "{name}"
title = "Община Кубрат"
municipality = {municipality}
publisher = "{publisher}"
family = "old-php"
hosts = [{hosts}]
start = ["http://{host}/news/"]
loopback = true
{more}
[follow]
lists = ['^/news/(\\?page=\\d+)?$']
articles = ['^/news/[\\w-]+\\.html$']
files = ['\\.pdf$']
{follow}
{tables}
"""


def site_recipe(
    folder: Path,
    name: str = "kubrat",
    *,
    hosts: tuple[str, ...] = (),
    municipality: str = "RAZ16",
    publisher: str = "municipality",
    more: str = "",
    follow: str = "",
    tables: str = "",
    scheme: str = "http",
) -> Recipe:
    """Write the recipe of ``<name>.test`` and read it."""
    hosts = hosts or (f"{name}.test",)
    text = RECIPE.format(
        name=name,
        municipality=f'"{municipality}"',
        publisher=publisher,
        host=hosts[0],
        hosts=", ".join(f'"{host}"' for host in hosts),
        more=more,
        follow=follow,
        tables=tables,
    )
    if publisher == "aggregator":
        text = text.replace('municipality = "RAZ16"\n', "")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text.replace("http://", f"{scheme}://"), "utf-8")
    return load_recipe(path, demonstration=True)


def news_list(*links: str) -> str:
    """A list page with these links."""
    items = "".join(f'<li><a href="{link}">Новина {number}</a></li>' for number, link in enumerate(links, 1))
    return f"<html><body><ul>{items}</ul></body></html>"


def article(title: str, *paragraphs: str, links: str = "") -> str:
    """An article's page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}{links}</article></body></html>"
    )
