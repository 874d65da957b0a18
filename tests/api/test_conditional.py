"""Edits say what they were made from; reads are spared when nothing changed."""

import pytest
from clients import LOCAL
from fastapi import APIRouter
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.conditional import NOT_MODIFIED, ExpectedRevision, TheTag, etag_of
from dubwright.api.options import ApiOptions
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.domain.errors import PreconditionFailed
from dubwright.jobs.service import Service


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


def shelf() -> APIRouter:
    """A router with one thing, at revision 12."""
    router = service_router("shelf")

    @router.get("/thing", responses=NOT_MODIFIED)
    def show_thing(tag: TheTag) -> int:
        tag(12)
        return 12

    @router.patch("/thing", responses=problems(412, 428))
    def change_thing(expected: ExpectedRevision, tag: TheTag) -> int | None:
        if expected not in (None, 12):
            raise PreconditionFailed("it is at revision 12")
        tag(13)
        return expected

    return router


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_app(service, ApiOptions(), more=[shelf()]), base_url=LOCAL)


def test_a_read_tells_the_revision_and_may_be_kept(client: TestClient) -> None:
    headers = client.get("/v1/thing").headers
    assert headers["etag"] == etag_of(12) == '"r12"'
    assert headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("known", ['"r12"', 'W/"r12"', '"r11", "r12"', "*"])
def test_a_read_of_what_is_known_is_spared(client: TestClient, known: str) -> None:
    answer = client.get("/v1/thing", headers={"If-None-Match": known})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == '"r12"'


@pytest.mark.parametrize("known", ['"r11"', '"r1"', '"r123"', "r12", ""])
def test_a_read_of_what_is_not_known_is_answered(client: TestClient, known: str) -> None:
    assert client.get("/v1/thing", headers={"If-None-Match": known}).json() == 12


def test_an_edit_must_say_what_it_was_made_from(client: TestClient) -> None:
    answer = client.patch("/v1/thing")
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize(("tag", "expected"), [('"r12"', 12), ("*", None)])
def test_an_edit_of_the_newest_revision_is_done(
    client: TestClient, tag: str, expected: int | None
) -> None:
    answer = client.patch("/v1/thing", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()) == (200, expected)
    assert answer.headers["etag"] == '"r13"'


@pytest.mark.parametrize("tag", ['"r11"', '"another"', '"r99999999999"'])
def test_an_edit_of_an_older_revision_is_refused(client: TestClient, tag: str) -> None:
    answer = client.patch("/v1/thing", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")


@pytest.mark.parametrize("tag", ["r12", 'W/"r12"', '"r11", "r12"', ""])
def test_a_tag_that_is_none_is_refused(client: TestClient, tag: str) -> None:
    answer = client.patch("/v1/thing", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
