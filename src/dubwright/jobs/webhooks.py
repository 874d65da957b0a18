"""Webhooks: where an account wants to be told of its operations, and what was told."""

import secrets
from typing import Annotated, Final, Literal

import sqlalchemy as sa
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Delivery, Webhook
from dubwright.domain.errors import ConflictError, NotFoundError
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedBool
from dubwright.jobs.caller import Caller
from dubwright.jobs.deliveries import TEST_EVENT, WebhookEvent, new_delivery
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.resources import Page
from dubwright.jobs.service import Service
from dubwright.sources.addresses import web_address

_MOST_WEBHOOKS: Final = 20
_ENDINGS: Final[frozenset[WebhookEvent]] = frozenset(
    ("operation.succeeded", "operation.failed", "operation.cancelled")
)

DeliveryState = Literal["waiting", "sending", "delivered", "failed"]
AskedUrl = Annotated[
    str, Field(min_length=1, max_length=2_048, examples=["https://example.org/hooks/dubwright"])
]
# Naming one twice does no harm.
AskedEvents = Annotated[
    frozenset[WebhookEvent], Field(min_length=1, json_schema_extra={"uniqueItems": False})
]


class NewWebhook(Document):
    """Where to send messages, and of what. The address must be public."""

    url: AskedUrl
    events: AskedEvents = _ENDINGS


class WebhookChanges(Document):
    """What to change of a webhook; what is left out stays."""

    url: AskedUrl | None = None
    events: AskedEvents | None = None
    active: AskedBool | None = None


class WebhookResource(Document):
    """A webhook. One that answered 410 is no longer `active`; its messages wait."""

    id: str
    url: str
    events: tuple[str, ...]
    active: bool
    created_at: AwareDatetime


class IssuedWebhook(WebhookResource):
    """A webhook with the secret of its signatures, which is shown this once."""

    secret: str = Field(examples=["whsec_…"])


class DeliveryResource(Document):
    """One message to a webhook: how often it was tried, and what came of it.

    Receivers know a message by its id, which stays the same when it is sent again.
    """

    id: str
    webhook: str
    event: str
    state: DeliveryState
    attempts: int
    last_status: int | None
    last_problem: str | None
    next_at: AwareDatetime | None
    created_at: AwareDatetime


def create_webhook(service: Service, caller: Caller, asked: NewWebhook) -> IssuedWebhook:
    """Keep a webhook. Raises `InputError` for an address that may not be called."""
    web_address(asked.url, service.options.outgoing.policy)
    with service.database.writing() as session:
        own = sa.select(sa.func.count()).where(Webhook.account_id == caller.account_id)
        if (session.scalar(own) or 0) >= _MOST_WEBHOOKS:
            raise ConflictError(
                f"an account has at most {_MOST_WEBHOOKS} webhooks", hint="delete one first"
            )
        hook = Webhook(
            id=new_id("whk"),
            account_id=caller.account_id,
            url=asked.url,
            secret=_new_secret(),
            events=sorted(asked.events),
            active=True,
            created_at=service.now(),
        )
        session.add(hook)
        return _issued(hook)


def list_webhooks(service: Service, caller: Caller, cursor: Cursor) -> Page[WebhookResource]:
    """The account's webhooks, newest first."""
    with service.database.reading() as session:
        own = Webhook.account_id == caller.account_id
        rows, following = page_of(session, Webhook, cursor, own)
        return Page(items=tuple(_shown(row) for row in rows), next_cursor=following)


def show_webhook(service: Service, caller: Caller, webhook_id: str) -> WebhookResource:
    """One webhook, without its secret."""
    with service.database.reading() as session:
        return _shown(_own(session, caller, webhook_id))


