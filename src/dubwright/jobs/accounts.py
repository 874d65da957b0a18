"""Accounts and their keys. Of a key only the SHA-256 of its secret is kept."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.quotas import Turnstile
from dubwright.db.tables import Account, ApiKey
from dubwright.db.upserts import insert_into
from dubwright.domain.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    Throttled,
    Unauthenticated,
)
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller, Scope
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.resources import Page
from dubwright.jobs.service import Service

LOCAL_ACCOUNT: Final = "acc_local"
"""Whose things the local mode makes; the first key belongs to it too, so that they stay."""

_TOKEN = re.compile(r"dw_([a-z2-7]{20})_([a-z2-7]{52})")
_INCLUDED: Final[dict[Scope, tuple[Scope, ...]]] = {
    "read": ("read",),
    "write": ("read", "write"),
    "admin": ("read", "write", "admin"),
}
_NOBODY: Final = "key_" + "0" * 20
_USE_IS_NOTED_EVERY: Final = timedelta(minutes=1)
_BURST_S: Final = 10
_LONGEST_LIFE: Final = timedelta(days=365 * 100)


class NewKey(Document):
    """What a key shall be called, and may do. `write` includes `read`, `admin` both."""

    name: str = Field(min_length=1, max_length=100, examples=["build server"])
    scopes: frozenset[Scope] = Field(
        default=frozenset({"write"}),
        min_length=1,
        json_schema_extra={"uniqueItems": False},  # naming one twice does no harm
    )
    expires_at: AwareDatetime | None = None
    calls_per_minute: int | None = Field(default=None, ge=1, le=1_000_000, strict=True)


class KeyChanges(Document):
    """What to change of a key; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    expires_at: AwareDatetime | None = None
    calls_per_minute: int | None = Field(default=None, ge=1, le=1_000_000, strict=True)


class KeyResource(Document):
    """A key, without its secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    calls_per_minute: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class IssuedKey(KeyResource):
    """A key with its token, which is shown this once and kept nowhere."""

    token: str = Field(examples=["dw_k7d2m…_p3x9…"])


class AccountResource(Document):
    """Whose things these are."""

    id: str
    name: str
    created_at: datetime


def authenticate(service: Service, token: str, request_id: str) -> Caller:
    """Who shows this token.

    Raises `Unauthenticated`, the same for every reason, or `Throttled`.
    """
    key_id, secret = _parsed(token)
    with service.database.reading() as session:
        key = session.get(ApiKey, key_id)
    known = key.secret_sha256 if key is not None else _digest("")
    fits = hmac.compare_digest(known, _digest(secret))
    if key is None or not fits or not _is_valid(key, service.now()):
        raise Unauthenticated(
            "the key is not valid",
            hint="Check it, or ask an admin of the account for a new one (`POST /v1/keys`).",
        )
    _take_a_turn(service, key)
    _note_use(service, key)
    return Caller(key.account_id, key.id, _scopes(key), request_id)


def local_caller(service: Service, request_id: str) -> Caller | None:
    """Whoever sits at this machine, as long as there is no key; None once there was one."""
    with service.database.reading() as session:
        if session.scalar(sa.select(sa.exists(sa.select(ApiKey.id)))):
            return None
        known = session.get(Account, LOCAL_ACCOUNT) is not None
    if not known:
        with service.database.writing() as session:
            _ensure_local_account(service, session)
    return Caller(LOCAL_ACCOUNT, None, frozenset(_INCLUDED["admin"]), request_id)


def create_first_key(
    service: Service,
    name: str,
    account_id: str = LOCAL_ACCOUNT,
    *,
    scopes: frozenset[Scope] = frozenset({"admin"}),
    expires_at: datetime | None = None,
) -> IssuedKey:
    """A key, made by whoever can write to the database: for the command line.

    Raises `NotFoundError` when there is no such account.
    """
    with service.database.writing() as session:
        if account_id == LOCAL_ACCOUNT:
            _ensure_local_account(service, session)
        elif session.get(Account, account_id) is None:
            raise NotFoundError(f"there is no account {account_id!r}", hint="list the accounts")
        asked = NewKey(name=name, scopes=scopes, expires_at=expires_at)
        return _issue(service, session, account_id, asked)


def create_account(service: Service, name: str) -> AccountResource:
    """A new account, without keys: for the command line."""
    with service.database.writing() as session:
        account = Account(id=new_id("acc"), name=name, created_at=service.now())
        session.add(account)
        return _account_shown(account)


def list_accounts(service: Service) -> tuple[AccountResource, ...]:
    """All accounts, oldest first: for the command line."""
    with service.database.reading() as session:
        accounts = session.scalars(sa.select(Account).order_by(Account.created_at, Account.id))
        return tuple(_account_shown(account) for account in accounts)


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
        return Page(items=tuple(_key_shown(key) for key in keys), next_cursor=following)


def show_key(service: Service, caller: Caller, key_id: str) -> KeyResource:
    """One key of the account."""
    with service.database.reading() as session:
        return _key_shown(_own_key(session, caller, key_id))


def change_key(service: Service, caller: Caller, key_id: str, changes: KeyChanges) -> KeyResource:
    """Change the name, the expiry or the rate of a key."""
    _check_expiry(service, changes.expires_at)
    with service.database.writing() as session:
        key = _own_key(session, caller, key_id)
        for name in changes.model_fields_set:
            if name != "name" or changes.name is not None:
                setattr(key, name, getattr(changes, name))
        return _key_shown(key)


def rotate_key(service: Service, caller: Caller, key_id: str) -> IssuedKey:
    """The same key with a new secret; the old one is worth nothing from now on."""
    with service.database.writing() as session:
        key = _own_key(session, caller, key_id)
        if key.revoked_at is not None:
            raise ConflictError(f"key {key_id!r} is revoked", hint="make a new key")
        secret = _new_secret()
        key.secret_sha256 = _digest(secret)
        return _issued(key, secret)


def revoke_key(service: Service, caller: Caller, key_id: str) -> None:
    """Make a key worthless. Raises `ConflictError` for the account's last admin key."""
    with service.database.writing() as session:
        key = _own_key(session, caller, key_id)
        if "admin" in key.scopes and _is_valid(key, service.now()):
            _check_other_admin(service, session, key)
        key.revoked_at = key.revoked_at or service.now()


