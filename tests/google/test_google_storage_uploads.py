"""Uploads while files are kept in a bucket: straight to it, or by tus through the API."""

import dataclasses
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy import update
from starlette.testclient import TestClient
from storage_rig import BUCKET, Rig, storage_rig

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.tus import metadata_header
from dubwright.db.engine import Database
from dubwright.db.migrate import upgrade
from dubwright.db.tables import Account
from dubwright.jobs.authentication import local_caller
from dubwright.jobs.cleaning import clean_up
from dubwright.jobs.direct_uploads import open_direct_upload
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.jobs.uploads import NewUpload
from dubwright.ports.job_engine import Submission
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner
from dubwright.testing.google.storage_contents import crc32c_of
from dubwright.testing.google.storage_failures import Refused

PIECE = 256 * 1024
VIDEO = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 3000
ORIGIN = "https://studio.example.org"
TUS = {"Tus-Resumable": "1.0.0"}


class NoEngine:
    def submit(self, submission: Submission) -> None:
        """Uploads start no work."""

    def cancel(self, workflow: str) -> None:
        """Nor do they end any."""


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rig(tmp_path: Path, clock: Clock) -> Iterator[Rig]:
    with storage_rig(tmp_path, now=clock) as rig:
        yield rig


@pytest.fixture
def service(rig: Rig, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    database = Database(f"sqlite:///{tmp_path / 'service.sqlite'}")
    upgrade(database)
    options = ServiceOptions(data_folder=tmp_path, uploads_kept=timedelta(hours=24))
    yield Service(database, rig.store("p"), NoEngine(), options, now=clock)
    database.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    app = create_app(service, ApiOptions(cors_origins=(ORIGIN,)))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def announced(
    client: TestClient, size: int = len(VIDEO), *, direct: bool = True, **headers: str
) -> httpx.Response:
    told = {"Upload-Length": str(size), "Upload-Metadata": metadata_header("A talk.mp4")}
    return client.post("/v1/uploads", params={"direct": direct}, headers={**TUS, **told, **headers})


def sent(session_url: str, content: bytes) -> httpx.Response:
    """What a browser does: pieces, and a question in between."""
    last = len(content) - 1
    first = {"Content-Range": f"bytes 0-{PIECE - 1}/{len(content)}"}
    assert httpx.put(session_url, content=content[:PIECE], headers=first).status_code == 308
    asked = httpx.put(session_url, headers={"Content-Range": f"bytes */{len(content)}"})
    start = int(asked.headers["Range"].removeprefix("bytes=0-")) + 1
    rest = {"Content-Range": f"bytes {start}-{last}/{len(content)}"}
    return httpx.put(session_url, content=content[start:], headers=rest)


def completed(client: TestClient, upload: str, **told: str) -> httpx.Response:
    return client.post(f"/v1/uploads/{upload}:complete", json=told)


def test_a_browser_sends_a_file_straight_to_the_bucket(client: TestClient, rig: Rig) -> None:
    upload = announced(client, Origin=ORIGIN).json()
    assert upload["protocol"] == "resumable"
    assert upload["session_url"].startswith(rig.double.url)
    assert sent(upload["session_url"], VIDEO).status_code == 200
    answer = completed(client, upload["id"], crc32c=crc32c_of(VIDEO))
    assert (answer.status_code, answer.json()["complete"]) == (200, True)
    assert answer.json()["received_bytes"] == len(VIDEO)
    assert rig.content(f"p/sources/{upload['id']}") == VIDEO
    project = client.post("/v1/projects", json={"upload": upload["id"], "targets": ["de"]})
    assert project.status_code == 201


def test_completing_twice_is_the_same_as_once(client: TestClient) -> None:
    upload = announced(client).json()
    sent(upload["session_url"], VIDEO)
    assert completed(client, upload["id"]).json() == completed(client, upload["id"]).json()


def test_the_session_belongs_to_the_page_that_asked(client: TestClient) -> None:
    url = announced(client, Origin=ORIGIN).json()["session_url"]
    wanted = {"Access-Control-Request-Method": "PUT"}
    for origin, allowed in ((ORIGIN, ORIGIN), ("https://elsewhere.example", None)):
        answer = httpx.options(url, headers={"Origin": origin, **wanted})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_what_is_no_origin_is_not_passed_on(service: Service) -> None:
    caller = local_caller(service, "req_test")
    for origin in (
        "https://a.example\\evil",
        "https://a.example/page",
        "null",
        "file://x",
        "",
        "*",
    ):
        asked = NewUpload(size_bytes=9)
        upload = open_direct_upload(service, caller, asked, origin=origin)
        assert upload.session_url is not None
        answer = httpx.options(upload.session_url, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_address_of_a_session_is_told_once_and_logged_nowhere(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        upload = announced(client).json()
        shown = client.get(f"/v1/uploads/{upload['id']}")
        completed(client, upload["id"])
    secret = upload["session_url"].partition("upload_id=")[2]
    assert "session_url" not in shown.json()
    assert secret not in str(events)
    ours = [line for line in caplog.records if line.name.startswith("dubwright")]
    assert secret not in str([line.getMessage() for line in ours])


def test_an_upload_is_not_complete_before_all_of_it_is_there(client: TestClient) -> None:
    upload = announced(client).json()
    answer = completed(client, upload["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    used = client.post("/v1/projects", json={"upload": upload["id"]})
    assert used.status_code == 409


def test_the_bucket_takes_no_other_size_than_was_announced(client: TestClient) -> None:
    url = announced(client, size=len(VIDEO) - 1).json()["session_url"]
    headers = {"Content-Range": f"bytes 0-{PIECE - 1}/{len(VIDEO)}"}
    assert httpx.put(url, content=VIDEO[:PIECE], headers=headers).status_code == 400
    assert httpx.put(url, content=VIDEO).status_code == 400


@pytest.mark.parametrize(
    ("content", "told", "code"),
    [
        (VIDEO, {"crc32c": crc32c_of(b"other")}, "checksum_mismatch"),
        (b"MZ" + bytes(PIECE * 2), {}, "invalid_input"),
    ],
)
def test_a_damaged_file_and_one_of_another_kind_are_refused_and_deleted(
    client: TestClient, rig: Rig, content: bytes, told: dict[str, str], code: str
) -> None:
    upload = announced(client, size=len(content)).json()
    sent(upload["session_url"], content)
    assert completed(client, upload["id"], **told).json()["code"] == code
    assert client.get(f"/v1/uploads/{upload['id']}").status_code == 404
    assert list(rig.double.contents.names(BUCKET)) == []


@pytest.mark.parametrize("start", [b"RIFF\0\0\0\0WAVE", b"fLaC", b"ID3", b"OggS"])
def test_sound_is_taken_too(client: TestClient, start: bytes) -> None:
    content = start + bytes(PIECE * 2)
    upload = announced(client, size=len(content)).json()
    sent(upload["session_url"], content)
    assert completed(client, upload["id"]).status_code == 200


def test_sizes_and_quotas_hold_before_a_session_is_opened(
    client: TestClient, service: Service, rig: Rig
) -> None:
    announced(client)
    assert announced(client, size=service.options.max_upload_bytes + 1).status_code == 413
    assert announced(client, size=0).status_code == 422
    with service.database.writing() as session:
        session.execute(update(Account).values(quota_bytes=len(VIDEO) + 10))
    opened = rig.asked("storage.objects.insert")
    assert announced(client, size=11).json()["code"] == "quota_exceeded"
    assert rig.asked("storage.objects.insert") == opened


def test_a_bucket_that_opens_no_session_leaves_no_upload(
    client: TestClient, rig: Rig, service: Service
) -> None:
    rig.double.faults.plan("storage.objects.insert", Refused(403, "forbidden"))
    answer = announced(client)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_failed")
    with service.database.writing() as session:
        session.execute(update(Account).values(quota_bytes=len(VIDEO)))
    assert announced(client).status_code == 201


def test_an_upload_whose_time_is_over_is_cleaned_from_the_bucket(
    client: TestClient, service: Service, rig: Rig, clock: Clock
) -> None:
    upload = announced(client).json()
    sent(upload["session_url"], VIDEO)
    clean_up(service, clock.now)
    clock.now += timedelta(hours=25)
    assert completed(client, upload["id"]).status_code == 404
    for _ in range(2):
        clean_up(service, clock.now)
        clock.now += timedelta(hours=25)
    assert list(rig.double.contents.names(BUCKET)) == []


def test_without_being_asked_for_files_come_by_tus_and_go_to_the_bucket(
    client: TestClient, rig: Rig, tmp_path: Path
) -> None:
    upload = announced(client, direct=False)
    assert (upload.json()["protocol"], upload.json()["session_url"]) == ("tus", None)
    piece = {"Content-Type": "application/offset+octet-stream"}
    for start, end in ((0, 1000), (1000, len(VIDEO))):
        headers = {**TUS, **piece, "Upload-Offset": str(start)}
        answer = client.patch(upload.headers["Location"], content=VIDEO[start:end], headers=headers)
        assert answer.status_code == 204
    shown = client.get(upload.headers["Location"]).json()
    assert rig.content(f"p/sources/{shown['sha256']}") == VIDEO
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_store_on_this_machine_answers_that_files_come_by_tus(
    service: Service, tmp_path: Path
) -> None:
    near = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))
    app = create_app(dataclasses.replace(service, store=near), ApiOptions())
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        upload = announced(client).json()
        assert (upload["protocol"], upload["session_url"]) == ("tus", None)
        assert completed(client, upload["id"]).status_code == 409
