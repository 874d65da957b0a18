"""Sending the messages of webhooks: signed, tried again with growing pauses, never two at once.

Whoever sends a message holds it by its row: the state `sending`, and `next_at` as the end of the
hold. A sender that dies leaves the row due again after that.
"""

import hashlib
import hmac
import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
import structlog
from pydantic import JsonValue

from dubwright.db.tables import Delivery, Webhook
from dubwright.domain.errors import InputError
from dubwright.jobs.service import Service
from dubwright.sources.guarded_http import NoAnswer, OutgoingCall, call

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600))
"""After each try that failed; the one after the last pause is the last try."""
TIMEOUT_S: Final = 10.0

_SENDERS: Final = 8
_AT_ONCE: Final = 4 * _SENDERS
_AT_ONCE_TO_ONE: Final = 4
_HELD: Final = timedelta(seconds=2 * TIMEOUT_S * _AT_ONCE / _SENDERS)
_JITTER: Final = 0.2
_GONE: Final = 410

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message on its way, without a database behind it."""

    id: str
    webhook: str
    url: str
    secret: str
    event: str
    body: JsonValue
    attempt: int


@dataclass(frozen=True, slots=True)
class _Receipt:
    """What became of one try: the status of the answer, or why there was none."""

    status: int | None
    problem: str | None

    @property
    def taken(self) -> bool:
        return self.problem is None


def deliver_due(service: Service, *, now: datetime) -> int:
    """Send messages whose time has come, at most 32; how many were tried.

    Blocks for a minute at the worst. Any number of processes may do this at the same time; call
    again at once while the answer is not 0. A message is sent at least once, and each time with
    the same `Dubwright-Delivery`.
    """
    letters = _claim(service, now)
    if not letters:
        return 0
    with ThreadPoolExecutor(_SENDERS, thread_name_prefix="webhooks") as senders:
        receipts = senders.map(lambda letter: _send(service, letter), letters)
        for letter, receipt in zip(letters, receipts, strict=True):
            _note(service, letter, receipt, now)
    return len(letters)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What `Dubwright-Signature` must say: the HMAC-SHA256 of the time, a dot and the body."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1={signed.hexdigest()}"


def _claim(service: Service, now: datetime) -> list[_Letter]:
    """Take hold of messages that are due; a few for each webhook, so that none fills the round."""
    due = (
        sa.select(Delivery, Webhook)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Delivery.state.in_(("waiting", "sending")), Delivery.next_at <= now, Webhook.active)
    )
    of_hook = sa.func.row_number().over(
        partition_by=Delivery.webhook_id, order_by=(Delivery.next_at, Delivery.id)
    )
    ranked = due.with_only_columns(Delivery.id.label("id"), of_hook.label("rank")).subquery()
    chosen = sa.select(ranked.c.id).where(ranked.c.rank <= _AT_ONCE_TO_ONE)
    wanted = (
        due.where(Delivery.id.in_(chosen))
        .order_by(Delivery.next_at, Delivery.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    with service.database.writing() as session:
        return [_held(delivery, hook, now) for delivery, hook in session.execute(wanted)]


def _held(delivery: Delivery, hook: Webhook, now: datetime) -> _Letter:
    delivery.state = "sending"
    delivery.attempts += 1
    delivery.next_at = now + _HELD
    return _Letter(
        id=delivery.id,
        webhook=hook.id,
        url=hook.url,
        secret=hook.secret,
        event=delivery.event,
        body=delivery.body,
        attempt=delivery.attempts,
    )


def _send(service: Service, letter: _Letter) -> _Receipt:
    body = json.dumps(letter.body, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = str(int(service.now().timestamp()))
    outgoing = OutgoingCall(
        "POST",
        letter.url,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "dubwright-webhooks/1",
            "Dubwright-Delivery": letter.id,
            "Dubwright-Event": letter.event,
            "Dubwright-Timestamp": timestamp,
            "Dubwright-Signature": signature(letter.secret, timestamp, body),
        },
        content=body,
        timeout_s=TIMEOUT_S,
    )
    try:
        status = call(outgoing, service.options.outgoing).status
    except InputError as exc:
        return _Receipt(None, exc.message)
    except NoAnswer as exc:
        return _Receipt(None, str(exc))
    return _Receipt(status, None if 200 <= status < 300 else f"the answer was {status}")


def _note(service: Service, letter: _Letter, receipt: _Receipt, now: datetime) -> None:
    """Write down what became of a try, unless somebody else has taken the message over."""
    log.info(
        "webhook.called",
        delivery=letter.id,
        attempt=letter.attempt,
        status=receipt.status,
        problem=receipt.problem,
    )
    with service.database.writing() as session:
        delivery = session.get(Delivery, letter.id, with_for_update=True)
        if delivery is None or delivery.attempts != letter.attempt or delivery.state != "sending":
            return
        delivery.last_status, delivery.last_problem = receipt.status, receipt.problem
        if receipt.status == _GONE:
            session.execute(
                sa.update(Webhook).where(Webhook.id == letter.webhook).values(active=False)
            )
        pause = _pause(letter.attempt)
        if receipt.taken:
            delivery.state = "delivered"
        elif receipt.status == _GONE or pause is None:
            delivery.state = "failed"
        else:
            delivery.state, delivery.next_at = "waiting", now + pause


def _pause(attempt: int) -> timedelta | None:
    """How long to wait after a try that failed; None after the last."""
    if attempt > len(PAUSES):
        return None
    # Receivers that were down together are not called together.
    return PAUSES[attempt - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311  # no secret
