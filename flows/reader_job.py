"""What a reader's process is asked and what it answers, as JSON: a file with what is known of it → documents, figures.

An answer is data and never a pickle: a process that a file has taken over must not run anything in the one that asked.
It costs the same (22 ms to unpack the 24,000 figures of a hundred pages, 0.1 ms for a page of news).
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self

from extractors.css import Selectors
from extractors.keeping import Weighed
from models.document import Box, Document
from models.figure import Figure
from models.packing import pack_blocks, pack_layout, unpack_blocks, unpack_layout
from models.vocabulary import Phase

#: What RFC 2046 calls bytes of which nothing is known.
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class ReaderJob:
    """What is known of a file beside its bytes; the first five are those of ``extractors.read``.

    ``listed_title`` and ``listed_date`` are what the list or feed that led to it says; ``boxes`` asks where the figures
    stand on their pages, ``weigh`` what speaks for keeping each document as an announcement.
    """

    name: str | None = None
    content_type: str | None = None
    address: str | None = None
    fetched: datetime | None = None
    selectors: Selectors = field(default_factory=Selectors)
    listed_title: str | None = None
    listed_date: str | None = None
    boxes: bool = False
    weigh: bool = False

    @classmethod
    def of_answer(cls, address: str, media_type: str | None, charset: str | None) -> "ReaderJob":
        """Return the job of a file that a server gave, by its address and what the answer's head says of it."""
        kind = media_type or UNKNOWN_TYPE
        return cls(
            name=address.partition("?")[0].rpartition("/")[2] or None,
            content_type=f"{kind}; charset={charset}" if charset else kind,
            address=address,
        )

    def dump(self) -> bytes:
        """Write the job for the process."""
        record = asdict(self) | {"fetched": self.fetched.isoformat() if self.fetched else None}
        return json.dumps(record).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read back what ``dump`` wrote."""
        record = json.loads(data)
        fetched = datetime.fromisoformat(record["fetched"]) if record["fetched"] else None
        return cls(**record | {"fetched": fetched, "selectors": Selectors(**record["selectors"])})


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document with its figures and its phase, as ``extract`` and ``tell_phase`` tell them.

    ``published`` is the day that the year of „т.г.“ was taken from; ``boxes`` are those of each figure, ``weighed`` is
    what speaks for keeping it; both are None where they were not asked for.
    """

    document: Document
    figures: tuple[Figure, ...] = ()
    phase: Phase = Phase.OTHER
    published: date | None = None
    boxes: tuple[tuple[Box, ...], ...] | None = None
    weighed: Weighed | None = None


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """The documents of a file, or the one reason why there are none.

    ``needs_ocr`` is that of ``UnreadableDocument``; ``trace`` is the traceback where the reason is a mistake of ours.
    """

    documents: tuple[ReadDocument, ...] = ()
    problem: str | None = None
    needs_ocr: bool = False
    trace: str | None = None

    def dump(self) -> bytes:
        """Write the answer for the one who asked; halves of surrogate pairs, as broken files give them, are kept."""
        record = {
            "documents": [_packed(one) for one in self.documents],
            "problem": self.problem,
            "needs_ocr": self.needs_ocr,
            "trace": self.trace,
        }
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read back what ``dump`` wrote; ValueError for what it cannot have written."""
        try:
            record = json.loads(data.decode("utf-8", "surrogatepass"))
            documents = tuple(_unpacked(one) for one in record["documents"])
            return cls(documents, record["problem"], record["needs_ocr"], record["trace"])
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"no answer of a reader: {type(error).__name__}: {error}") from error


def _packed(read: ReadDocument) -> dict[str, Any]:
    document = read.document
    return {
        "text": document.text,
        "media_type": document.media_type,
        "blocks": pack_blocks(document.blocks),
        "title": document.title,
        "published": _day(document.published),
        "layout": pack_layout(document.layout),
        "part": document.part,
        "incomplete": document.incomplete,
        "derived": document.derived,
        "figures": [
            one.as_record() | {"rule": one.rule, "confidence": one.confidence, "reasons": one.reasons}
            for one in read.figures
        ],
        "phase": read.phase.value,
        "told": _day(read.published),
        "boxes": None if read.boxes is None else [[list(asdict(box).values()) for box in one] for one in read.boxes],
        "weighed": None if read.weighed is None else asdict(read.weighed),
    }


def _unpacked(record: dict[str, Any]) -> ReadDocument:
    document = Document(
        text=_text(record["text"]),
        media_type=_text(record["media_type"]),
        blocks=unpack_blocks(record["blocks"]),
        title=record["title"],
        published=_read_day(record["published"]),
        layout=unpack_layout(record["layout"]),
        part=record["part"],
        incomplete=record["incomplete"],
        derived=bool(record["derived"]),
    )
    figures = tuple(Figure.from_record(one) for one in record["figures"])
    for one in figures:
        if document.text[one.start : one.end] != one.quote:
            raise ValueError(f"the text at {one.start} is not {one.quote!r}")
    boxes = record["boxes"]
    return ReadDocument(
        document,
        figures,
        Phase(record["phase"]),
        _read_day(record["told"]),
        None if boxes is None else tuple(tuple(Box(*box) for box in one) for one in boxes),
        _read_weighed(record["weighed"]),
    )


def _read_weighed(record: dict[str, Any] | None) -> Weighed | None:
    if record is None:
        return None
    words = tuple((_text(word), float(weight)) for word, weight in record["words"])
    return Weighed(float(record["score"]), float(record["bar"]), words, _text(record["by"]), record["programme"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
