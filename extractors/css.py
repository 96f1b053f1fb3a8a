"""The CSS selectors of a site recipe: where on its pages the article, its title, its date and its items stand.

BeautifulSoup finds them and marks the elements; the walk of the page then reads the marks (``MARK``).
"""

from dataclasses import dataclass

#: The attribute that carries the mark of an element from the recipe's selectors to the walk of the page.
MARK = "data-otchet-mark"


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of a site; one that is empty or absent leaves the matter to the general reader.

    ``article`` is what the page says (all else is furniture), ``title`` and ``date`` stand for themselves, ``items``
    are the announcements of a year page, ``remove`` is what is left out of the page altogether.
    """

    article: str | None = None
    title: str | None = None
    date: str | None = None
    items: str | None = None
    remove: str | None = None

    def __bool__(self) -> bool:
        """Whether the recipe has any selector at all."""
        return any((self.article, self.title, self.date, self.items, self.remove))

    def check(self) -> None:
        """Raise ``ValueError``, in one sentence, if one of the selectors is no CSS."""
        import soupsieve

        for name in self.__slots__:
            selector = getattr(self, name)
            if selector:
                try:
                    soupsieve.compile(selector)
                except soupsieve.SelectorSyntaxError as error:
                    reason = str(error).splitlines()[0]
                    raise ValueError(f"the selector {name} = {selector!r} cannot be read: {reason}") from error


@dataclass(frozen=True, slots=True)
class Selected:
    """A page after its selectors: its pages or items as HTML, each with the title and stamp chosen in it."""

    html: str
    title: str | None
    stamp: str | None


def select(html: str, selectors: Selectors) -> tuple[list[Selected], list[str]]:
    """Return the pieces of a page that the selectors make, and the names of those that matched nothing.

    A page without ``items`` is one piece: the page with its article marked. ``ValueError`` for what is no CSS.
    """
    from bs4 import BeautifulSoup

    selectors.check()
    soup = BeautifulSoup(html, "lxml")
    missed: list[str] = []
    for element in soup.select(f"[{MARK}]"):
        del element[MARK]
    if selectors.remove:
        for element in soup.select(selectors.remove):
            element.decompose()
    if selectors.items:
        items = [one for one in soup.select(selectors.items) if one.get_text(strip=True)]
        # An item inside another item is part of it.
        outer = {id(one) for one in items}
        items = [one for one in items if not any(id(parent) in outer for parent in one.parents)]
        if items:
            found = []
            for item in items:
                title, stamp = _first_text(item, selectors.title), _first_text(item, selectors.date)
                found.append(Selected(str(item), title, stamp))
            return found, missed
        missed.append("items")
    if selectors.article:
        articles = soup.select(selectors.article)
        for element in articles:
            element[MARK] = "article"
        if not articles:
            missed.append("article")
    title, stamp = _first_text(soup, selectors.title), _first_text(soup, selectors.date)
    return [Selected(str(soup), title, stamp)], missed


def _first_text(element: object, selector: str | None) -> str | None:
    from bs4 import Tag

    if not selector or not isinstance(element, Tag):
        return None
    found = element.select_one(selector)
    if found is None:
        return None
    stamp = found.get("datetime") or found.get("content")
    return stamp if isinstance(stamp, str) else " ".join(found.get_text(" ").split()) or None
