"""The ObjectStore contract against the stores we ship."""

from pathlib import Path

import pytest

from dubwright.ports.object_store import ObjectStore
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner
from dubwright.testing.contracts import ObjectStoreContract


class TestLocalObjectStore(ObjectStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ObjectStore:
        return LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))
