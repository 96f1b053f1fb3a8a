"""What a document of several projects says of each: the words of its rows, kept beside the index.

Documents of an earlier database are searched as a whole until they are tied again, which every harvest does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_index_parts",
        sa.Column("document", sa.String(), sa.ForeignKey("document.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("project", sa.String(), primary_key=True),
        sa.Column("words", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("document_index_parts")
