"""Downloading one file over HTTPS, in pieces, with limits on time and size."""

import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO
from urllib import request
from urllib.parse import urlsplit

from dubwright.domain.errors import ProviderRejected, ProviderUnavailable
from dubwright.domain.loopback import is_loopback

_CHUNK_BYTES = 1 << 18
_STALL_TIMEOUT_S = 30.0
_DEADLINE_S = 3600.0


def download(url: str, *, max_bytes: int) -> Iterator[bytes]:
    """The body of `url`, in pieces. Plain http is taken from this machine itself only.

    Raises `ProviderRejected` for an address or size that is not allowed and
    `ProviderUnavailable` when the server does not deliver.
    """
    _require_safe(url)
    try:
        with _opener().open(url, timeout=_STALL_TIMEOUT_S) as response:
            yield from _limited(response, url, max_bytes)
    except (OSError, HTTPException) as exc:  # URLError, timeouts and TLS faults are OSErrors
        raise ProviderUnavailable(
            f"cannot download {url!r}: {exc}", provider="models", hint="check the network"
        ) from exc


def _limited(response: HTTPResponse, url: str, max_bytes: int) -> Iterator[bytes]:
    deadline = time.monotonic() + _DEADLINE_S
    received_bytes = 0
    while chunk := response.read(_CHUNK_BYTES):
        received_bytes += len(chunk)
        if received_bytes > max_bytes:
            raise ProviderRejected(
                f"{url!r} sends more than the expected {max_bytes} bytes", provider="models"
            )
        if time.monotonic() > deadline:
            raise ProviderUnavailable(f"{url!r} took too long", provider="models")
        yield chunk


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return
    raise ProviderRejected(
        f"{url!r} is not an https address", provider="models", hint="use an https:// address"
    )


class _SafeRedirects(request.HTTPRedirectHandler):
    """Follows redirects to safe addresses only; publishers redirect to their storage hosts."""

    def redirect_request(
        self,
        req: request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> request.Request | None:
        _require_safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> request.OpenerDirector:
    """An opener for http and https alone: urllib's own would read `file:` addresses too."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        _SafeRedirects(),
    ):
        opener.add_handler(handler)
    return opener
