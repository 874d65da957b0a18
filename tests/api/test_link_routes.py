"""Links in place of uploads: taken or refused at once, and like uploads once they were fetched."""

import dataclasses
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from clients import LOCAL, bearer
from journeys import SOURCE, VIDEO, started
from sqlalchemy import func, select
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.tables import Account, Operation, Project, Upload
from dubwright.jobs.accounts import LOCAL_ACCOUNT, create_account
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import FetchedNews
from dubwright.jobs.cleaning import clean_up
from dubwright.jobs.concluding import mark_cancelled, record_news
from dubwright.jobs.holdings import stored_bytes
from dubwright.jobs.keys import create_first_key
from dubwright.sources.links import LinkOffer

V = "dQw4w9WgXcQ"
LINK = {"url": f"https://youtu.be/{V}?t=3", "rights_confirmed": True}


def offering(service, offer: LinkOffer):
    return dataclasses.replace(service, options=dataclasses.replace(service.options, links=offer))


def client_of(service) -> TestClient:
    return TestClient(create_app(service, ApiOptions()), base_url=LOCAL)


def counts(service) -> list[int]:
    with service.database.reading() as session:
        tables = (Upload, Project, Operation)
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def linked_project(client: TestClient, *targets: str, **more: object) -> str:
    answer = client.post("/v1/projects", json={"link": LINK, "targets": list(targets), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def fetched(service, operation: str, **told: object) -> str:
    """Let a worker have fetched the video of an operation's project; the key of its source."""
    key = f"sources/{SOURCE.sha256}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source"
        path.write_bytes(VIDEO)
        service.store.put(key, path)
    news = FetchedNews(
        object_key=key,
        file_name="A talk.mp4",
        source=SOURCE,
        title="A talk",
        channel="Somebody",
        licence="Creative Commons Attribution license (reuse allowed)",
        **told,
    )
    record_news(service, operation, news.model_dump_json())
    return key


def test_a_link_makes_a_project_and_nothing_is_fetched(client, service):
    answer = client.post("/v1/projects", json={"link": LINK, "targets": ["de"]})
    assert answer.status_code == 201, answer.text
    project = answer.json()
    assert project["link"]["url"] == f"https://www.youtube.com/watch?v={V}"
    assert project["link"]["rights_confirmed_at"]
    assert project["link"]["key_id"] is None
    assert project["link"]["fetched_at"] is None
    assert (project["source"], project["source_url"]) == (None, None)
    assert project["name"] == f"youtube-{V}.mp4"
    assert counts(service) == [0, 1, 0]
    assert client.get(f"/v1/projects/{project['id']}").json()["link"] == project["link"]


def test_one_call_with_a_link_starts_the_run_that_fetches_it(client, service, engine):
    answer = client.post("/v1/dubs", json={"link": LINK, "targets": ["de"]})
    assert answer.status_code == 202, answer.text
    operation = answer.json()["id"]
    assert [one.operation for one in engine.submitted] == [operation]
    work = begin_operation(service, operation, 1).project
    assert (work.source_key, work.link.url) == (None, f"https://www.youtube.com/watch?v={V}")
    assert work.link.max_bytes == service.options.max_upload_bytes


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ({**LINK, "rights_confirmed": False}, "rights_not_confirmed"),
        ({"url": LINK["url"]}, "rights_not_confirmed"),
        ({**LINK, "rights_confirmed": "yes"}, "invalid_input"),
        ({**LINK, "url": ""}, "invalid_input"),
        ({**LINK, "url": 7}, "invalid_input"),
        ({**LINK, "colour": "red"}, "invalid_input"),
        ({"rights_confirmed": True}, "invalid_input"),
        ({**LINK, "url": "https://www.youtube.com/playlist?list=PLx"}, "link_refused"),
        ({**LINK, "url": "https://127.0.0.1/a.mp4"}, "link_refused"),
        ({**LINK, "url": "https://metadata.google.internal/a.mp4"}, "link_refused"),
        ({**LINK, "url": "http://example.org/a.mp4"}, "link_refused"),
        ({**LINK, "url": "file:///etc/passwd"}, "link_refused"),
        ({**LINK, "url": "https://example.org/" + "x" * 3_000}, "link_refused"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/projects", "/v1/dubs"])
def test_what_is_not_fetched_is_refused_at_once_and_leaves_nothing(
    client, service, link, code, path
):
    began = time.monotonic()
    answer = client.post(path, json={"link": link, "targets": ["de"]})
    assert time.monotonic() - began < 2
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["hint"]
    assert counts(service) == [0, 0, 0]


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/dubs"])
def test_a_project_begins_with_either_an_upload_or_a_link(client, path):
    both = {"upload": "upl_k3v7q2m5x4a6b7c2d3e4", "link": LINK, "targets": ["de"]}
    for asked in (both, {"targets": ["de"]}):
        answer = client.post(path, json=asked)
        assert answer.status_code == 422
        assert "either an `upload` or a `link`" in answer.text


def test_links_are_taken_locally_until_there_is_a_key(client, service):
    linked_project(client)
    token = create_first_key(service, "tests").token
    answer = client.post("/v1/projects", json={"link": LINK}, headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (403, "links_disabled")


def test_links_that_are_switched_on_are_taken_with_keys_and_the_key_is_remembered(service):
    issued = create_first_key(service, "tests")
    with client_of(offering(service, LinkOffer("always"))) as client:
        client.headers.update(bearer(issued.token))
        project = linked_project(client)
        assert client.get(f"/v1/projects/{project}").json()["link"]["key_id"] == issued.id


def test_links_that_are_switched_off_are_refused(service):
    with client_of(offering(service, LinkOffer("never"))) as client:
        answer = client.post("/v1/dubs", json={"link": LINK, "targets": ["de"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "links_disabled")


def test_youtube_alone_can_be_switched_off(service):
    with client_of(offering(service, LinkOffer("always", youtube=False))) as client:
        assert client.post("/v1/projects", json={"link": LINK}).json()["code"] == "link_refused"
        plain = {**LINK, "url": "https://example.org/a.mp4"}
        assert client.post("/v1/projects", json={"link": plain}).status_code == 201


def test_a_video_that_was_fetched_is_the_projects_source_and_is_not_fetched_again(client, service):
    project = linked_project(client, "de")
    operation = started(client, f"/v1/projects/{project}:ingest")
    begin_operation(service, operation, 1)
    key = fetched(service, operation, captions_key="documents/x.json", captions_language="en")
    shown = client.get(f"/v1/projects/{project}").json()
    assert shown["name"] == "A talk.mp4"
    assert shown["source"]["duration_ms"] == SOURCE.duration_ms
    assert shown["link"]["title"] == "A talk"
    assert shown["link"]["channel"] == "Somebody"
    assert shown["link"]["licence"].startswith("Creative Commons")
    assert shown["link"]["fetched_at"]
    again = begin_operation(service, operation, 1).project
    assert (again.source_key, again.link, again.file_name) == (key, None, "A talk.mp4")
    assert again.captions_key == "documents/x.json"
    assert client.get(shown["source_url"]).content == VIDEO


def test_a_video_that_was_fetched_stays_when_its_operation_is_cancelled(client, service):
    project = linked_project(client, "de", name="Mine")
    operation = started(client, f"/v1/projects/{project}:ingest")
    begin_operation(service, operation, 1)
    client.post(f"/v1/operations/{operation}:cancel")
    mark_cancelled(service, operation, 1)
    fetched(service, operation)
    shown = client.get(f"/v1/projects/{project}").json()
    assert shown["source_url"] is not None
    assert shown["name"] == "Mine"


def test_of_two_that_fetched_the_same_the_first_counts(client, service):
    project = linked_project(client, "de")
    operation = started(client, f"/v1/projects/{project}:ingest")
    begin_operation(service, operation, 1)
    fetched(service, operation)
    first = client.get(f"/v1/projects/{project}").json()["link"]["fetched_at"]
    fetched(service, operation)
    assert client.get(f"/v1/projects/{project}").json()["link"]["fetched_at"] == first
    assert counts(service) == [1, 1, 1]


def test_what_was_fetched_counts_as_an_upload_does(client, service):
    project = linked_project(client, "de")
    operation = started(client, f"/v1/projects/{project}:ingest")
    begin_operation(service, operation, 1)
    fetched(service, operation)
    with service.database.reading() as session:
        assert stored_bytes(session, LOCAL_ACCOUNT) == len(VIDEO)


def limit_account(service, quota_bytes: int) -> None:
    with service.database.writing() as session:
        session.get_one(Account, LOCAL_ACCOUNT).quota_bytes = quota_bytes


def test_no_more_is_fetched_than_the_account_may_hold(client, service):
    project = linked_project(client, "de")
    operation = started(client, f"/v1/projects/{project}:ingest")
    limit_account(service, 5_000)
    assert begin_operation(service, operation, 1).project.link.max_bytes == 5_000


def test_of_links_that_are_fetched_at_once_no_more_are_kept_than_the_account_may_hold(
    client, service, engine
):
    both = [linked_project(client, "de") for _ in range(2)]
    limit_account(service, len(VIDEO) + 1)
    first, second = [started(client, f"/v1/projects/{one}:ingest") for one in both]
    for operation in (first, second):
        work = begin_operation(service, operation, 1).project
        assert work.link.max_bytes == len(VIDEO) + 1
    fetched(service, first)
    fetched(service, second)
    assert counts(service)[0] == 1
    shown = client.get(f"/v1/operations/{second}").json()
    assert (shown["state"], shown["error"]["code"]) == ("failed", "quota_exceeded")
    assert "delete" in shown["error"]["hint"]
    assert engine.cancelled == [f"{second}-1"]
    assert client.get(f"/v1/projects/{both[1]}").json()["source_url"] is None
    assert client.get(f"/v1/operations/{first}").json()["state"] == "running"


def test_a_source_that_does_not_fit_leaves_an_operation_that_has_ended_alone(client, service):
    project = linked_project(client, "de")
    operation = started(client, f"/v1/projects/{project}:ingest")
    begin_operation(service, operation, 1)
    mark_cancelled(service, operation, 1)
    limit_account(service, 1)
    fetched(service, operation)
    assert counts(service)[0] == 0
    assert client.get(f"/v1/operations/{operation}").json()["state"] == "cancelled"


def test_operations_share_a_project_once_its_link_was_fetched(client, service):
    project = linked_project(client, "de", "fr")
    operation = started(client, f"/v1/projects/{project}/targets/de:translate")
    begin_operation(service, operation, 1)
    path = f"/v1/projects/{project}/targets/fr:translate"
    answer = client.post(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "wait until the project has its `source`" in answer.json()["hint"]
    fetched(service, operation)
    started(client, path)


def test_an_account_that_is_full_starts_no_link(client, service):
    linked_project(client)
    limit_account(service, 0)
    answer = client.post("/v1/projects", json={"link": LINK})
    assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")


def test_another_account_sees_nothing_of_a_link(service):
    mine = create_first_key(service, "mine").token
    other = create_first_key(service, "other", create_account(service, "other").id).token
    with client_of(offering(service, LinkOffer("always"))) as client:
        answer = client.post("/v1/projects", json={"link": LINK}, headers=bearer(mine))
        path = f"/v1/projects/{answer.json()['id']}"
        assert client.get(path, headers=bearer(other)).status_code == 404
        assert client.get("/v1/projects", headers=bearer(other)).json()["items"] == []


def test_a_deleted_project_takes_its_fetched_video_along(client, service):
    project = linked_project(client, "de")
    operation = started(client, f"/v1/projects/{project}:ingest")
    begin_operation(service, operation, 1)
    key = fetched(service, operation)
    client.post(f"/v1/operations/{operation}:cancel")
    mark_cancelled(service, operation, 1)
    assert client.delete(f"/v1/projects/{project}").status_code == 204
    for days in (3, 6):
        clean_up(service, service.now() + timedelta(days=days))
    assert counts(service)[:2] == [0, 0]
    assert service.store.size_bytes(key) is None


def test_what_was_not_fetched_yet_has_no_file_and_no_estimate(client):
    project = linked_project(client, "de")
    assert client.get(f"/v1/projects/{project}/source").status_code == 404
    answer = client.post(f"/v1/projects/{project}:estimate")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
