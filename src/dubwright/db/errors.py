"""Failures counted by what they have in common, so that a thousand equal ones are one row."""

import hashlib
import re
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from dubwright.db.tables import ErrorRow
from dubwright.db.upserts import insert_into
from dubwright.domain.job import Failure

_PARTICULARS = re.compile(
    r"""
    '(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*" | `[^`\n]*`   # what is quoted
    | \b(?:acc|key|upl|prj|tgt|art|op|whk|dlv|gls)_[a-z2-7]+  # our ids
    | \b(?=[0-9a-f-]*[0-9])[0-9a-f-]{8,}\b                     # hashes and UUIDs
    | [0-9]+(?:[.,:][0-9]+)*                                  # numbers
    """,
    re.VERBOSE,
)


def count_error(session: Session, failure: Failure, where: str, operation_id: str | None) -> str:
    """Count a failure at `where` (a stage or a route) and answer its fingerprint.

    Kept is the message without names, ids and numbers: no text of a user, no secret.
    """
    message = common_message(failure.message)
    fingerprint = fingerprint_of(failure.code, where, message)
    now = datetime.now(UTC)
    first = {
        "fingerprint": fingerprint,
        "code": failure.code,
        "message": message,
        "where": where,
        "count": 1,
        "last_operation_id": operation_id,
        "first_at": now,
        "last_at": now,
    }
    again = {"count": ErrorRow.count + 1, "last_operation_id": operation_id, "last_at": now}
    insert = insert_into(session, ErrorRow, first)
    session.execute(insert.on_conflict_do_update(index_elements=["fingerprint"], set_=again))
    return fingerprint


def common_message(message: str) -> str:
    """The message with `…` in place of quoted parts, ids and numbers."""
    return _PARTICULARS.sub("…", message)


def fingerprint_of(code: str, where: str, common: str) -> str:
    """SHA-256, in hex, of what equal failures share."""
    return hashlib.sha256("\0".join((code, where, common)).encode()).hexdigest()
