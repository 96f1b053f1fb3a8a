"""How each site fared in each run, and what waits for a good run before anything is told from it.

What an earlier database holds was told already: it is held back from nobody, and the last look counts as good.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("announcements", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("titled", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Integer(), nullable=False),
        sa.Column("worded", sa.Integer(), nullable=False),
        sa.Column("figured", sa.Integer(), nullable=False),
        sa.Column("canary", sa.String(), nullable=True),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('done', 'partial', 'failed', 'busy', 'died')", name=op.f("ck_visit_state")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_run"), ["run"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_site"), ["site"], unique=False)
    # Plain ADD COLUMN: a batch would copy the tables, and other tables refer to them.
    op.add_column("address", sa.Column("good", sa.String(), nullable=True))
    op.add_column("address", sa.Column("run", sa.String(), nullable=True))
    op.add_column("address", sa.Column("shown", sa.String(), nullable=True))
    op.execute("UPDATE address SET good = sha256")
    op.add_column("snapshot", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("finding", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE finding SET changed_at = first_seen")


def downgrade() -> None:
    op.drop_column("finding", "changed_at")
    op.drop_column("snapshot", "held")
    op.drop_column("address", "shown")
    op.drop_column("address", "run")
    op.drop_column("address", "good")
    op.drop_table("visit")
