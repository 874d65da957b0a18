"""Whether the service lives, and what to do for it to work."""

from pathlib import Path

import sqlalchemy as sa
from clients import Connect
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.clock import database_now_s
from dubwright.db.engine import Database
from dubwright.db.tables import Worker
from dubwright.jobs.census import ALIVE_FOR_S
from dubwright.jobs.readiness import Readiness, check_readiness
from dubwright.jobs.service import Service, ServiceOptions


def beat(service: Service, seconds_ago: float = 0.0) -> None:
    """A worker that was heard of so long ago."""
    with service.database.writing() as session:
        now = session.scalars(sa.select(database_now_s(session))).one()
        session.merge(
            Worker(id="w1", state="alive", beat_s=now - seconds_ago, application_version="1")
        )


def failing_parts(readiness: Readiness) -> dict[str, str | None]:
    return {part.part: part.remedy for part in readiness.parts if not part.ok}


def test_the_process_answers_whatever_else_is_broken(
    connect: Connect, service: Service, token: str
) -> None:
    service.database.close()
    answer = connect(ApiOptions(host="0.0.0.0")).get("/healthz")  # noqa: S104
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_service_with_all_its_parts_is_ready(client: TestClient, service: Service) -> None:
    beat(service)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert {part["part"] for part in answer.json()["parts"]} == {
        "database", "tables", "storage", "disk", "worker",
    }  # fmt: skip


def test_without_a_worker_requests_are_taken_and_it_says_how_to_start_one(
    client: TestClient,
) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    failing = failing_parts(Readiness.model_validate(answer.json()))
    assert set(failing) == {"worker"}
    assert "dubwright serve" in str(failing["worker"])


def test_a_worker_that_went_silent_does_not_count(service: Service) -> None:
    beat(service, ALIVE_FOR_S + 1)
    assert set(failing_parts(check_readiness(service))) == {"worker"}
    beat(service, ALIVE_FOR_S / 2)
    assert failing_parts(check_readiness(service)) == {}


def test_a_database_that_does_not_answer_is_told_without_its_address(
    service: Service, tmp_path: Path
) -> None:
    beat(service)
    gone = Database(f"sqlite:///{tmp_path}/no/such/folder/file.sqlite")
    readiness = check_readiness(Service(gone, service.store, service.engine, service.options))
    assert set(failing_parts(readiness)) == {"database", "tables", "worker"}
    assert not readiness.ready
    assert str(tmp_path) not in readiness.model_dump_json()


def test_tables_of_another_version_are_told_with_503(client: TestClient, service: Service) -> None:
    beat(service)
    with service.database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert set(failing_parts(Readiness.model_validate(answer.json()))) == {"tables"}


def test_a_store_that_cannot_be_written_is_told(service: Service, tmp_path: Path) -> None:
    beat(service)
    (tmp_path / "objects").write_text("a file stands where the folder should be")
    readiness = check_readiness(service)
    assert (readiness.ready, set(failing_parts(readiness))) == (False, {"storage"})


def test_a_disk_without_room_is_told_and_things_can_still_be_deleted(
    service: Service, tmp_path: Path
) -> None:
    beat(service)
    options = ServiceOptions(data_folder=tmp_path, spare_disk_bytes=2**62)
    short = Service(service.database, service.store, service.engine, options)
    readiness = check_readiness(short)
    assert (readiness.ready, set(failing_parts(readiness))) == (True, {"disk"})


def test_asking_often_does_not_make_work(service: Service, tmp_path: Path) -> None:
    client = TestClient(create_app(service, ApiOptions()))
    client.get("/readyz")
    objects = tmp_path / "objects"
    before = objects.stat().st_mtime_ns
    for _ in range(5):
        client.get("/readyz")
    assert objects.stat().st_mtime_ns == before
