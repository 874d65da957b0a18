"""Versions of the tables: there and back, equal to the code, and safe when many start at once."""

import multiprocessing
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa

from dubwright.db.engine import Database
from dubwright.db.migrate import downgrade, drift, is_current, upgrade
from dubwright.db.tables import Table
from dubwright.domain.errors import StorageError


def table_names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(sa.inspect(session.connection()).get_table_names())


def upgrade_at(url: str, start: "multiprocessing.synchronize.Barrier") -> None:
    database = Database(url)
    start.wait(timeout=60)
    upgrade(database)
    assert is_current(database)
    database.close()


def test_tables_go_up_down_and_up_again(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert not is_current(database)
    for _ in range(2):
        upgrade(database)
        assert is_current(database)
        assert table_names(database) == {*Table.metadata.tables, "alembic_version"}
        downgrade(database, "base")
        assert not is_current(database)
        assert table_names(database) == {"alembic_version"}
    database.close()


def test_the_versions_lead_to_the_tables_of_the_code(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    upgrade(database)
    assert drift(database) == []
    database.close()


def test_a_difference_is_found(database: Database) -> None:
    with database.migrating() as connection:
        connection.execute(sa.text("ALTER TABLE glossary ADD COLUMN colour TEXT"))
        connection.execute(sa.text("DROP INDEX ix_error_code"))
    found = "\n".join(drift(database))
    assert "colour" in found
    assert "ix_error_code" in found


def test_upgrading_what_is_current_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_current(database)


def test_processes_that_start_at_once_upgrade_once(empty_database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(3)
    starters = [
        context.Process(target=upgrade_at, args=(empty_database_url, start)) for _ in range(3)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(timeout=120)
    assert [starter.exitcode for starter in starters] == [0, 0, 0]


def test_a_change_that_fails_leaves_the_tables_as_they_were(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.migrating() as connection:
        connection.execute(sa.text("CREATE TABLE worker (id TEXT)"))
    with pytest.raises(sa.exc.DBAPIError, match="already exists"):
        upgrade(database)
    assert table_names(database) == {"worker"}
    database.close()


def test_a_change_that_would_leave_dangling_rows_is_undone(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.migrating() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO target (id, project_id, language, voices, revision, output_revision,"
                " created_at, updated_at) VALUES ('tgt_1', 'prj_none', 'de', '{}', 1, 0, '', '')"
            )
        )
    with pytest.raises(StorageError, match="target"):
        upgrade(database)
    database.close()


def test_the_versions_are_part_of_the_package() -> None:
    folder = Path(str(files("dubwright.db") / "migrations"))
    assert (folder / "env.py").is_file()
    assert (folder / "script.py.mako").is_file()
    assert list((folder / "versions").glob("v0001_*.py"))
