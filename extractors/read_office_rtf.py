r"""The reader of RTF files: groups, words and signs to paragraphs and tables.

``\'e0`` is read in the code page of its font (``\fcharset204`` is CP1251), ``\u1072?`` as the letter that it names.
Hidden and deleted text is left out, of a field its result kept. (striprtf, the kept library, gives bare text: no
cells, and what is hidden or deleted with the rest.)
"""

import codecs
import re
from dataclasses import dataclass, replace
from functools import cache

from extractors.errors import DamagedDocument, OversizedDocument
from extractors.read_office_content import Content, Table, aside
from extractors.read_office_grid import Row
from extractors.read_office_pieces import compose_office
from extractors.read_office_rtf_flow import Flow, Look
from extractors.read_office_rtf_words import CHARACTERS, CHARSETS, FURNITURE, MARKS, SIGNS, SKIPPED, STARRED
from extractors.words import words
from models.document import Document

RTF = "application/rtf"
MAGIC = b"{\\rtf"
#: In bytes; and how deep groups may lie in each other.
MAX_RTF, MAX_DEPTH = 64 * 1024 * 1024, 1000

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_DEEPEST = 9
#: Code pages that Python knows by another name.
_PAGES = {65001: "utf-8", 10007: "mac_cyrillic", 936: "gbk"}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside of a group: what its text is, how it looks, and how it is written."""

    target: str = "text"  # or skip, furniture, note, fonts, styles, title
    starred: bool = False
    hidden: bool = False
    bold: bool = False
    in_table: bool = False
    codec: str = ""
    #: How many characters behind a \u are for readers that know no Unicode.
    instead: int = 1


def read_rtf(data: bytes, *, address: str | None = None) -> Document:
    """Read an RTF file; ``UnreadableDocument`` if it is too large, cut off so that nothing is left, or has no text."""
    if len(data) > MAX_RTF:
        raise OversizedDocument(f"the RTF file has {len(data):,} bytes, more than the {MAX_RTF:,} that are read")
    reader = _Reader()
    reader.read(data)
    content = reader.body.end()
    if reader.stack and not any(isinstance(one, Table) or one.text.strip() for one in content):
        raise DamagedDocument("the RTF file is damaged or cut off: nothing of its text is left")
    incomplete = ["the RTF file is cut off: it ends inside of a group"] if reader.stack else []
    content += aside(reader.furniture)
    return compose_office(content, RTF, title=reader.title, address=address, incomplete=incomplete)


class _Reader:
    """Where the reader stands: the group's state, the flow that text goes to, and what the file's tables say."""

    def __init__(self) -> None:
        self.body = self.flow = Flow()
        self.state = _State()
        self.stack: list[tuple[_State, Flow]] = []
        self.furniture: list[Content] = []
        self.title = ""
        self.page = "cp1252"
        self.fonts: dict[int, str] = {}
        self.usual_font = self.font = self.style = 0
        self.styles: dict[int, int] = {}
        self.name: list[str] = []
        self.raw = bytearray()
        self.skip = 0
        self.high = 0

    def read(self, data: bytes) -> None:
        at = 0
        while match := _TOKEN.match(data, at):
            at = match.end()
            kind = match.lastgroup
            if kind in ("word", "number"):
                word, number = match["word"].decode("ascii"), match["number"]
                if word == "bin":
                    at += max(int(number or 0), 0)
                else:
                    self.word(word, int(number) if number else None)
            elif kind == "text":
                self.bytes(match["text"])
            elif kind == "hex":
                self.bytes(bytes((int(match["hex"], 16),)))
            elif kind == "brace":
                self.open() if match["brace"] == b"{" else self.close()
            elif kind == "sign":
                self.sign(match["sign"])
        self.flush()
        # What is open where the file is cut off belongs to what it hangs on.
        for state, flow in reversed(self.stack):
            self.leave(state, flow)

    def open(self) -> None:
        self.flush()
        self.skip = 0
        if len(self.stack) >= MAX_DEPTH:
            raise DamagedDocument("the RTF file nests its groups deeper than is read")
        self.stack.append((self.state, self.flow))
        self.state = replace(self.state, starred=False)
        self.name = []

    def close(self) -> None:
        self.flush()
        self.skip = 0
        if self.stack:
            self.leave(*self.stack.pop())

    def leave(self, outer: _State, flow: Flow) -> None:
        """End a group: what it was told goes to where it belongs, and the state around it holds again."""
        target, name = self.state.target, "".join(self.name).strip(" ;")
        if target == "styles" and name:
            found = _heading().match(name)
            if found:
                self.styles[self.style] = min(max(int(found[1]), 1), _DEEPEST)
        elif target == "title" and outer.target != "title":
            self.title = name
        elif flow is not self.flow:
            content = self.flow.end()
            if target == "furniture":
                self.furniture += content
            else:
                flow.notes += content
        self.state, self.flow, self.name = outer, flow, []

    def sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.state = replace(self.state, starred=True)
        elif sign in SIGNS:
            self.character(SIGNS[sign])
        elif sign in (b"\r", b"\n"):
            self.word("par", None)

    def bytes(self, raw: bytes) -> None:
        if self.skip:
            left = min(self.skip, len(raw))
            self.skip -= left
            raw = raw[left:]
        if self.state.target != "skip":
            self.raw += raw

    def flush(self) -> None:
        """Turn the bytes so far into text: a letter may have two of them."""
        if self.raw:
            codec = self.state.codec or self.fonts.get(self.usual_font) or self.page
            text = bytes(self.raw).decode(codec, "replace")
            self.raw.clear()
            self.text(text)

    def character(self, character: str) -> None:
        if self.skip:
            self.skip -= 1
        else:
            self.flush()
            self.text(character)

    def text(self, text: str) -> None:
        target = self.state.target
        if target in ("styles", "title", "fonts"):
            self.name.append(text)
        elif target != "skip" and not self.state.hidden:
            self.flow.add(text, bold=self.state.bold)

    def unicode(self, value: int) -> None:
        self.flush()
        code = value % 65536
        self.skip = self.state.instead
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return
        if 0xDC00 <= code < 0xE000:
            if not self.high:
                return
            code = 0x10000 + ((self.high - 0xD800) << 10) + (code - 0xDC00)
        self.high = 0
        self.text(chr(code))

    def word(self, word: str, value: int | None) -> None:
        if word == "u":
            self.unicode(value or 0)
            return
        if word in CHARACTERS:
            self.character(CHARACTERS[word])
            return
        self.flush()
        self.skip = 0
        starred, self.state = self.state.starred, replace(self.state, starred=False)
        if self.state.target == "skip":
            return
        if word in SKIPPED or word in MARKS or (starred and word not in STARRED):
            if word in MARKS:
                self.flow.look.depth = max(self.flow.look.depth, 1)
            self.state = replace(self.state, target="skip")
        elif word in FURNITURE or word == "footnote":
            self.flow = Flow()
            self.state = replace(self.state, target="note" if word == "footnote" else "furniture", in_table=False)
        elif word in _TARGETS:
            self.state = replace(self.state, target=_TARGETS[word])
        elif word in _SWITCHES:
            self.state = replace(self.state, **{_SWITCHES[word]: value != 0})  # type: ignore[arg-type]
        elif word in _ENDS:
            self.end(word)
        elif self.state.target in ("fonts", "styles"):
            self.define(word, value)
        else:
            self.look(word, value)

    def end(self, word: str) -> None:
        if word in ("cell", "row"):
            self.flow.end_cell() if word == "cell" else self.flow.end_row()
            self.state = replace(self.state, in_table=word == "cell")
        else:
            self.flow.end_paragraph(in_table=self.state.in_table or word == "nestcell")

    def define(self, word: str, value: int | None) -> None:
        """Take in what the tables at the file's head say of fonts and styles."""
        if word == "f":
            self.font = value or 0
        elif word == "fcharset" and value in CHARSETS:
            self.fonts[self.font] = CHARSETS[value]
        elif word == "s":
            self.style = value or 0

    def look(self, word: str, value: int | None) -> None:
        """Take in how what follows looks."""
        look, row = self.flow.look, self.flow.row
        if word == "f":
            self.state = replace(self.state, codec=self.fonts.get(value or 0, ""))
        elif word == "uc":
            self.state = replace(self.state, instead=min(max(value or 0, 0), 8))
        elif word == "plain":
            self.state = replace(self.state, hidden=False, bold=False, codec="")
        elif word == "pard":
            self.flow.look = Look()
            self.state = replace(self.state, in_table=False)
        elif word in ("qc", "ql", "qr", "qj"):
            look.centred = word == "qc"
        elif word == "s":
            look.level = self.styles.get(value or 0, 0)
        elif word == "outlinelevel":
            look.level = (value or 0) + 1 if 0 <= (value or 0) < _DEEPEST else 0
        elif word in ("ls", "ilvl"):
            look.depth = max(look.depth, min(max(value or 0, 0), _DEEPEST - 1) + 1 if word == "ilvl" else 1)
        elif word == "trowd":
            self.flow.row = Row()
        elif word == "cellx":
            row.end_at(value or 0)
        elif word in ("clmrg", "clvmrg"):
            row.next_joined, row.next_below = word == "clmrg" or row.next_joined, word == "clvmrg" or row.next_below
        elif word == "trhdr":
            row.head = True
        elif word == "deff":
            self.usual_font = value or 0
        elif word == "ansicpg":
            self.page = _page(value or 0) or self.page


_TARGETS = {"fonttbl": "fonts", "stylesheet": "styles", "title": "title"}
_SWITCHES = {"b": "bold", "v": "hidden", "deleted": "hidden", "intbl": "in_table"}
_ENDS = frozenset({"par", "sect", "page", "cell", "row", "nestcell"})


def _page(number: int) -> str | None:
    name = _PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


@cache
def _heading() -> re.Pattern[str]:
    names = "|".join(map(re.escape, words("office")["heading_styles"]))
    return re.compile(rf"(?:{names})\s*(\d)", re.IGNORECASE)
