"""Pages that were read and are no announcements.

Pages that an earlier version kept are weighed anew by the next harvest, from the archive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("bar", sa.Float(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["address"], ["address.address"], name=op.f("fk_seen_address_address")),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.key"], name=op.f("fk_seen_snapshot_snapshot")),
        sa.ForeignKeyConstraint(["source"], ["source.code"], name=op.f("fk_seen_source_source")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen")),
    )
    for name in ("address", "snapshot", "source"):
        op.create_index(op.f(f"ix_seen_{name}"), "seen", [name], unique=False)


def downgrade() -> None:
    op.drop_table("seen")
