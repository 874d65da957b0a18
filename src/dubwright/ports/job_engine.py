"""What runs operations, durably."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dubwright.domain.job import Queue


@dataclass(frozen=True, slots=True)
class Submission:
    """One attempt at one operation. Lower `priority` numbers run first."""

    operation: str
    attempt: int
    queue: Queue
    priority: int

    @property
    def workflow(self) -> str:
        """The engine's id for this attempt."""
        return f"{self.operation}-{self.attempt}"


class JobEngine(Protocol):
    """Runs every submitted operation at least once, on some worker, whatever dies meanwhile."""

    def submit(self, submission: Submission) -> None:
        """Queue an attempt. Submitting it again changes nothing."""
        ...

    def cancel(self, workflow: str) -> None:
        """Stop an attempt, queued or running; stopping one that has ended changes nothing."""
        ...

    def forget_workflows(self, completed_before: datetime) -> int:
        """Forget attempts that ended before; how many they were."""
        ...
