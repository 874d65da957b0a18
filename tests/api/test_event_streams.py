import asyncio
import json

import pytest
from journeys import OWNER, dubbed_project, new_project, started
from listeners import listening
from served import until
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.sse import Listener, _framed
from dubwright.domain.job import OperationEvent, OperationProgress
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import LogNews, Outcome, StageNews
from dubwright.jobs.concluding import conclude_operation, record_news
from dubwright.jobs.watching import Watch, missed_events


@pytest.fixture
def app(service):
    return create_app(service, ApiOptions())


@pytest.fixture
def client(app):
    with TestClient(app, base_url="http://127.0.0.1:8000") as connected:
        yield connected


@pytest.fixture
def listen(app):
    """Listens to an address of the API on a real port."""
    with listening(app) as listen_to:
        yield listen_to


@pytest.fixture
def operation(client, service):
    project = new_project(client, service, "de")
    return started(client, f"/v1/projects/{project}:run")


def tell(service, operation, *percents):
    for percent in percents:
        news = StageNews(stage="speak", done=1, total=9, percent=percent)
        record_news(service, operation, news.model_dump_json())


def test_a_stream_begins_with_how_it_stands_and_ends_with_the_operation(listen, service, operation):
    begin_operation(service, operation, 1)
    tell(service, operation, 10, 20)
    heard = listen(f"/operations/{operation}/events")
    until(lambda: heard.kinds() == ["stage"])
    first = json.loads(heard.events[1]["data"])
    assert (first["operation"], first["progress"]["percent"]) == (operation, 20)
    assert heard.events[0] == {"retry": "2000"}
    tell(service, operation, 30)
    conclude_operation(service, operation, 1, Outcome())
    until(lambda: heard.is_over)
    assert heard.kinds() == ["stage", "stage", "state", "end"]
    assert json.loads(heard.events[-2]["data"])["state"] == "succeeded"
    assert heard.head.headers["Content-Type"].startswith("text/event-stream")
    assert heard.head.headers["X-Accel-Buffering"] == "no"
    assert heard.head.headers["Cache-Control"] == "no-store"


def test_whoever_comes_back_hears_all_that_was_missed_and_nothing_twice(listen, service, operation):
    begin_operation(service, operation, 1)
    heard = listen(f"/operations/{operation}/events")
    until(lambda: len(heard.ids()) == 1)
    tell(service, operation, 1, 2, 3)
    until(lambda: len(heard.ids()) == 4)
    heard.stop()
    tell(service, operation, 4, 5)
    again = listen(f"/operations/{operation}/events", **{"Last-Event-ID": str(heard.ids()[1])})
    until(lambda: len(again.ids()) == 4)
    tell(service, operation, 6)
    until(lambda: len(again.ids()) == 5)
    told = missed_events(service, Watch(OWNER.account_id, operation), 0)
    assert heard.ids()[:2] + again.ids() == [event.id for event in told.events][1:]


def test_an_operation_that_ended_long_ago_ends_the_stream_at_once(listen, client, service):
    operation = dubbed_project(client, service).operation
    heard = listen(f"/operations/{operation}/events")
    until(lambda: heard.is_over)
    assert heard.kinds() == ["state", "end"]
    again = listen(f"/operations/{operation}/events?after={heard.ids()[-1]}")
    until(lambda: again.is_over)
    assert again.kinds() == ["end"]


def test_one_stream_tells_of_all_operations_of_the_account(listen, client, service, operation):
    heard = listen("/events")
    until(lambda: heard.events)
    other = started(client, f"/v1/projects/{new_project(client, service, 'fr')}:run")
    begin_operation(service, operation, 1)
    record_news(service, operation, LogNews(message="on it").model_dump_json())
    until(lambda: len(heard.ids()) == 3)
    told = [json.loads(event["data"]) for event in heard.events[1:]]
    assert [one["operation"] for one in told] == [other, operation, operation]
    assert told[-1]["message"] == "on it"


def test_a_number_from_another_database_begins_with_now(listen, service, operation):
    heard = listen("/events", **{"Last-Event-ID": str(2**61)})
    until(lambda: heard.events)
    begin_operation(service, operation, 1)
    until(lambda: len(heard.ids()) == 1)


@pytest.mark.parametrize("last", ["soon", "-1", str(2**70)])
def test_what_is_no_event_id_is_refused(client, last):
    answer = client.get("/v1/events", headers={"Last-Event-ID": last})
    assert answer.status_code == 422


def event(number, operation="op_a"):
    return OperationEvent(
        id=number,
        operation=operation,
        kind="stage",
        state="running",
        progress=OperationProgress(),
        at_ms=0,
    )


def test_a_listener_that_falls_behind_is_told_to_read_again():
    listener = Listener(Watch("acc_x"))
    for number in range(1, 300):
        listener.tell(_framed(event(number)))
    assert listener.caught_falling_behind()
    assert asyncio.run(listener.heard()) == []
    listener.tell(_framed(event(300)))
    assert not listener.caught_falling_behind()
    assert [frame.id for frame in asyncio.run(listener.heard())] == [300]


def test_a_stream_on_which_nothing_happens_is_kept_alive():
    assert asyncio.run(Listener(Watch("acc_x"), keep_alive_s=0.01).heard()) == ()


def test_a_listener_of_one_operation_hears_of_no_other():
    listener = Listener(Watch("acc_x", "op_a"))
    listener.tell(_framed(event(1, "op_b")))
    listener.tell(_framed(event(2, "op_a")))
    assert [frame.id for frame in asyncio.run(listener.heard())] == [2]
