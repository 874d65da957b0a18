"""Fixtures for pytest: `pytest_plugins = ["dubwright.testing.google.fixtures"]` makes them known.

One authority serves all tests of a process, because gRPC reads its roots only once. Tests are
skipped where Google's packages are not installed, unless the provider `google` is required.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dubwright.domain.errors import ProviderNotReady
from dubwright.testing import google
from dubwright.testing.installed import is_required

if TYPE_CHECKING:
    from dubwright.testing.google import Engines, GoogleCloud, GoogleDoubles, Security


@pytest.fixture(scope="session")
def google_security(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Security]":
    """An authority that the clients of this process trust, and an account with a key file."""
    try:
        security = google.make_security(tmp_path_factory.mktemp("google"))
    except ProviderNotReady as exc:
        if is_required("google"):
            raise
        pytest.skip(f"{exc.message}; {exc.hint}")
    with pytest.MonkeyPatch.context() as environment:
        roots = str(security.authority.roots_file)
        environment.setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", roots)
        yield security


@pytest.fixture(scope="session")
def google_engines() -> "Engines":
    """Stand-ins: they need no model. A test may have a fixture of its own with this name."""
    return google.create_engines()


@pytest.fixture
def google_doubles(
    google_security: "Security", google_engines: "Engines", monkeypatch: pytest.MonkeyPatch
) -> "Iterator[GoogleDoubles]":
    """The services over TLS; clients of this process find their credentials."""
    with google.GoogleDoubles(google_engines, security=google_security) as doubles:
        for name, value in doubles.environment().items():
            monkeypatch.setenv(name, value)
        yield doubles


@pytest.fixture
def google_cloud(
    google_security: "Security",
    google_engines: "Engines",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> "Iterator[GoogleCloud]":
    """The same with a bucket; the environment makes `google` the provider of three ports."""
    authority = google_security.authority
    with google.GoogleCloud(tmp_path, google_engines, authority=authority) as cloud:
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        yield cloud
