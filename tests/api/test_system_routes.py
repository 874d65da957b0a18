"""How the installation stands, told to keys; and the little that everybody may know."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from clients import LOCAL, bearer
from journeys import dubbed_project, new_project, started
from starlette.testclient import TestClient
from test_health import beat

from dubwright import __version__
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.catalogue import CatalogueEntry, ModelFile, ModelStore
from dubwright.catalogue.entry import PackagePart
from dubwright.db.tables import Operation, Worker
from dubwright.domain.job import Failure
from dubwright.jobs.accounts import create_account
from dubwright.jobs.concluding import fail_operation
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.machine import Machine
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.sources.links import LinkOffer

WEIGHTS = b"weights" * 100
CATALOGUE = tuple(
    CatalogueEntry(
        id=name,
        title=name,
        licence="MIT",
        attribution="",
        upstream="",
        files=(
            ModelFile(
                name="weights.bin",
                size_bytes=len(WEIGHTS),
                sha256=hashlib.sha256(WEIGHTS).hexdigest(),
                hub="https://example.org/weights.bin",
                package=package,
            ),
        ),
    )
    for name, package in {
        "downloaded": (),
        "packed": (PackagePart(distribution="pytest", path="pytest/py.typed"),),
        "wanting": (PackagePart(distribution="no-such-package", path="weights.bin"),),
    }.items()
)


class Clock:
    """A clock that stands until it is moved."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def store_in(folder):
    """The downloaded model lies there, prepared."""
    store = ModelStore(folder / "models", catalogue=CATALOGUE)
    by_hand = folder / "models/downloaded/weights.bin"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(WEIGHTS)
    store.locate("downloaded")
    by_hand.unlink()
    return store


def client_of(service, **changes):
    return TestClient(create_app(replace(service, **changes), ApiOptions()), base_url=LOCAL)


def system_of(client):
    answer = client.get("/v1/system")
    assert answer.status_code == 200, answer.text
    return answer.json()


def failed(client, service, message, code="media_failed"):
    project = new_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    fail_operation(service, operation, 1, Failure(code=code, message=message))
    return operation


def test_everybody_is_told_whether_a_key_is_needed(client, service):
    assert client.get("/v1/system/access").json() == {"version": __version__, "needs_key": False}
    create_first_key(service, "first")
    answer = client.get("/v1/system/access")
    assert (answer.status_code, answer.json()["needs_key"]) == (200, True)


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        (ApiOptions(auth="required"), {}),
        (ApiOptions(host="0.0.0.0"), {}),  # noqa: S104
        (ApiOptions(), {"Host": "dub.example.org"}),
        (ApiOptions(), {"X-Forwarded-For": "192.0.2.1"}),
    ],
)
def test_a_key_is_needed_wherever_a_request_without_one_is_refused(connect, options, headers):
    client = connect(options)
    assert client.get("/v1/system/access", headers=headers).json()["needs_key"] is True
    assert client.get("/v1/system", headers=headers).status_code in (401, 403)


def test_the_rest_is_told_to_keys_that_may_read(client, service, token):
    assert client.get("/v1/system").status_code == 401
    asked = {"name": "reader", "scopes": ["read"]}
    reader = client.post("/v1/keys", json=asked, headers=bearer(token)).json()["token"]
    answer = client.get("/v1/system", headers=bearer(reader))
    assert (answer.status_code, answer.json()["needs_key"]) == (200, True)


def test_it_tells_what_may_be_uploaded_and_how_much_room_there_is(client, service, tmp_path):
    system = system_of(client)
    assert system["uploads"] == {
        "max_bytes": service.options.max_upload_bytes,
        "containers": ["mp4", "mov", "mkv", "webm"],
        "direct": False,
    }
    assert system["disk"]["total_bytes"] == shutil.disk_usage(tmp_path).total
    assert 0 < system["disk"]["free_bytes"] < system["disk"]["total_bytes"]


@pytest.mark.parametrize(
    ("when", "without_key", "with_key"),
    [("always", True, True), ("locally", True, False), ("never", False, False)],
)
def test_it_tells_whether_the_caller_may_give_links(service, when, without_key, with_key):
    options = replace(service.options, links=LinkOffer(when))
    client = client_of(service, options=options)
    assert system_of(client)["links"] is without_key
    client.headers.update(bearer(create_first_key(service, "first").token))
    assert system_of(client)["links"] is with_key


