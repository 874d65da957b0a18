"""Keys of an account. Their answers hold secrets, so none is kept for an `Idempotency-Key`."""

from typing import Annotated

from fastapi import Path, Response

from dubwright.api.access import AdminCaller, TheService
from dubwright.api.paging import AskedPage, served
from dubwright.api.problems import problems
from dubwright.api.routing import ServiceRoute, service_router
from dubwright.jobs import keys
from dubwright.jobs.keys import IssuedKey, KeyChanges, KeyResource, NewKey
from dubwright.jobs.resources import Page

router = service_router("keys", route=ServiceRoute)

KeyId = Annotated[str, Path(max_length=64, examples=["key_k7d2mq5xv3nb4tzr6wja"])]


@router.post("/keys", status_code=201)
def create_key(
    service: TheService, caller: AdminCaller, asked: NewKey, response: Response
) -> IssuedKey:
    """Make a key. Its token is shown this once."""
    key = keys.create_key(service, caller, asked)
    response.headers["Location"] = f"/v1/keys/{key.id}"
    return key


@router.get("/keys")
def list_keys(service: TheService, caller: AdminCaller, page: AskedPage) -> Page[KeyResource]:
    """List the account's keys, newest first, revoked ones too."""
    return served(keys.list_keys(service, caller, page))


@router.get("/keys/{key_id}")
def show_key(service: TheService, caller: AdminCaller, key_id: KeyId) -> KeyResource:
    """Show one key, without its secret."""
    return keys.show_key(service, caller, key_id)


@router.patch("/keys/{key_id}")
def change_key(
    service: TheService, caller: AdminCaller, key_id: KeyId, changes: KeyChanges
) -> KeyResource:
    """Change a key's name, expiry, rate or quota. What is left out stays, null takes a limit away."""
    return keys.change_key(service, caller, key_id, changes)


@router.post("/keys/{key_id}:rotate")
def rotate_key(service: TheService, caller: AdminCaller, key_id: KeyId) -> IssuedKey:
    """Give a key a new secret. The old token is worth nothing from now on."""
    return keys.rotate_key(service, caller, key_id)


@router.delete("/keys/{key_id}", status_code=204, responses=problems(409))
def revoke_key(service: TheService, caller: AdminCaller, key_id: KeyId) -> None:
    """Revoke a key for good. The last admin key of an account stays."""
    keys.revoke_key(service, caller, key_id)
