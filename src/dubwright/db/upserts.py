"""Insert a row, or change the one that has its key: one statement, safe among many writers."""

from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dubwright.db.tables import Table

Upsert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, table: type[Table], values: Mapping[str, object]) -> Upsert:
    """An INSERT of the session's dialect, which offers `on_conflict_do_update`."""
    insert = postgresql.insert if dialect_of(session) == "postgresql" else sqlite.insert
    return insert(table).values(dict(values))


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name
