"""SQLite: one file in WAL mode. Readers see a snapshot and never wait; writers take turns."""

import sqlite3
import time

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

BUSY_TIMEOUT_S = 30.0
READS_ONLY = "dubwright_reads_only"
"""Execution option: transactions of this engine are reads."""

_MAY_PASS = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    )
)


def sqlite_engine(url: sa.URL) -> sa.Engine:
    """Connections for about 40 threads, with foreign keys enforced."""
    engine = sa.create_engine(url, hide_parameters=True, pool_size=40, max_overflow=10)
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "connect", _enforce_foreign_keys)
    sa.event.listen(engine, "begin", _begin)
    return engine


def sqlite_migration_engine(url: sa.URL) -> sa.Engine:
    """One connection, without foreign keys: a table that is rebuilt must not take rows along."""
    engine = sa.create_engine(url, hide_parameters=True, poolclass=NullPool)
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


def sqlite_may_pass(error: BaseException | None) -> bool:
    """Whether the same statement may work later: locked, disk full, file out of reach."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and (code & 0xFF) in _MAY_PASS


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # None: the driver begins nothing by itself, `_begin` does.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {round(BUSY_TIMEOUT_S * 1000)}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")


def _switch_to_wal(connection: DBAPIConnection) -> None:
    # SQLite does not wait here when two processes switch a new file at once.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not sqlite_may_pass(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _enforce_foreign_keys(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails when another wrote in between, so
    # writers take the lock at once, and readers are kept from writing.
    reads_only = bool(connection.get_execution_options().get(READS_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reads_only)}")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
