"""The lease: who is taken for dead, by whom, and what happens to the work of the dead."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from yard import wait_until

from dubwright.ports.job_engine import Submission
from dubwright.queues.dbos_engine import DbosClientEngine
from dubwright.queues.engine_database import prepare
from dubwright.queues.lease import Lease

NewLease = Callable[[str], Lease]


@pytest.fixture
def new_lease(postgresql_url: str) -> Iterator[NewLease]:
    """Workers of one second's lease that have entered; what they held is given back."""
    prepare(postgresql_url)
    leases: list[Lease] = []

    def enter(me: str) -> Lease:
        lease = Lease(postgresql_url, me=me, epoch="flow-1", lease_s=1.0, beat_s=0.1)
        leases.append(lease)
        lease.enter()
        return lease

    yield enter
    for lease in leases:
        lease.leave()


@pytest.fixture
def database(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def run(database: sa.Engine, statement: str, **values: str) -> list[str]:
    with database.connect() as connection:
        done = connection.execute(sa.text(statement), values)
        return [str(row[0]) for row in done] if done.returns_rows else []


def give_work_to(executor: str, operation: str, *, url: str, database: sa.Engine) -> None:
    engine = DbosClientEngine(url)
    engine.submit(Submission(operation, 1, "long", 1))
    engine.close()
    run(
        database,
        "update dbos.workflow_status set status = 'PENDING', executor_id = :executor"
        " where workflow_uuid = :workflow",
        executor=executor,
        workflow=f"{operation}-1",
    )


def test_only_who_has_lived_for_a_whole_lease_takes_the_silent_for_dead(
    new_lease: NewLease, postgresql_url: str, database: sa.Engine
) -> None:
    new_lease("silent")
    watcher = new_lease("watcher")
    give_work_to("silent", "op_1", url=postgresql_url, database=database)
    run(database, "update worker set beat_s = beat_s - 100 where id = 'silent'")
    recovered: list[str] = []

    def recover(executor: str) -> int:
        recovered.append(executor)
        return 1

    watcher.keep()
    watcher.take_over(recover)
    assert recovered == []

    def look() -> bool:
        watcher.take_over(recover)
        return bool(recovered)

    assert wait_until(look, within_s=10, what="the silent one is replaced") > 0.5
    assert set(recovered) == {"silent"}
    assert run(database, "select id from worker where state = 'alive'") == ["watcher"]


def test_work_of_the_living_and_of_other_epochs_is_left_alone(
    new_lease: NewLease, postgresql_url: str, database: sa.Engine
) -> None:
    watcher, living = new_lease("watcher"), new_lease("living")
    for executor, operation in (("living", "op_1"), ("dead", "op_2"), ("old", "op_3")):
        give_work_to(executor, operation, url=postgresql_url, database=database)
    run(
        database,
        "update dbos.workflow_status set application_version = 'flow-0' where executor_id = 'old'",
    )
    recovered: list[str] = []

    def recover(executor: str) -> int:
        recovered.append(executor)
        return 1

    def look() -> bool:
        watcher.take_over(recover)
        return bool(recovered)

    living.keep()
    watcher.keep()
    wait_until(look, within_s=10, what="the dead one is replaced")
    assert set(recovered) == {"dead"}


def test_the_dead_of_long_ago_are_forgotten(new_lease: NewLease, database: sa.Engine) -> None:
    watcher = new_lease("watcher")
    run(database, "insert into worker values ('ancient', 'dead', 1000, 'flow-1')")
    watcher.keep()

    def look() -> bool:
        watcher.take_over(lambda executor: 0)
        return run(database, "select id from worker") == ["watcher"]

    wait_until(look, within_s=10, what="the row is deleted")
