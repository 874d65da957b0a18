"""One line for each request, its id everywhere, and a row for each change."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
import structlog
from clients import LOCAL, bearer, call
from fastapi import APIRouter, Depends
from starlette.testclient import TestClient
from starlette.types import Message

from dubwright.api.access import WriteCaller
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.request_log import not_audited
from dubwright.api.routing import service_router
from dubwright.db.tables import Audit
from dubwright.jobs.accounts import LOCAL_ACCOUNT
from dubwright.jobs.service import Service
from dubwright.observability.logs import configure_logs

Lines = Callable[[], list[dict[str, object]]]
SAID = "the launch code is four"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was logged, as JSON, at level info."""
    stream = io.StringIO()
    configure_logs(level="info", log_format="json", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


def noting() -> APIRouter:
    """A router that logs, inside a thread, what it does."""
    router = service_router("noting")

    @router.post("/notes")
    def add_note(caller: WriteCaller) -> None:
        structlog.get_logger().info("note.added")

    @router.post("/pieces", dependencies=[Depends(not_audited)])
    def add_piece(caller: WriteCaller) -> None: ...

    return router


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_app(service, ApiOptions(), more=[noting()]), base_url=LOCAL)


def audit(service: Service) -> list[Audit]:
    with service.database.reading() as session:
        return list(session.scalars(sa.select(Audit).order_by(Audit.id)))


def test_a_request_is_one_line_without_its_query_or_body(client: TestClient, lines: Lines) -> None:
    answer = client.post(f"/v1/keys?q={SAID}", json={"name": SAID})
    [line] = lines()
    assert line["event"] == "request.answered"
    assert (line["method"], line["path"], line["route"]) == ("POST", "/v1/keys", "create_key")
    assert (line["status"], line["size_bytes"]) == (201, len(answer.content))
    assert line["account"] == LOCAL_ACCOUNT
    assert isinstance(line["elapsed_ms"], int)
    assert SAID not in json.dumps(line)
    assert answer.json()["token"] not in json.dumps(line)


def test_a_key_is_never_logged(client: TestClient, lines: Lines, token: str) -> None:
    client.get("/v1/keys", headers=bearer(token))
    client.get("/v1/keys", headers=bearer("dw_wrong"))
    text = json.dumps(lines())
    assert token.split("_")[2] not in text
    assert "dw_wrong" not in text


def test_what_a_route_logs_has_the_ids_of_the_request(client: TestClient, lines: Lines) -> None:
    answer = client.post("/v1/notes")
    note, _ = lines()
    assert note["event"] == "note.added"
    assert note["request"] == answer.headers["x-request-id"]
    assert note["account"] == LOCAL_ACCOUNT


def test_the_account_of_one_request_is_not_that_of_the_next(
    client: TestClient, lines: Lines
) -> None:
    client.get("/v1/keys")
    client.get("/nothing")
    assert [line["account"] for line in lines()] == [LOCAL_ACCOUNT, "-"]


def test_a_callers_own_request_id_is_taken_over(client: TestClient, lines: Lines) -> None:
    answer = client.get("/v1/keys", headers={"X-Request-Id": "build-4711.a"})
    assert answer.headers["x-request-id"] == "build-4711.a"
    assert lines()[0]["request"] == "build-4711.a"


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with blank in", "x" * 10 + '"', "<b>bold</b>"]
)
def test_an_id_that_could_upset_a_log_is_not_taken_over(client: TestClient, given: str) -> None:
    made = client.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert made != given
    assert made.startswith("req_")


def test_each_request_has_an_id_of_its_own(client: TestClient) -> None:
    ids = {client.get("/nothing").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


def test_probes_do_not_fill_the_log(client: TestClient, lines: Lines) -> None:
    client.get("/healthz")
    client.get("/readyz")
    client.get("/metrics")
    assert lines() == []


def test_a_line_cannot_be_forged_by_an_address(client: TestClient, lines: Lines) -> None:
    client.get("/a%0A%7B%22event%22:%22forged%22%7D" + "x" * 2000)
    [line] = lines()
    assert line["event"] == "request.answered"
    assert len(str(line["path"])) <= 300


def test_each_change_leaves_a_row_and_reading_leaves_none(
    client: TestClient, service: Service
) -> None:
    client.get("/v1/keys")
    client.post("/v1/keys", json={})
    made = client.post("/v1/keys", json={"name": "k"})
    refused, done = audit(service)
    assert (refused.action, refused.status) == ("create_key", 422)
    assert (done.action, done.subject, done.status) == ("create_key", "/v1/keys", 201)
    assert (done.account_id, done.key_id) == (LOCAL_ACCOUNT, None)
    assert done.request_id == made.headers["x-request-id"]


def test_a_row_names_the_key_that_was_shown(
    client: TestClient, service: Service, token: str
) -> None:
    client.post("/v1/keys", json={"name": "k"}, headers=bearer(token))
    [row] = audit(service)
    assert row.key_id == f"key_{token.split('_')[1]}"


def test_whoever_is_not_known_leaves_no_row(
    client: TestClient, service: Service, token: str
) -> None:
    assert client.post("/v1/keys", json={"name": "k"}).status_code == 401
    assert audit(service) == []


def test_pieces_of_one_change_leave_no_rows(client: TestClient, service: Service) -> None:
    client.post("/v1/pieces")
    assert audit(service) == []


def test_an_answer_is_given_though_its_row_is_lost(
    client: TestClient, service: Service, lines: Lines
) -> None:
    client.get("/v1/keys")
    with service.database.writing() as session:
        session.execute(sa.text("ALTER TABLE audit RENAME TO audit_elsewhere"))
    assert client.post("/v1/notes").status_code == 200
    assert lines()[-1]["event"] == "audit.lost"


def test_a_caller_who_hangs_up_is_no_fault(client: TestClient, lines: Lines) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    headers = {"Host": "127.0.0.1", "Content-Type": "application/json"}
    asyncio.run(call(client.app, "POST", "/v1/keys", receive, headers))
    assert {line["event"] for line in lines()} == {"request.answered"}
