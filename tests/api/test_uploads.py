"""Uploads by tus: what arrives stays, and only what was sent is kept."""

import asyncio
import base64
import contextlib
import fcntl
import hashlib
import itertools
import os
import random
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from served import served, until
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.pouring import pour
from dubwright.api.tus import metadata_header, new_upload
from dubwright.db.tables import Account, Project, Upload
from dubwright.domain.errors import MalformedRequest
from dubwright.jobs.accounts import LOCAL_ACCOUNT, create_account
from dubwright.jobs.caller import Caller
from dubwright.jobs.keys import NewKey, create_first_key
from dubwright.jobs.receiving import Piece, open_receiver
from dubwright.jobs.running_sums import RunningSums
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.jobs.uploads import expire_uploads
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

TUS = {"Tus-Resumable": "1.0.0"}
LOCAL = Caller(LOCAL_ACCOUNT, None, frozenset({"read", "write"}), "req_test")
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}


class Clock:
    """A wall clock that a test can turn on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 29, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class NoEngine:
    """Uploads start no work."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(database, tmp_path, clock) -> Service:
    store = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))
    options = ServiceOptions(tmp_path, max_upload_bytes=50_000_000, spare_disk_bytes=0)
    return Service(database, store, NoEngine(), options, clock)


@pytest.fixture
def app(service) -> FastAPI:
    return app_of(service)


def app_of(service: Service) -> FastAPI:
    return create_app(service, ApiOptions(body_pause_s=0.5))


def connect(app: FastAPI, token: str | None = None) -> TestClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return TestClient(app, base_url="http://127.0.0.1:8000/v1", headers=headers)


@pytest.fixture
def api(app) -> Iterator[TestClient]:
    with connect(app) as client:
        yield client


def content_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311  # any bytes will do


def begin(api: TestClient, size: int, **more: str) -> str:
    answer = api.post("/uploads", headers=TUS | {"Upload-Length": str(size)} | more)
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["Location"]
    return location.removeprefix("/v1")


def send(api: TestClient, upload: str, offset: int, piece, **more: str) -> httpx.Response:
    headers = PIECE | {"Upload-Offset": str(offset)} | more
    return api.patch(upload, headers=headers, content=piece)


