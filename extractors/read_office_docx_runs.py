"""The text of a DOCX paragraph: its runs without what is hidden or deleted, and what hangs on it, boxes and notes."""

from collections.abc import Iterator

from lxml import etree

from extractors.read_office_content import Told
from extractors.read_office_docx_styles import Look, Styles, attribute
from extractors.read_office_package import local

#: Struck out by a tracked change, or never seen.
_GONE = frozenset({"del", "moveFrom", "delText", "delInstrText", "instrText", "rPr", "pPr", "sdtPr", "sdtEndPr"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_DRAWN = frozenset({"drawing", "pict", "object"})
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
#: A field's instruction, and its result.
_CODE, _RESULT = "code", "result"


class Notes:
    """Footnotes and endnotes by their kind and id; each is given once."""

    def __init__(self, namespace: str) -> None:
        self.w = namespace
        self._notes: dict[tuple[str, str], etree._Element] = {}

    def add(self, kind: str, root: etree._Element | None) -> None:
        """Take in the notes of one part; the lines that divide them from the text are none."""
        for each in root if root is not None else ():
            if local(each) in {"footnote", "endnote"} and attribute(each, self.w, "type") in (None, "normal"):
                self._notes[kind, attribute(each, self.w, "id") or ""] = each

    def take(self, kind: str, key: str) -> etree._Element | None:
        """Return a note that was not taken before."""
        return self._notes.pop((kind, key), None)


class Runs:
    """Reads paragraphs one after the other: a field may begin in one and end in another."""

    def __init__(self, styles: Styles, notes: Notes, namespace: str) -> None:
        self.styles = styles
        self.notes = notes
        self.w = namespace
        self._fields: list[str] = []

    def read(self, paragraph: etree._Element, look: Look) -> Told:
        """Return what a ``<w:p>`` says."""
        told = Told()
        self._walk(paragraph, look, told)
        return told

    def _walk(self, holder: etree._Element, look: Look, told: Told) -> None:
        for each in holder:
            name = local(each)
            if name in _GONE:
                continue
            if name == "r":
                self._run(each, look, told)
            elif name == "AlternateContent":
                chosen = _chosen(each)
                if chosen is not None:
                    self._walk(chosen, look, told)
            elif name == "oMath":
                told.parts += [text.text or "" for text in each.iter() if local(text) == "t"]
            elif name in _DRAWN:
                told.beside += _boxes(each)
            elif len(each):
                # <w:hyperlink>, <w:ins>, <w:smartTag>, <w:sdt>, <w:fldSimple> and what else holds runs
                self._walk(each, look, told)

    def _run(self, run: etree._Element, look: Look, told: Told) -> None:
        properties = run.find(f"{self.w}rPr")
        hidden = self.styles.run(properties, "vanish", look.hidden)
        bold = self.styles.run(properties, "b", look.bold)
        for each in run:
            name = local(each)
            if name == "fldChar":
                self._field(attribute(each, self.w, "fldCharType"))
            elif hidden or name in _GONE or _CODE in self._fields:
                continue
            elif name == "t":
                told.add(each.text or "", bold=bold)
            elif name in _SIGNS:
                told.parts.append(_SIGNS[name])
            elif name in _NOTES:
                note = self.notes.take(_NOTES[name], attribute(each, self.w, "id") or "")
                if note is not None:
                    told.beside.append(note)
            elif name in _DRAWN or name == "AlternateContent":
                told.beside += _boxes(each)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_CODE)
        elif kind == "separate" and self._fields:
            self._fields[-1] = _RESULT
        elif kind == "end" and self._fields:
            self._fields.pop()


def _chosen(element: etree._Element) -> etree._Element | None:
    """Return the one of several ways to draw a thing: new programs take the first, and the others say the same."""
    ways = [one for one in element if local(one) in {"Choice", "Fallback"}]
    with_text = [one for one in ways if any(local(inner) in {"txbxContent", "t"} for inner in one.iter())]
    return next(iter(with_text or ways), None)


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost text boxes in a drawing."""
    name = local(element)
    if name == "txbxContent":
        yield element
    elif name == "AlternateContent":
        chosen = _chosen(element)
        if chosen is not None:
            yield from _boxes(chosen)
    else:
        for each in element:
            yield from _boxes(each)
