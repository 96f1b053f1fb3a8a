"""What a look at a site without a recipe has brought, before anything is made of it."""

from dataclasses import dataclass

from flows.signs import Fetched


@dataclass(frozen=True, slots=True)
class Survey:
    """The home page, what was found beside it, and ``tried``: addresses that gave nothing, and why.

    ``robots`` is the text of the robots.txt, None where there is none (``robots_problem`` says why); ``sitemaps`` and
    ``feeds`` are those that work; ``posts`` says whether WordPress lists its posts; ``pages`` are lists of news.
    """

    home: Fetched
    hosts: tuple[str, ...]
    family: str
    why: str
    generator: str | None
    robots: str | None
    robots_problem: str | None
    sitemaps: tuple[str, ...]
    feeds: tuple[str, ...]
    posts: bool
    pages: tuple[Fetched, ...]
    tried: tuple[tuple[str, str], ...]
