"""Pages that a site no longer has, when to look at a page again, and certificates that were not verified."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ADDED: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("address", sa.Column("unchanged", sa.Integer(), nullable=False, server_default="0")),
    ("address", sa.Column("gone_at", sa.Date(), nullable=True)),
    ("address", sa.Column("found_on", sa.String(), nullable=True)),
    ("snapshot", sa.Column("unverified", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("document", sa.Column("gone_at", sa.Date(), nullable=True)),
)


def upgrade() -> None:
    # Plain additions: no table is copied, whatever its size.
    for table, column in _ADDED:
        op.add_column(table, column._copy())


def downgrade() -> None:
    for table, column in reversed(_ADDED):
        op.drop_column(table, column.name)
