"""Which addresses of strangers may be called: public ones, on the ports of the web.

A URL that somebody gave us must not reach what only this machine or its network can reach.
"""

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from dubwright.domain.errors import InputError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_LONGEST_URL = 2_048
_PRINTABLE = re.compile(r"[!-~]+")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Addresses that only wrap others: which machine they mean is decided where we cannot look.
_WRAPPING: Final = tuple(
    map(
        ipaddress.ip_network,
        ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
    )
)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be called. `private_networks` are allowed although they are not public."""

    schemes: frozenset[Literal["http", "https"]] = frozenset({"https"})
    private_networks: tuple[Network, ...] = ()
    any_port: bool = False
    usual_ports: tuple[int, ...] = (80, 443)
    high_ports: range = range(8_000, 10_000)

    def allows_port(self, port: int) -> bool:
        """Whether a service on this port may be called."""
        return self.any_port or port in self.usual_ports or port in self.high_ports


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A URL that may be called, in parts. `target` is the path with the query."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """For the `Host` header: the name, with a port that is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"


def web_address(url: str, policy: AddressPolicy) -> WebAddress:
    """The parts of a URL. Raises `InputError` for one that may never be called.

    A name is not looked up; `checked_addresses` does that when it is called.
    """
    if len(url) > _LONGEST_URL or _PRINTABLE.fullmatch(url) is None or "\\" in url:
        raise InputError(
            "the URL is longer than 2,048 characters, or has some that no URL has",
            hint="write other characters percent-encoded, and foreign names as `xn--…`",
        )
    parts, port = _split(url)
    scheme = _scheme(parts, policy)
    port = port or _DEFAULT_PORTS[scheme]
    if not policy.allows_port(port):
        raise InputError(
            f"port {port} may not be called", hint="use 80, 443 or one from 8000 to 9999"
        )
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.username is not None or parts.password is not None:
        raise InputError("the URL has no host, or has a user in it", hint=_FORM)
    _refuse_literal(host, policy)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(scheme, host, port, target)


def addresses_of(host: str, port: int) -> list[str]:
    """Where a name leads now, as the system's resolver says. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(addresses: Sequence[str], policy: AddressPolicy) -> list[str]:
    """The addresses, if all of them may be called. Raises `InputError`."""
    for text in addresses:
        if not may_call(ipaddress.ip_address(text.partition("%")[0]), policy):
            raise InputError(
                "the host leads to an address that is not public",
                hint="use a public one; whoever runs this can allow private networks",
            )
    return list(addresses)


def may_call(address: Address, policy: AddressPolicy) -> bool:
    """Whether an address is public, or in a network that is allowed."""
    if any(_is_in(address, network) for network in policy.private_networks):
        return True
    if any(_is_in(address, network) for network in _WRAPPING):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not special and not site_local


_FORM = "write it as `https://host/path`"


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        return (parts := urlsplit(url)), parts.port
    except ValueError as exc:
        raise InputError(f"the URL cannot be read: {exc}", hint=_FORM) from exc


def _scheme(parts: SplitResult, policy: AddressPolicy) -> Literal["http", "https"]:
    for scheme in policy.schemes:
        if parts.scheme == scheme:
            return scheme
    raise InputError(
        f"the URL begins with {parts.scheme!r}",
        hint=f"use {' or '.join(sorted(policy.schemes))}",
    )


def _refuse_literal(host: str, policy: AddressPolicy) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    checked_addresses([host], policy)


def _is_in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network
