"""Fixtures: a migrated database of one's own, on SQLite and on a real PostgreSQL.

Loaded as a plug-in by tests/conftest.py, so every folder's tests can ask for
`database` or `database_url` (each test then runs on both) and `postgresql_server`.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from dubwright.db.engine import Database
from dubwright.db.migrate import upgrade
from postgresql_server import PostgresqlServer, programs_folder

_REQUIRED = "DUBWRIGHT_REQUIRE_POSTGRESQL"
_TEMPLATE = "migrated_template"


@pytest.fixture(scope="session")
def postgresql_programs() -> Path:
    """The folder of the server's programs; tests that need it are skipped where it is not."""
    folder = programs_folder()
    if folder is None:
        reason = "PostgreSQL is not installed: neither PATH nor /usr/lib/postgresql has `initdb`"
        if os.environ.get(_REQUIRED) == "1":
            pytest.fail(f"{reason}, and {_REQUIRED}=1")
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def _shared_postgresql(postgresql_programs: Path) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer(postgresql_programs)
    try:
        server.start()
        server.execute(f"CREATE DATABASE {_TEMPLATE}")
        _migrate(server.url(_TEMPLATE))
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgresql_server(_shared_postgresql: PostgresqlServer) -> Iterator[PostgresqlServer]:
    """The test process's own server, running; a test may stop and start it."""
    _shared_postgresql.start()
    yield _shared_postgresql
    _shared_postgresql.start()


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = f"test_{uuid4().hex}"
    postgresql_server.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy")
    yield postgresql_server.url(name)
    postgresql_server.start()
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """A migrated PostgreSQL database of the test's own, open."""
    yield from _opened(postgresql_url)


@pytest.fixture
def empty_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = f"test_{uuid4().hex}"
    postgresql_server.execute(f"CREATE DATABASE {name}")
    yield postgresql_server.url(name)
    postgresql_server.start()
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "dubwright.sqlite"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """A migrated SQLite file of the test's own."""
    file = tmp_path / "dubwright.sqlite"
    shutil.copyfile(_sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, once on each system."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, once on each system."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of the test's own, once on each system."""
    yield from _opened(database_url)


def _opened(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()
