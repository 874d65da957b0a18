"""`/webhooks`: where operations are told of. Answers with secrets are not kept for repeats."""

from typing import Annotated

from fastapi import Path, Response

from dubwright.api.access import AdminCaller, TheService
from dubwright.api.paging import AskedPage, served
from dubwright.api.problems import problems
from dubwright.api.routing import ServiceRoute, service_router
from dubwright.jobs import webhooks
from dubwright.jobs.resources import Page
from dubwright.jobs.webhooks import (
    DeliveryResource,
    IssuedWebhook,
    NewWebhook,
    WebhookChanges,
    WebhookResource,
)

router = service_router("webhooks", route=ServiceRoute)

WebhookId = Annotated[str, Path(max_length=64, examples=["whk_k7d2mq5xv3nb4tzr6wja"])]
DeliveryId = Annotated[str, Path(max_length=64, examples=["dlv_k7d2mq5xv3nb4tzr6wja"])]


@router.post("/webhooks", status_code=201)
def create_webhook(
    service: TheService, caller: AdminCaller, asked: NewWebhook, response: Response
) -> IssuedWebhook:
    """Have operations told to an address. The secret of the signatures is shown this once."""
    hook = webhooks.create_webhook(service, caller, asked)
    response.headers["Location"] = f"/v1/webhooks/{hook.id}"
    return hook


@router.get("/webhooks", responses=problems(400))
def list_webhooks(
    service: TheService, caller: AdminCaller, page: AskedPage
) -> Page[WebhookResource]:
    """List the account's webhooks, newest first."""
    return served(webhooks.list_webhooks(service, caller, page))


@router.get("/webhooks/{webhook}")
def show_webhook(service: TheService, caller: AdminCaller, webhook: WebhookId) -> WebhookResource:
    """Show a webhook, without its secret."""
    return webhooks.show_webhook(service, caller, webhook)


@router.patch("/webhooks/{webhook}")
def change_webhook(
    service: TheService, caller: AdminCaller, webhook: WebhookId, changes: WebhookChanges
) -> WebhookResource:
    """Change a webhook's address or events, or switch it off and on."""
    return webhooks.change_webhook(service, caller, webhook, changes)


@router.delete("/webhooks/{webhook}", status_code=204)
def delete_webhook(service: TheService, caller: AdminCaller, webhook: WebhookId) -> None:
    """Forget a webhook and all its messages."""
    webhooks.delete_webhook(service, caller, webhook)


@router.post("/webhooks/{webhook}:rotate")
def rotate_webhook(service: TheService, caller: AdminCaller, webhook: WebhookId) -> IssuedWebhook:
    """Give a webhook a new secret, which signs every message from now on."""
    return webhooks.rotate_webhook(service, caller, webhook)


@router.post("/webhooks/{webhook}:test", status_code=202)
def test_webhook(service: TheService, caller: AdminCaller, webhook: WebhookId) -> DeliveryResource:
    """Send a test message. Its fate is found in the list of deliveries."""
    return webhooks.send_test_message(service, caller, webhook)


@router.get("/webhooks/{webhook}/deliveries", responses=problems(400))
def list_deliveries(
    service: TheService, caller: AdminCaller, webhook: WebhookId, page: AskedPage
) -> Page[DeliveryResource]:
    """List the messages to a webhook, newest first."""
    return served(webhooks.list_deliveries(service, caller, webhook, page))


@router.post("/webhooks/{webhook}/deliveries/{delivery}:replay", status_code=202)
def replay_delivery(
    service: TheService, caller: AdminCaller, webhook: WebhookId, delivery: DeliveryId
) -> DeliveryResource:
    """Send a message again, under the same `Dubwright-Delivery`."""
    return webhooks.replay_delivery(service, caller, webhook, delivery)
