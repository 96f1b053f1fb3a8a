"""A few announcements of our own, with their figures, put into a database the way a harvest does."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from models.database import Database
from models.document import Block, BlockKind, Document, Zone
from models.figure import Attributes, Figure, read_value
from models.keys import digest
from models.records import Address, Finding, Link, Project, Reading, Snapshot, Source
from models.states import Severity, Subject
from models.store import add_snapshot, put_address, put_finding, put_links, put_readings, put_source
from models.vocabulary import Kind, Phase

READER, RULES, LINKER = "reader 1", "rules 1", "links 1"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CODE = "BG05M9OP001-2.002-9001"

SOURCES = (
    Source("kubrat", "Община Кубрат", "https://kubrat.test/", "RAZ16", "wordpress"),
    Source("radomir", "Община Радомир", "https://radomir.test/", "PER36", "joomla"),
    Source("vesti", "Янтра вести", "https://vesti.test/"),
)


@dataclass(frozen=True)
class Announcement:
    """One page: ``figures`` are kind, role, value, unit and quote; ``project`` is whom all of them are claimed for."""

    source: str
    path: str
    title: str
    published: date | None
    phase: Phase
    text: str
    figures: tuple[tuple[str, str, str, str | None, str], ...]
    project: Project | None

    @property
    def address(self) -> str:
        home = {source.code: source.home for source in SOURCES}[self.source]
        return home + self.path

    def document(self) -> Document:
        """The text as a heading and a paragraph a line; a line in brackets is a menu."""
        lines, at = [], 0
        for number, line in enumerate(self.text.split("\n")):
            kind = BlockKind.PARAGRAPH if number else BlockKind.HEADING
            zone = Zone.FURNITURE if line.startswith("[") else Zone.BODY
            lines.append(Block(kind, at, at + len(line), zone))
            at += len(line) + 1
        return Document(self.text, "text/html", tuple(lines), self.title, self.published)

    def found(self) -> tuple[Figure, ...]:
        """The figures, each at the first place of its quote."""
        figures = []
        for kind, role, value, unit, quote in self.figures:
            attributes = Attributes()
            read = read_value(Kind(kind), value, unit, attributes)
            figures.append(Figure(Kind(kind), role, read, quote, self.text.index(quote), rule=f"test {kind}"))
        return tuple(sorted(figures, key=lambda figure: figure.start))


GRIZHA = Project.coded(CODE + "-C01", "RAZ16", "Грижа у дома")
ULICI = Project.uncoded(None, "PER36", "Ремонт на улици в Радомир")

ANNOUNCEMENTS = (
    Announcement(
        "kubrat",
        "novini/start",
        "Стартира проект „Грижа у дома“",
        date(2023, 3, 1),
        Phase.START,
        "Стартира проект „Грижа у дома“\n"
        "Община Кубрат започва изпълнението на проект BG05M9OP001-2.002-9001-C01. Общата стойност е 499 106,04 лв. "
        "Ще бъдат наети 20 лични асистенти. Срокът е до 01.09.2024 г.\n"
        "[Начало | Обяви за чистачи | Контакти",
        (
            ("project_id", "project_id", "BG05M9OP001-2.002-9001-C01", None, "BG05M9OP001-2.002-9001-C01"),
            ("amount", "total_value", "499106.04", "BGN", "499 106,04 лв."),
            ("headcount", "personal_assistants", "20", "persons", "20 лични асистенти"),
            ("date", "project_end", "2024-09-01", None, "01.09.2024"),
        ),
        GRIZHA,
    ),
    Announcement(
        "kubrat",
        "novini/final",
        "Приключи „Грижа у дома“",
        date(2024, 9, 20),
        Phase.COMPLETION,
        "Приключи „Грижа у дома“\n"
        "Усвоени са 480 000,00 лв. по договор BG05M9OP001-2.002-9001-C01. Работиха асистентите на 76 домакинства.",
        (
            ("amount", "spent", "480000.00", "BGN", "480 000,00 лв."),
            ("project_id", "project_id", "BG05M9OP001-2.002-9001-C01", None, "BG05M9OP001-2.002-9001-C01"),
            ("headcount", "households", "76", "households", "76 домакинства"),
        ),
        GRIZHA,
    ),
    Announcement(
        "radomir",
        "ulici",
        "Обновяват улици",
        None,
        Phase.CONTRACT,
        "Обновяват улици\n"
        "Договорът за ремонт на улици в Радомир е за 120 000 евро. Управител с ЕГН 7501010010 подписа, "
        "превод по сметка BG80 BNBG 9661 1020 3456 78.",
        (("amount", "contract_value", "120000.00", "EUR", "120 000 евро"),),
        ULICI,
    ),
    Announcement(
        "vesti",
        "obzor",
        "=Обзор на седмицата",
        date(2024, 1, 5),
        Phase.OTHER,
        "=Обзор на седмицата\nПроведе се пресконференция на 4 януари 2024 г.",
        (("date", "event", "2024-01-04", None, "4 януари 2024"),),
        None,
    ),
)


def fill(database: Database, announcements: tuple[Announcement, ...] = ANNOUNCEMENTS, at: datetime = NOON) -> None:
    """Put the announcements in, each in transactions of its own; again and again leads to the same."""
    with database.writing() as session:
        for source in SOURCES:
            put_source(session, source)
        finding = Finding("unreachable", Severity.WARNING, Subject.SOURCE, "vesti", "+359 не отговаря: опитайте утре")
        put_finding(session, finding, at)
    for place, one in enumerate(announcements):
        sha256 = digest(one.text.encode())
        with database.writing() as session:
            put_address(session, Address(one.address, one.source, sha256=sha256, status=200, fetched_at=at, seen=1))
            file = f"{one.source}/20261121T120000Z-5f3a90b2.warc.gz"
            snapshot = Snapshot(one.source, one.address, sha256, at, file, place * 1000, 999, "text/html", status=200)
            add_snapshot(session, snapshot)
        with database.writing() as session:
            reading = Reading(one.document(), one.found(), one.phase)
            (key,) = put_readings(session, snapshot.key, [reading], reader=READER, rules=RULES)
        with database.writing() as session:
            links = [Link(number, one.project) for number in range(len(one.figures))] if one.project else []
            put_links(session, key, links, LINKER)


def every_row(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables that a second look must not change, by table."""
    names = ("source", "snapshot", "document", "figure", "project", "claim", "finding", "review")
    names += ("document_index", "document_index_parts")
    with database.engine.begin() as connection:
        return {name: sorted(connection.exec_driver_sql(f"SELECT * FROM {name}").all(), key=repr) for name in names}
