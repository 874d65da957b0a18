"""The ObjectStore contract against a bucket of the storage double."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from storage_rig import Rig, storage_rig

from dubwright.ports.object_store import ObjectStore
from dubwright.testing.contracts import ObjectStoreContract

_NUMBERS = count()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with storage_rig(tmp_path_factory.mktemp("account")) as rig:
        yield rig


class TestGoogleObjectStore(ObjectStoreContract):
    @pytest.fixture
    def store(self, rig: Rig, tmp_path: Path) -> ObjectStore:
        return rig.store(f"shared/service-{next(_NUMBERS)}")
