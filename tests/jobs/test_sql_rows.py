"""Every table keeps what it is given, on both systems."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from rows import NOON, add_account, add_operation, add_project, add_target
from sqlalchemy.orm import Session

from dubwright.db.columns import Instant, Model
from dubwright.db.engine import Database
from dubwright.db.events import record_event
from dubwright.db.ids import new_id
from dubwright.db.tables import (
    Account,
    Artifact,
    Operation,
    OperationEventRow,
    Project,
    ProviderCall,
    Table,
    Target,
)
from dubwright.domain.job import Failure, OperationProgress, OperationResult
from dubwright.domain.media import AudioTrack, Source, VideoTrack
from dubwright.domain.source_link import SourceLink

TEXT = "Grüße, 世界 – 'quoted' \"\\ 🎬"
JSON = {"ä": [1, 2.5, None, True], "nested": {"": "\u2028"}}
SOURCE = Source(
    sha256="0" * 64,
    container="mp4",
    duration_ms=3_600_000,
    size_bytes=2**40,
    video=VideoTrack(index=0, codec="h264", width=1920, height=1080, frame_ms=40),
    audio=(
        AudioTrack(
            index=1, codec="aac", channels=2, layout="stereo", sample_rate=48_000, start_ms=0
        ),
    ),
)
MODELS = {
    Source: SOURCE,
    SourceLink: SourceLink(
        kind="web",
        url="https://example.org/talk.mp4",
        file_name="talk.mp4",
        rights_confirmed_at=NOON,
        title=TEXT,
    ),
    OperationProgress: OperationProgress(stage="mix", percent=99.5, done=7, total=8, eta_s=3),
    Failure: Failure(code="invalid_input", message=TEXT, hint=None, retryable=True),
    OperationResult: OperationResult(artifacts=("dub.mp4",), value=JSON),
}


def test_every_table_gives_back_what_it_was_given(database: Database) -> None:
    rows = {mapper.class_: full_row(mapper) for mapper in Table.registry.mappers}
    with database.writing() as session:
        session.add_all(row for kind, values in rows.items() for row in [kind(**values)])
    with database.reading() as session:
        stored = {kind: session.scalars(sa.select(kind)).one() for kind in rows}
    for kind, values in rows.items():
        assert {name: getattr(stored[kind], name) for name in values} == values, kind


def test_instants_come_back_in_utc_to_the_microsecond(database: Database) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    with database.writing() as session:
        session.add(Account(id="acc_1", name="", created_at=tokyo))
    with database.reading() as session:
        found = session.scalars(sa.select(Account.created_at)).one()
    assert (found, found.utcoffset()) == (NOON, timedelta(0))


def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = datetime.fromisoformat("2026-03-29T02:30:00")
    with pytest.raises(sa.exc.StatementError, match="needs a time zone"), database.writing() as s:
        s.add(Account(id="acc_1", name="", created_at=naive))


def test_instants_are_compared_as_instants(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    with database.writing() as session:
        session.add(Account(id="acc_1", name="", created_at=NOON))
    with database.reading() as session:
        earlier = sa.select(Account.id).where(
            Account.created_at < (NOON + timedelta(seconds=1)).astimezone(tokyo)
        )
        assert session.scalars(earlier).all() == ["acc_1"]


def test_rows_of_one_transaction_may_be_added_in_any_order(database: Database) -> None:
    with database.writing() as session:
        account = Account(id="acc_1", name="", created_at=NOON)
        project = add_project(session, account)
        add_target(session, project)
        add_operation(session, account, project)
        session.add(account)
    with database.reading() as session:
        assert session.scalars(sa.select(Operation.account_id)).all() == ["acc_1"]


def test_a_row_about_nothing_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.writing() as session:
        session.add(
            Project(id="prj_1", account_id="acc_none", name="", created_at=NOON, updated_at=NOON)
        )


def test_deleting_a_project_takes_its_targets_operations_artifacts_and_events_along(
    database: Database,
) -> None:
    with database.writing() as session:
        account = add_account(session)
        kept, deleted = (project_with_everything(session, account) for _ in range(2))
    with database.writing() as session:
        session.execute(sa.delete(Project).where(Project.id == deleted.id))
    with database.reading() as session:
        assert session.scalars(sa.select(Project.id)).all() == [kept.id]
        counts = {
            kind.__name__: session.scalar(sa.select(sa.func.count()).select_from(kind))
            for kind in (Target, Operation, Artifact, OperationEventRow)
        }
    assert counts == {"Target": 1, "Operation": 1, "Artifact": 1, "OperationEventRow": 1}


def test_the_bill_outlives_the_project(database: Database) -> None:
    with database.writing() as session:
        project = project_with_everything(session, add_account(session))
    with database.writing() as session:
        session.execute(sa.delete(Project).where(Project.id == project.id))
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ProviderCall)) == 1


def test_an_account_that_has_projects_cannot_be_deleted(database: Database) -> None:
    with database.writing() as session:
        add_project(session, add_account(session))
    with pytest.raises(sa.exc.IntegrityError), database.writing() as session:
        session.execute(sa.delete(Account))


def test_ids_name_their_kind_and_cannot_be_guessed() -> None:
    ids = {new_id("prj") for _ in range(1000)}
    assert len(ids) == 1000
    for made in ids:
        prefix, _, letters = made.partition("_")
        assert (prefix, len(letters)) == ("prj", 20)
        assert set(letters) <= set("abcdefghijklmnopqrstuvwxyz234567")


def project_with_everything(session: Session, account: Account) -> Project:
    project = add_project(session, account)
    target = add_target(session, project)
    operation = add_operation(session, account, project)
    record_event(session, operation, "state")
    session.add(
        Artifact(
            id=new_id("art"),
            account_id=account.id,
            project_id=project.id,
            target_id=target.id,
            operation_id=operation.id,
            name="dub.mp4",
            object_key="files/1",
            content_type="video/mp4",
            size_bytes=1,
            sha256="",
            created_at=NOON,
        )
    )
    session.add(
        ProviderCall(
            operation_id=operation.id,
            account_id=account.id,
            kind="text_to_speech",
            provider="tone",
            call="synthesize",
            elapsed_ms=1,
            outcome="ok",
            at=NOON,
        )
    )
    return project


def full_row(mapper: sa.orm.Mapper[Any]) -> dict[str, Any]:
    """A value for every column; rows refer to each other, for each table has one."""
    return {column.key: value_for(column) for column in mapper.local_table.columns}


def value_for(column: sa.Column[Any]) -> Any:
    if column.foreign_keys or (column.primary_key and isinstance(column.type, sa.String)):
        [table] = {key.column.table.name for key in column.foreign_keys} or {column.table.name}
        return f"{table}-1"
    if isinstance(column.type, Model):
        return MODELS[column.type.kind]
    if isinstance(column.type, Instant):
        return NOON.astimezone(UTC)
    if isinstance(column.type, sa.JSON):
        return JSON
    if isinstance(column.type, sa.BigInteger):
        return 2**40
    simple = {
        str: TEXT,
        int: 2**31 - 1,
        float: 1_795_375_436.123456,
        bool: True,
        date: NOON.date(),
    }
    return {"kind": "run", "state": "running", "queue": "quick"}.get(
        column.name, simple[column.type.python_type]
    )
