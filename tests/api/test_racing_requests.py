"""Requests that arrive at once: of edits of one revision one wins, and nothing fails inside."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from journeys import dubbed_project, finished_upload, new_project

from dubwright.db.tables import Operation

AT_ONCE = 12
ANY = {"If-Match": "*"}
EDITS = {
    "project": ("", "", {"name": "Mine"}),
    "target": ("/targets/de", "/targets/de", {"voices": {"S1": "mine"}}),
    "line": ("/targets/de", "/targets/de/utterances/1", {"target_text": "Meins"}),
    "segment": ("", "/transcript/segments/1", {"text": "Mine"}),
}


def answers(*calls):
    """How many of the answers had which status, `calls` being made in turn, all at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = [pool.submit(calls[number % len(calls)]) for number in range(AT_ONCE)]
        statuses = Counter(one.result().status_code for one in made)
    assert max(statuses) < 500, statuses
    return statuses


@pytest.mark.parametrize("name", EDITS)
def test_of_edits_of_one_revision_one_wins(client, service, name):
    tagged, edited, changes = EDITS[name]
    url = dubbed_project(client, service).url
    seen = {"If-Match": client.get(url + tagged).headers["ETag"]}
    statuses = answers(lambda: client.patch(url + edited, json=changes, headers=seen))
    assert statuses == {200: 1, 412: AT_ONCE - 1}


def test_edits_of_any_revision_are_all_counted(client, service):
    url = dubbed_project(client, service).url
    before = client.get(url).json()["revision"]
    statuses = answers(lambda: client.patch(url, json={"name": "Mine"}, headers=ANY))
    assert statuses == {200: AT_ONCE}
    assert client.get(url).json()["revision"] == before + AT_ONCE


def test_a_language_is_added_once(client, service):
    url = f"/v1/projects/{new_project(client, service)}/targets"
    statuses = answers(lambda: client.post(url, json={"language": "fr"}))
    assert statuses == {201: 1, 409: AT_ONCE - 1}


def test_a_project_is_run_once_at_a_time(client, service, engine):
    url = f"/v1/projects/{new_project(client, service, 'de')}:run"
    assert answers(lambda: client.post(url)) == {202: 1, 409: AT_ONCE - 1}
    assert len(engine.submitted) == 1


def test_an_operation_is_tried_again_once(client, service):
    project = new_project(client, service, "de")
    operation = client.post(f"/v1/projects/{project}:run").json()["id"]
    client.post(f"/v1/operations/{operation}:cancel")
    statuses = answers(lambda: client.post(f"/v1/operations/{operation}:retry"))
    assert statuses == {202: 1, 409: AT_ONCE - 1}
    assert client.get(f"/v1/operations/{operation}").json()["attempt"] == 2


def test_stopping_and_trying_again_leave_an_operation_in_one_state(client, service):
    project = new_project(client, service, "de")
    url = f"/v1/operations/{client.post(f'/v1/projects/{project}:run').json()['id']}"
    answers(lambda: client.post(f"{url}:cancel"), lambda: client.post(f"{url}:retry"))
    shown = client.get(url).json()
    assert shown["state"] in ("queued", "cancelled")
    assert shown["cancel_requested"] == (shown["state"] == "cancelled")


def test_what_was_accepted_is_there_although_its_project_was_being_deleted(client, service):
    url = f"/v1/projects/{new_project(client, service, 'de')}"
    statuses = answers(lambda: client.post(f"{url}:run"), lambda: client.delete(url))
    with service.database.reading() as session:
        assert session.query(Operation).count() == statuses[202]
    assert statuses[202] + statuses[204] == 1


@pytest.mark.parametrize("part", ["", "/targets/de"])
def test_what_is_deleted_while_it_is_edited_is_not_found(client, service, part):
    url = f"/v1/projects/{new_project(client, service, 'de')}{part}"
    changes = {"voices": {"S1": "mine"}} if part else {"name": "Mine"}
    statuses = answers(
        lambda: client.patch(url, json=changes, headers=ANY), lambda: client.delete(url)
    )
    assert statuses[204] == 1
    assert set(statuses) <= {200, 204, 404}


def test_an_upload_ends_or_becomes_a_project(client, service):
    upload = finished_upload(service)
    statuses = answers(
        lambda: client.post("/v1/projects", json={"upload": upload}),
        lambda: client.delete(f"/v1/uploads/{upload}"),
    )
    assert (statuses[201] == 0) == (statuses[204] == 1)


def test_the_same_key_makes_one_operation(client, service, engine):
    asked = {"json": {"text": "Hallo.", "language": "de"}, "headers": {"Idempotency-Key": "once"}}
    statuses = answers(lambda: client.post("/v1/stages/synthesize", **asked))
    assert set(statuses) <= {202, 409}
    assert len(engine.submitted) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/webhooks", {"url": "https://example.org/told"}),
        ("/v1/glossaries", {"name": "N", "source_language": "en", "target_language": "de"}),
    ],
)
def test_a_thing_is_deleted_once(client, path, body):
    url = client.post(path, json=body).headers["Location"]
    assert answers(lambda: client.delete(url)) == {204: 1, 404: AT_ONCE - 1}
