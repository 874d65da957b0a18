"""Who shows a token or a ticket, and who needs none."""

import hmac
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from dubwright.db.quotas import Turnstile
from dubwright.db.tables import Account, ApiKey
from dubwright.domain.errors import Throttled, Unauthenticated
from dubwright.jobs.accounts import LOCAL_ACCOUNT, ensure_local_account
from dubwright.jobs.caller import ALL_SCOPES, Caller
from dubwright.jobs.keys import is_valid, scopes_of
from dubwright.jobs.service import Service
from dubwright.jobs.tickets import key_of_ticket
from dubwright.jobs.tokens import digest_of, parse_token

_USE_IS_NOTED_EVERY: Final = timedelta(minutes=1)
_BURST_S: Final = 10


def authenticate(service: Service, token: str, request_id: str) -> Caller:
    """Who shows this token.

    Raises `Unauthenticated`, the same for every reason, or `Throttled`.
    """
    key_id, secret = parse_token(token)
    with service.database.reading() as session:
        key = session.get(ApiKey, key_id)
    known = key.secret_sha256 if key is not None else digest_of("")
    fits = hmac.compare_digest(known, digest_of(secret))
    if key is None or not fits or not is_valid(key, service.now()):
        raise Unauthenticated(
            "the key is not valid",
            hint="Check it, or ask an admin of the account for a new one (`POST /v1/keys`).",
        )
    _take_a_turn(service, key)
    _note_use(service, key)
    return Caller(key.account_id, key.id, scopes_of(key), request_id)


def redeem_ticket(service: Service, ticket: str, request_id: str) -> Caller:
    """Whose key this ticket was made with: it may read, and no more.

    Raises `Unauthenticated`, the same for every reason, or `Throttled`.
    """
    key = key_of_ticket(service, ticket)
    if key is None or not is_valid(key, service.now()):
        raise Unauthenticated(
            "the ticket is not valid, or its time is over",
            hint="Ask for a new one with `POST /v1/events:ticket`, and connect within a minute.",
        )
    _take_a_turn(service, key)
    return Caller(key.account_id, key.id, frozenset({"read"}), request_id)


def local_caller(service: Service, request_id: str) -> Caller | None:
    """Whoever sits at this machine, as long as there is no key; None once there was one."""
    with service.database.reading() as session:
        if session.scalar(sa.select(sa.exists(sa.select(ApiKey.id)))):
            return None
        known = session.get(Account, LOCAL_ACCOUNT) is not None
    if not known:
        with service.database.writing() as session:
            ensure_local_account(service, session)
    return Caller(LOCAL_ACCOUNT, None, ALL_SCOPES, request_id)


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