def offset_of(api: TestClient, upload: str) -> int:
    answer = api.head(upload, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def checksum(algorithm: str, content: bytes) -> dict[str, str]:
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    return {"Upload-Checksum": f"{algorithm} {digest}"}


def require_kept(service: Service, api: TestClient, upload: str, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    shown = api.get(upload).json()
    assert (shown["complete"], shown["sha256"]) == (True, sha256)
    kept = service.store.local_path(f"sources/{sha256}")
    assert kept is not None
    assert kept.read_bytes() == content
    assert list(service.options.uploads_folder.iterdir()) == []


def part_of(service: Service, upload: str) -> Path:
    return service.options.uploads_folder / f"{upload.rpartition('/')[2]}.part"


def test_a_file_sent_in_pieces_arrives_whole(api, service):
    content = content_of(2_500_000)
    upload = begin(api, len(content))
    for start in range(0, len(content), 900_000):
        answer = send(api, upload, start, content[start : start + 900_000])
        assert answer.status_code == 204
        assert int(answer.headers["Upload-Offset"]) == min(start + 900_000, len(content))
    require_kept(service, api, upload, content)
    assert offset_of(api, upload) == len(content)


def test_a_file_may_come_with_its_announcement(api, service):
    content = content_of(70_000)
    headers = PIECE | {"Upload-Length": "70000"}
    answer = api.post("/uploads", headers=headers, content=content)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "70000")
    require_kept(service, api, answer.headers["Location"].removeprefix("/v1"), content)


def test_a_body_without_a_length_is_taken_too(api, service):
    content = content_of(1_500_000)
    upload = begin(api, len(content))
    assert send(api, upload, 0, iter([content[:700_001], content[700_001:]])).status_code == 204
    require_kept(service, api, upload, content)


@pytest.mark.parametrize("cut", [0, 1, 65_536, 1_048_575, 1_048_576, 1_048_577, 2_499_999])
def test_a_body_that_breaks_off_at_any_byte_keeps_what_arrived(api, service, cut):
    content = content_of(2_500_000)
    upload = begin(api, len(content))

    async def broken_off() -> AsyncIterator[bytes]:
        for start in range(0, cut, 60_000):
            yield content[start : min(start + 60_000, cut)]
        raise ClientDisconnect

    receiver = open_receiver(
        service, LOCAL, upload.rpartition("/")[2], piece=Piece(0), sums=RunningSums()
    )
    with pytest.raises(ClientDisconnect):
        asyncio.run(pour(broken_off(), receiver))
    assert offset_of(api, upload) == cut
    assert send(api, upload, cut, content[cut:]).status_code == 204
    require_kept(service, api, upload, content)


@pytest.mark.parametrize("cut", [1, 400_000, 2_499_999])
def test_after_a_cut_connection_the_rest_makes_the_file_whole(api, app, service, cut):
    content = content_of(2_500_000)
    upload = begin(api, len(content))
    with served(app) as port, socket.create_connection(("127.0.0.1", port)) as line:
        head = [
            f"PATCH /v1{upload} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upload-Offset: 0",
            f"Content-Length: {len(content)}",
            *(f"{name}: {value}" for name, value in PIECE.items()),
            "\r\n",
        ]
        line.sendall("\r\n".join(head).encode() + content[:cut])
        line.close()
        until(lambda: resumed(api, upload, content, at_most=cut))
    require_kept(service, api, upload, content)


def resumed(api: TestClient, upload: str, content: bytes, *, at_most: int) -> bool:
    """Whether the rest could be sent. What the web server held when the line broke is lost."""
    at = offset_of(api, upload)
    return at <= at_most and send(api, upload, at, content[at:]).status_code == 204


def test_a_sender_that_falls_silent_keeps_nobody_waiting(api, app, service):
    content = content_of(1_000)
    upload = begin(api, len(content))
    with served(app) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        head = [f"PATCH /v1{upload} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Length: 1000"]
        head += ["Upload-Offset: 0", *(f"{name}: {value}" for name, value in PIECE.items()), "\r\n"]
        line.sendall("\r\n".join(head).encode() + content[:300])
        assert b" 408 " in line.recv(4096).splitlines()[0]
    assert offset_of(api, upload) == 300
    assert send(api, upload, 300, content[300:]).status_code == 204
    require_kept(service, api, upload, content)


def test_a_killed_process_leaves_a_true_offset(api, service):
    content = content_of(1_000)
    upload = begin(api, len(content))
    send(api, upload, 0, content[:100])
    name = upload.rpartition("/")[2]
    receiver = open_receiver(service, LOCAL, name, piece=Piece(100), sums=RunningSums())
    receiver.write(b"of these nobody was told")
    receiver._close()
    assert offset_of(api, upload) == 100
    assert send(api, upload, 100, content[100:]).status_code == 204
    require_kept(service, api, upload, content)


def test_pieces_of_any_size_make_the_file(api, service):
    content, sizes = content_of(40_000), itertools.cycle([1, 2, 999, 12_345])
    upload, at = begin(api, len(content)), 0
    while at < len(content):
        piece = content[at : at + next(sizes)]
        at += len(piece)
        assert send(api, upload, at - len(piece), piece).headers["Upload-Offset"] == str(at)
    require_kept(service, api, upload, content)


def test_another_process_goes_on_where_one_ended(api, service):
    content = content_of(300_000)
    upload = begin(api, len(content))
    send(api, upload, 0, content[:100_000])
    with connect(app_of(service)) as other:
        assert offset_of(other, upload) == 100_000
        assert send(other, upload, 100_000, content[100_000:]).status_code == 204
        require_kept(service, other, upload, content)


def test_the_same_content_is_kept_once(api, service):
    content = content_of(10_000)
    for _ in range(2):
        upload = begin(api, len(content))
        assert send(api, upload, 0, content).status_code == 204
        require_kept(service, api, upload, content)
    assert len(list(service.store.keys("sources"))) == 1


def test_a_piece_for_another_offset_is_refused(api):
    upload = begin(api, 100)
    send(api, upload, 0, b"x" * 40)
    for wrong in (0, 39, 41, 100):
        assert code_of(send(api, upload, wrong, b"y")) == (409, "conflict")
    assert offset_of(api, upload) == 40


def test_more_than_was_announced_is_refused(api, service):
    content = content_of(100)
    upload = begin(api, len(content))
    assert code_of(send(api, upload, 0, content + b"!")) == (413, "too_large")
    assert code_of(send(api, upload, 0, iter([content, b"!"]))) == (413, "too_large")
    assert send(api, upload, 0, content).status_code == 204
    assert code_of(send(api, upload, 100, b"!")) == (413, "too_large")
    require_kept(service, api, upload, content)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_fits_its_checksum_is_kept(api, service, algorithm):
    content = content_of(5_000)
    upload = begin(api, len(content))
    for piece in (content[:3_000], content[3_000:]):
        at = offset_of(api, upload)
        assert send(api, upload, at, piece, **checksum(algorithm, piece)).status_code == 204
    require_kept(service, api, upload, content)


def test_of_a_piece_that_misses_its_checksum_nothing_is_kept(api, service):
    content = content_of(3_000_000)
    upload = begin(api, len(content))
    send(api, upload, 0, content[:1_000])
    damaged = b"?" + content[1_001:]
    answer = send(api, upload, 1_000, damaged, **checksum("sha1", content[1_000:]))
    assert code_of(answer) == (460, "checksum_mismatch")
    assert offset_of(api, upload) == 1_000
    assert send(api, upload, 1_000, content[1_000:]).status_code == 204
    require_kept(service, api, upload, content)


def test_a_damaged_first_piece_leaves_no_upload(api, service, database):
    headers = PIECE | {"Upload-Length": "9"} | checksum("sha1", b"another")
    assert code_of(api.post("/uploads", headers=headers, content=b"some"))[0] == 460
    with database.reading() as session:
        assert session.query(Upload).count() == 0
    assert list(service.options.uploads_folder.iterdir()) == []


def test_there_is_one_writer_at_a_time(api, service):
    upload = begin(api, 100)
    send(api, upload, 0, b"x" * 10)
    with part_of(service, upload).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert code_of(send(api, upload, 10, b"y")) == (423, "upload_busy")
        assert offset_of(api, upload) == 10
    assert send(api, upload, 10, b"y").status_code == 204


def test_a_full_disk_is_told_and_the_offset_stays_true(api, service):
    content = content_of(2_000_000)
    upload = begin(api, len(content))
    # Writing here fails as on a disk without room.
    part_of(service, upload).unlink(missing_ok=True)
    try:
        os.mknod(part_of(service, upload), 0o600 | stat.S_IFCHR, os.makedev(1, 7))
    except PermissionError:
        pytest.skip("only root can make a device that is always full")
    assert code_of(send(api, upload, 0, content)) == (507, "storage_full")
    assert offset_of(api, upload) == 0
    part_of(service, upload).unlink()
    assert send(api, upload, 0, content).status_code == 204
    require_kept(service, api, upload, content)


def test_a_disk_that_is_nearly_full_takes_no_upload(database, tmp_path, clock):
    store = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))
    options = ServiceOptions(tmp_path, spare_disk_bytes=2**60)
    with connect(app_of(Service(database, store, NoEngine(), options, clock))) as api:
        answer = api.post("/uploads", headers=TUS | {"Upload-Length": "10"})
    assert code_of(answer) == (507, "storage_full")


