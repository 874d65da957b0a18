"""Tickets: a browser's `EventSource` cannot show a key, so it shows one of these in its address.

A ticket opens streams of events of its key's account and nothing else, for a minute after it was
made. Whoever reads it in a proxy's log later can do nothing with it.
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import Field

from dubwright.db.tables import ApiKey
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.service import Service

TICKET_PATTERN: Final = r"^dwt_[a-z2-7]{20}\.[0-9]{1,12}\.[0-9a-f]{64}$"

_VALID_FOR: Final = timedelta(seconds=60)
_TICKET = re.compile(r"dwt_([a-z2-7]{20})\.([0-9]{1,12})\.([0-9a-f]{64})")
_PURPOSE: Final = b"dubwright ticket for events"


class Ticket(Document):
    """What to put behind `?ticket=`; null where no key is needed, and so no ticket either."""

    ticket: str | None = Field(examples=["dwt_k7d2m….1795384800.9f3c…"])
    expires_at: datetime


def issue_ticket(service: Service, caller: Caller) -> Ticket:
    """A ticket of the caller's key."""
    expires_at = (service.now() + _VALID_FOR).replace(microsecond=0)
    if caller.key_id is None:
        return Ticket(ticket=None, expires_at=expires_at)
    with service.database.reading() as session:
        key = session.get_one(ApiKey, caller.key_id)
    expires_s = int(expires_at.timestamp())
    name = key.id.removeprefix("key_")
    signature = _signature(service.secret, key, expires_s)
    return Ticket(ticket=f"dwt_{name}.{expires_s}.{signature}", expires_at=expires_at)


def key_of_ticket(service: Service, ticket: str) -> ApiKey | None:
    """The key that a ticket was made with; None if it is forged, or its time is over."""
    match = _TICKET.fullmatch(ticket)
    if match is None:
        return None
    with service.database.reading() as session:
        key = session.get(ApiKey, f"key_{match[1]}")
    expires_s = int(match[2])
    if key is None or not hmac.compare_digest(_signature(service.secret, key, expires_s), match[3]):
        return None
    return key if service.now() < datetime.fromtimestamp(expires_s, UTC) else None


def _signature(secret: bytes, key: ApiKey, expires_s: int) -> str:
    # With the digest of the key's secret: a ticket ends with the secret that it was made with.
    signed = json.dumps([key.account_id, key.id, key.secret_sha256, expires_s])
    of_purpose = hmac.digest(secret, _PURPOSE, hashlib.sha256)
    return hmac.new(of_purpose, signed.encode(), hashlib.sha256).hexdigest()
