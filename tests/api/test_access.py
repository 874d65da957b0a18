"""Who gets in: keys, scopes, and this machine alone as long as there is no key."""

import asyncio
from datetime import timedelta

import pytest
from clients import LOCAL, Connect, bearer, call
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from dubwright.api.access import is_local_host
from dubwright.api.options import ApiOptions
from dubwright.api.problems import Problem
from dubwright.db.tables import ApiKey
from dubwright.jobs.accounts import LOCAL_ACCOUNT, create_account
from dubwright.jobs.authentication import authenticate
from dubwright.jobs.caller import Caller, Scope
from dubwright.jobs.keys import NewKey, create_first_key, create_key
from dubwright.jobs.service import Service


def issue(service: Service, **asked: object) -> str:
    """The token of a new key of the local account, which has an admin key already."""
    create_first_key(service, "first")
    caller = Caller(LOCAL_ACCOUNT, None, frozenset({"admin"}), "req_tests")
    return create_key(service, caller, NewKey.model_validate({"name": "k", **asked})).token


def status_of(client: TestClient, token: str) -> int:
    return client.get("/v1/keys", headers=bearer(token)).status_code


def test_on_this_machine_no_key_is_needed_until_one_is_made(client: TestClient) -> None:
    assert client.get("/v1/keys").status_code == 200
    made = client.post("/v1/keys", json={"name": "first", "scopes": ["admin"]})
    assert made.status_code == 201
    assert client.get("/v1/keys").status_code == 401
    assert status_of(client, made.json()["token"]) == 200


def test_a_revoked_key_does_not_open_the_machine_again(
    client: TestClient, service: Service, token: str
) -> None:
    with service.database.writing() as session:
        for key in session.query(ApiKey):
            key.revoked_at = service.now()
    assert client.get("/v1/keys").status_code == 401


def test_what_was_made_without_a_key_belongs_to_the_first_key(
    service: Service, client: TestClient
) -> None:
    client.get("/v1/keys")
    caller = authenticate(service, create_first_key(service, "first").token, "req_tests")
    assert caller.account_id == LOCAL_ACCOUNT


@pytest.mark.parametrize(
    "options",
    [
        ApiOptions(host="0.0.0.0"),  # noqa: S104 - the case in point
        ApiOptions(host="dub.example.org"),
        ApiOptions(auth="required"),
        ApiOptions(trusted_proxies=("127.0.0.1",)),
    ],
)
def test_a_service_that_others_can_reach_needs_a_key_from_the_start(
    connect: Connect, options: ApiOptions
) -> None:
    assert connect(options).get("/v1/keys").status_code == 401


@pytest.mark.parametrize("header", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
def test_a_proxy_on_this_machine_does_not_make_others_local(
    client: TestClient, header: str
) -> None:
    assert client.get("/v1/keys", headers={header: "for=192.0.2.1"}).status_code == 401


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9", "localhost:8000", "LOCALHOST", "[::1]:8000"]
)
def test_the_machines_own_names_are_local(client: TestClient, host: str) -> None:
    assert client.get("/v1/keys", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "", "10.0.0.1"],
)
def test_a_name_that_was_bound_to_this_machine_is_refused(client: TestClient, host: str) -> None:
    refused = client.get("/v1/keys", headers={"Host": host})
    assert refused.status_code == 403
    assert "localhost" in Problem.model_validate(refused.json()).hint


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": LOCAL, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(
    client: TestClient, headers: dict[str, str]
) -> None:
    assert client.post("/v1/keys", json={"name": "k"}, headers=headers).status_code == 403
    assert client.get("/v1/keys").json()["items"] == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": LOCAL, "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_the_services_own_page_and_programs_may_change_things(
    client: TestClient, headers: dict[str, str]
) -> None:
    assert client.post("/v1/keys", json={"name": "k"}, headers=headers).status_code == 201


