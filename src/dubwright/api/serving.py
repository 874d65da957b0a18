"""How uvicorn serves the application: its limits, and whose word it takes."""

from fastapi import FastAPI
from uvicorn import Config

from dubwright.api.options import ApiOptions

_HEAD_BYTES = 16 * 2**10
_STOP_S = 5


def server_config(app: FastAPI, options: ApiOptions) -> Config:
    """The server's configuration. No more is read of a head that is over 16 KiB and not whole."""
    return Config(
        app,
        host=options.host,
        port=options.port,
        # The other implementation knows no limit for headers.
        http="h11",
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
