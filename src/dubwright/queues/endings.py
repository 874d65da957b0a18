"""Workflows that ended without their worker's word: cancelled, failed, or given up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, cast

from dbos import DBOSClient, WorkflowStatus

from dubwright.queues.engine_database import told_as_storage_errors
from dubwright.queues.flow import WORKFLOW

Ending = Literal["CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
Settle = Callable[[str, Ending], None]
"""Told of a workflow's id and how it ended; may be told again after a restart of the worker."""

_ENDINGS = ["CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PAGE = 200
_LATE_COMMITS_S = 60.0


class Endings:
    """Remembers which endings were settled, so that each is told once by this process.

    All that the engine still knows of are told at first, then what ended since. One that
    `settle` could not take is told again.
    """

    def __init__(self, client: DBOSClient, settle: Settle) -> None:
        self._client = client
        self._settle = settle
        self._settled: dict[str, float] = {}
        self._since_s = 0.0

    def settle_new(self) -> None:
        """Tell of everything that ended since the last round. Raises what `settle` raises."""
        newest_s = self._since_s
        for ended in self._ended():
            at_s = (ended.completed_at or ended.updated_at or 0) / 1000
            if ended.workflow_id not in self._settled:
                self._settle(ended.workflow_id, cast(Ending, ended.status))
                self._settled[ended.workflow_id] = at_s
            newest_s = max(newest_s, at_s)
        # Rows become visible a little after the time that they carry.
        self._since_s = max(newest_s - _LATE_COMMITS_S, 0.0)
        self._settled = {key: at for key, at in self._settled.items() if at >= self._since_s - 1}

    def _ended(self) -> list[WorkflowStatus]:
        found: list[WorkflowStatus] = []
        since = datetime.fromtimestamp(self._since_s, UTC).isoformat()
        while True:
            with told_as_storage_errors():
                page = self._client.list_workflows(
                    status=_ENDINGS,
                    name=WORKFLOW,
                    completed_after=since if self._since_s else None,
                    limit=_PAGE,
                    offset=len(found),
                    load_input=False,
                    load_output=False,
                )
            found.extend(page)
            if len(page) < _PAGE:
                return found