def test_an_upload_that_a_crash_kept_from_the_store_is_finished_when_somebody_asks(
    api, service, database
):
    content = content_of(5_000)
    upload = begin(api, len(content))
    send(api, upload, 0, content[:4_000])
    part_of(service, upload).write_bytes(content)
    part_of(service, upload).chmod(0o444)
    with database.writing() as session:
        session.get_one(Upload, upload.rpartition("/")[2]).received_bytes = len(content)
    assert offset_of(api, upload) == len(content)
    require_kept(service, api, upload, content)


def test_bytes_that_were_lost_are_asked_for_again(api, service):
    content = content_of(5_000)
    upload = begin(api, len(content))
    send(api, upload, 0, content[:4_000])
    os.truncate(part_of(service, upload), 1_500)
    assert offset_of(api, upload) == 1_500
    assert send(api, upload, 1_500, content[1_500:]).status_code == 204
    require_kept(service, api, upload, content)


def test_an_ended_upload_is_gone_with_its_bytes(api, service):
    upload = begin(api, 100)
    send(api, upload, 0, b"x" * 10)
    assert api.delete(upload, headers=TUS).status_code == 204
    assert api.head(upload, headers=TUS).status_code == 404
    assert code_of(send(api, upload, 10, b"y")) == (404, "not_found")
    assert code_of(api.delete(upload)) == (404, "not_found")
    assert list(service.options.uploads_folder.iterdir()) == []


