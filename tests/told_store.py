"""A small filled database for tests of what people look at: three projects, five announcements, all invented.

The start and the completion of one project differ in their sums; one page is hostile, one tells personal numbers.
"""

import hashlib
from datetime import UTC, date, datetime

from models.document import Block, BlockKind, Document
from models.figure import Figure, read_value
from models.records import Address, Link, Project, Reading, Snapshot, Source
from models.store import add_snapshot, put_address, put_links, put_readings, put_source
from models.vocabulary import Bound, Kind, Phase

CODE = "BG05M9OP001-2.002-9101"
HOSTILE = "BG05M9OP001-2.002-9666"
PERSONAL_NUMBER = "8001010008"  # the tenth digit is the checksum of the nine before
ACCOUNT = "BG80BNBG96611020345678"

START = """Община Кубрат започва проект „Подкрепа у дома“ № BG05M9OP001-2.002-9101-C001.
Безвъзмездната помощ е в размер на 499 106,04 лв. Предвижда се 76 лични асистенти да помагат \
на 106 потребители в гр. Кубрат.
Дейностите приключват на 31.12.2031 г."""
END = """Приключи проект „Подкрепа у дома“ № BG05M9OP001-2.002-9101-C001.
По думите на кмета асистентите в общината са 71. Изразходвани са 498 248,45 лв. \
от безвъзмездната помощ от 499 000 лв."""
OTHER = """Община Радомир строи нов център за работа с деца. Капацитетът му е 30 места."""
HOSTILE_TEXT = (
    """Проект № BG05M9OP001-2.002-9666 <script>alert("дом")</script> е за 12 деца & техните <b>родители</b>."""
)
PRIVATE = f"""Проект № BG05M9OP001-2.002-9101: Иван с ЕГН {PERSONAL_NUMBER} \
получи по сметка {ACCOUNT} сумата 1 200 лв. за обучение."""

assert sum(int(d) * w for d, w in zip(PERSONAL_NUMBER, (2, 4, 8, 5, 10, 9, 7, 3, 6), strict=False)) % 11 % 10 == int(
    PERSONAL_NUMBER[9]
)


def figure(text, kind, role, value, unit, quote, bound=Bound.EXACT, project=CODE):
    return Figure(Kind(kind), role, read_value(Kind(kind), value, unit), quote, text.index(quote), bound, project)


def announcement(text, title, published, figures):
    blocks, at = [], 0
    for line in text.split("\n"):
        blocks.append(Block(BlockKind.PARAGRAPH, at, at + len(line)))
        at += len(line) + 1
    return Document(text, "text/html", tuple(blocks), title, published), tuple(figures)


def announcements():
    """Give (source, address, phase, document, figures, project) of each announcement."""
    project = Project.coded(f"{CODE}-C001", "RAZ16", "„Подкрепа у дома“")
    yield (
        "kubrat",
        "http://kubrat.test/news/1",
        Phase.START,
        *announcement(
            START,
            "Започва „Подкрепа у дома“",
            date(2030, 1, 15),
            [
                figure(START, "project_id", "project_id", f"{CODE}-C001", None, f"{CODE}-C001"),
                figure(START, "amount", "grant", "499106.04", "BGN", "499 106,04 лв."),
                figure(START, "headcount", "personal_assistants", "76", "persons", "76 лични асистенти"),
                figure(START, "headcount", "users", "106", "persons", "106 потребители"),
                figure(START, "date", "project_end", "2031-12-31", None, "31.12.2031"),
            ],
        ),
        project,
    )
    yield (
        "kubrat",
        "http://kubrat.test/news/2",
        Phase.COMPLETION,
        *announcement(
            END,
            "Приключи „Подкрепа у дома“",
            date(2032, 2, 3),
            [
                figure(END, "project_id", "project_id", f"{CODE}-C001", None, f"{CODE}-C001"),
                figure(END, "headcount", "personal_assistants", "71", "persons", "71", Bound.APPROX),
                figure(END, "amount", "spent", "498248.45", "BGN", "498 248,45 лв."),
                figure(END, "amount", "grant", "499000.00", "BGN", "499 000 лв."),
            ],
        ),
        project,
    )
    yield (
        "radomir",
        "http://radomir.test/n/5",
        Phase.PROGRESS,
        *announcement(
            OTHER,
            "Нов център",
            None,
            [figure(OTHER, "headcount", "capacity", "30", "places", "30 места", project=None)],
        ),
        Project.uncoded(None, "PER36", "Нов център за деца"),
    )
    yield (
        "radomir",
        "javascript:alert(1)",
        Phase.OTHER,
        *announcement(
            HOSTILE_TEXT,
            "<img src=x onerror=alert(2)>\x1b[31m",
            date(2030, 5, 5),
            [
                figure(HOSTILE_TEXT, "project_id", "project_id", HOSTILE, None, HOSTILE, project=HOSTILE),
                figure(HOSTILE_TEXT, "headcount", "children", "12", "persons", "12 деца", project=HOSTILE),
            ],
        ),
        Project.coded(HOSTILE, "PER36", "<script>alert(3)</script>"),
    )
    yield (
        "kubrat",
        "http://kubrat.test/news/3",
        Phase.PROGRESS,
        *announcement(
            PRIVATE,
            f"Обучение на {PERSONAL_NUMBER}",
            date(2030, 9, 1),
            [
                figure(PRIVATE, "project_id", "project_id", CODE, None, CODE),
                figure(PRIVATE, "amount", "other", "1200.00", "BGN", "1 200 лв."),
            ],
        ),
        project,
    )


def fill(database):
    """Put the announcements into an open database."""
    now = datetime(2032, 6, 1, 9, 0, tzinfo=UTC)
    with database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "http://kubrat.test/", "RAZ16", "old-php"))
        put_source(session, Source("radomir", "Община Радомир", "http://radomir.test/", "PER36", "joomla"))
        for source, address, phase, document, figures, project in announcements():
            sha256 = hashlib.sha256(document.text.encode()).hexdigest()
            put_address(session, Address(address, source, sha256=sha256, status=200, seen=1, fetched_at=now))
            snapshot = Snapshot(source, address, sha256, now, f"{source}.warc.gz", 0, 100, "text/html", "utf-8", 200)
            add_snapshot(session, snapshot)
            (key,) = put_readings(session, snapshot.key, [Reading(document, figures, phase)], reader="1", rules="1")
            put_links(session, key, [Link(place, project) for place in range(len(figures))], "1")
