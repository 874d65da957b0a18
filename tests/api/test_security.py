"""What browsers are told, which hosts are served, and how much of a body is read."""

import asyncio
from itertools import repeat

import pytest
from clients import LOCAL, Connect, bearer, call
from fastapi import APIRouter, Request
from starlette.testclient import TestClient
from starlette.types import Message

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.routing import UploadRoute, service_router
from dubwright.jobs.service import Service


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


SMALL = ApiOptions(max_body_bytes=1000, body_pause_s=0.05)
JSON = {"Host": "127.0.0.1", "Content-Type": "application/json"}


def counting() -> APIRouter:
    """A router that counts the bytes of an upload."""
    router = service_router("counting", route=UploadRoute)

    @router.post("/count")
    async def count_bytes(request: Request) -> int:
        return sum([len(piece) async for piece in request.stream()])

    return router


def test_every_answer_tells_browsers_to_be_careful(client: TestClient) -> None:
    for path in ("/healthz", "/v1/keys", "/nothing", "/docs"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers


def test_answers_are_not_kept_by_browsers(client: TestClient) -> None:
    assert client.get("/v1/keys").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("proxies", "url", "told"),
    [
        (("127.0.0.1",), "https://dub.example", True),
        (("127.0.0.1",), "http://dub.example", False),
        ((), "https://dub.example", False),
    ],
)
def test_browsers_are_bound_to_https_only_behind_a_proxy_that_speaks_it(
    connect: Connect, proxies: tuple[str, ...], url: str, *, told: bool
) -> None:
    client = connect(ApiOptions(trusted_proxies=proxies), base_url=url)
    assert ("strict-transport-security" in client.get("/healthz").headers) == told


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("dub.example", 200),
        ("dub.example:8443", 200),
        ("DUB.example", 200),
        ("a.team.example", 200),
        ("team.example", 403),
        ("evil-dub.example", 403),
        ("dub.example.evil.example", 403),
        ("127.0.0.1", 403),
    ],
)
def test_only_the_named_hosts_are_served(connect: Connect, host: str, status: int) -> None:
    client = connect(ApiOptions(allowed_hosts=("dub.example", "*.team.example")))
    answer = client.get("/healthz", headers={"Host": host})
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_sites_are_not_told_that_they_may_read(client: TestClient) -> None:
    answer = client.get("/v1/keys", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_a_site_that_the_operator_trusts_may_read(connect: Connect) -> None:
    client = connect(ApiOptions(cors_origins=("https://tools.example",)))
    origin = {"Origin": "https://tools.example"}
    asked = {**origin, "Access-Control-Request-Method": "PATCH"}
    assert client.options("/v1/keys/key_1", headers=asked).status_code == 200
    answer = client.get("/v1/keys", headers=origin)
    assert answer.headers["access-control-allow-origin"] == origin["Origin"]
    assert "Operation-Location" in answer.headers["access-control-expose-headers"]
    evil = client.get("/v1/keys", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in evil.headers


def test_a_large_body_is_refused_before_it_is_sent(connect: Connect) -> None:
    app = connect(SMALL).app

    async def receive() -> Message:
        pytest.fail("the body was asked for")

    headers = {**JSON, "Content-Length": "1001"}
    [start, body] = asyncio.run(call(app, "POST", "/v1/keys", receive, headers))
    assert start["status"] == 413
    assert b'"too_large"' in body["body"]


def test_a_body_of_unknown_length_is_read_up_to_the_limit(connect: Connect) -> None:
    app = connect(SMALL).app
    pieces = iter(repeat(b" " * 400, 1000))
    asked = 0

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    [start, _] = asyncio.run(call(app, "POST", "/v1/keys", receive, JSON))
    assert start["status"] == 413
    assert asked == 3


def test_a_body_that_comes_too_slowly_is_ended(connect: Connect) -> None:
    app = connect(SMALL).app

    async def receive() -> Message:
        await asyncio.Event().wait()
        pytest.fail("nothing comes")

    [start, body] = asyncio.run(call(app, "POST", "/v1/keys", receive, JSON))
    assert start["status"] == 408
    assert b'"request_timeout"' in body["body"]


def test_a_small_body_in_slow_drops_is_ended_too(connect: Connect) -> None:
    app = connect(SMALL).app

    async def receive() -> Message:
        await asyncio.sleep(SMALL.body_pause_s / 4)
        return {"type": "http.request", "body": b" ", "more_body": True}

    [start, _] = asyncio.run(call(app, "POST", "/v1/keys", receive, JSON))
    assert start["status"] == 408


def test_an_upload_may_be_larger_and_slower_than_other_bodies(service: Service) -> None:
    options = ApiOptions(max_body_bytes=1000, body_pause_s=0.6)
    app = create_app(service, options, more=[counting()])
    left = 8

    async def receive() -> Message:
        nonlocal left
        left -= 1
        await asyncio.sleep(options.body_pause_s / 7)
        return {"type": "http.request", "body": b"x" * 500, "more_body": left > 0}

    headers = {**JSON, "Content-Type": "application/octet-stream"}
    [start, body] = asyncio.run(call(app, "POST", "/v1/count", receive, headers))
    assert (start["status"], body["body"]) == (200, b"4000")


def test_an_upload_that_stops_coming_is_ended(service: Service) -> None:
    app = create_app(service, SMALL, more=[counting()])

    async def receive() -> Message:
        await asyncio.Event().wait()
        pytest.fail("nothing comes")

    [start, _] = asyncio.run(call(app, "POST", "/v1/count", receive, JSON))
    assert start["status"] == 408


def test_a_key_works_under_any_name_that_is_served(connect: Connect, token: str) -> None:
    client = connect(ApiOptions(host="0.0.0.0"), base_url="https://dub.example")  # noqa: S104
    evil = {**bearer(token), "Origin": "https://else.example"}
    assert client.post("/v1/keys", json={"name": "k"}, headers=evil).status_code == 201
    assert connect(base_url=LOCAL).get("/v1/keys", headers=bearer(token)).status_code == 200
