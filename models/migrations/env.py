"""What Alembic runs: revisions are applied on the connection that ``models.schema`` gives, in its transaction."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from models.schema import INDEX_TABLE
from models.tables import Table


def _is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:  # noqa: ANN401
    return not (kind == "table" and (name or "").startswith(INDEX_TABLE))


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    include_object=_is_ours,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
