"""How workers on one PostgreSQL know that they live, and take over from those that do not.

Each worker has a row in `worker`. It says on one thread and connection that it lives, and looks on
another for workers that have been silent for too long. All times are the database's. A worker that
was taken for dead ends itself with exit code 75, so that its supervisor starts a fresh one.
Taking over wrongly costs time, never correctness: the engine refuses what the first owner writes.
"""

import os
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa
import structlog

from dubwright.queues import EXIT_TAKEN_FOR_DEAD
from dubwright.queues.engine_database import told_as_storage_errors

_FORGET_AFTER_S = 24 * 3600

_NOW = sa.extract("epoch", sa.func.clock_timestamp())
_WORKER = sa.table(
    "worker",
    sa.column("id", sa.String),
    sa.column("state", sa.String),
    sa.column("beat_s", sa.Double),
    sa.column("application_version", sa.String),
)
_WORKFLOW = sa.table(
    "workflow_status",
    sa.column("status", sa.String),
    sa.column("executor_id", sa.String),
    sa.column("application_version", sa.String),
    schema="dbos",
)
_ALIVE = _WORKER.c.state == "alive"


class Lease:
    """The claim of one worker process to its operations.

    `recover` is given the id of a dead worker and puts its operations back into their queues;
    it is asked again every round until there are none.
    """

    def __init__(self, url: str, *, me: str, epoch: str, lease_s: float, beat_s: float) -> None:
        self._me = me
        self._epoch = epoch
        self._lease_s = lease_s
        self._beat_s = beat_s
        self._beats = _engine(url)
        self._rounds = _engine(url)
        self._left = threading.Event()
        self._unbroken_since: float | None = None
        self._last_beat = time.monotonic()
        self._told_of: set[str] = set()

    def enter(self) -> None:
        """Stand among the living. Before the engine starts: it may claim operations at once."""
        with told_as_storage_errors(), self._beats.begin() as connection:
            connection.execute(
                _WORKER.insert().values(
                    id=self._me, state="alive", beat_s=_NOW, application_version=self._epoch
                )
            )

    def keep(self) -> None:
        """Go on saying that this worker lives, from now on."""
        threading.Thread(target=self._keep, name="lease-beats", daemon=True).start()

    def leave(self) -> None:
        """Stop saying so; others may take over at once."""
        self._left.set()
        with told_as_storage_errors(), self._beats.begin() as connection:
            connection.execute(self._mine().values(state="gone"))
        self._beats.dispose()
        self._rounds.dispose()

    def take_over(self, recover: Callable[[str], int]) -> None:
        """One round: declare dead who was silent, and put what the dead had into the queues.

        Does nothing unless this worker's own beats were unbroken for half a lease: after an outage
        of the database everybody looks dead, until each has had the time for a beat.
        """
        if not self._is_settled():
            return
        with told_as_storage_errors(), self._rounds.begin() as connection:
            connection.execute(_bury(silent_for_s=self._lease_s))
            connection.execute(_forget(silent_for_s=_FORGET_AFTER_S))
            orphaned = connection.execute(_orphaned()).all()
        for executor, epoch in orphaned:
            if epoch == self._epoch:
                count = recover(executor)
                structlog.get_logger().warning("worker.replaced", dead=executor, operations=count)
            elif executor not in self._told_of:
                self._told_of.add(executor)
                structlog.get_logger().error("worker.stranded", dead=executor, epoch=epoch)

    def _is_settled(self) -> bool:
        now, since = time.monotonic(), self._unbroken_since
        fresh = now - self._last_beat < self._lease_s / 2
        return since is not None and now - since >= self._lease_s / 2 and fresh

    def _keep(self) -> None:
        self._last_beat = self._unbroken_since = time.monotonic()
        while not self._left.wait(self._beat_s):
            try:
                self._beat()
            except sa.exc.SQLAlchemyError as exc:
                self._unbroken_since = None
                structlog.get_logger().warning("lease.not_kept", reason=type(exc).__name__)
                continue
            now = time.monotonic()
            late = now - self._last_beat > self._beat_s + self._lease_s / 4
            if self._unbroken_since is None or late:
                self._unbroken_since = now
            self._last_beat = now

    def _mine(self) -> sa.Update:
        return _WORKER.update().where(_WORKER.c.id == self._me, _ALIVE)

    def _beat(self) -> None:
        with self._beats.begin() as connection:
            held = connection.execute(self._mine().values(beat_s=_NOW)).rowcount
        if not held and not self._left.is_set():
            structlog.get_logger().error("lease.lost", worker=self._me)
            os._exit(EXIT_TAKEN_FOR_DEAD)


def _bury(*, silent_for_s: float) -> sa.Update:
    silent = _WORKER.c.beat_s < _NOW - silent_for_s
    return _WORKER.update().where(_ALIVE, silent).values(state="dead")


def _forget(*, silent_for_s: float) -> sa.Delete:
    return _WORKER.delete().where(~_ALIVE, _WORKER.c.beat_s < _NOW - silent_for_s)


def _orphaned() -> "sa.Select[str, str]":
    """Who died with work in hand, and of which epoch the work is."""
    living = sa.exists().where(_WORKER.c.id == _WORKFLOW.c.executor_id, _ALIVE)
    return (
        sa.select(_WORKFLOW.c.executor_id, _WORKFLOW.c.application_version)
        .where(_WORKFLOW.c.status == "PENDING", ~living)
        .distinct()
    )


def _engine(url: str) -> sa.Engine:
    # A frozen server or network must cost seconds: beats that hang look like a dead worker.
    return sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "options": "-c lock_timeout=5000 -c statement_timeout=15000",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 8000,
        },
    )