def test_a_site_that_the_operator_trusts_may_change_things(connect: Connect) -> None:
    client = connect(ApiOptions(cors_origins=("https://tools.example",)))
    headers = {"Origin": "https://tools.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/v1/keys", json={"name": "k"}, headers=headers).status_code == 201


def test_every_bad_key_gets_the_same_answer(service: Service, client: TestClient) -> None:
    good = issue(service, scopes=["admin"])
    known, secret = good.split("_")[1:]
    revoked = issue(service, scopes=["admin"])
    with service.database.writing() as session:
        session.get_one(ApiKey, f"key_{revoked.split('_')[1]}").revoked_at = service.now()
    bad = [
        "",
        "dw_",
        "a b",
        f"dw_{known}_{'a' * 52}",
        f"dw_{'a' * 20}_{secret}",
        f"dw_{known}_{secret}a",
        good.upper(),
        revoked,
    ]
    answers = [client.get("/v1/keys", headers=bearer(token)) for token in bad]
    assert {answer.status_code for answer in answers} == {401}
    assert len({str({**answer.json(), "request_id": ""}) for answer in answers}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}


def test_a_bad_key_is_refused_even_where_none_is_needed(client: TestClient) -> None:
    assert status_of(client, "dw_what_ever") == 401
    assert client.get("/v1/keys", headers={"Authorization": "Basic YTpi"}).status_code == 401


def test_a_key_is_worthless_once_it_expired(service: Service, client: TestClient) -> None:
    token = issue(service, scopes=["admin"], expires_at=service.now() + timedelta(hours=1))
    assert status_of(client, token) == 200
    with service.database.writing() as session:
        key = session.get_one(ApiKey, f"key_{token.split('_')[1]}")
        key.expires_at = service.now() - timedelta(seconds=1)
    assert status_of(client, token) == 401


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 403), ("admin", 200)])
def test_a_scope_includes_the_lesser_ones_and_no_greater_one(
    service: Service, client: TestClient, scope: Scope, status: int
) -> None:
    assert status_of(client, issue(service, scopes=[scope])) == status


def test_a_body_is_not_read_before_the_caller_is_known(client: TestClient, token: str) -> None:
    async def body() -> Message:
        pytest.fail("the body was read")

    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": "9"}
    [start, _] = asyncio.run(call(client.app, "POST", "/v1/keys", body, headers))
    assert start["status"] == 401


def test_a_key_that_calls_too_often_is_told_when_to_come_back(
    service: Service, client: TestClient
) -> None:
    token = issue(service, scopes=["admin"], calls_per_minute=1)
    assert status_of(client, token) == 200
    refused = client.get("/v1/keys", headers=bearer(token))
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["retryable"] is True


def test_a_keys_use_is_noted_at_most_once_a_minute(service: Service, client: TestClient) -> None:
    token = issue(service, scopes=["admin"])
    key_id = f"key_{token.split('_')[1]}"
    first = client.get(f"/v1/keys/{key_id}", headers=bearer(token)).json()["last_used_at"]
    again = client.get(f"/v1/keys/{key_id}", headers=bearer(token)).json()["last_used_at"]
    assert first is not None
    assert again == first


def test_accounts_do_not_see_each_others_keys(service: Service, client: TestClient) -> None:
    mine = create_first_key(service, "mine")
    other = create_account(service, "others")
    theirs = create_first_key(service, "theirs", other.id)
    listed = client.get("/v1/keys", headers=bearer(mine.token)).json()["items"]
    assert [key["id"] for key in listed] == [mine.id]
    path = f"/v1/keys/{theirs.id}"
    hidden = client.get(path, headers=bearer(mine.token))
    missing = client.get("/v1/keys/key_nothing", headers=bearer(mine.token))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert client.delete(path, headers=bearer(mine.token)).status_code == 404
    assert status_of(client, theirs.token) == 200


@given(host=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30))
def test_only_three_names_are_local(host: str) -> None:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    assert is_local_host(host) == (name.lower() in ("localhost", "127.0.0.1", "[::1]"))
