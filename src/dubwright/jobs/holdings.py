"""How much an account holds, how much of that came with each key, and how much both may."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.tables import Account, ApiKey, Artifact, Upload
from dubwright.domain.errors import QuotaExceeded

_DELETE = "delete uploads or projects that are no longer needed"


def stored_bytes(session: Session, account_id: str) -> int:
    """What an account holds: its sources, once each, and its artifacts.

    Work files are shared by projects and go with the last of them; they are not counted.
    """
    artifacts = sa.select(sa.func.coalesce(sa.func.sum(Artifact.size_bytes), 0)).where(
        Artifact.account_id == account_id
    )
    return _sources_bytes(session, Upload.account_id == account_id) + int(
        session.scalar(artifacts) or 0
    )


def uploaded_bytes(session: Session, key: ApiKey) -> int:
    """What was uploaded with a key and is still held: sources, once each."""
    return _sources_bytes(
        session, sa.and_(Upload.account_id == key.account_id, Upload.key_id == key.id)
    )


def require_quota(session: Session, account_id: str, key_id: str | None, size_bytes: int) -> None:
    """Raise `QuotaExceeded` if so many bytes more are too many for the account, or for the key.

    Only one at a time adds to an account, so that two together do not get past its quota.
    """
    # Rows that refer to the account may be written meanwhile: they would wait crosswise.
    held = sa.select(Account).where(Account.id == account_id).with_for_update(key_share=True)
    account = session.scalars(held).one()
    if account.quota_bytes is not None:
        used = stored_bytes(session, account.id)
        _require(used + size_bytes <= account.quota_bytes, "the account holds", used, account)
    key = session.get(ApiKey, key_id) if key_id else None
    if key is not None and key.quota_bytes is not None:
        used = uploaded_bytes(session, key)
        _require(used + size_bytes <= key.quota_bytes, "the uploads of this key hold", used, key)


def room_left(session: Session, account_id: str, key_id: str | None) -> int | None:
    """How many bytes more the account, and the key, may hold; None without any limit."""
    account = session.get_one(Account, account_id)
    key = session.get(ApiKey, key_id) if key_id else None
    rooms = []
    if account.quota_bytes is not None:
        rooms.append(account.quota_bytes - stored_bytes(session, account.id))
    if key is not None and key.quota_bytes is not None:
        rooms.append(key.quota_bytes - uploaded_bytes(session, key))
    return min(rooms, default=None)


def _require(fits: bool, whose: str, used: int, limited: Account | ApiKey) -> None:
    if not fits:
        raise QuotaExceeded(
            f"{whose} {used} of {limited.quota_bytes} bytes, and this does not fit", hint=_DELETE
        )


def _sources_bytes(session: Session, wanted: sa.ColumnElement[bool]) -> int:
    sources = (
        sa.select(Upload.size_bytes, sa.func.coalesce(Upload.object_key, Upload.id).label("thing"))
        .where(wanted)
        .distinct()
        .subquery()
    )
    total = sa.select(sa.func.coalesce(sa.func.sum(sources.c.size_bytes), 0))
    return int(session.scalar(total) or 0)
