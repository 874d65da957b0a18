"""Webhooks by HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from clients import LOCAL, bearer
from starlette.testclient import TestClient

from dubwright.api.app import create_app, routers
from dubwright.api.options import ApiOptions
from dubwright.api.routes import webhooks
from dubwright.jobs.delivering import deliver_due
from dubwright.jobs.service import Service

HOOK = {"url": "https://hooks.example/in", "events": ["operation.failed"]}


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """A client in local mode, of an API that serves webhooks."""
    more = [one for one in (webhooks.router,) if one not in routers()]
    with TestClient(create_app(service, ApiOptions(), more=more), base_url=LOCAL) as client:
        yield client


def test_the_secret_is_shown_when_it_is_made_and_never_again(client):
    made = client.post("/v1/webhooks", json=HOOK)
    assert made.status_code == 201
    secret = made.json()["secret"]
    path = made.headers["Location"]
    assert path == f"/v1/webhooks/{made.json()['id']}"
    shown = (client.get(path).text, client.get("/v1/webhooks").text)
    assert not any(secret in text or "secret" in text for text in shown)
    rotated = client.post(f"{path}:rotate").json()["secret"]
    assert rotated.startswith("whsec_")
    assert rotated != secret


def test_a_webhook_is_changed_and_deleted(client):
    path = client.post("/v1/webhooks", json=HOOK).headers["Location"]
    changed = client.patch(path, json={"active": False, "events": ["operation.running"]}).json()
    assert (changed["active"], changed["events"]) == (False, ["operation.running"])
    assert changed["url"] == HOOK["url"]
    assert client.delete(path).status_code == 204
    assert client.get(path).json()["code"] == "not_found"


def test_a_test_message_is_queued_and_its_fate_is_listed(client, service):
    path = client.post("/v1/webhooks", json=HOOK).headers["Location"]
    sent = client.post(f"{path}:test")
    assert sent.status_code == 202
    deliver_due(service, now=datetime.now(UTC))
    (delivery,) = client.get(f"{path}/deliveries").json()["items"]
    assert delivery["id"] == sent.json()["id"]
    assert (delivery["attempts"], delivery["last_status"]) == (1, None)
    assert delivery["last_problem"] == "the host is not known"
    again = client.post(f"{path}/deliveries/{delivery['id']}:replay")
    assert (again.status_code, again.json()["attempts"]) == (202, 0)


def test_what_cannot_be_called_is_answered_with_what_can(client):
    for url in ("http://hooks.example/", "https://127.0.0.1/", "https://hooks.example:22/", "x"):
        refused = client.post("/v1/webhooks", json=HOOK | {"url": url})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input"), url
        assert refused.json()["hint"]
    for change in ({"events": []}, {"events": ["operation.exploded"]}, {"secret": "mine"}):
        assert client.post("/v1/webhooks", json=HOOK | change).status_code == 422


def test_webhooks_need_an_admin_key(client, token):
    made = client.post("/v1/keys", json={"name": "w", "scopes": ["write"]}, headers=bearer(token))
    writer = bearer(made.json()["token"])
    assert client.get("/v1/webhooks", headers=writer).json()["code"] == "forbidden"
    assert client.get("/v1/webhooks", headers=bearer(token)).json()["items"] == []


def test_a_webhook_that_is_switched_off_takes_no_test(client):
    path = client.post("/v1/webhooks", json=HOOK | {"events": ["operation.running"]}).headers[
        "Location"
    ]
    client.patch(path, json={"active": False})
    assert client.post(f"{path}:test").json()["code"] == "conflict"


def test_the_api_declares_what_it_answers(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/webhooks", "/v1/webhooks/{webhook}:test"} <= set(paths)
    shown = paths["/v1/webhooks/{webhook}"]["get"]["responses"]["200"]["content"]
    assert shown["application/json"]["schema"]["$ref"].endswith("/WebhookResource")
