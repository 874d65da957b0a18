"""What Alembic runs: the versions, on the connection and in the transaction that it is given."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from dubwright.db.columns import Instant, Json, Model
from dubwright.db.tables import Table


def render_type(kind: str, thing: object, _context: AutogenContext) -> str | Literal[False]:
    """Name our column types as the template does, so that old versions need no new code."""
    if kind == "type" and isinstance(thing, Instant):
        return "INSTANT"
    if kind == "type" and (isinstance(thing, Model) or thing is Json):
        return "JSON"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    compare_type=True,
    render_as_batch=True,  # SQLite cannot alter a table, so it is rebuilt
    render_item=render_type,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
