"""Addresses for downloads: signed with a key, without one, and for a CDN."""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_rig import BUCKET, Rig, storage_rig

from dubwright.domain.errors import InputError
from dubwright.storage.cdn import CdnLinks, cdn_key
from dubwright.storage.google_client import google_credentials
from dubwright.storage.links import LONGEST_S, Download
from dubwright.testing.google.metadata_server import Machine, metadata_handler

CONTENT = bytes(range(256)) * 8
NAME = 'Größe "1" – дубль.mp4'
KEY = bytes(range(16))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with storage_rig(tmp_path, is_open=False) as rig:
        rig.double.write(f"gs://{BUCKET}/video", CONTENT)
        yield rig


@pytest.fixture
def machine(rig: Rig) -> Iterator[dict[str, str]]:
    """The environment of a machine whose metadata server tells it who it is, as on Cloud Run."""
    machine = Machine(rig.account.email, "p", rig.double.handed_out)
    server = ThreadingHTTPServer(("127.0.0.1", 0), metadata_handler(machine))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    host = f"127.0.0.1:{server.server_address[1]}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    yield kept | {
        "GCE_METADATA_HOST": host,
        "GCE_METADATA_IP": host,
        "CLOUDSDK_CONFIG": "/nonexistent",
        "DUBWRIGHT_STORAGE__KIND": "google",
        "DUBWRIGHT_STORAGE__BUCKET": BUCKET,
        "DUBWRIGHT_STORAGE__ENDPOINT": rig.double.url,
        "DUBWRIGHT_STORAGE__SIGNING_ENDPOINT": rig.double.url,
    }
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_serves_the_file_under_its_name_whole_or_in_part(rig: Rig) -> None:
    url = rig.links().link(Download("video", NAME, "video/mp4"), expires_s=60)
    whole = httpx.get(url)
    assert (whole.status_code, whole.content) == (200, CONTENT)
    assert whole.headers["Content-Type"] == "video/mp4"
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe" in whole.headers["Content-Disposition"]
    part = httpx.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, CONTENT[100:200])


@pytest.mark.parametrize("expires_s", [0, -1, LONGEST_S + 1])
def test_addresses_last_no_longer_than_a_week(rig: Rig, expires_s: int) -> None:
    download = Download("video", "a.mp4", "video/mp4")
    for links in (rig.links(), CdnLinks("https://cdn.example", key_name="k", key=KEY)):
        with pytest.raises(ValueError, match="lasts"):
            links.link(download, expires_s=expires_s)
        assert links.link(download, expires_s=LONGEST_S)


def keyless(machine: dict[str, str], account: str = "") -> str:
    """What a process on the machine prints: an address, or why there is none.

    Google's library looks for the machine when it is imported, so it takes a new process.
    """
    script = """
        from dubwright import bootstrap
        from dubwright.domain.errors import DubError
        try:
            store = bootstrap.build_store(bootstrap.load_settings())
            wanted = dict(file_name="a.mp4", content_type="video/mp4", expires_s=60)
            print(store.download_url("video", **wanted))
        except DubError as exc:
            print(exc.code, exc.message, exc.hint)
    """
    signing = {"DUBWRIGHT_STORAGE__SIGNING_ACCOUNT": account} if account else {}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=machine | signing,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_without_a_key_file_the_signing_service_signs(rig: Rig, machine: dict[str, str]) -> None:
    assert httpx.get(keyless(machine, rig.account.email)).content == CONTENT
    assert rig.asked("iam.serviceAccounts.signBlob") == 1


def test_a_machine_that_may_not_sign_for_the_account_says_so(machine: dict[str, str]) -> None:
    told = keyless(machine, "other@p.iam.gserviceaccount.com")
    assert told.startswith("storage_failed cannot sign an address for 'video'")
    assert "docs/cloud-storage.md" in told


def test_credentials_without_a_key_need_an_account_that_signs(machine: dict[str, str]) -> None:
    told = keyless(machine)
    assert told.startswith("invalid_input nobody can sign")
    assert "`storage.signing_account`" in told


def test_a_file_that_is_no_key_is_refused(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    for name in ("other.json", "missing.json"):
        with pytest.raises(InputError, match=r"storage\.credentials_file"):
            google_credentials(rig.place(credentials_file=tmp_path / name))


def cdn_takes(url: str, keys: dict[str, bytes], now_s: int) -> bool:
    """What Cloud CDN does with an address, written from its documentation alone."""
    signed, _, signature = url.rpartition("&Signature=")
    query = parse_qs(urlsplit(signed).query)
    right = hmac.new(keys[query["KeyName"][0]], signed.encode("ascii"), hashlib.sha1).digest()
    is_right = hmac.compare_digest(base64.b64decode(signature, altchars=b"-_"), right)
    return is_right and now_s <= int(query["Expires"][0])


def cdn_url(file_name: str = "a.mp4") -> str:
    links = CdnLinks("https://cdn.example/files/", key_name="key-1", key=KEY, clock=lambda: 1000.9)
    return links.link(Download("p/video", file_name, "video/mp4"), expires_s=60)


def test_the_cdn_serves_an_address_until_it_ends() -> None:
    url = cdn_url()
    assert url.startswith("https://cdn.example/files/p/video?")
    assert url.split("&")[-3:-1] == ["Expires=1060", "KeyName=key-1"]
    assert cdn_takes(url, {"key-1": KEY}, 1060)
    assert not cdn_takes(url, {"key-1": KEY}, 1061)
    assert not cdn_takes(url, {"key-1": b"another key 0123"}, 1060)


@pytest.mark.parametrize(
    ("before", "after"),
    [("p/video", "p/other"), ("Expires=1060", "Expires=9060"), ("video%2Fmp4", "text%2Fhtml")],
)
def test_the_cdn_refuses_an_address_that_was_changed(before: str, after: str) -> None:
    assert before in cdn_url()
    assert not cdn_takes(cdn_url().replace(before, after), {"key-1": KEY}, 1000)


@given(st.text(max_size=60))
def test_any_file_name_makes_an_address_that_the_cdn_takes(file_name: str) -> None:
    url = cdn_url(file_name)
    assert url.isascii()
    assert " " not in url
    assert cdn_takes(url, {"key-1": KEY}, 1000)
    assert len(parse_qs(urlsplit(url).query)["Signature"]) == 1


def test_the_key_of_a_cdn_has_128_bits() -> None:
    assert cdn_key("AAECAwQFBgcICQoLDA0ODw==") == KEY
    assert cdn_key(base64.urlsafe_b64encode(b"\xff" * 16).decode()) == b"\xff" * 16
    for wrong in ("", "AAEC", "not base64 at all!", base64.b64encode(b"1" * 32).decode()):
        with pytest.raises(InputError, match="128 bits"):
            cdn_key(wrong)
