"""Addresses that Cloud CDN serves to whoever has them.

The signature is an HMAC-SHA1 over the whole address
(https://cloud.google.com/cdn/docs/using-signed-urls).
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlencode

from dubwright.domain.errors import InputError
from dubwright.storage.disposition import disposition
from dubwright.storage.links import Download, checked_expiry_s

_KEY_BYTES: Final = 16


class CdnLinks:
    """Signs with the key that the CDN knows under `key_name`."""

    def __init__(
        self,
        base_url: str,
        *,
        key_name: str,
        key: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key_name = key_name
        self._key = key
        self._clock = clock

    def link(self, download: Download, *, expires_s: int) -> str:
        """An address of the CDN. The object's type and name are part of what is signed."""
        asked = {
            "response-content-disposition": disposition(download.file_name),
            "response-content-type": download.content_type,
            "Expires": int(self._clock()) + checked_expiry_s(expires_s),
            "KeyName": self._key_name,
        }
        # The three that belong to the signature come last, in this order.
        address = (
            f"{self._base_url}/{quote(download.object_name)}?{urlencode(asked, quote_via=quote)}"
        )
        digest = hmac.new(self._key, address.encode(), hashlib.sha1).digest()
        return f"{address}&Signature={base64.urlsafe_b64encode(digest).decode()}"


def cdn_key(text: str) -> bytes:
    """The key as `gcloud` takes it: 16 bytes in URL-safe Base64. Raises `InputError`."""
    try:
        key = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise InputError(
            "setting 'storage.cdn.key' is no key of 128 bits",
            hint="make one with `head -c 16 /dev/urandom | base64 | tr +/ -_`",
        )
    return key
