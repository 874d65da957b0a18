"""The tables of the engine: made before anybody asks for them, by whoever comes first."""

import contextlib
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa
from dbos import DBOS, DBOSClient

from dubwright.domain.errors import StorageError
from dubwright.queues.engine_logs import quieten
from dubwright.queues.flow import APPLICATION, is_postgresql, sqlite_file
from dubwright.queues.serializer import JsonSerializer

_IDLE_TRANSACTION_S = 8.0


def prepare(url: str) -> None:
    """Make or upgrade the engine's tables; SQLite is switched to its write-ahead log.

    Raises `StorageError` when the database cannot be used. Safe to call from many processes.
    """
    quieten()
    with told_as_storage_errors():
        if not is_postgresql(url):
            _switch_on_wal(url)
        DBOS.migrate(url)


def connect(url: str, *, connections: int) -> DBOSClient:
    """A client that runs no workflow itself, and raises instead of waiting for a lost database."""
    return DBOSClient(
        system_database_url=url,
        serializer=JsonSerializer(),
        system_database_pool_size=connections,
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
        sys_db_idle_transaction_timeout_sec=_IDLE_TRANSACTION_S,
    )


@contextlib.contextmanager
def told_as_storage_errors() -> Iterator[None]:
    """Failures of the database as `StorageError`, which may pass."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as exc:
        raise StorageError(
            f"the database of the job queues does not work: {type(exc).__name__}",
            hint="see that the database server runs and can be reached, or that the data folder can be written",
        ) from exc


def _switch_on_wal(url: str) -> None:
    file = sqlite_file(url)
    file.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
