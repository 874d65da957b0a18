"""The database's clock, the one that all processes share."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.upserts import dialect_of

_NOW = {
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}


def database_now_s(session: Session) -> sa.ColumnElement[float]:
    """SQL for seconds since 1970; to a microsecond on PostgreSQL, to a millisecond on SQLite."""
    return sa.literal_column(_NOW[dialect_of(session)], sa.Double())
