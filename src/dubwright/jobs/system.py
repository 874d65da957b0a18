"""How the installation stands: what it takes, what waits, what is missing, and what failed."""

import shutil
from datetime import datetime, timedelta
from typing import Final, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dubwright import __version__
from dubwright.db.errors import common_message
from dubwright.db.tables import Operation
from dubwright.domain.errors import StorageError
from dubwright.domain.job import OperationState
from dubwright.domain.media import Container
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.census import count_workers
from dubwright.jobs.links import takes_links
from dubwright.jobs.machine import ModelResource
from dubwright.jobs.service import Service
from dubwright.ports.object_store import DirectUploads

_PROBLEMS_OF: Final = timedelta(days=7)
_MOST_FAILURES: Final = 200
_MOST_PROBLEMS: Final = 20


class SystemAccess(Document):
    """What somebody without a key may know. `needs_key`: all else is told to keys alone."""

    version: str
    needs_key: bool


class UploadRules(Document):
    """What may be uploaded. `direct`: large files can go straight to Cloud Storage."""

    max_bytes: int
    containers: tuple[Container, ...]
    direct: bool


class DiskSpace(Document):
    """The disk of the data folder."""

    free_bytes: int
    total_bytes: int


class QueueLength(Document):
    """Operations of all accounts."""

    queued: int
    running: int


class SystemProblem(Document):
    """Operations of the account that failed alike. `at`: the last time.

    `message` has `…` in place of names, ids and numbers.
    """

    at: datetime
    code: str
    message: str
    count: int


class SystemResource(SystemAccess):
    """The installation, seen by one account.

    `links`: whether the caller may give links instead of files. `ffmpeg` is its version, null
    where it is missing; it, `disk` and `models` are those of the machine that answers, and
    a minute old at most. `workers` are those that live. `problems` are the account's of the last
    week, newest first.
    """

    uploads: UploadRules
    links: bool
    disk: DiskSpace
    ffmpeg: str | None
    queue: QueueLength
    workers: int
    models: tuple[ModelResource, ...]
    problems: tuple[SystemProblem, ...]


def show_access(*, needs_key: bool) -> SystemAccess:
    """The little that is told to everybody."""
    return SystemAccess(version=__version__, needs_key=needs_key)


def show_system(service: Service, caller: Caller) -> SystemResource:
    """Everything. Raises `StorageError` where the data folder is out of reach."""
    found = service.machine.look()
    with service.database.reading() as session:
        return SystemResource(
            version=__version__,
            needs_key=caller.key_id is not None,
            uploads=_upload_rules(service),
            links=takes_links(service, caller),
            disk=_disk_space(service),
            ffmpeg=found.ffmpeg,
            queue=_queue_length(session),
            workers=count_workers(session),
            models=found.models,
            problems=_problems(service, session, caller),
        )


def _upload_rules(service: Service) -> UploadRules:
    return UploadRules(
        max_bytes=service.options.max_upload_bytes,
        containers=get_args(Container),
        direct=isinstance(service.store, DirectUploads),
    )


def _disk_space(service: Service) -> DiskSpace:
    try:
        found = shutil.disk_usage(service.options.data_folder)
    except OSError as exc:
        raise StorageError(
            "the data folder is out of reach", hint="whoever runs this can check `data_folder`"
        ) from exc
    return DiskSpace(free_bytes=found.free, total_bytes=found.total)


def _queue_length(session: Session) -> QueueLength:
    return QueueLength(queued=_count(session, "queued"), running=_count(session, "running"))


def _count(session: Session, state: OperationState) -> int:
    counted = select(func.count()).select_from(Operation).where(Operation.state == state)
    return session.scalars(counted).one()


def _problems(service: Service, session: Session, caller: Caller) -> tuple[SystemProblem, ...]:
    """Of the operations and not of the counted errors, which belong to all accounts together."""
    failed = select(Operation).where(
        Operation.account_id == caller.account_id,
        Operation.state == "failed",
        Operation.created_at > service.now() - _PROBLEMS_OF,
    )
    newest_first = failed.order_by(Operation.created_at.desc()).limit(_MOST_FAILURES)
    found: dict[tuple[str, str], SystemProblem] = {}
    for operation in session.scalars(newest_first):
        problem = _problem_of(operation)
        if problem is not None:
            alike = problem.code, problem.message
            found[alike] = _together(found.get(alike), problem)
    last_first = sorted(found.values(), key=lambda problem: problem.at, reverse=True)
    return tuple(last_first[:_MOST_PROBLEMS])


def _problem_of(operation: Operation) -> SystemProblem | None:
    failure = operation.failure
    if failure is None:
        return None
    message = common_message(failure.message)
    return SystemProblem(at=operation.last_news_at, code=failure.code, message=message, count=1)


def _together(one: SystemProblem | None, other: SystemProblem) -> SystemProblem:
    if one is None:
        return other
    return one.model_copy(update={"at": max(one.at, other.at), "count": one.count + other.count})