def change_webhook(
    service: Service, caller: Caller, webhook_id: str, changes: WebhookChanges
) -> WebhookResource:
    """Change where or of what a webhook is told, or switch it on or off."""
    if changes.url is not None:
        web_address(changes.url, service.options.outgoing.policy)
    with service.database.writing() as session:
        hook = _own(session, caller, webhook_id)
        hook.url = changes.url or hook.url
        hook.events = sorted(changes.events) if changes.events else hook.events
        hook.active = hook.active if changes.active is None else changes.active
        return _shown(hook)


def rotate_webhook(service: Service, caller: Caller, webhook_id: str) -> IssuedWebhook:
    """The same webhook with a new secret, which signs every message from now on."""
    with service.database.writing() as session:
        hook = _own(session, caller, webhook_id)
        hook.secret = _new_secret()
        return _issued(hook)


def delete_webhook(service: Service, caller: Caller, webhook_id: str) -> None:
    """Forget a webhook and its messages, sent or not."""
    with service.database.writing() as session:
        session.get(Webhook, webhook_id, with_for_update=True)  # of several at once one deletes it
        session.delete(_own(session, caller, webhook_id))


def send_test_message(service: Service, caller: Caller, webhook_id: str) -> DeliveryResource:
    """Queue a message that says nothing but that it is a test."""
    with service.database.writing() as session:
        hook = _own(session, caller, webhook_id)
        _require_active(hook)
        delivery = new_delivery(hook, TEST_EVENT, service.now())
        session.add(delivery)
        return _delivery_shown(delivery)


def list_deliveries(
    service: Service, caller: Caller, webhook_id: str, cursor: Cursor
) -> Page[DeliveryResource]:
    """The messages to a webhook, newest first."""
    with service.database.reading() as session:
        hook = _own(session, caller, webhook_id)
        rows, following = page_of(session, Delivery, cursor, Delivery.webhook_id == hook.id)
        return Page(items=tuple(_delivery_shown(row) for row in rows), next_cursor=following)


def replay_delivery(
    service: Service, caller: Caller, webhook_id: str, delivery_id: str
) -> DeliveryResource:
    """Send a message again, under its own id. Raises `ConflictError` while it is being sent."""
    with service.database.writing() as session:
        hook = _own(session, caller, webhook_id)
        delivery = session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None or delivery.webhook_id != hook.id:
            raise NotFoundError(
                f"there is no delivery {delivery_id!r}",
                hint="`GET /v1/webhooks/{webhook}/deliveries` lists them",
            )
        _require_active(hook)
        if delivery.state == "sending":
            raise ConflictError(
                f"delivery {delivery_id!r} is being sent", hint="wait for its end, then look again"
            )
        delivery.state, delivery.attempts, delivery.next_at = "waiting", 0, service.now()
        return _delivery_shown(delivery)


def _own(session: Session, caller: Caller, webhook_id: str) -> Webhook:
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.account_id != caller.account_id:
        raise NotFoundError(
            f"there is no webhook {webhook_id!r}", hint="`GET /v1/webhooks` lists yours"
        )
    return hook


def _require_active(hook: Webhook) -> None:
    if not hook.active:
        raise ConflictError(
            f"webhook {hook.id!r} is switched off", hint='switch it on with `{"active": true}`'
        )


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _shown(hook: Webhook) -> WebhookResource:
    return WebhookResource(
        id=hook.id,
        url=hook.url,
        events=tuple(hook.events),
        active=hook.active,
        created_at=hook.created_at,
    )


def _issued(hook: Webhook) -> IssuedWebhook:
    return IssuedWebhook(**_shown(hook).model_dump(), secret=hook.secret)


def _delivery_shown(delivery: Delivery) -> DeliveryResource:
    is_over = delivery.state in ("delivered", "failed")
    return DeliveryResource.model_validate(
        {
            "id": delivery.id,
            "webhook": delivery.webhook_id,
            "event": delivery.event,
            "state": delivery.state,
            "attempts": delivery.attempts,
            "last_status": delivery.last_status,
            "last_problem": delivery.last_problem,
            "next_at": None if is_over else delivery.next_at,
            "created_at": delivery.created_at,
        }
    )
