"""The database, SQLite or PostgreSQL: reading and writing transactions, and errors that may pass."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.postgresql import (
    postgresql_engine,
    postgresql_may_pass,
    postgresql_migration_engine,
)
from dubwright.db.sqlite import (
    BUSY_TIMEOUT_S,
    READS_ONLY,
    sqlite_engine,
    sqlite_may_pass,
    sqlite_migration_engine,
)
from dubwright.domain.errors import InputError, StorageError


class Database:
    """One database, shared by all threads of a process. Connects on first use.

    Whatever may pass (connection lost, locked, disk full) leaves as `StorageError`. A
    `sqlalchemy.exc.IntegrityError` is the caller's to answer. Parameters are never in messages.
    """

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        engine = postgresql_engine(self.url) if self.is_postgresql else sqlite_engine(self.url)
        self._engine = engine
        self._reading_engine = engine.execution_options(
            **{READS_ONLY: True, "postgresql_readonly": self.is_postgresql}
        )
        # SQLite lets waiting threads sleep and lose their turn; a lock wakes the next at once.
        self._turn_to_write = None if self.is_postgresql else threading.Lock()

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    @property
    def name(self) -> str:
        """The URL without its password, for messages."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, undone by any error.

        Not to be nested. Rows stay usable after the end.
        """
        with (
            self.translated_errors(),
            self._own_turn(),
            Session(self._engine, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that can only read. On SQLite it sees one moment, and no writer makes it wait."""
        with (
            self.translated_errors(),
            Session(self._reading_engine, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def migrating(self) -> Iterator[sa.Connection]:
        """One transaction for changes of tables, on a connection of its own."""
        make = postgresql_migration_engine if self.is_postgresql else sqlite_migration_engine
        engine = make(self.url)
        try:
            with self.translated_errors(), engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def check(self) -> None:
        """Ask for an answer. Raises `StorageError` when there is none."""
        try:
            with self.reading() as session:
                session.execute(sa.text("SELECT 1"))
        except sa.exc.DBAPIError as error:
            raise self._unusable(error) from error

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def translated_errors(self) -> Iterator[None]:
        """Turn errors that may pass into `StorageError`."""
        try:
            yield
        except sa.exc.TimeoutError as error:
            raise self._unusable(error) from error
        except sa.exc.DBAPIError as error:
            if not self._may_pass(error):
                raise
            raise self._unusable(error) from error

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        if self._turn_to_write is None:
            yield
            return
        if not self._turn_to_write.acquire(timeout=BUSY_TIMEOUT_S):
            raise StorageError(
                f"no turn to write to {self.name!r} within {BUSY_TIMEOUT_S:.0f} s",
                hint="Try again. A write that holds the database this long is a defect.",
            )
        try:
            yield
        finally:
            self._turn_to_write.release()

    def _may_pass(self, error: sa.exc.DBAPIError) -> bool:
        if isinstance(error, sa.exc.IntegrityError):
            return False
        may_pass = postgresql_may_pass if self.is_postgresql else sqlite_may_pass
        return error.connection_invalidated or may_pass(error.orig)

    def _unusable(self, error: sa.exc.SQLAlchemyError) -> StorageError:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        reason = str(cause).strip().partition("\n")[0] or type(cause).__name__
        hint = (
            "Try again. If it stays: check that the server runs, takes connections and has disk space."
            if self.is_postgresql
            else "Try again. If it stays: check the file's folder, its owner and the free disk space."
        )
        return StorageError(f"the database {self.name!r} failed: {reason}", hint=hint)


def database_url(text: str) -> sa.URL:
    """A URL that this product can use, on psycopg 3 or a SQLite file. Raises `InputError`."""
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError as error:
        raise InputError("the database URL cannot be read", hint=_URL_HINT) from error
    match url.drivername:
        case "sqlite" | "sqlite+pysqlite" if url.database and url.database != ":memory:":
            return url
        case "postgres" | "postgresql" | "postgresql+psycopg" if url.database:
            return url.set(drivername="postgresql+psycopg")
        case _:
            shown = url.render_as_string(hide_password=True)
            raise InputError(f"{shown!r} is no database we can use", hint=_URL_HINT)


_URL_HINT = (
    "Give `sqlite:////folder/dubwright.sqlite` or `postgresql://user:password@host/database`."
)
