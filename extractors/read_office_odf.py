"""What ODT and ODS files share: their styles, the text of a paragraph, and the properties' title.

Tracked deletions stand apart in ``<text:tracked-changes>`` and are never met; hidden text is told by its style.
"""

import re
from collections.abc import Iterator

from lxml import etree

from extractors.errors import DamagedDocument
from extractors.read_office_content import Told
from extractors.read_office_package import Package, local

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"

#: What is no part of the words: remarks, what a ruby says, marks of changes.
_GONE = frozenset({"annotation", "annotation-end", "ruby-text", "tracked-changes", "title", "desc", "event-listeners"})
_SIGNS = {"tab": "\t", "line-break": "\n"}
#: More blanks in a row than this are no text.
_BLANKS = 100
_SPACE = re.compile("[ \t\r\n]+")
_BOLD = frozenset({"bold", "600", "700", "800", "900"})


class Styles:
    """Whether text of a style is hidden, bold or in the middle; a style without an answer asks its parent's."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        for root in roots:
            for each in root.iter(f"{STYLE}style") if root is not None else ():
                self._styles[each.get(f"{STYLE}name") or ""] = each

    def is_hidden(self, name: str | None) -> bool:
        """Whether text of the style is not shown."""
        return self._first(name, f"{STYLE}text-properties", f"{TEXT}display") in {"none", "true"}

    def is_bold(self, name: str | None) -> bool:
        """Whether text of the style is in bold letters."""
        return self._first(name, f"{STYLE}text-properties", f"{_FO}font-weight") in _BOLD

    def is_centred(self, name: str | None) -> bool:
        """Whether paragraphs of the style stand in the middle."""
        return self._first(name, f"{STYLE}paragraph-properties", f"{_FO}text-align") == "center"

    def is_seen(self, name: str | None) -> bool:
        """Whether a sheet of the style is shown."""
        return self._first(name, f"{STYLE}table-properties", f"{TABLE}display") != "false"

    def says(self, name: str | None, switch: str) -> str | None:
        """Return what a style says of its text's ``fo:`` switch."""
        return self._first(name, f"{STYLE}text-properties", _FO + switch)

    def _first(self, name: str | None, part: str, attribute: str) -> str | None:
        seen: set[str] = set()
        while name and name not in seen and (style := self._styles.get(name)) is not None:
            seen.add(name)
            found = style.find(part)
            if found is not None and (value := found.get(attribute)) is not None:
                return value.lower()
            name = style.get(f"{STYLE}parent-style-name")
        return None


def paragraph_text(element: etree._Element, styles: Styles) -> Told:
    """Return what a ``<text:p>`` or ``<text:h>`` shows."""
    told = Told()
    style = element.get(f"{TEXT}style-name")
    if not styles.is_hidden(style) and not any(_is_true(one) for one in element.iter(f"{TEXT}hidden-paragraph")):
        _walk(element, styles, styles.is_bold(style), told)
    return told


def _add(told: Told, text: str | None, bold: bool) -> None:
    """Take in a piece of text; white space counts as one blank, as OpenDocument has it."""
    if text:
        told.add(_SPACE.sub(" ", text), bold=bold)


def _walk(holder: etree._Element, styles: Styles, bold: bool, told: Told) -> None:
    _add(told, holder.text, bold)
    for each in holder:
        _one(each, styles, bold, told)
        _add(told, each.tail, bold)


def _one(each: etree._Element, styles: Styles, bold: bool, told: Told) -> None:
    name = local(each)
    if name in _GONE or not name:
        return
    if name in _SIGNS:
        told.parts.append(_SIGNS[name])
    elif name == "s":
        count = each.get(f"{TEXT}c") or "1"
        told.parts.append(" " * min(int(count) if count.isascii() and count.isdigit() else 1, _BLANKS))
    elif name == "note":
        told.beside += [one for one in each if local(one) == "note-body"]
    elif name == "hidden-text":
        if not _is_true(each):
            _add(told, each.text, bold)
    elif name in {"frame", "text-box", "custom-shape", "g", "rect", "ellipse", "polygon"}:
        told.beside += boxes(each)
    else:
        style = each.get(f"{TEXT}style-name") if name in {"span", "a"} else None
        if not styles.is_hidden(style):
            own = styles.says(style, "font-weight")
            _walk(each, styles, bold if own is None else own in _BOLD, told)


def boxes(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost elements of a drawing that hold paragraphs."""
    children = {local(one) for one in element}
    if not children.isdisjoint({"p", "h", "list"}):
        yield element
    else:
        for each in element:
            yield from boxes(each)


def meta_title(package: Package) -> str | None:
    """Return the title that the file's properties give."""
    try:
        root = package.xml("meta.xml")
    except DamagedDocument:
        return None  # the properties are no part of what the document says
    return root.findtext(f".//{_TITLE}") if root is not None else None


def _is_true(element: etree._Element) -> bool:
    return element.get(f"{TEXT}is-hidden") == "true"


def number(element: etree._Element, name: str, most: int) -> int:
    """Return a count of cells or rows as an attribute tells it: 1 where it tells none, never more than ``most``."""
    value = element.get(TABLE + name) or "1"
    return max(1, min(int(value), most)) if value.isascii() and value.isdigit() and len(value) < 10 else 1
