"""Long JSON answers are compressed for who takes that, and nothing else is."""

import gzip
import json
from pathlib import Path

import pytest
from clients import LOCAL
from fastapi import APIRouter
from fastapi.responses import FileResponse, StreamingResponse
from starlette.responses import Response
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.conditional import NOT_MODIFIED, TheTag
from dubwright.api.options import ApiOptions
from dubwright.api.routing import service_router
from dubwright.jobs.service import Service

LONG = ["a line that is said again and again"] * 500
SHORT = ["a line"]
GZIP = {"Accept-Encoding": "br, gzip;q=0.8"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


def answers(folder: Path) -> APIRouter:
    """A router with answers of all kinds."""
    router = service_router("answers")
    file = folder / "report.json"
    file.write_text(json.dumps(LONG))

    @router.get("/long", responses=NOT_MODIFIED)
    def show_long(tag: TheTag) -> list[str]:
        tag(12)
        return LONG

    @router.get("/short")
    def show_short() -> list[str]:
        return SHORT

    @router.post("/made")
    def make_long() -> list[str]:
        return LONG

    @router.get("/file")
    def show_file() -> FileResponse:
        return FileResponse(file, media_type="application/json")

    @router.get("/text")
    def show_text() -> Response:
        return Response("a line\n" * 500, media_type="text/plain")

    @router.get("/packed")
    def show_packed() -> Response:
        packed = gzip.compress(json.dumps([str(number) for number in range(2000)]).encode())
        told = {"Content-Encoding": "gzip"}
        return Response(packed, headers=told, media_type="application/json")

    @router.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(
            ("data: 1\n\n" for _ in range(500)), media_type="text/event-stream"
        )

    return router


@pytest.fixture
def client(service: Service, tmp_path: Path) -> TestClient:
    app = create_app(service, ApiOptions(), more=[answers(tmp_path)])
    return TestClient(app, base_url=LOCAL, headers=GZIP)


def test_a_long_answer_is_much_shorter_on_its_way_and_says_the_same(client: TestClient) -> None:
    with client.stream("GET", "/v1/long") as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(sent) < 1000
    assert answer.headers["vary"] == "Accept-Encoding"
    assert json.loads(gzip.decompress(sent)) == LONG


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "gzip; q=0.0, br", "x-gzip-like"])
def test_who_takes_no_gzip_gets_none(client: TestClient, accepted: str) -> None:
    answer = client.get("/v1/long", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.json() == LONG


@pytest.mark.parametrize("accepted", ["gzip", "GZIP", "br;q=1, gzip;q=0.1", "deflate,gzip"])
def test_who_takes_gzip_gets_it(client: TestClient, accepted: str) -> None:
    answer = client.get("/v1/long", headers={"Accept-Encoding": accepted})
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["short", "file", "text", "stream"])
def test_short_answers_files_and_streams_stay_as_they_are(client: TestClient, path: str) -> None:
    assert "content-encoding" not in client.get(f"/v1/{path}").headers


def test_a_part_of_a_file_stays_as_it_is(client: TestClient) -> None:
    answer = client.get("/v1/file", headers={"Range": "bytes=0-1999"})
    assert (answer.status_code, len(answer.content)) == (206, 2000)
    assert "content-encoding" not in answer.headers


def test_what_is_compressed_already_is_not_compressed_again(client: TestClient) -> None:
    assert client.get("/v1/packed").json()[-1] == "1999"


def test_answers_that_may_show_a_secret_are_not_compressed(client: TestClient) -> None:
    answer = client.post("/v1/made", headers={"Origin": LOCAL})
    assert answer.json() == LONG
    assert "content-encoding" not in answer.headers


def test_a_revision_stays_one_to_edit_from_and_spares_reads(client: TestClient) -> None:
    etag = client.get("/v1/long").headers["etag"]
    assert etag == '"r12"'
    assert client.get("/v1/long", headers={"If-None-Match": etag}).status_code == 304
