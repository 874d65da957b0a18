"""Forgetting old rows, and counting failures."""

from datetime import timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from rows import NOON, add_account, add_operation

from dubwright.db.engine import Database
from dubwright.db.errors import common_message, count_error
from dubwright.db.ids import new_id
from dubwright.db.retention import Forgotten, forget_old
from dubwright.db.tables import (
    Audit,
    ErrorRow,
    IdempotentCall,
    OperationEventRow,
    ProviderCall,
    Table,
)
from dubwright.domain.job import Failure, OperationProgress

KINDS: tuple[type[Table], ...] = (OperationEventRow, Audit, ProviderCall, IdempotentCall)


def fill(database: Database, ages_days: list[int]) -> None:
    with database.writing() as session:
        account = add_account(session)
        operation = add_operation(session, account)
        for number, days in enumerate(ages_days):
            at = NOON - timedelta(days=days)
            owner = {"account_id": account.id}
            about = owner | {"operation_id": operation.id}
            session.add_all(
                (
                    OperationEventRow(
                        **about, kind="log", state="running", progress=OperationProgress(), at=at
                    ),
                    Audit(**owner, action="delete", subject="", status=204, request_id="", at=at),
                    ProviderCall(
                        **about, kind="", provider="", call="", elapsed_ms=1, outcome="ok", at=at
                    ),
                    IdempotentCall(**owner, key=str(number), request_sha256="", created_at=at),
                )
            )


def counts(database: Database) -> list[int | None]:
    with database.reading() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(kind)) for kind in KINDS]


def test_only_what_is_older_is_forgotten(database: Database) -> None:
    fill(database, [0, 5, 5, 10, 15])
    forgotten = forget_old(
        database,
        events_before=NOON - timedelta(days=1),
        audit_before=NOON - timedelta(days=5),
        calls_before=NOON - timedelta(days=12),
        idempotent_before=NOON - timedelta(days=99),
    )
    assert forgotten == Forgotten(events=4, audit=2, calls=1, idempotent=0)
    assert counts(database) == [1, 3, 4, 5]


def test_more_than_one_batch_is_forgotten_to_the_end(database: Database) -> None:
    fill(database, [1] * 2001)
    forgotten = forget_old(
        database, events_before=NOON, audit_before=NOON, calls_before=NOON, idempotent_before=NOON
    )
    assert forgotten == Forgotten(events=2001, audit=2001, calls=2001, idempotent=2001)
    assert counts(database) == [0, 0, 0, 0]


def test_failures_that_differ_only_in_names_and_numbers_are_counted_together(
    database: Database,
) -> None:
    for name, port in (("a.mp4", 80), ("b's.mp4", 443)):
        failure = Failure(code="media_failed", message=f"{name!r} of {new_id('upl')}: line {port}")
        with database.writing() as session:
            count_error(session, failure, "probe", f"op_{port}")
    with database.reading() as session:
        error = session.scalars(sa.select(ErrorRow)).one()
    assert (error.count, error.last_operation_id) == (2, "op_443")
    assert error.message == "… of …: line …"
    assert error.first_at < error.last_at


def test_failures_elsewhere_or_of_another_kind_are_counted_apart(database: Database) -> None:
    with database.writing() as session:
        fingerprints = {
            count_error(session, Failure(code=code, message="lost"), where, None)
            for code in ("storage_failed", "media_failed")
            for where in ("mix", "render")
        }
    assert len(fingerprints) == 4


@given(st.text(), st.integers(min_value=0))
def test_no_quoted_text_and_no_number_is_kept(text: str, number: int) -> None:
    kept = common_message(f"line {number} of {text!r} failed")
    assert kept == "line … of … failed"
