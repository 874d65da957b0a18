"""What the durable queues are called, and how a worker takes from them."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from dubwright.domain.job import Queue

APPLICATION = "dubwright"
WORKFLOW = "operation"
STEP = "perform"
EPOCH = "flow-1"
"""Workers perform only what was submitted in their own epoch. It changes when they could not."""

LOCAL_EXECUTOR = "local"


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How one worker process takes operations. All workers of a database should agree.

    A queue without slots is left to other workers. A worker that is silent for `lease_s` is
    taken for dead; it says that it lives every `beat_s`. An operation whose worker died more than
    `max_recoveries` times is given up. Cancelled ones are noticed within a second.
    """

    long_slots: int = 1
    quick_slots: int = 1
    polling_s: float = 1.0
    max_recoveries: int = 20
    lease_s: float = 30.0
    beat_s: float = 7.0
    epoch: str = EPOCH

    @property
    def slots(self) -> dict[Queue, int]:
        """Operations at a time, of each queue that this worker takes from."""
        slots: dict[Queue, int] = {"long": self.long_slots, "quick": self.quick_slots}
        return {queue: count for queue, count in slots.items() if count}

    @property
    def round_s(self) -> float:
        """How often a worker looks for dead workers and for workflows given up."""
        return max(self.lease_s / 10, 0.3)


def is_postgresql(url: str) -> bool:
    """Whether the database is a PostgreSQL server, and not a SQLite file."""
    return sa.make_url(url).get_backend_name() == "postgresql"


def sqlite_file(url: str) -> Path:
    """The file of a SQLite database."""
    name = sa.make_url(url).database
    if not name:
        raise ValueError(f"{url!r} names no file")
    return Path(name)
