"""Yards: an engine database with nothing on it, or with one worker that many tests share."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from yard import Yard, yard

from postgresql_server import PostgresqlServer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def manned_yard(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Yard]:
    """One worker, on each of the two systems, for all tests of a module."""
    folder = tmp_path_factory.mktemp(f"yard-{request.param}")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'engine.sqlite'}"
    else:
        url = _copy_of_the_template(request.getfixturevalue("_shared_postgresql"))
    with yard(url, folder) as opened:
        opened.ready_worker()
        yield opened


@pytest.fixture(scope="module")
def manned_sqlite_yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """One worker on SQLite, for what has nothing to do with the database."""
    folder = tmp_path_factory.mktemp("yard")
    with yard(f"sqlite:///{folder / 'engine.sqlite'}", folder) as opened:
        opened.ready_worker()
        yield opened


@pytest.fixture
def postgresql_yard(postgresql_url: str, tmp_path: Path) -> Iterator[Yard]:
    """A PostgreSQL without workers."""
    with yard(postgresql_url, tmp_path, quick_slots=0) as opened:
        yield opened


@pytest.fixture
def sqlite_yard(tmp_path: Path) -> Iterator[Yard]:
    """A data folder without workers."""
    with yard(f"sqlite:///{tmp_path / 'engine.sqlite'}", tmp_path, quick_slots=0) as opened:
        yield opened


def _copy_of_the_template(server: PostgresqlServer) -> str:
    name = f"yard_{uuid4().hex}"
    server.start()
    server.execute(f"CREATE DATABASE {name} TEMPLATE migrated_template")
    return server.url(name)
