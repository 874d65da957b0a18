"""Telling webhooks what became of operations."""

from datetime import datetime
from typing import Final, Literal

from pydantic import AwareDatetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Delivery, Operation, Webhook
from dubwright.domain.timeline import Document
from dubwright.jobs.resources import OperationResource
from dubwright.jobs.service import Service
from dubwright.jobs.shown import operation_shown

WebhookEvent = Literal[
    "operation.running", "operation.succeeded", "operation.failed", "operation.cancelled"
]
TEST_EVENT: Final = "webhook.test"


class WebhookMessage(Document):
    """What a webhook is sent. `operation` is as it was then; null for a test."""

    event: str
    created_at: AwareDatetime
    operation: OperationResource | None = None


def queue_deliveries(service: Service, session: Session, operation: Operation) -> None:
    """Write one delivery for every webhook of the account that wants to hear of this."""
    event = f"operation.{operation.state}"
    hooks = session.scalars(
        select(Webhook).where(Webhook.account_id == operation.account_id, Webhook.active)
    )
    wanting = [hook for hook in hooks if event in hook.events]
    if not wanting:
        return
    session.flush()
    shown = operation_shown(session, operation)
    for hook in wanting:
        session.add(new_delivery(hook, event, service.now(), shown))


def new_delivery(
    hook: Webhook, event: str, now: datetime, operation: OperationResource | None = None
) -> Delivery:
    """A message to one webhook, to be sent as soon as possible."""
    message = WebhookMessage(event=event, created_at=now, operation=operation)
    return Delivery(
        id=new_id("dlv"),
        webhook_id=hook.id,
        account_id=hook.account_id,
        event=event,
        body=message.model_dump(mode="json"),
        state="waiting",
        attempts=0,
        next_at=now,
        created_at=now,
    )