def test_it_counts_what_waits_and_what_runs(client, service):
    for _ in range(2):
        started(client, f"/v1/projects/{new_project(client, service)}:ingest")
    with service.database.writing() as session:
        session.query(Operation).first().state = "running"
    assert system_of(client)["queue"] == {"queued": 1, "running": 1}


def test_it_counts_workers_that_live(client, service):
    assert system_of(client)["workers"] == 0
    beat(service)
    assert system_of(client)["workers"] == 1
    with service.database.writing() as session:
        session.query(Worker).one().state = "gone"
    assert system_of(client)["workers"] == 0


def test_it_tells_the_version_of_ffmpeg(client):
    version = system_of(client)["ffmpeg"]
    assert version
    assert version in Ffmpeg().version()
    assert " " not in version


def test_a_machine_without_ffmpeg_is_told(service, tmp_path):
    machine = Machine(Ffmpeg(tmp_path / "none"), store_in(tmp_path))
    assert system_of(client_of(service, machine=machine))["ffmpeg"] is None


def test_models_that_are_not_here_come_with_the_command_that_gets_them(service, tmp_path):
    machine = Machine(Ffmpeg(), store_in(tmp_path))
    models = system_of(client_of(service, machine=machine))["models"]
    assert [(one["id"], one["state"], one["remedy"]) for one in models] == [
        ("downloaded", "ready", None),
        ("packed", "ready", None),
        ("wanting", "missing", "dubwright models fetch wanting"),
    ]
    assert {(one["licence"], one["size_bytes"]) for one in models} == {("MIT", len(WEIGHTS))}


def test_a_model_that_lost_bytes_is_damaged(service, tmp_path):
    store = store_in(tmp_path)
    (store.locate("downloaded") / "weights.bin").write_bytes(WEIGHTS[:-1])
    [damaged, *_] = system_of(client_of(service, machine=Machine(Ffmpeg(), store)))["models"]
    assert (damaged["state"], damaged["remedy"]) == (
        "damaged",
        "dubwright models fetch downloaded",
    )


def test_the_machine_is_looked_at_once_a_minute(tmp_path):
    store, clock = store_in(tmp_path), Clock()
    machine = Machine(Ffmpeg(), store, clock=clock)
    before = machine.look()
    (store.locate("downloaded") / "weights.bin").unlink()
    clock.now_s = 59.0
    assert machine.look() is before
    clock.now_s = 61.0
    assert machine.look().models[0].state == "damaged"


def test_problems_are_the_accounts_own_and_counted(client, service, token):
    client.headers.update(bearer(token))
    for number in range(3):
        failed(client, service, f"cannot read '/secret/place/{number}' at {number}0 s")
    failed(client, service, "the disk is full", code="storage_failed")
    other = create_account(service, "Mallory")
    stranger = bearer(create_first_key(service, "m", other.id).token)
    problems = system_of(client)["problems"]
    assert [(one["code"], one["message"], one["count"]) for one in problems] == [
        ("storage_failed", "the disk is full", 1),
        ("media_failed", "cannot read … at … s", 3),
    ]
    assert client.get("/v1/system", headers=stranger).json()["problems"] == []


def test_problems_of_last_week_are_forgotten(client, service):
    operation = failed(client, service, "it broke")
    with service.database.writing() as session:
        row = session.get_one(Operation, operation)
        row.created_at -= timedelta(days=8)
    assert system_of(client)["problems"] == []


def test_it_names_no_folder_and_no_secret(service, tmp_path):
    machine = Machine(Ffmpeg(), store_in(tmp_path))
    client = client_of(service, machine=machine)
    dubbed_project(client, service)
    told = json.dumps(system_of(client))
    assert str(tmp_path) not in told
    assert str(Path.home()) not in told
    assert service.secret.hex() not in told


def test_a_data_folder_out_of_reach_is_told(service, tmp_path):
    options = replace(service.options, data_folder=tmp_path / "gone")
    answer = client_of(service, options=options).get("/v1/system")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_failed")
    assert str(tmp_path) not in answer.text
