"""Requests that may be sent twice and are done once: the first claims its key, others wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.orm import Session

from dubwright.db.tables import IdempotentCall
from dubwright.db.upserts import insert_into
from dubwright.domain.errors import StillRunning
from dubwright.jobs.caller import Claim
from dubwright.jobs.service import Service

KEPT_FOR: Final = timedelta(hours=24)
SILENT_FOR: Final = timedelta(seconds=60)
"""A claim that was not renewed for longer belongs to a process that died."""
_FOR: Final = " for "


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first of the same requests was answered, and the fingerprint of what it asked."""

    request_sha256: str
    status: int
    headers: Mapping[str, str]
    body: JsonValue


@dataclass(frozen=True, slots=True)
class Begun:
    """The claim of a request that died after it had begun an operation, and before its answer."""

    operation_id: str
    request_sha256: str


def claim_key(service: Service, claim: Claim) -> StoredAnswer | Begun | None:
    """Take the key, or say what was answered to the request that had it.

    `Begun`: the key is taken over, and what it was for is done. Raises `StillRunning` while
    another request holds it.
    """
    now = service.now()
    with service.database.writing() as session:
        row = session.get(IdempotentCall, (claim.account_id, claim.key), with_for_update=True)
        begun_sha256 = _begun_sha256(row)
        fresh = _fresh(claim, begun_sha256, now)
        insert = insert_into(session, IdempotentCall, fresh)
        is_old = IdempotentCall.created_at < now - KEPT_FOR
        begun = sa.case((is_old, sa.null()), else_=IdempotentCall.operation_id)
        # An old row is nobody's: it is taken over in the same statement that finds it old.
        taken = insert.on_conflict_do_update(
            index_elements=["account_id", "key"],
            set_={name: insert.excluded[name] for name in fresh} | {"operation_id": begun},
            where=sa.or_(
                is_old,
                sa.and_(
                    IdempotentCall.status.is_(None), IdempotentCall.created_at < now - SILENT_FOR
                ),
            ),
        )
        won = session.execute(taken.returning(IdempotentCall.operation_id)).first()
        if won is not None:
            return None if won[0] is None else Begun(won[0], begun_sha256)
        row = session.get(IdempotentCall, (claim.account_id, claim.key))
    if row is None or row.status is None:
        raise _still_running(claim)
    return StoredAnswer(row.request_sha256, row.status, row.headers, row.body)


def renew_claim(service: Service, claim: Claim) -> None:
    """Say that the request is still at work."""
    with service.database.writing() as session:
        session.execute(
            sa.update(IdempotentCall).where(*_held(claim)).values(created_at=service.now())
        )


def keep_begun(session: Session, claim: Claim, operation_id: str) -> None:
    """Remember what a request begins and what it asked, in the transaction that begins it.

    Raises `StillRunning` if the key was taken over meanwhile: then nothing is begun.
    """
    values = {
        "operation_id": operation_id,
        "request_sha256": _held_by(claim) + claim.fingerprint(),
    }
    begun = sa.update(IdempotentCall).where(*_held(claim)).values(values)
    if session.execute(begun.returning(IdempotentCall.key)).first() is None:
        raise _still_running(claim)


def keep_answer(service: Service, claim: Claim, answer: StoredAnswer) -> None:
    """End the claim: from now on the same request gets this answer."""
    values = {
        "request_sha256": answer.request_sha256,
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body,
    }
    with service.database.writing() as session:
        session.execute(sa.update(IdempotentCall).where(*_held(claim)).values(values))


def release_key(service: Service, claim: Claim) -> None:
    """End the claim without an answer: the request failed, and may be sent again.

    What it has begun is not begun again: whoever sends it again is told of that.
    """
    is_begun = IdempotentCall.operation_id.is_not(None)
    long_ago = service.now() - 2 * SILENT_FOR
    with service.database.writing() as session:
        session.execute(sa.delete(IdempotentCall).where(*_held(claim), ~is_begun))
        session.execute(sa.update(IdempotentCall).where(*_held(claim)).values(created_at=long_ago))


def _fresh(claim: Claim, begun_sha256: str, now: datetime) -> dict[str, object]:
    return {
        "account_id": claim.account_id,
        "key": claim.key,
        "request_sha256": _held_by(claim) + begun_sha256,
        "operation_id": None,
        "status": None,
        "headers": {},
        "body": None,
        "created_at": now,
    }


def _still_running(claim: Claim) -> StillRunning:
    return StillRunning(
        f"the request with the key {claim.key!r} is being answered",
        hint="Send the same request again in a moment.",
    )


def _held_by(claim: Claim) -> str:
    """What stands before the fingerprint until there is an answer."""
    return f"held by {claim.owner}{_FOR}"


def _begun_sha256(row: IdempotentCall | None) -> str:
    """The fingerprint of the request that began something; empty if none did."""
    return row.request_sha256.partition(_FOR)[2] if row else ""


def _held(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        IdempotentCall.account_id == claim.account_id,
        IdempotentCall.key == claim.key,
        IdempotentCall.request_sha256.startswith(_held_by(claim), autoescape=True),
    )
