"""The source of a project, as the studio plays it beside the dub."""

from hashlib import sha256

import pytest
from clients import bearer
from journeys import VIDEO, dubbed_project, new_project
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.routes.objects import objects_router
from dubwright.db.tables import Project
from dubwright.jobs.accounts import create_account
from dubwright.jobs.keys import create_first_key
from dubwright.storage.signing import UrlSigner


@pytest.fixture
def source(client, service):
    return client.get(dubbed_project(client, service).url).json()["source_url"]


def test_the_source_is_served_as_what_was_found_in_it(client, source):
    answer = client.get(source)
    assert (answer.status_code, answer.content) == (200, VIDEO)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["ETag"] == f'"{sha256(VIDEO).hexdigest()}"'
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_player_gets_the_part_it_asks_for(client, source):
    answer = client.get(source, headers={"Range": "bytes=100-199"})
    assert (answer.status_code, answer.content) == (206, VIDEO[100:200])
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(VIDEO)}"


def test_a_source_that_a_player_has_is_not_sent_again(client, source):
    known = client.head(source).headers["ETag"]
    assert client.get(source, headers={"If-None-Match": known}).status_code == 304


def test_a_source_that_nobody_looked_into_is_told_by_its_name(client, service):
    url = client.get(f"/v1/projects/{new_project(client, service)}").json()["source_url"]
    assert client.get(url).headers["Content-Type"] == "video/mp4"


def test_a_source_that_is_still_to_come_has_no_address(client, service):
    project = new_project(client, service)
    with service.database.writing() as session:
        session.get_one(Project, project).source_key = None
    assert client.get(f"/v1/projects/{project}").json()["source_url"] is None
    answer = client.get(f"/v1/projects/{project}/source")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "not here yet" in answer.json()["detail"]


def test_a_source_that_was_cleaned_up_is_not_found(client, service, source):
    service.store.delete(f"sources/{sha256(VIDEO).hexdigest()}")
    assert client.get(source).status_code == 404


def test_a_source_is_nothing_to_other_accounts(client, service, source):
    other = create_account(service, "others")
    stranger = bearer(create_first_key(service, "theirs", other.id).token)
    assert client.get(source, headers=stranger).status_code == 404
    assert client.get(source, params={"link": True}, headers=stranger).status_code == 404


def test_a_link_serves_the_source_to_whoever_has_it(service):
    routes = objects_router(UrlSigner(b"0123456789abcdef"))
    app = create_app(service, ApiOptions(), more=(routes,))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        source = client.get(dubbed_project(client, service).url).json()["source_url"]
        link = client.get(source, params={"link": True}).json()["url"]
        create_first_key(service, "from now on keys are needed")
        assert client.get(source).status_code == 401
        answer = client.get(link, headers={"Range": "bytes=5-9"})
        assert (answer.status_code, answer.content) == (206, VIDEO[5:10])
        assert answer.headers["Content-Type"] == "video/mp4"
