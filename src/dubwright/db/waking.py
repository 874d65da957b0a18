"""Waiting for news: PostgreSQL notifies; a SQLite file is asked whether it changed."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from dubwright.db.engine import Database
from dubwright.db.events import CHANNEL
from dubwright.db.postgresql import listening_connection
from dubwright.domain.errors import StorageError

_LISTEN: Final = sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL))
_POLL_S = 0.2
_NOTIFY_WAIT_S = 0.5
_LOOK_ANYWAY_S = 10.0

Wait = Callable[[], bool]
"""Waits for at most half a second; True when there may be news."""


def open_waker(database: Database) -> AbstractContextManager[Wait]:
    """What to wait with, ready: all that is committed from now on makes it answer True.

    Raises `StorageError` when opened or when waiting without a database.
    """
    return _postgresql_waker(database) if database.is_postgresql else _sqlite_waker(database)


@contextmanager
def _postgresql_waker(database: Database) -> Iterator[Wait]:
    try:
        with listening_connection(database.url) as connection:
            connection.execute(_LISTEN)
            yield _Notified(connection)
    except psycopg.OperationalError as error:
        raise _interrupted(database, error) from error


@contextmanager
def _sqlite_waker(database: Database) -> Iterator[Wait]:
    file = Path(database.url.database or "").absolute()
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            yield _Changed(connection)
    except sqlite3.OperationalError as error:
        raise _interrupted(database, error) from error


class _Notified:
    """Waits for a notification; looks every ten seconds anyway."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._looked_at = time.monotonic()

    def __call__(self) -> bool:
        notes = list(self._connection.notifies(timeout=_NOTIFY_WAIT_S, stop_after=1))
        if not notes and time.monotonic() - self._looked_at < _LOOK_ANYWAY_S:
            return False
        self._looked_at = time.monotonic()
        return True


class _Changed:
    """Asks for the number that changes whenever another connection commits; that reads no table.

    https://sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._version = self._ask()

    def __call__(self) -> bool:
        time.sleep(_POLL_S)
        before, self._version = self._version, self._ask()
        return self._version != before

    def _ask(self) -> int:
        [version] = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)


def _interrupted(database: Database, error: Exception) -> StorageError:
    reason = str(error).strip().partition("\n")[0]
    return StorageError(
        f"listening to {database.name!r} was interrupted: {reason}",
        hint="It is tried again until the database answers.",
    )
