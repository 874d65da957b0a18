"""How uvicorn serves the application: its limits, and whose word it takes."""

import asyncio
from typing import ClassVar

from fastapi import FastAPI
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from dubwright.api.options import ApiOptions

_HEAD_BYTES = 16 * 2**10
_STOP_S = 5


class PromptProtocol(H11Protocol):
    """HTTP/1.1, with connections ended whose next request is not begun in time.

    The server itself waits for a head for as long as a byte of it comes now and then, or none.
    """

    head_s: ClassVar[float] = 20.0
    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base does
        """Wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Take what arrived; while a request is being answered nothing is waited for."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next request, and no longer for the rest of a body that nobody reads."""
        self._await_head()
        super().on_response_complete()

    def _await_head(self) -> None:
        self._stop_waiting()
        self._too_late = self.loop.call_later(self.head_s, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None


def server_config(app: FastAPI, options: ApiOptions) -> Config:
    """The server's configuration. No more is read of a head that is over 16 KiB and not whole."""
    return Config(
        app,
        host=options.host,
        port=options.port,
        # The other implementation knows no limit for headers.
        http=PromptProtocol,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        ws="none",
        lifespan="off",
        server_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=bool(options.trusted_proxies),
        forwarded_allow_ips=list(options.trusted_proxies),
        timeout_graceful_shutdown=_STOP_S,
    )
