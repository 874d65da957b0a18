"""Signed queries: an address with one serves its object for a while to whoever has it."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from dubwright.domain.errors import NotFoundError

_FIELDS = ("name", "type", "expires", "signature")


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature vouches for. `expires_at` is in seconds of Unix time."""

    key: str
    file_name: str
    content_type: str
    expires_at: int


class UrlSigner:
    """Signs with HMAC-SHA256. The secret is what all API processes share."""

    def __init__(self, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        if len(secret) < 16:
            raise ValueError("a secret of fewer than 16 bytes can be guessed")
        self._secret = secret
        self._clock = clock

    def sign(self, key: str, *, file_name: str, content_type: str, expires_s: int) -> str:
        """The query that lets an object be read for `expires_s` seconds, without the `?`."""
        signed = Signed(key, file_name, content_type, int(self._clock()) + expires_s)
        return urlencode(
            {
                "name": file_name,
                "type": content_type,
                "expires": signed.expires_at,
                "signature": self._signature(signed),
            }
        )

    def verify(self, key: str, query: str) -> Signed:
        """What a query allows. Raises `NotFoundError` if it was changed, or its time is over."""
        given = parse_qs(query, keep_blank_values=True, max_num_fields=16, errors="replace")
        if any(len(given.get(field, ())) != 1 for field in _FIELDS):
            raise _unknown()
        name, content_type, expires, signature = (given[field][0] for field in _FIELDS)
        if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
            raise _unknown()
        signed = Signed(key, name, content_type, int(expires))
        right = self._signature(signed)
        if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
            raise _unknown()
        if self._clock() >= signed.expires_at:
            raise _unknown()
        return signed

    def _signature(self, signed: Signed) -> str:
        # As JSON, no two lists of fields are the same text.
        fields = [signed.key, signed.file_name, signed.content_type, signed.expires_at]
        return hmac.new(self._secret, json.dumps(fields).encode(), hashlib.sha256).hexdigest()


def _unknown() -> NotFoundError:
    """One answer for wrong and expired ones: a guess learns nothing."""
    return NotFoundError(
        "there is nothing at this address, or its time is over", hint="ask for a new address"
    )
