"""Telling webhooks what became of operations."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Delivery, Operation, Webhook
from dubwright.jobs.service import Service
from dubwright.jobs.shown import operation_shown


def queue_deliveries(service: Service, session: Session, operation: Operation) -> None:
    """Write one delivery for every webhook of the account that wants to hear of this."""
    event = f"operation.{operation.state}"
    hooks = session.scalars(
        select(Webhook).where(Webhook.account_id == operation.account_id, Webhook.active)
    )
    for hook in hooks:
        if event in hook.events:
            session.add(
                Delivery(
                    id=new_id("dlv"),
                    webhook_id=hook.id,
                    account_id=operation.account_id,
                    event=event,
                    body=operation_shown(session, operation).model_dump(mode="json"),
                    next_at=service.now(),
                    created_at=service.now(),
                )
            )
