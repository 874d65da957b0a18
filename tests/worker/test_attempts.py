"""What the application is told of an attempt, whatever the database does meanwhile."""

import asyncio
import time

import pytest
import sqlalchemy as sa

from dubwright.domain.errors import StorageError
from dubwright.queues.dbos_worker import Standing
from dubwright.queues.endings import Ending
from dubwright.worker.attempt import Attempt, Duties
from dubwright.worker.messages import Conclusion, Stopped, Succeeded

DONE = Succeeded(outcome="{}")


class Application:
    """Keeps what it is told, after it has failed as often as it shall."""

    def __init__(self, failures: list[Exception] | None = None) -> None:
        self.failures = failures or []
        self.told: list[Conclusion] = []

    def duties(self) -> Duties:
        return Duties(self.begin, self.record, self.conclude, self.settle)

    def begin(self, operation: str, attempt: int) -> str | None:
        return None

    def record(self, operation: str, message: str) -> None:
        self._fail()

    def conclude(self, operation: str, attempt: int, conclusion: Conclusion) -> None:
        self._fail()
        self.told.append(conclusion)

    def settle(self, workflow: str, ending: Ending) -> None:
        raise NotImplementedError

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop()


def attempt_of(application: Application, standing: Standing) -> Attempt:
    return Attempt(application.duties(), "op", 1, lambda workflow: standing)


def test_an_attempt_that_is_another_workers_is_not_concluded() -> None:
    application = Application()
    asyncio.run(attempt_of(application, "lost").conclude(DONE))
    assert application.told == []


@pytest.mark.parametrize(
    "outage", [StorageError("the disk is full"), sa.exc.OperationalError("", {}, OSError())]
)
def test_a_conclusion_is_told_again_until_the_database_takes_it(outage: Exception) -> None:
    application = Application([outage, outage])
    asyncio.run(attempt_of(application, "owned").conclude(DONE))
    assert application.told == [DONE]


def test_a_conclusion_that_can_never_be_taken_is_an_error() -> None:
    with pytest.raises(KeyError):
        asyncio.run(attempt_of(Application([KeyError("gone")]), "owned").conclude(DONE))


@pytest.mark.parametrize(("standing", "told"), [("cancelled", [Stopped()]), ("owned", [])])
def test_a_cancelled_step_is_a_stop_only_when_somebody_wished_it(
    standing: Standing, told: list[Conclusion]
) -> None:
    application = Application()
    asyncio.run(attempt_of(application, standing).conclude_if_cancelled())
    assert application.told == told


def test_nobody_waits_for_a_lost_database_once_the_attempt_is_over() -> None:
    application = Application([StorageError("gone")] * 100)
    began = time.monotonic()
    asyncio.run(attempt_of(application, "cancelled").conclude_if_cancelled())
    assert time.monotonic() - began < 1
    assert application.told == []
