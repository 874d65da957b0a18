"""What the tests of Cloud Storage share: a double, an account whose key is known, a store."""

import gc
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("google.cloud.storage", reason="Google's packages are not installed")

from dubwright.storage.google import GoogleObjectStore, Patience
from dubwright.storage.google_client import (
    BucketLinks,
    BucketPlace,
    google_credentials,
    open_bucket,
    signer_for,
)
from dubwright.testing.google.credentials import ServiceAccount, make_service_account
from dubwright.testing.google.storage import StorageDouble

if TYPE_CHECKING:
    from google.cloud.storage import Bucket

BUCKET = "videos"
QUICK = Patience(silence_s=2.0, deadline_s=4.0)


@dataclass(frozen=True)
class Rig:
    """A double that knows an account, and what a store needs to use it."""

    double: StorageDouble
    account: ServiceAccount
    _buckets: list["Bucket"] = field(default_factory=list)

    def place(self, **others: object) -> BucketPlace:
        told = {"bucket": BUCKET, "endpoint": self.double.url}
        return BucketPlace(**{**told, "credentials_file": self.account.file, **others})

    def links(self, **others: object) -> BucketLinks:
        place = self.place(**others)
        signer = signer_for(place, google_credentials(place))
        return BucketLinks(self.bucket(**others), signer, place.endpoint)

    def bucket(self, **others: object) -> "Bucket":
        """A client of its own; `close` closes it."""
        place = self.place(**others)
        self._buckets.append(open_bucket(place, google_credentials(place)))
        return self._buckets[-1]

    def close(self) -> None:
        """Google's library leaves a connection open whose answer it did not want to read."""
        while self._buckets:
            self._buckets.pop().client.close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def store(self, prefix: str = "", *, patience: Patience = QUICK) -> GoogleObjectStore:
        links = self.links()
        return GoogleObjectStore(self._buckets[-1], links, prefix=prefix, patience=patience)

    def content(self, name: str) -> bytes | None:
        return self.double.read(f"gs://{BUCKET}/{name}")

    def asked(self, method: str) -> int:
        return self.double.ledger.requests(method)


@contextmanager
def storage_rig(folder: Path, **conduct: object) -> Iterator[Rig]:
    """A double with one bucket, whose account's key file is in `folder`."""
    with StorageDouble((BUCKET,), **conduct) as double:
        account = account_in(folder, f"{double.url}/token")
        double.know(account)
        rig = Rig(double, account)
        yield rig
        rig.close()


def account_in(folder: Path, token_uri: str) -> ServiceAccount:
    """An account that asks for tokens there. All have one key: to make one takes long."""
    told, public_key = _key()
    file = folder / "service-account.json"
    file.write_text(json.dumps({**told, "token_uri": token_uri}))
    return ServiceAccount(told["client_email"], file, public_key)


@cache
def _key() -> tuple[dict[str, str], bytes]:
    with TemporaryDirectory() as folder:
        made = make_service_account(Path(folder))
        return json.loads(made.file.read_text()), made.public_key_pem