def test_an_upload_that_a_project_uses_stays(api, database, clock, service):
    upload = begin(api, 3)
    send(api, upload, 0, b"abc")
    row = Project(id="prj_1", account_id=LOCAL_ACCOUNT, name="talk", created_at=clock.now)
    row.upload_id, row.updated_at = upload.rpartition("/")[2], clock.now
    with database.writing() as session:
        session.add(row)
    assert code_of(api.delete(upload)) == (409, "conflict")
    clock.now += timedelta(days=400)
    assert expire_uploads(service, clock.now) == 0
    assert api.get(upload).json()["complete"]


def test_an_upload_expires_some_time_after_its_last_piece(api, service, clock):
    upload = begin(api, 100)
    clock.now += timedelta(hours=23)
    answer = send(api, upload, 0, b"x")
    assert answer.headers["Upload-Expires"] == "Tue, 31 Mar 2026 11:00:00 GMT"
    clock.now += timedelta(hours=23)
    assert (offset_of(api, upload), expire_uploads(service, clock.now)) == (1, 0)
    clock.now += timedelta(hours=2)
    assert api.head(upload, headers=TUS).status_code == 404
    assert expire_uploads(service, clock.now) == 1
    assert list(service.options.uploads_folder.iterdir()) == []


def test_what_lies_there_without_a_row_is_swept_when_it_is_old(api, service, clock):
    kept = begin(api, 100)
    send(api, kept, 0, b"x")
    old, new = (service.options.uploads_folder / f"upl_{age}.part" for age in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"left over")
    os.utime(old, (0, 0))
    os.utime(part_of(service, kept), (0, 0))
    expire_uploads(service, clock.now)
    assert (old.exists(), new.exists(), part_of(service, kept).exists()) == (False, True, True)


def test_others_uploads_do_not_exist(app, service):
    tokens = [
        create_first_key(service, "key", create_account(service, name).id).token
        for name in ("mine", "theirs")
    ]
    with connect(app, tokens[0]) as mine, connect(app, tokens[1]) as theirs:
        upload = begin(mine, 10)
        answers = [theirs.get(upload), send(theirs, upload, 0, b"x"), theirs.delete(upload)]
        assert [code_of(answer) for answer in answers] == [(404, "not_found")] * 3
        assert theirs.head(upload, headers=TUS).status_code == 404
        assert offset_of(mine, upload) == 0


@pytest.mark.parametrize("name", ["upl_none", "..%2f..%2fsecret", "%ff", "a" * 3_000])
def test_an_id_that_is_none_leads_nowhere(api, name):
    assert code_of(api.get(f"/uploads/{name}")) == (404, "not_found")
    assert code_of(send(api, f"/uploads/{name}", 0, b"x")) == (404, "not_found")


def test_a_key_that_may_only_read_sends_nothing(app, service):
    with connect(app, create_first_key(service, "key").token) as api:
        upload = begin(api, 10)
        wanted = NewKey(name="reader", scopes=frozenset({"read"})).model_dump(mode="json")
        reader = api.post("/keys", json=wanted).json()["token"]
    with connect(app, reader) as api:
        assert offset_of(api, upload) == 0
        assert code_of(send(api, upload, 0, b"x")) == (403, "forbidden")
        assert code_of(api.post("/uploads", headers=TUS | {"Upload-Length": "1"}))[0] == 403


