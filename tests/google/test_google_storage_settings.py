"""The store that the settings ask for."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from storage_rig import BUCKET, Rig, storage_rig

from dubwright import bootstrap
from dubwright.domain.errors import InputError
from dubwright.settings import load_settings
from dubwright.storage.google import GoogleObjectStore
from dubwright.storage.local import LocalObjectStore

PREFIX = "DUBWRIGHT_STORAGE__"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with storage_rig(tmp_path) as rig:
        yield rig


@pytest.fixture
def in_bucket(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that keeps files in the bucket of the double."""
    told = {
        "KIND": "google",
        "BUCKET": BUCKET,
        "ENDPOINT": rig.double.url,
        "CREDENTIALS_FILE": str(rig.account.file),
    }
    for name, value in told.items():
        monkeypatch.setenv(PREFIX + name, value)
    monkeypatch.setenv("DUBWRIGHT_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_files_are_kept_in_the_data_folder_unless_a_bucket_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBWRIGHT_DATA_FOLDER", str(tmp_path))
    assert isinstance(bootstrap.build_store(load_settings()), LocalObjectStore)


@pytest.mark.usefixtures("in_bucket")
def test_a_bucket_that_is_set_needs_no_folder_for_objects(tmp_path: Path) -> None:
    store = bootstrap.build_store(load_settings())
    assert isinstance(store, GoogleObjectStore)
    assert not (tmp_path / "data").exists()


def test_a_cdn_that_is_set_serves_the_downloads(in_bucket: pytest.MonkeyPatch) -> None:
    in_bucket.setenv(f"{PREFIX}CDN__BASE_URL", "https://cdn.example.org")
    in_bucket.setenv(f"{PREFIX}CDN__KEY_NAME", "key-1")
    in_bucket.setenv(f"{PREFIX}CDN__KEY", base64.urlsafe_b64encode(bytes(16)).decode())
    in_bucket.setenv(f"{PREFIX}PREFIX", "one/service")
    store = bootstrap.build_store(load_settings())
    url = store.download_url("a/b", file_name="b.mp4", content_type="video/mp4", expires_s=60)
    assert url.startswith("https://cdn.example.org/one/service/a/b?")
    assert "&KeyName=key-1&Signature=" in url


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BUCKET", "Not A Bucket", "storage.bucket"),
        ("PREFIX", "../up", "storage.prefix"),
        ("PREFIX", "/a", "storage.prefix"),
        ("ENDPOINT", "ftp://a", "storage.endpoint"),
        ("SIGNING_ACCOUNT", "a/b@c", "storage.signing_account"),
        ("SIGNING_ENDPOINT", "http://iamcredentials.example.org", "storage.signing_endpoint"),
        ("SIGNING_ENDPOINT", "http://127.0.0.1.example.org", "storage.signing_endpoint"),
        ("CDN__KEY_NAME", "alone", "storage.cdn"),
    ],
)
def test_a_setting_that_cannot_work_is_named(
    in_bucket: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    in_bucket.setenv(PREFIX + name, value)
    with pytest.raises(InputError, match=told):
        load_settings()


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:80"])
def test_a_stand_in_on_this_machine_may_sign_without_tls(
    in_bucket: pytest.MonkeyPatch, host: str
) -> None:
    in_bucket.setenv(f"{PREFIX}SIGNING_ENDPOINT", f"http://{host}")
    assert load_settings().storage.signing_endpoint == f"http://{host}"


def test_a_bucket_without_a_name_is_refused(in_bucket: pytest.MonkeyPatch) -> None:
    in_bucket.delenv(f"{PREFIX}BUCKET")
    with pytest.raises(InputError, match=r"storage\.bucket"):
        load_settings()


def test_a_key_for_a_cdn_that_is_none_is_refused_without_being_told(
    in_bucket: pytest.MonkeyPatch,
) -> None:
    in_bucket.setenv(f"{PREFIX}CDN__BASE_URL", "https://cdn.example.org")
    in_bucket.setenv(f"{PREFIX}CDN__KEY_NAME", "key-1")
    in_bucket.setenv(f"{PREFIX}CDN__KEY", "hunter2")
    settings = load_settings()
    assert "hunter2" not in repr(settings)
    with pytest.raises(InputError, match="128 bits") as refused:
        bootstrap.build_store(settings)
    assert "hunter2" not in refused.value.message
