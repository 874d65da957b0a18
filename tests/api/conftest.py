"""A service and its API for tests: a real database and store; no work is done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import LOCAL, Connect, NotedEngine
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.engine import Database
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner


@pytest.fixture
def engine() -> NotedEngine:
    return NotedEngine()


@pytest.fixture
def service(database: Database, engine: NotedEngine, tmp_path: Path) -> Service:
    """The use cases' means, on each database in turn."""
    store = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0123456789abcdef"))
    return Service(database, store, engine, ServiceOptions(data_folder=tmp_path))


@pytest.fixture
def connect(service: Service) -> Iterator[Connect]:
    """Connects a client to an API with given options, as a program on this machine would."""
    clients: list[TestClient] = []

    def connected(options: ApiOptions | None = None, *, base_url: str = LOCAL) -> TestClient:
        client = TestClient(create_app(service, options or ApiOptions()), base_url=base_url)
        clients.append(client)
        return client

    yield connected
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Connect) -> TestClient:
    """A client of the first-run local mode: no key is needed."""
    return connect()


@pytest.fixture
def token(service: Service) -> str:
    """The token of an admin key of the local account. From now on a key is needed."""
    return create_first_key(service, "tests").token
