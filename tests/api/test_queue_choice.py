"""Which queue an operation waits in: `quick` where a person waits for an edit, else `long`."""

import pytest
from journeys import dubbed_project, new_project, started

from dubwright.db.tables import Target
from dubwright.domain.errors import WorkerCrashed
from dubwright.domain.job import Failure
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.concluding import fail_operation


@pytest.fixture
def dubbed(client, service):
    """A project whose German dub left its receipt."""
    made = dubbed_project(client, service)
    with service.database.writing() as session:
        session.get_one(Target, client.get(made.target_url).json()["id"]).receipt_key = "receipts/1"
    return made


def change_settings(client, project):
    changed = client.patch(
        project.url, json={"settings": {"speakers": 2}}, headers={"If-Match": "*"}
    )
    assert changed.status_code == 200


def test_a_first_dub_is_a_long_one(client, service, engine):
    started(client, f"/v1/projects/{new_project(client, service, 'de')}/targets/de:run")
    assert engine.submitted[-1].queue == "long"


def test_an_edit_of_a_dub_is_quick(client, engine, dubbed):
    started(client, f"{dubbed.target_url}:run")
    assert engine.submitted[-1].queue == "quick"


def test_a_dub_under_other_settings_is_a_long_one_again(client, engine, dubbed):
    change_settings(client, dubbed)
    started(client, f"{dubbed.target_url}:run")
    assert engine.submitted[-1].queue == "long"


def test_what_is_tried_again_under_other_settings_waits_with_the_long_ones(
    client, service, engine, dubbed
):
    operation = started(client, f"{dubbed.target_url}:run")
    begin_operation(service, operation, 1)
    fail_operation(service, operation, 1, Failure.of(WorkerCrashed("it died")))
    change_settings(client, dubbed)
    started(client, f"/v1/operations/{operation}:retry")
    assert [one.queue for one in engine.submitted[-2:]] == ["quick", "long"]


def test_a_short_text_is_quick(client, engine):
    started(client, "/v1/stages/synthesize", {"text": "Hi.", "language": "en"})
    assert engine.submitted[-1].queue == "quick"
