"""Tickets for browsers, which open streams of events without a key."""

import dataclasses
import json
from datetime import timedelta

import pytest
import structlog
from clients import LOCAL, bearer
from journeys import new_project, started
from listeners import listening
from served import until
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.jobs.accounts import create_account
from dubwright.jobs.keys import create_first_key


@pytest.fixture
def app(service):
    return create_app(service, ApiOptions(max_streams_per_account=2))


@pytest.fixture
def client(app):
    with TestClient(app, base_url=LOCAL) as connected:
        yield connected


@pytest.fixture
def listen(app):
    with listening(app) as listen_to:
        yield listen_to


@pytest.fixture
def reader(service, token):
    """A key that may read. `token` is an admin's."""
    return create_first_key(service, "a browser", scopes=frozenset({"read"}))


def ticket_of(client, key):
    answer = client.post("/v1/events:ticket", headers=bearer(key.token))
    assert answer.status_code == 200, answer.text
    return answer.json()["ticket"]


def assert_refused(client, ticket, path="/v1/events"):
    answer = client.get(path, params={"ticket": ticket})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def started_by(client, service, token):
    """An operation of the account of this key; the client keeps nothing of it."""
    client.headers.update(bearer(token))
    operation = started(client, f"/v1/projects/{new_project(client, service, 'de')}:run")
    del client.headers["authorization"]
    return operation


def later(service, seconds):
    """The same service, as its clock will stand then."""
    moved = dataclasses.replace(service, now=lambda: service.now() + timedelta(seconds=seconds))
    return TestClient(create_app(moved, ApiOptions()), base_url=LOCAL)


def test_a_ticket_opens_the_streams_of_its_account(listen, client, service, token, reader):
    ticket = ticket_of(client, reader)
    everything = listen(f"/events?ticket={ticket}")
    operation = started_by(client, service, token)
    until(lambda: everything.kinds() == ["state"])
    one = listen(f"/operations/{operation}/events?ticket={ticket}")
    until(lambda: one.kinds() == ["state"])


def test_a_ticket_opens_nothing_else(client, reader):
    ticket = ticket_of(client, reader)
    for path in ("/v1/projects", "/v1/usage", "/v1/operations"):
        assert_refused(client, ticket, path)
    assert client.post("/v1/events:ticket", params={"ticket": ticket}).status_code == 401


def test_a_ticket_ends_after_a_minute(service, client, reader):
    ticket = ticket_of(client, reader)
    assert_refused(later(service, 61), ticket)


def test_a_ticket_does_not_show_what_belongs_to_other_accounts(client, service, token):
    operation = started_by(client, service, token)
    other = create_account(service, "others")
    theirs = ticket_of(client, create_first_key(service, "theirs", other.id))
    answer = client.get(f"/v1/operations/{operation}/events", params={"ticket": theirs})
    assert answer.status_code == 404


@pytest.mark.parametrize("end", [":rotate", ""])
def test_a_ticket_ends_with_the_secret_that_it_was_made_with(client, token, reader, end):
    ticket = ticket_of(client, reader)
    method = "POST" if end else "DELETE"
    client.request(method, f"/v1/keys/{reader.id}{end}", headers=bearer(token))
    assert_refused(client, ticket)


def test_what_was_changed_in_a_ticket_is_seen(client, service, token, reader):
    name, expires, signature = ticket_of(client, reader).split(".")
    other = create_first_key(service, "another").id.removeprefix("key_")
    assert_refused(client, f"{name}.{int(expires) + 60}.{signature}")
    assert_refused(client, f"dwt_{other}.{expires}.{signature}")
    assert_refused(client, f"{name}.{expires}.{'0' * 64}")
    for nonsense in ("", "dwt_", "x" * 500, f"{name}.{'9' * 12}.{signature}"):
        assert_refused(client, nonsense)


def test_two_tickets_in_one_address_are_none(client, reader):
    ticket = ticket_of(client, reader)
    assert client.get(f"/v1/events?ticket={ticket}&ticket={ticket}").status_code == 401


def test_a_ticket_of_another_installation_is_worth_nothing(client, service, reader):
    elsewhere = dataclasses.replace(service, secret=b"another secret, of another place")
    other = TestClient(create_app(elsewhere, ApiOptions()), base_url=LOCAL)
    assert_refused(client, ticket_of(other, reader))


def test_without_keys_no_ticket_is_needed(client):
    answer = client.post("/v1/events:ticket")
    assert (answer.status_code, answer.json()["ticket"]) == (200, None)


def test_a_ticket_is_not_kept_for_a_repeated_request(client, reader):
    headers = {**bearer(reader.token), "Idempotency-Key": "twice"}
    first, second = (client.post("/v1/events:ticket", headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert "idempotency-replayed" not in second.headers


def test_a_ticket_is_never_logged(client, service, token, reader):
    ticket = ticket_of(client, reader)
    with structlog.testing.capture_logs() as lines:
        client.get("/v1/operations/op_nobody/events", params={"ticket": ticket})
        client.get("/v1/projects", params={"ticket": ticket})
    assert [line["event"] for line in lines] == ["request.answered"] * 2
    assert ticket.split(".")[2] not in json.dumps(lines, default=str)


def test_an_account_has_so_many_streams_and_no_more(listen, client, service, token):
    other = create_account(service, "others")
    mine = bearer(token)
    theirs = bearer(create_first_key(service, "theirs", other.id).token)
    first, _ = listen("/events", **mine), listen("/events", **mine)
    answer = client.get("/v1/events", headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert "2 streams" in answer.json()["detail"]
    assert listen("/events", **theirs).head.status_code == 200
    first.stop()
    until(lambda: listen("/events", **mine).head.status_code == 200)
