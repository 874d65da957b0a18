"""Versions of the tables: bring a database up to date, take it back, and find differences."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from dubwright.db.engine import Database
from dubwright.db.tables import Table
from dubwright.domain.errors import StorageError

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_UPGRADE_LOCK: Final = 0x6475_6277_0002


def upgrade(database: Database) -> None:
    """Bring the tables up to date, all or nothing. Several processes may do so at once."""
    with _changing(database) as connection:
        command.upgrade(_config(connection), "head")


def downgrade(database: Database, revision: str) -> None:
    """Take the tables back to `revision`; `base` removes them with all that is in them."""
    with _changing(database) as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version of the code."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())
        return set(context.get_current_heads()) == set(_scripts().get_heads())


def drift(database: Database) -> list[str]:
    """What differs between the tables in the code and in the database; nothing when current."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return [repr(difference) for difference in compare_metadata(context, Table.metadata)]


def new_version(database: Database, message: str) -> None:
    """Write a draft of the next version to `migrations/versions`, from what `drift` finds."""
    number = len(list(_scripts().walk_revisions())) + 1
    with _changing(database) as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04}")


@contextmanager
def _changing(database: Database) -> Iterator[sa.Connection]:
    with database.migrating() as connection:
        if database.is_postgresql:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        yield connection
        if not database.is_postgresql:
            _check_references(connection)


def _check_references(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = sorted({str(row[0]) for row in broken})
        raise StorageError(
            f"after the change, rows of {tables} would refer to rows that are not there",
            hint="Nothing was changed. Report this with the version you came from.",
        )


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))
