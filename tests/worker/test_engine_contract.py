"""What we rely on inside DBOS: an upgrade that changes it fails here, with the reason.

The lease reads `workflow_status` and calls a private function of the engine; see durable queues
in the decision records before changing the pinned version.
"""

import inspect
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOS, DBOSClient
from dbos._schemas.system_database import SystemSchema

from dubwright.db.tables import Worker
from dubwright.domain.errors import StorageError
from dubwright.ports.job_engine import JobEngine, Submission
from dubwright.queues import lease
from dubwright.queues.dbos_engine import DbosClientEngine
from dubwright.queues.flow import WORKFLOW, WorkerOptions
from dubwright.queues.serializer import JsonSerializer, WorkflowError


def test_dead_workers_can_still_be_recovered_by_the_private_function() -> None:
    parameters = inspect.signature(DBOS._recover_pending_workflows).parameters
    assert list(parameters) == ["executor_ids"]


def test_the_columns_that_the_lease_reads_are_there(postgresql_url: str) -> None:
    DBOS.migrate(postgresql_url)
    engine = sa.create_engine(postgresql_url)
    columns = {
        column["name"] for column in sa.inspect(engine).get_columns("workflow_status", "dbos")
    }
    engine.dispose()
    assert {column.name for column in lease._WORKFLOW.columns} <= columns
    assert {"workflow_uuid", "owner_xid", "recovery_attempts", "completed_at"} <= columns


def test_the_lease_writes_every_column_of_our_table() -> None:
    assert {column.name for column in lease._WORKER.columns} == set(Worker.__table__.columns.keys())


def test_a_cancelled_step_is_noticed_within_a_second() -> None:
    from dbos import _core

    assert _core._PREEMPTIBLE_POLL_INTERVAL_SEC <= 1.0


def test_the_engine_still_knows_who_owns_a_workflow() -> None:
    columns = SystemSchema.workflow_status.columns.keys()
    assert "owner_xid" in columns


def test_a_submission_is_stored_as_the_worker_expects_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/engine.sqlite"
    engine = DbosClientEngine(url)
    engine.submit(Submission("op_1", 2, "quick", 7))
    client = DBOSClient(system_database_url=url, serializer=JsonSerializer())
    (stored,) = client.list_workflows(workflow_ids=["op_1-2"])
    client.destroy()
    engine.close()

    assert stored.name == WORKFLOW
    assert stored.input == {"args": ["op_1", 2, "quick"], "kwargs": {}}
    assert (stored.queue_name, stored.priority) == ("quick", 7)
    assert stored.app_version == WorkerOptions().epoch


def test_sqlite_is_in_its_write_ahead_mode_before_the_first_submission(tmp_path: Path) -> None:
    engine = DbosClientEngine(f"sqlite:///{tmp_path}/engine.sqlite")
    engine.submit(Submission("op_1", 1, "long", 1))
    engine.close()
    plain = sa.create_engine(f"sqlite:///{tmp_path}/engine.sqlite")
    with plain.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
    plain.dispose()


def test_cancelling_what_nobody_submitted_changes_nothing(tmp_path: Path) -> None:
    engine: JobEngine = DbosClientEngine(f"sqlite:///{tmp_path}/engine.sqlite")
    engine.cancel("op_1-1")


def test_an_unreachable_database_is_a_storage_error_that_may_pass() -> None:
    engine = DbosClientEngine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StorageError) as caught:
        engine.submit(Submission("op_1", 1, "long", 1))
    assert caught.value.retryable


@pytest.mark.parametrize("value", [None, "text", 7, [1, "two", None], {"args": [1], "kwargs": {}}])
def test_values_come_back_as_they_were(value: object) -> None:
    serializer = JsonSerializer()
    assert serializer.deserialize(serializer.serialize(value)) == value


def test_an_exception_comes_back_as_its_name_and_message() -> None:
    serializer = JsonSerializer()
    back = serializer.deserialize(serializer.serialize(KeyError("gone")))
    assert isinstance(back, WorkflowError)
    assert (back.kind, str(back)) == ("KeyError", "KeyError: 'gone'")


def test_what_is_too_large_for_a_workflow_is_refused() -> None:
    with pytest.raises(ValueError, match="65536 fit"):
        JsonSerializer().serialize("x" * 65536)


def test_what_json_has_not_is_refused() -> None:
    with pytest.raises(TypeError):
        JsonSerializer().serialize(object())
