"""Clean-up: old rows are forgotten, and files that nobody refers to any more are deleted.

A file goes only when no row names it, was not put lately, and was seen without a name by an
earlier round already: before everything that works now had begun. So an operation keeps what it
was told of and what it makes, however long it takes. A mark beside the file says since when.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, cast

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.orm import Session

from dubwright.db.clock import database_now_s
from dubwright.db.retention import Forgotten, forget_old
from dubwright.db.tables import Artifact, Delivery, Operation, Project, Target, Upload, Worker
from dubwright.domain.job import FINAL_STATES
from dubwright.jobs.direct_uploads import direct_key
from dubwright.jobs.kept_takes import WORK, KeptTakes, work_of
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import expire_uploads
from dubwright.ports.object_store import ObjectStore

_FILES: Final = ("artifacts", "documents", "sources")
_MARKS: Final = "doomed"
_BATCH: Final = 500
_KEYS: Final = (
    Artifact.object_key,
    Upload.object_key,
    Project.source_key,
    Project.lines_key,
    Project.speakers_key,
    Project.captions_key,
    Target.script_key,
    Target.receipt_key,
    Target.lines_key,
)


@dataclass(frozen=True, slots=True)
class CleaningPolicy:
    """How long things are kept.

    `grace` is how long a file stays that nobody refers to; `idle_work` is how long the work files
    of a project stay after its last operation or change. They are made again when needed, but for
    the takes that people may go back to: those stay.
    """

    events: timedelta = timedelta(days=30)
    audit: timedelta = timedelta(days=365)
    calls: timedelta = timedelta(days=365)
    idempotent_calls: timedelta = timedelta(hours=24)
    operations: timedelta = timedelta(days=90)
    deliveries: timedelta = timedelta(days=30)
    workers: timedelta = timedelta(days=1)
    grace: timedelta = timedelta(hours=24)
    idle_work: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How much of each kind is gone."""

    rows: Forgotten
    operations: int
    deliveries: int
    workers: int
    uploads: int
    objects: int
    bytes: int


def clean_up(service: Service, now: datetime, policy: CleaningPolicy | None = None) -> Cleaned:
    """Forget and delete what is due. An error leaves the rest to the next round.

    Safe beside running operations and other rounds.
    """
    kept = policy or CleaningPolicy()
    rows = forget_old(
        service.database,
        events_before=now - kept.events,
        audit_before=now - kept.audit,
        calls_before=now - kept.calls,
        idempotent_before=now - kept.idempotent_calls,
    )
    operations = _forget_operations(service, now - kept.operations)
    deliveries = _forget_deliveries(service, now - kept.deliveries)
    workers = _forget_workers(service, kept.workers)
    uploads = expire_uploads(service, now)
    objects, size_bytes = _delete_unnamed(service, now - kept.grace, now - kept.idle_work)
    return Cleaned(rows, operations, deliveries, workers, uploads, objects, size_bytes)


def _forget_operations(service: Service, before: datetime) -> int:
    """With what they made for themselves; what they made of projects stays."""
    over = sa.select(Operation.id).where(
        Operation.state.in_(FINAL_STATES), Operation.finished_at < before
    )
    return _delete_in_batches(service, Operation.id, over)


def _forget_deliveries(service: Service, before: datetime) -> int:
    over = sa.select(Delivery.id).where(Delivery.created_at < before, Delivery.state != "sending")
    return _delete_in_batches(service, Delivery.id, over)


def _delete_in_batches(
    service: Service, column: sa.orm.InstrumentedAttribute[str], over: sa.Select[str]
) -> int:
    deleted = 0
    while True:
        with service.database.writing() as session:
            gone = _delete(session, sa.delete(column.class_).where(column.in_(over.limit(_BATCH))))
        deleted += gone
        if gone < _BATCH:
            return deleted


