"""Requests whose process died after the work was begun: sent again, they begin nothing new."""

import dataclasses
from concurrent.futures import CancelledError
from datetime import timedelta

import pytest
from clients import LOCAL, NotedEngine
from journeys import OWNER, finished_upload, new_project
from sqlalchemy import func, select
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.tables import Operation
from dubwright.domain.errors import StillRunning
from dubwright.jobs.caller import Claim
from dubwright.jobs.idempotency import KEPT_FOR, SILENT_FOR, Begun, claim_key, release_key
from dubwright.jobs.starting import Wanted, start_operation

KEY = {"Idempotency-Key": "4f9d"}
CLAIM = Claim(OWNER.account_id, "4f9d", "the one that dies", lambda: "what it asked")
CLAIMER = dataclasses.replace(OWNER, claim=CLAIM)


@pytest.fixture
def project(client, service):
    return new_project(client, service, "de")


def after(service, wait):
    """The same service once this time has passed."""
    return dataclasses.replace(service, now=lambda: service.now() + wait)


def again(service, path, asked=None):
    """The same request, sent again after the first was silent for long enough."""
    late = after(service, SILENT_FOR + timedelta(seconds=1))
    with TestClient(create_app(late, ApiOptions()), base_url=LOCAL) as client:
        return client.post(path, json=asked, headers=KEY)


class Death(BaseException):
    """The process ends: nobody answers, and nobody cleans up."""


class DeadlyEngine(NotedEngine):
    def submit(self, submission):
        raise Death


def dies(service, path, asked=None):
    """A request whose process dies when what it asks has been begun; the operation."""
    deadly = dataclasses.replace(service, engine=DeadlyEngine())
    client = TestClient(create_app(deadly, ApiOptions()), base_url=LOCAL)
    with pytest.raises((Death, CancelledError)):  # the loop of the client dies of it
        client.post(path, json=asked, headers=KEY)
    with service.database.reading() as session:
        return session.scalars(select(Operation)).one()


def operations(service):
    with service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Operation))


def test_an_operation_that_was_begun_and_not_answered_is_found_again(service, project):
    begun = dies(service, f"/v1/projects/{project}:run")
    answer = again(service, f"/v1/projects/{project}:run")
    assert (answer.status_code, answer.json()["id"]) == (202, begun.id)
    assert answer.headers["Operation-Location"] == f"/v1/operations/{begun.id}"
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert again(service, f"/v1/projects/{project}:run").json()["id"] == begun.id
    assert operations(service) == 1


def test_a_dub_in_one_call_is_not_made_twice(client, service):
    asked = {"upload": finished_upload(service), "targets": ["de"]}
    begun = dies(service, "/v1/dubs", asked)
    answer = again(service, "/v1/dubs", asked)
    assert (answer.status_code, answer.json()["id"]) == (202, begun.id)
    assert answer.headers["Location"] == f"/v1/projects/{begun.project_id}"
    assert len(client.get("/v1/projects").json()["items"]) == 1


def test_another_request_does_not_get_the_operation_of_one_that_died(client, service):
    asked = {"upload": finished_upload(service), "targets": ["de"]}
    begun = dies(service, "/v1/dubs", asked)
    project = f"/v1/projects/{begun.project_id}"
    others = [
        ("/v1/dubs", {**asked, "targets": ["fr"]}),
        ("/v1/dubs?a=b", asked),
        (f"{project}:run", None),
        (f"{project}:ingest", None),
    ]
    for path, other in others:
        answer = again(service, path, other)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert again(service, "/v1/dubs", asked).json()["id"] == begun.id
    assert operations(service) == 1


def test_a_body_that_nobody_reads_does_not_make_another_request(service, project):
    path = f"/v1/projects/{project}:ingest"
    begun = dies(service, path, {"nobody": "reads this"})
    assert again(service, path, {"nobody": "reads this"}).json()["id"] == begun.id
    assert operations(service) == 1


def test_a_request_that_died_before_it_began_anything_is_done(service, project):
    claim_key(service, CLAIM)
    answer = again(service, f"/v1/projects/{project}:run")
    assert answer.status_code == 202
    assert "idempotency-replayed" not in answer.headers


def test_a_request_whose_key_was_taken_over_begins_nothing(service, project):
    claim_key(service, CLAIM)
    late = after(service, SILENT_FOR + timedelta(seconds=1))
    claim_key(late, dataclasses.replace(CLAIM, owner="another"))
    with pytest.raises(StillRunning):
        start_operation(service, CLAIMER, Wanted("run", project))
    assert operations(service) == 0


def test_a_failure_after_the_beginning_does_not_free_the_key(service, project):
    claim_key(service, CLAIM)
    begun = start_operation(service, CLAIMER, Wanted("run", project))
    release_key(service, CLAIM)
    assert claim_key(service, dataclasses.replace(CLAIM, owner="another")) == Begun(
        begun.id, "what it asked"
    )


def test_what_was_begun_is_remembered_for_a_day(service, project):
    claim_key(service, CLAIM)
    start_operation(service, CLAIMER, Wanted("run", project))
    late = after(service, KEPT_FOR + timedelta(seconds=1))
    assert claim_key(late, dataclasses.replace(CLAIM, owner="another")) is None