def test_an_account_takes_no_more_than_its_quota(api, database):
    first = begin(api, 600)
    with database.writing() as session:
        session.get_one(Account, LOCAL_ACCOUNT).quota_bytes = 1_000
    answer = api.post("/uploads", headers=TUS | {"Upload-Length": "401"})
    assert code_of(answer) == (403, "quota_exceeded")
    begin(api, 400)
    api.delete(first)
    begin(api, 600)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (400, "malformed_request")),
        ({"Upload-Defer-Length": "1"}, (400, "malformed_request")),
        ({"Upload-Length": "-1"}, (400, "malformed_request")),
        ({"Upload-Length": "1e3"}, (400, "malformed_request")),
        ({"Upload-Length": "9" * 30}, (400, "malformed_request")),
        ({"Upload-Length": "0"}, (422, "invalid_input")),
        ({"Upload-Length": "50000001"}, (413, "too_large")),
        ({"Upload-Length": "1", "Upload-Metadata": "filename ?"}, (400, "malformed_request")),
        ({"Upload-Length": "1", "Upload-Metadata": "filename /w=="}, (400, "malformed_request")),
        ({"Upload-Length": "1", "Upload-Metadata": "filetype dGV4dC9odG1s"}, (422, "invalid_input")),
        ({"Upload-Length": "1", "Upload-Checksum": "md5 AAAA"}, (400, "malformed_request")),
        ({"Upload-Length": "1", "Upload-Checksum": "sha1 AAAA"}, (400, "malformed_request")),
        ({"Upload-Length": "1", "Tus-Resumable": "0.2.2"}, (412, "upload_version")),
    ],
)  # fmt: skip
def test_an_announcement_that_cannot_be_is_refused(api, headers, expected):
    assert code_of(api.post("/uploads", headers=TUS | headers)) == expected


def test_a_request_without_the_version_is_told_which_one_is_spoken(api):
    upload = begin(api, 10)
    answers = [
        api.post("/uploads", headers={"Upload-Length": "1"}),
        api.head(upload),
        api.patch(upload, content=b"x"),
        api.delete(upload, headers={"Tus-Resumable": "2.0.0"}),
    ]
    assert [answer.status_code for answer in answers] == [412] * 4
    assert {answer.headers["Tus-Version"] for answer in answers} == {"1.0.0"}


def test_a_piece_of_another_type_is_refused(api):
    upload = begin(api, 10)
    for kind in ("application/octet-stream", "video/mp4"):
        answer = send(api, upload, 0, b"x", **{"Content-Type": kind})
        assert code_of(answer) == (415, "unsupported_media_type")
    assert offset_of(api, upload) == 0


def test_the_service_tells_what_it_can_do(api):
    answer = api.options("/uploads", headers={"Tus-Resumable": "0.2.2"})
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == "50000000"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "termination", "expiration", "checksum",
    }  # fmt: skip


@pytest.mark.parametrize("evil", ["../../etc/passwd", "C:\\talks\\talk.mp4", "a\r\nb\0.mp4", "///"])
def test_a_file_name_is_a_name_and_no_path(api, service, evil):
    upload = begin(api, 10, **{"Upload-Metadata": metadata_header(evil)})
    name = api.get(upload).json()["file_name"]
    assert name in ("passwd", "talk.mp4", "ab.mp4", "video")
    assert sorted(path.name for path in service.options.data_folder.iterdir() if path.is_dir()) in (
        [],
        ["uploads"],
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_file_name_survives_its_header(name):
    assert new_upload("1", metadata_header(name)).file_name == name


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255)))
def test_any_metadata_is_read_or_refused(header):
    with contextlib.suppress(MalformedRequest):
        assert new_upload("1", header).size_bytes == 1


def test_a_location_leads_nowhere_else(app, service):
    headers = TUS | {"Upload-Length": "1", "X-Forwarded-Host": "evil.example"}
    with connect(app, create_first_key(service, "key").token) as api:
        answer = api.post("/uploads", headers=headers)
    assert answer.headers["Location"].startswith("/v1/uploads/upl_")