def _forget_workers(service: Service, silent: timedelta) -> int:
    with service.database.writing() as session:
        long_ago = database_now_s(session) - silent.total_seconds()
        return _delete(session, sa.delete(Worker).where(Worker.beat_s < long_ago))


def _delete(session: Session, statement: sa.Delete) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("sa.CursorResult[tuple[()]]", done).rowcount


def _delete_unnamed(service: Service, before: datetime, idle: datetime) -> tuple[int, int]:
    """How many objects, and how many bytes.

    The order is what makes this safe: first the files that there are, then who works, then what
    is named. What came later is not in the first list; what was named meanwhile is in the last.
    """
    store = service.store
    things = _things(store)
    with service.database.reading() as session:
        edge_s = min(before.timestamp(), _work_began_s(session))
        named, takes = _named(session, idle), KeptTakes.of(session)
    unnamed = {
        thing: keys
        for thing, keys in things.items()
        if thing not in named and not takes.are_all_that_is_left(thing, keys)
    }
    marked = {mark.removeprefix(f"{_MARKS}/") for mark in store.keys(_MARKS)}
    for mark in marked - unnamed.keys():
        store.delete(f"{_MARKS}/{mark}")
    _mark(store, unnamed.keys() - marked)
    sizes = [
        size
        for thing in sorted(unnamed.keys() & marked)
        if _is_before(store, [f"{_MARKS}/{thing}", *unnamed[thing]], edge_s)
        for size in _deleted(store, thing, set(unnamed[thing]) - takes.named(store, thing))
    ]
    return len(sizes), sum(sizes)


def _things(store: ObjectStore) -> dict[str, list[str]]:
    """What goes together, by name: a file alone, the work files of a source all at once."""
    things = {key: [key] for prefix in _FILES for key in store.keys(prefix)}
    work: defaultdict[str, list[str]] = defaultdict(list)
    for key in store.keys(WORK):
        work["/".join(key.split("/")[:2])].append(key)
    return {**things, **work}


def _work_began_s(session: Session) -> float:
    """Since when the operation that works longest does so; never, if there is none."""
    running = sa.select(sa.func.min(Operation.started_at)).where(Operation.state == "running")
    began = session.scalar(running)
    return float("inf") if began is None else began.timestamp()


def _named(session: Session, idle: datetime) -> set[str]:
    """All that rows refer to; work files only of projects on which something happened lately."""
    named = {key for column in _KEYS for key in session.scalars(sa.select(column)) if key}
    for arguments in session.scalars(
        sa.select(Operation.arguments).where(Operation.project_id.is_(None))
    ):
        named.update(_texts(arguments))
    lately = sa.select(Operation.id).where(
        Operation.project_id == Project.id,
        sa.or_(Operation.last_news_at >= idle, Operation.state.in_(("queued", "running"))),
    )
    busy = sa.or_(Project.updated_at >= idle, lately.exists())
    sources = session.scalars(sa.select(Project.source_key).where(busy))
    arriving = session.scalars(sa.select(Upload.id).where(Upload.object_key.is_(None)))
    work = {work_of(source) for source in sources if source}
    return named | work | {direct_key(upload) for upload in arriving}


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)


def _mark(store: ObjectStore, things: Iterable[str]) -> None:
    """Note that from now on nobody refers to them."""
    with tempfile.TemporaryDirectory(prefix="dubwright-cleaning-") as folder:
        empty = Path(folder) / "mark"
        empty.touch()
        for thing in things:
            store.put(f"{_MARKS}/{thing}", empty)


def _is_before(store: ObjectStore, keys: Iterable[str], edge_s: float) -> bool:
    return all((store.last_put_s(key) or 0.0) < edge_s for key in keys)


def _deleted(store: ObjectStore, thing: str, keys: Iterable[str]) -> Iterator[int]:
    """Delete, and give each size."""
    for key in keys:
        size_bytes = store.size_bytes(key) or 0
        store.delete(key)
        yield size_bytes
    store.delete(f"{_MARKS}/{thing}")
