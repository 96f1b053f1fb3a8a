"""Finding what was read of an address and is no announcement."""

import json

from sqlmodel import Session, col, select

from models.records import Seen
from models.tables import SeenRow


def get_seen(session: Session, address: str) -> list[tuple[str, Seen]]:
    """Return the pages of an address that were only seen, each with the key of its snapshot."""
    rows = session.exec(select(SeenRow).where(SeenRow.address == address).order_by(col(SeenRow.key)))
    return [(row.snapshot, _as_seen(row)) for row in rows]


def _as_seen(row: SeenRow) -> Seen:
    told = sorted(json.loads(row.words).items(), key=lambda one: (-abs(one[1]), one[0]))
    return Seen(row.part, row.title, row.score, row.bar, tuple(told))
