"""How the API is reached, and what it takes."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Auth = Literal["auto", "required"]


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """`auth="auto"` needs no key as long as there is none and `host` is this machine alone."""

    host: str = "127.0.0.1"
    port: int = 8000
    auth: Auth = "auto"
    allowed_hosts: tuple[str, ...] = ()
    """Names under which the API may be asked for; empty: any. `*.example.org` takes all below."""
    cors_origins: tuple[str, ...] = ()
    """Other sites whose pages may call the API, such as `https://tools.example.org`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of proxies whose word on the caller's address and on https is taken."""
    max_body_bytes: int = 2**20
    body_pause_s: float = 30.0
    """The longest pause between two pieces of a body, and the longest time for a whole small one."""
    max_streams_per_account: int = 50
    """Streams of events that an account may have open, on each API process."""
    open_metrics: bool = False
    """Whether `/metrics` is served without a key."""
    studio_folder: Path | None = None
    """Where the built studio is; None: a plain page stands in its place."""
    media_origins: tuple[str, ...] = ()
    """Other sites that the studio loads files from, such as a bucket's."""

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the API."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
