"""Transactions: what is undone, who waits for whom, and how a database that is away is told."""

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from rows import NOON, add_account

from dubwright.db.engine import Database, database_url
from dubwright.db.sqlite import sqlite_may_pass
from dubwright.db.tables import Account
from dubwright.domain.errors import InputError, StorageError
from postgresql_server import PostgresqlServer


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Account.name).order_by(Account.name)))


def test_what_fails_halfway_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        add_account(session)
        session.flush()
        raise ZeroDivisionError
    assert names(database) == []


def test_rows_stay_usable_after_their_transaction(database: Database) -> None:
    with database.writing() as session:
        account = add_account(session)
    assert (account.name, names(database)) == ("Ada", ["Ada"])


def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"), database.reading() as session:
        add_account(session)
        session.flush()
    with database.writing() as session:
        add_account(session)
    assert names(database) == ["Ada"]


def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    with database.writing() as session:
        add_account(session)
        session.flush()
        assert names(database) == []
    assert names(database) == ["Ada"]


def test_forty_threads_write_and_none_fails(database: Database) -> None:
    def write() -> None:
        for _ in range(5):
            with database.writing() as session:
                add_account(session)

    threads = [threading.Thread(target=write) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(database)) == 200


def test_writers_of_two_processes_take_turns_on_one_file(sqlite_url: str) -> None:
    """A counter that is read, then written, loses no step: the lock is taken before the read."""
    databases = [Database(sqlite_url) for _ in range(4)]
    with databases[0].writing() as session:
        session.add(Account(id="acc_1", name="0", created_at=NOON))

    def count(database: Database) -> None:
        for _ in range(25):
            with database.writing() as session:
                account = session.get_one(Account, "acc_1")
                account.name = str(int(account.name) + 1)

    threads = [threading.Thread(target=count, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(databases[0]) == ["100"]
    for database in databases:
        database.close()


def test_sqlite_is_set_up_for_many_readers_and_one_writer(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    wanted = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000}
    with database.writing() as session:
        found = {name: session.scalar(sa.text(f"PRAGMA {name}")) for name in wanted}
    database.close()
    assert found == wanted


def test_postgresql_is_told_how_long_to_wait(postgresql_database: Database) -> None:
    database = postgresql_database
    wanted = {
        "timezone": "UTC",
        "idle_in_transaction_session_timeout": "30s",
        "lock_timeout": "30s",
        "statement_timeout": "1min",
        "application_name": "dubwright",
    }
    with database.writing() as session:
        found = {name: session.scalar(sa.text(f"SHOW {name}")) for name in wanted}
        driver = session.connection().connection.driver_connection
        assert driver is not None
        libpq = driver.info.get_parameters()
    assert found == wanted
    assert (libpq["connect_timeout"], libpq["keepalives_idle"]) == ("5", "5")


def test_postgresql_keeps_instants_with_their_zone_and_json_in_binary(
    postgresql_database: Database,
) -> None:
    database = postgresql_database
    query = "SELECT DISTINCT data_type FROM information_schema.columns WHERE column_name = :name"
    with database.reading() as session:
        kinds = {
            name: session.scalars(sa.text(query), {"name": name}).all()
            for name in ("created_at", "progress")
        }
    assert kinds == {"created_at": ["timestamp with time zone"], "progress": ["jsonb"]}


def test_a_file_that_cannot_be_opened_is_told_with_a_remedy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'missing' / 'dubwright.sqlite'}")
    with pytest.raises(StorageError, match="unable to open") as caught:
        database.check()
    assert "folder" in (caught.value.hint or "")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"not a database " * 100)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(StorageError, match="not a database"):
        database.check()


def test_a_server_that_is_away_is_told_and_found_again(
    postgresql_server: PostgresqlServer, postgresql_database: Database
) -> None:
    database = postgresql_database
    with database.writing() as session:
        add_account(session)
    postgresql_server.stop("immediate")
    with pytest.raises(StorageError) as caught, database.writing() as session:
        add_account(session)
    assert caught.value.retryable
    postgresql_server.start()
    database.check()
    assert names(database) == ["Ada"]


def test_a_restart_between_two_transactions_goes_unnoticed(
    postgresql_server: PostgresqlServer, postgresql_database: Database
) -> None:
    database = postgresql_database
    assert names(database) == []
    postgresql_server.stop()
    postgresql_server.start()
    assert names(database) == []


def test_a_connection_lost_in_a_transaction_may_pass(
    postgresql_server: PostgresqlServer, postgresql_database: Database
) -> None:
    database = postgresql_database
    with pytest.raises(StorageError), database.writing() as session:
        pid = session.scalar(sa.text("SELECT pg_backend_pid()"))
        postgresql_server.execute(f"SELECT pg_terminate_backend({pid})")
        add_account(session)
    assert names(database) == []


def test_a_lock_may_pass_and_a_wrong_statement_may_not(tmp_path: Path) -> None:
    file = tmp_path / "file.sqlite"
    holder = sqlite3.connect(file, isolation_level=None)
    other = sqlite3.connect(file, timeout=0)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError) as locked:
        other.execute("CREATE TABLE t (x)")
    holder.execute("COMMIT")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        other.execute("SELECT * FROM nothing")
    holder.close()
    other.close()
    assert (sqlite_may_pass(locked.value), sqlite_may_pass(wrong.value)) == (True, False)


def test_a_wrong_statement_is_no_storage_error(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.reading() as session:
        session.execute(sa.text("SELECT * FROM nothing"))


def test_no_message_shows_a_parameter(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as wrong, database.reading() as session:
        session.execute(sa.text("SELECT :secret FROM nothing"), {"secret": "sesame"})
    with pytest.raises(sa.exc.IntegrityError) as twice, database.writing() as session:
        for _ in range(2):
            session.execute(sa.insert(Account).values(id="sesame", name="", created_at=NOON))
    shown = "".join(map(str, (wrong.value, wrong.value.orig, twice.value, twice.value.orig)))
    assert "sesame" not in shown
    assert "account" in str(twice.value.orig)


def test_a_password_is_not_shown() -> None:
    assert "sesame" not in repr(Database("postgresql://ada:sesame@127.0.0.1/dubwright"))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://host/name", "postgresql+psycopg://host/name"),
        ("postgresql://host/name", "postgresql+psycopg://host/name"),
        ("sqlite:////data/dubwright.sqlite", "sqlite:////data/dubwright.sqlite"),
    ],
)
def test_usual_spellings_of_a_url_are_taken(given: str, used: str) -> None:
    assert str(database_url(given)) == used


@pytest.mark.parametrize("given", ["", "nonsense", "sqlite://", "mysql://host/name"])
def test_what_is_no_database_of_ours_is_refused(given: str) -> None:
    with pytest.raises(InputError, match="database") as caught:
        database_url(given)
    assert "postgresql://" in (caught.value.hint or "")
