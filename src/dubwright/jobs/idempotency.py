"""Requests that may be sent twice and are done once: the first claims its key, others wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import JsonValue

from dubwright.db.tables import IdempotentCall
from dubwright.db.upserts import insert_into
from dubwright.domain.errors import StillRunning
from dubwright.jobs.service import Service

KEPT_FOR: Final = timedelta(hours=24)
SILENT_FOR: Final = timedelta(seconds=60)
"""A claim that was not renewed for longer belongs to a process that died."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An account's key, in the hands of one request. `owner` is random."""

    account_id: str
    key: str
    owner: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first of the same requests was answered, and the fingerprint of what it asked."""

    request_sha256: str
    status: int
    headers: Mapping[str, str]
    body: JsonValue


def claim_key(service: Service, claim: Claim) -> StoredAnswer | None:
    """Take the key, or say what was answered to the request that had it.

    Raises `StillRunning` while another request holds it.
    """
    now = service.now()
    fresh: dict[str, object] = {
        "account_id": claim.account_id,
        "key": claim.key,
        "request_sha256": _held_by(claim),
        "status": None,
        "headers": {},
        "body": None,
        "created_at": now,
    }
    with service.database.writing() as session:
        insert = insert_into(session, IdempotentCall, fresh)
        # An old row is nobody's: it is taken over in the same statement that finds it old.
        taken = insert.on_conflict_do_update(
            index_elements=["account_id", "key"],
            set_={name: insert.excluded[name] for name in fresh},
            where=sa.or_(
                IdempotentCall.created_at < now - KEPT_FOR,
                sa.and_(
                    IdempotentCall.status.is_(None), IdempotentCall.created_at < now - SILENT_FOR
                ),
            ),
        )
        if session.execute(taken.returning(IdempotentCall.key)).first() is not None:
            return None
        row = session.get(IdempotentCall, (claim.account_id, claim.key))
    if row is None or row.status is None:
        raise StillRunning(
            f"the request with the key {claim.key!r} is being answered",
            hint="Send the same request again in a moment.",
        )
    return StoredAnswer(row.request_sha256, row.status, row.headers, row.body)


def renew_claim(service: Service, claim: Claim) -> None:
    """Say that the request is still at work."""
    with service.database.writing() as session:
        session.execute(
            sa.update(IdempotentCall).where(*_held(claim)).values(created_at=service.now())
        )


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
    """End the claim without an answer: the request failed, and may be sent again."""
    with service.database.writing() as session:
        session.execute(sa.delete(IdempotentCall).where(*_held(claim)))


def _held_by(claim: Claim) -> str:
    return f"held by {claim.owner}"


def _held(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        IdempotentCall.account_id == claim.account_id,
        IdempotentCall.key == claim.key,
        IdempotentCall.request_sha256 == _held_by(claim),
    )
