"""The server: its address, its key, and one call to it."""

import ipaddress
import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import JsonValue, SecretStr

from dubwright_openai_compatible.errors import (
    not_ready,
    refusal,
    transport_errors,
    unavailable,
    unusable,
)
from dubwright_openai_compatible.options import EndpointOptions

if TYPE_CHECKING:
    import httpx

KEY_VARIABLE: Final = "OPENAI_API_KEY"
CALLS_AT_ONCE: Final = 8
_VENDOR: Final = "api.openai.com"
_VENDOR_CALLS_PER_MINUTE: Final = 500.0
"""What OpenAI grants an account of its lowest paid tier for each of the default models."""
_LARGEST_ANSWER_BYTES: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that speaks OpenAI's API. `key` is that of the options, if they have one."""

    base_url: str
    key: SecretStr | None
    timeout_s: float

    @classmethod
    def of(cls, options: EndpointOptions) -> "Endpoint":
        """The one that the options name."""
        return cls(options.base_url.rstrip("/"), options.api_key, options.timeout_s)

    def check(self) -> None:
        """Raise `ProviderNotReady` unless it may be called: a package, an address, a key."""
        if find_spec("httpx") is None:
            raise not_ready("the package `httpx` is missing", "run `pip install httpx`")
        self._require_address()
        self._headers()

    @property
    def calls_per_minute(self) -> float | None:
        """OpenAI's limit where this is OpenAI; None: no limit is known."""
        return _VENDOR_CALLS_PER_MINUTE if self._address.hostname == _VENDOR else None

    def post_json(self, path: str, body: Mapping[str, JsonValue]) -> bytes:
        """The answer to a JSON body. Only `ProviderError` gets out."""
        self.check()
        with transport_errors(path), self._client() as client:
            return self._answer(path, client, client.build_request("POST", path, json=dict(body)))

    def post_sound(self, path: str, fields: Mapping[str, str | list[str]], wav: bytes) -> bytes:
        """The answer to a form with a sound file. Only `ProviderError` gets out."""
        self.check()
        sound = {"file": ("clip.wav", wav, "audio/wav")}
        with transport_errors(path), self._client() as client:
            request = client.build_request("POST", path, data=dict(fields), files=sound)
            return self._answer(path, client, request)

    @property
    def _address(self) -> SplitResult:
        return urlsplit(self.base_url)

    def _require_address(self) -> None:
        try:
            address = self._address
            host, _ = address.hostname, address.port
        except ValueError:
            host, address = None, urlsplit("")
        if not host or address.scheme not in ("http", "https") or "@" in address.netloc:
            raise not_ready(
                "the option `base_url` is no address of a server",
                "set it to an address such as `https://api.openai.com/v1`; the key goes to `api_key`",
            )
        if address.scheme == "http" and not _is_loopback(host):
            raise not_ready(
                f"the key and what people say would go to {host!r} for everybody to read",
                "use `https` in `base_url`; `http` is for servers on this machine",
            )

    def _headers(self) -> dict[str, str]:
        """A server on this machine may do without a key."""
        key = self.key.get_secret_value() if self.key else os.environ.get(KEY_VARIABLE, "")
        key = key.strip()
        if not key and _is_loopback(self._address.hostname or ""):
            return {}
        if not key:
            raise not_ready(
                "there is no key", f"set the option `api_key` or the variable `{KEY_VARIABLE}`"
            )
        # Such a key would be quoted in full by the HTTP library's own refusal.
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise not_ready("the key has characters that no key has", "copy it once more")
        return {"Authorization": f"Bearer {key}"}

    def _client(self) -> "httpx.Client":
        import httpx

        return httpx.Client(
            base_url=self.base_url,
            headers=self._headers(),
            timeout=self.timeout_s,
            verify=_trusted(),
            # What stays on this machine must not take the way over a proxy.
            trust_env=not _is_loopback(self._address.hostname or ""),
        )

    def _answer(self, path: str, client: "httpx.Client", request: "httpx.Request") -> bytes:
        ends_at = time.monotonic() + self.timeout_s
        response = client.send(request, stream=True)
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _LARGEST_ANSWER_BYTES:
                raise unusable(path, "it is too large")
            if time.monotonic() > ends_at:
                raise unavailable(path, "the answer did not end in time")
        if response.status_code != 200:
            raise refusal(path, response.status_code, response.headers, bytes(body))
        return bytes(body)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Made once: reading the certificates takes longer than a short call."""
    import httpx

    return httpx.create_ssl_context()
