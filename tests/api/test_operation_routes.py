import pytest
from journeys import OWNER, concluded, dubbed_project, new_project, started
from sqlalchemy import select

from dubwright.db.ids import new_id
from dubwright.db.tables import Delivery, Webhook
from dubwright.domain.errors import NothingToDub
from dubwright.domain.job import Failure
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import CallNews, LogNews, Outcome, StageNews
from dubwright.jobs.concluding import fail_operation, record_news


@pytest.fixture
def running(client, service):
    project = new_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    assert begin_operation(service, operation, 1) is not None
    return operation


def test_an_operation_tells_how_far_it_is(client, service, running):
    news = StageNews(stage="speak", done=3, total=12, percent=41.5, eta_s=20)
    record_news(service, running, news.model_dump_json())
    shown = client.get(f"/v1/operations/{running}").json()
    assert shown["state"] == "running"
    assert shown["progress"] == {
        "stage": "speak", "percent": 41.5, "done": 3, "total": 12, "eta_s": 20,
    }  # fmt: skip


def test_a_failed_operation_says_why_and_what_to_do(client, service, running):
    concluded_with = Failure.of(NothingToDub("nobody speaks", hint="name the language"))
    fail_operation(service, running, 1, concluded_with)
    shown = client.get(f"/v1/operations/{running}").json()
    assert (shown["state"], shown["done"]) == ("failed", True)
    assert shown["error"] == {
        "code": "nothing_to_dub",
        "message": "nobody speaks",
        "hint": "name the language",
        "retryable": False,
    }


def test_operations_are_filtered_by_project_and_state(client, service):
    dubbed = dubbed_project(client, service)
    waiting = started(client, f"{dubbed.target_url}:run")
    elsewhere = started(client, f"/v1/projects/{new_project(client, service, 'fr')}:run")

    def listed(**filters):
        found = client.get("/v1/operations", params=filters).json()["items"]
        return [one["id"] for one in found]

    assert listed()[:2] == [elsewhere, waiting]
    assert listed(project=dubbed.id, state="queued") == [waiting]
    assert dubbed.operation in listed(state="succeeded")
    assert elsewhere not in listed(project=dubbed.id)
    assert client.get("/v1/operations", params={"state": "bored"}).status_code == 422
    assert client.get("/v1/operations", params={"project": "x"}).status_code == 422


def test_a_waiting_operation_is_cancelled_at_once(client, service, engine):
    project = new_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    answer = client.post(f"/v1/operations/{operation}:cancel")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert answer.headers["Operation-Location"] == f"/v1/operations/{operation}"
    assert engine.cancelled == [f"{operation}-1"]


def test_webhooks_are_told_of_what_was_cancelled_before_it_began(client, service):
    project = new_project(client, service, "de")
    with service.database.writing() as session:
        hook = Webhook(
            id=new_id("whk"), account_id=OWNER.account_id, url="https://example.org/",
            secret="s", events=["operation.cancelled"], created_at=service.now(),  # noqa: S106
        )  # fmt: skip
        session.add(hook)
    operation = started(client, f"/v1/projects/{project}:run")
    client.post(f"/v1/operations/{operation}:cancel")
    with service.database.reading() as session:
        [delivery] = session.scalars(select(Delivery))
    assert delivery.event == "operation.cancelled"


def test_a_running_operation_is_asked_to_stop(client, running, engine):
    answer = client.post(f"/v1/operations/{running}:cancel").json()
    assert (answer["state"], answer["cancel_requested"]) == ("running", True)
    assert engine.cancelled == [f"{running}-1"]


def test_what_has_ended_is_not_cancelled(client, service):
    operation = dubbed_project(client, service).operation
    assert client.post(f"/v1/operations/{operation}:cancel").status_code == 409


def test_what_failed_is_tried_again(client, service, engine, running):
    fail_operation(service, running, 1, Failure(code="media_failed", message="broken"))
    answer = client.post(f"/v1/operations/{running}:retry")
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["attempt"]) == ("queued", 2)
    assert answer.json()["error"] is None
    assert [one.attempt for one in engine.submitted] == [1, 2]
    assert client.post(f"/v1/operations/{running}:retry").status_code == 409


def test_the_log_has_events_and_engine_calls_in_order_of_time(client, service, running):
    call = CallNews(
        kind="translator", provider="echo", call="translate",
        units=12, unit="characters", elapsed_ms=5, outcome="ok",
    )  # fmt: skip
    record_news(
        service, running, StageNews(stage="speak", done=1, total=2, percent=9).model_dump_json()
    )
    record_news(service, running, call.model_dump_json())
    record_news(service, running, LogNews(message="half of it is done").model_dump_json())
    lines = client.get(f"/v1/operations/{running}/logs").json()["items"]
    assert [line["event"] for line in lines] == [
        "operation.state", "operation.state", "operation.stage", "provider.called", "operation.log",
    ]  # fmt: skip
    assert lines[3]["fields"]["units"] == 12
    assert lines[-1]["fields"]["message"] == "half of it is done"
    newest = client.get(f"/v1/operations/{running}/logs", params={"limit": 1}).json()["items"]
    assert newest == lines[-1:]


def test_a_stage_that_answers_with_a_value_shows_it(client, service):
    asked = {"texts": ["Hello."], "source_language": "en", "target_language": "de"}
    operation = started(client, "/v1/stages/translate", asked)
    value = {"translations": [{"text": "Hallo.", "variants": []}]}
    concluded(service, operation, Outcome(value=value))
    assert client.get(f"/v1/operations/{operation}").json()["result"]["value"] == value
