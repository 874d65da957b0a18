"""Keys of an account: make, list, change, rotate, revoke."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import sqlalchemy as sa
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import ApiKey
from dubwright.domain.errors import ConflictError, InputError, NotFoundError
from dubwright.domain.timeline import Document
from dubwright.jobs.accounts import LOCAL_ACCOUNT, ensure_local_account, existing_account
from dubwright.jobs.caller import INCLUDED_SCOPES, Caller, Scope
from dubwright.jobs.holdings import uploaded_bytes
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.resources import Page
from dubwright.jobs.service import Service
from dubwright.jobs.tokens import digest_of, new_secret, token_of

LONGEST_LIFE: Final = timedelta(days=365 * 100)
"""How far ahead the end of a key may be; a key without an end may live longer."""

AskedRate = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
AskedQuota = Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)]
"""Bytes; JSON readers tell larger numbers in different ways."""


class NewKey(Document):
    """What a key shall be called, and may do. `write` includes `read`, `admin` both."""

    name: str = Field(min_length=1, max_length=100, examples=["build server"])
    scopes: frozenset[Scope] = Field(
        default=frozenset({"write"}),
        min_length=1,
        json_schema_extra={"uniqueItems": False},  # naming one twice does no harm
    )
    expires_at: AwareDatetime | None = None
    calls_per_minute: AskedRate | None = None
    quota_bytes: AskedQuota | None = None


class KeyChanges(Document):
    """What to change of a key; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    expires_at: AwareDatetime | None = None
    calls_per_minute: AskedRate | None = None
    quota_bytes: AskedQuota | None = None


class KeyResource(Document):
    """A key, without its secret.

    `uploaded_bytes` is what is held of what was uploaded with it, and `quota_bytes` how much may
    be; null: no limit but the account's.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    calls_per_minute: int | None
    quota_bytes: int | None
    uploaded_bytes: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class IssuedKey(KeyResource):
    """A key with its token, which is shown this once and kept nowhere."""

    token: str = Field(examples=["dw_k7d2m…_p3x9…"])


def create_first_key(
    service: Service,
    name: str,
    account_id: str = LOCAL_ACCOUNT,
    *,
    scopes: frozenset[Scope] = frozenset({"admin"}),
    expires_at: datetime | None = None,
) -> IssuedKey:
    """A key, made by whoever can write to the database: for the command line.

    Raises `NotFoundError` when there is no such account, `InputError` for an end that cannot be.
    """
    _check_expiry(service, expires_at)
    with service.database.writing() as session:
        if account_id == LOCAL_ACCOUNT:
            ensure_local_account(service, session)
        existing_account(session, account_id)
        asked = NewKey(name=name, scopes=scopes, expires_at=expires_at)
        return _issue(service, session, account_id, asked)


def check_account(service: Service, account_id: str) -> None:
    """Raises `NotFoundError` when there is no such account. The local one comes with its first key."""
    if account_id == LOCAL_ACCOUNT:
        return
    with service.database.writing() as session:
        existing_account(session, account_id)


def create_key(service: Service, caller: Caller, asked: NewKey) -> IssuedKey:
    """A new key of the caller's account."""
    _check_expiry(service, asked.expires_at)
    with service.database.writing() as session:
        return _issue(service, session, caller.account_id, asked)


def list_keys(service: Service, caller: Caller, cursor: Cursor) -> Page[KeyResource]:
    """The account's keys, newest first, revoked ones too."""
    with service.database.reading() as session:
        own = ApiKey.account_id == caller.account_id
        keys, following = page_of(session, ApiKey, cursor, own)
        return Page(items=tuple(_key_shown(session, key) for key in keys), next_cursor=following)


def show_key(service: Service, caller: Caller, key_id: str) -> KeyResource:
    """One key of the account."""
    with service.database.reading() as session:
        return _key_shown(session, _own_key(session, caller, key_id))


