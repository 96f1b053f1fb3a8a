"""How a DOCX file's styles make its paragraphs look: headings, lists, bold, hidden, in the middle."""

from dataclasses import dataclass

from lxml import etree

from extractors.read_office_package import local

_OFF = frozenset({"0", "false", "off", "none"})
_DEEPEST = 9


def attribute(element: etree._Element, namespace: str, name: str) -> str | None:
    """Return an attribute of the namespace (``{…}``), or the one without any that some programs write."""
    value = element.get(namespace + name)
    return value if value is not None else element.get(name)


def is_on(element: etree._Element | None, namespace: str) -> bool:
    """Whether a switch is on: ``<w:b/>``, ``<w:b w:val="1"/>``."""
    return element is not None and (attribute(element, namespace, "val") or "1").lower() not in _OFF


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph's look; ``level`` of a heading and ``depth`` in a list from 1, ``contents`` for a table of contents.

    ``bold`` and ``hidden`` are what its style gives to its runs; ``end_deleted`` says that it runs on into the next.
    """

    level: int = 0
    depth: int = 0
    bold: bool = False
    hidden: bool = False
    centred: bool = False
    contents: bool = False
    end_deleted: bool = False


@dataclass(slots=True)
class _Style:
    name: str
    based: str | None
    element: etree._Element


class Styles:
    """The styles of a file, by their id, each with what it is based on."""

    def __init__(self, root: etree._Element | None, namespace: str) -> None:
        self.w = namespace
        self._styles: dict[str, _Style] = {}
        self._usual = ""
        for each in root.iter(f"{namespace}style") if root is not None else ():
            key = attribute(each, namespace, "styleId") or ""
            name, based = each.find(f"{namespace}name"), each.find(f"{namespace}basedOn")
            self._styles[key] = _Style(
                (attribute(name, namespace, "val") or "").lower() if name is not None else "",
                attribute(based, namespace, "val") if based is not None else None,
                each,
            )
            usual = (attribute(each, namespace, "default") or "0").lower() not in _OFF
            if usual and attribute(each, namespace, "type") == "paragraph":
                self._usual = key
        self._known: dict[tuple[str, str], bool | None] = {}

    def paragraph(self, element: etree._Element) -> Look:
        """Return the look of a ``<w:p>``."""
        own = next((one for one in element if local(one) == "pPr"), None)
        style = self._style_of(own, "pStyle") or self._usual
        chain = self._chain(style)
        places = [own, *(one.element.find(f"{self.w}pPr") for one in chain)]
        mark = own.find(f"{self.w}rPr") if own is not None else None
        # A table of contents names its styles „toc 1“.
        contents = any(one.name.startswith("toc ") and one.name[4:].isdigit() for one in chain)
        middle = self._first(places, "jc")
        return Look(
            level=self._level(chain, places),
            depth=self._depth(places),
            bold=self._switch(style, "b") or False,
            hidden=self._switch(style, "vanish") or False,
            centred=middle is not None and attribute(middle, self.w, "val") == "center",
            contents=contents,
            end_deleted=mark is not None
            and (mark.find(f"{self.w}del") is not None or mark.find(f"{self.w}moveFrom") is not None),
        )

    def run(self, properties: etree._Element | None, name: str, usual: bool) -> bool:
        """Return whether a switch (``b``, ``vanish``) is on for a run with these ``<w:rPr>`` in such a paragraph."""
        if properties is None:
            return usual
        own = properties.find(self.w + name)
        if own is not None:
            return is_on(own, self.w)
        style = self._style_of(properties, "rStyle")
        told = self._switch(style, name) if style else None
        return usual if told is None else told

    def _style_of(self, properties: etree._Element | None, name: str) -> str:
        found = properties.find(self.w + name) if properties is not None else None
        return (attribute(found, self.w, "val") or "") if found is not None else ""

    def _chain(self, key: str | None) -> list[_Style]:
        """Return a style and those that it is based on, nearest first; a ring ends where it closes."""
        chain: list[_Style] = []
        seen: set[str] = set()
        while key and key not in seen and key in self._styles:
            seen.add(key)
            chain.append(self._styles[key])
            key = self._styles[key].based
        return chain

    def _switch(self, style: str, name: str) -> bool | None:
        if (style, name) not in self._known:
            found = None
            for one in self._chain(style):
                switch = one.element.find(f"{self.w}rPr/{self.w}{name}")
                if switch is not None:
                    found = is_on(switch, self.w)
                    break
            self._known[style, name] = found
        return self._known[style, name]

    def _first(self, places: list[etree._Element | None], path: str) -> etree._Element | None:
        found = (place.find(self.w + path) for place in places if place is not None)
        return next((one for one in found if one is not None), None)

    def _level(self, chain: list[_Style], places: list[etree._Element | None]) -> int:
        outline = self._first(places, "outlineLvl")
        told = attribute(outline, self.w, "val") if outline is not None else None
        if told and told.isascii() and told.isdigit() and int(told[:3]) < _DEEPEST:
            return int(told) + 1
        for one in chain:
            kind, _, number = one.name.partition(" ")
            if kind == "heading" and number.isascii() and number.isdigit():
                return min(int(number[:3]), _DEEPEST)
            if one.name == "title":
                return 1
        return 0

    def _depth(self, places: list[etree._Element | None]) -> int:
        numbering = self._first(places, "numPr")
        if numbering is None:
            return 0
        number, level = numbering.find(f"{self.w}numId"), numbering.find(f"{self.w}ilvl")
        if number is not None and attribute(number, self.w, "val") == "0":
            return 0
        told = attribute(level, self.w, "val") if level is not None else None
        return min(int(told[:3]), _DEEPEST) + 1 if told and told.isascii() and told.isdigit() else 1