def _parsed(token: str) -> tuple[str, str]:
    match = _TOKEN.fullmatch(token)
    # What is no token takes the same way as an unknown one, and as long.
    return (f"key_{match[1]}", match[2]) if match else (_NOBODY, "-")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _new_secret() -> str:
    return base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()


def _is_valid(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def _scopes(key: ApiKey) -> frozenset[Scope]:
    return frozenset(
        scope for own, all_of in _INCLUDED.items() if own in key.scopes for scope in all_of
    )


def _take_a_turn(service: Service, key: ApiKey) -> None:
    if key.calls_per_minute is None:
        return
    per_second = key.calls_per_minute / 60
    wait_s = Turnstile(service.database).take_if_free(
        key.id, 1, per_second=per_second, burst=max(1.0, per_second * _BURST_S)
    )
    if wait_s > 0:
        raise Throttled(
            f"the key may be used {key.calls_per_minute} times per minute",
            retry_after_s=wait_s,
            hint="Wait as long as `Retry-After` says, or ask for a higher rate.",
        )


def _note_use(service: Service, key: ApiKey) -> None:
    now = service.now()
    if key.last_used_at is not None and now - key.last_used_at < _USE_IS_NOTED_EVERY:
        return
    with service.database.writing() as session:
        session.execute(sa.update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now))


def _ensure_local_account(service: Service, session: Session) -> None:
    values = {"id": LOCAL_ACCOUNT, "name": "local", "created_at": service.now()}
    session.execute(insert_into(session, Account, values).on_conflict_do_nothing())


def _check_expiry(service: Service, expires_at: datetime | None) -> None:
    if expires_at is None:
        return
    now = service.now()
    if expires_at <= now:
        raise InputError("the key would have expired already", hint="choose a later `expires_at`")
    if expires_at > now + _LONGEST_LIFE:
        raise InputError("the key would outlive everybody", hint="leave `expires_at` out")


def _check_other_admin(service: Service, session: Session, key: ApiKey) -> None:
    wanted = sa.select(ApiKey).where(ApiKey.account_id == key.account_id).with_for_update()
    now = service.now()
    if not any(
        other.id != key.id and "admin" in other.scopes and _is_valid(other, now)
        for other in session.scalars(wanted)
    ):
        raise ConflictError(
            f"key {key.id!r} is the last admin key of its account",
            hint="make another admin key first, or rotate this one",
        )


def _issue(service: Service, session: Session, account_id: str, asked: NewKey) -> IssuedKey:
    secret = _new_secret()
    key = ApiKey(
        id=new_id("key"),
        account_id=account_id,
        name=asked.name,
        secret_sha256=_digest(secret),
        scopes=sorted(asked.scopes),
        calls_per_minute=asked.calls_per_minute,
        created_at=service.now(),
        expires_at=asked.expires_at,
    )
    session.add(key)
    return _issued(key, secret)


def _issued(key: ApiKey, secret: str) -> IssuedKey:
    token = f"dw_{key.id.removeprefix('key_')}_{secret}"
    return IssuedKey(**_key_shown(key).model_dump(), token=token)


def _own_key(session: Session, caller: Caller, key_id: str) -> ApiKey:
    key = session.get(ApiKey, key_id)
    if key is None or key.account_id != caller.account_id:
        raise NotFoundError(f"there is no key {key_id!r}", hint="`GET /v1/keys` lists yours")
    return key


def _key_shown(key: ApiKey) -> KeyResource:
    return KeyResource(
        id=key.id,
        name=key.name,
        scopes=tuple(scope for scope in _INCLUDED if scope in _scopes(key)),
        calls_per_minute=key.calls_per_minute,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
    )


def _account_shown(account: Account) -> AccountResource:
    return AccountResource(id=account.id, name=account.name, created_at=account.created_at)
