"""Glossaries by HTTP."""

from collections.abc import Iterator

import pytest
from clients import LOCAL, bearer
from starlette.testclient import TestClient

from dubwright.api.app import create_app, routers
from dubwright.api.options import ApiOptions
from dubwright.api.routes import glossaries
from dubwright.jobs.accounts import create_account
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.service import Service

PRODUCTS = {
    "name": "Products",
    "source_language": "EN",
    "target_language": "pt_br",
    "terms": {"dashboard": "painel", "Acme Cloud": "Acme Cloud"},
}


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """A client in local mode, of an API that serves glossaries."""
    more = [one for one in (glossaries.router,) if one not in routers()]
    with TestClient(create_app(service, ApiOptions(), more=more), base_url=LOCAL) as client:
        yield client


def test_a_glossary_is_kept_changed_and_deleted(client):
    made = client.post("/v1/glossaries", json=PRODUCTS)
    assert made.status_code == 201
    path, tag = made.headers["Location"], made.headers["ETag"]
    assert client.get(path).json() == made.json()
    assert made.json()["target_language"] == "pt-BR"
    changed = client.patch(path, json={"terms": {"goal": "golo"}}, headers={"If-Match": tag})
    assert changed.json()["terms"] == {"goal": "golo"}
    assert (changed.json()["name"], changed.json()["revision"]) == ("Products", 2)
    assert changed.headers["ETag"] != tag
    assert [one["id"] for one in client.get("/v1/glossaries").json()["items"]] == [
        made.json()["id"]
    ]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_an_edit_says_what_it_was_made_from(client):
    made = client.post("/v1/glossaries", json=PRODUCTS)
    path, tag = made.headers["Location"], made.headers["ETag"]
    assert client.patch(path, json={"name": "A"}).status_code == 428
    assert client.patch(path, json={"name": "A"}, headers={"If-Match": tag}).status_code == 200
    assert client.patch(path, json={"name": "B"}, headers={"If-Match": tag}).status_code == 412
    assert client.patch(path, json={"name": "C"}, headers={"If-Match": "*"}).status_code == 200
    assert client.get(path).json()["name"] == "C"


def test_what_is_known_already_is_not_sent_again(client):
    made = client.post("/v1/glossaries", json=PRODUCTS)
    spared = client.get(made.headers["Location"], headers={"If-None-Match": made.headers["ETag"]})
    assert (spared.status_code, spared.content) == (304, b"")


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"terms": {"": "x"}},
        {"terms": {"x": "  "}},
        {"terms": {"x": "a\nb"}},
        {"terms": {"x" * 101: "y"}},
        {"terms": {f"t{n}": "x" for n in range(2_001)}},
        {"source_language": "klingon!"},
        {"colour": "red"},
    ],
)
def test_what_is_no_glossary_is_refused(client, change):
    refused = client.post("/v1/glossaries", json=PRODUCTS | change)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")


def test_as_many_terms_as_are_promised_are_taken(client):
    terms = {f"term {n}": f"palavra {n}" for n in range(2_000)}
    made = client.post("/v1/glossaries", json=PRODUCTS | {"terms": terms})
    assert made.status_code == 201
    assert client.get(made.headers["Location"]).json()["terms"] == terms


def test_a_glossary_of_somebody_else_does_not_exist(client, token, service):
    path = client.post("/v1/glossaries", json=PRODUCTS, headers=bearer(token)).headers["Location"]
    other = create_account(service, "other")
    stranger = bearer(create_first_key(service, "k", other.id).token)
    assert client.get(path, headers=stranger).status_code == 404
    edit = client.patch(path, json={"name": "A"}, headers={**stranger, "If-Match": "*"})
    assert edit.status_code == 404
    assert client.delete(path, headers=stranger).status_code == 404
    assert client.get("/v1/glossaries", headers=stranger).json()["items"] == []
