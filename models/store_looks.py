"""Keeping what a crawl's looks at a site came to, many in one go: addresses, their new contents, what went wrong.

A look at a time would cost more than fetching the page; in groups a page takes a tenth of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.records import Address, Finding, Snapshot
from models.store_sources import address_values, put_address, replace_findings, snapshot_values
from models.tables import AddressRow, FindingRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the address as it is known now, the content that is new to it, and what is to be told of the look."""

    address: Address
    snapshot: Snapshot | None = None
    findings: tuple[Finding, ...] = ()


def put_looks(session: Session, looks: Sequence[Look], kind: str, at: datetime) -> None:
    """Keep looks, each at another address; findings of this kind that a look does not tell again are resolved.

    The archive records of their snapshots must be written and synced. A content that is known keeps its first place
    and time.
    """
    names = [look.address.address for look in looks]
    known = set(session.exec(select(AddressRow.address).where(col(AddressRow.address).in_(names))))
    if new := [address_values(look.address) for look in looks if look.address.address not in known]:
        session.execute(insert(AddressRow), new)
    for look in looks:
        if look.address.address in known:
            put_address(session, look.address)
    _put_snapshots(session, [look.snapshot for look in looks if look.snapshot is not None])
    open_ones = select(FindingRow.subject).where(
        FindingRow.kind == kind, col(FindingRow.subject).in_(names), ~col(FindingRow.resolved)
    )
    told_before = set(session.exec(open_ones))
    for look in looks:
        if look.findings or look.address.address in told_before:
            replace_findings(session, kind, look.address.address, look.findings, at)


def get_digests(session: Session, source: str) -> set[str]:
    """Return the SHA-256 of every content that a site's addresses had."""
    return set(session.exec(select(SnapshotRow.sha256).where(SnapshotRow.source == source)))


def _put_snapshots(session: Session, snapshots: Sequence[Snapshot]) -> None:
    keyed = {snapshot.key: snapshot for snapshot in snapshots}
    kept = set(session.exec(select(SnapshotRow.key).where(col(SnapshotRow.key).in_(keyed))))
    if new := [snapshot_values(snapshot) for key, snapshot in keyed.items() if key not in kept]:
        session.execute(insert(SnapshotRow), new)