def change_key(service: Service, caller: Caller, key_id: str, changes: KeyChanges) -> KeyResource:
    """Change the name, the expiry, the rate or the quota of a key."""
    _check_expiry(service, changes.expires_at)
    with service.database.writing() as session:
        key = _own_key(session, caller, key_id)
        for name in changes.model_fields_set:
            if name != "name" or changes.name is not None:
                setattr(key, name, getattr(changes, name))
        return _key_shown(session, key)


def rotate_key(service: Service, caller: Caller, key_id: str) -> IssuedKey:
    """The same key with a new secret; the old one is worth nothing from now on."""
    with service.database.writing() as session:
        key = _own_key(session, caller, key_id)
        if key.revoked_at is not None:
            raise ConflictError(f"key {key_id!r} is revoked", hint="make a new key")
        secret = new_secret()
        key.secret_sha256 = digest_of(secret)
        return _issued(session, key, secret)


def revoke_key(service: Service, caller: Caller, key_id: str) -> None:
    """Make a key worthless. Raises `ConflictError` for the account's last admin key."""
    with service.database.writing() as session:
        key = _own_key(session, caller, key_id)
        if "admin" in key.scopes and is_valid(key, service.now()):
            _check_other_admin(service, session, key)
        key.revoked_at = key.revoked_at or service.now()


def is_valid(key: ApiKey, now: datetime) -> bool:
    """Whether a key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def scopes_of(key: ApiKey) -> frozenset[Scope]:
    """What a key allows: its own scopes and those that they include."""
    return frozenset(scope for own in key.scopes for scope in INCLUDED_SCOPES[own])


def _check_expiry(service: Service, expires_at: datetime | None) -> None:
    if expires_at is None:
        return
    now = service.now()
    if expires_at <= now:
        raise InputError("the key would have expired already", hint="choose a later `expires_at`")
    if expires_at > now + LONGEST_LIFE:
        raise InputError("the key would outlive everybody", hint="leave `expires_at` out")


def _check_other_admin(service: Service, session: Session, key: ApiKey) -> None:
    wanted = sa.select(ApiKey).where(ApiKey.account_id == key.account_id).with_for_update()
    now = service.now()
    if not any(
        other.id != key.id and "admin" in other.scopes and is_valid(other, now)
        for other in session.scalars(wanted)
    ):
        raise ConflictError(
            f"key {key.id!r} is the last admin key of its account",
            hint="make another admin key first, or rotate this one",
        )


def _issue(service: Service, session: Session, account_id: str, asked: NewKey) -> IssuedKey:
    secret = new_secret()
    key = ApiKey(
        id=new_id("key"),
        account_id=account_id,
        name=asked.name,
        secret_sha256=digest_of(secret),
        scopes=sorted(asked.scopes),
        calls_per_minute=asked.calls_per_minute,
        quota_bytes=asked.quota_bytes,
        created_at=service.now(),
        expires_at=asked.expires_at,
    )
    session.add(key)
    return _issued(session, key, secret)


def _issued(session: Session, key: ApiKey, secret: str) -> IssuedKey:
    return IssuedKey(**_key_shown(session, key).model_dump(), token=token_of(key.id, secret))


def _own_key(session: Session, caller: Caller, key_id: str) -> ApiKey:
    key = session.get(ApiKey, key_id)
    if key is None or key.account_id != caller.account_id:
        raise NotFoundError(f"there is no key {key_id!r}", hint="`GET /v1/keys` lists yours")
    return key


def _key_shown(session: Session, key: ApiKey) -> KeyResource:
    return KeyResource(
        id=key.id,
        name=key.name,
        scopes=tuple(scope for scope in INCLUDED_SCOPES if scope in scopes_of(key)),
        calls_per_minute=key.calls_per_minute,
        quota_bytes=key.quota_bytes,
        uploaded_bytes=uploaded_bytes(session, key),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
    )
