"""The job engine as the API sees it: it submits and cancels, and runs nothing."""

import threading
from datetime import datetime

from dbos import DBOSClient, EnqueueOptions

from dubwright.ports.job_engine import Submission
from dubwright.queues.engine_database import connect, prepare, told_as_storage_errors
from dubwright.queues.flow import EPOCH, WORKFLOW

_CONNECTIONS = 5
_FIRST_PRIORITY, _LAST_PRIORITY = 1, 2**31 - 1
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PAGE = 500


class DbosClientEngine:
    """A `JobEngine` on DBOS's tables. Its calls block; they may come from many threads.

    Only `StorageError` escapes.
    """

    def __init__(self, url: str, *, epoch: str = EPOCH) -> None:
        self._url = url
        self._epoch = epoch
        self._connecting = threading.Lock()
        self._connected: DBOSClient | None = None

    @property
    def _client(self) -> DBOSClient:
        # The API may be up before any worker: whoever comes first makes the tables.
        with self._connecting:
            if self._connected is None:
                prepare(self._url)
                self._connected = connect(self._url, connections=_CONNECTIONS)
            return self._connected

    def submit(self, submission: Submission) -> None:
        """Queue an attempt. Submitting it again changes nothing."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": submission.queue,
            "workflow_id": submission.workflow,
            "app_version": self._epoch,
            "priority": min(max(submission.priority, _FIRST_PRIORITY), _LAST_PRIORITY),
        }
        with told_as_storage_errors():
            self._client.enqueue(
                options, submission.operation, submission.attempt, submission.queue
            )

    def cancel(self, workflow: str) -> None:
        """Stop an attempt, queued or running; stopping one that has ended changes nothing."""
        with told_as_storage_errors():
            self._client.cancel_workflow(workflow)

    def forget_workflows(self, completed_before: datetime) -> int:
        """Delete what the engine knows of workflows that ended before; how many they were."""
        forgotten = 0
        with told_as_storage_errors():
            while True:
                ended = self._client.list_workflows(
                    status=_ENDED,
                    name=WORKFLOW,
                    completed_before=completed_before.isoformat(),
                    limit=_PAGE,
                    load_input=False,
                    load_output=False,
                )
                if not ended:
                    return forgotten
                self._client.delete_workflows([one.workflow_id for one in ended])
                forgotten += len(ended)

    def close(self) -> None:
        """Give the connections back."""
        with self._connecting:
            if self._connected is not None:
                self._connected.destroy()
                self._connected = None
