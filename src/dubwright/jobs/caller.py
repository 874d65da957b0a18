"""Who asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Scope = Literal["read", "write", "admin"]

INCLUDED_SCOPES: Final[Mapping[str, tuple[Scope, ...]]] = {
    "read": ("read",),
    "write": ("read", "write"),
    "admin": ("read", "write", "admin"),
}
"""What each scope allows, itself included."""
ALL_SCOPES: Final = frozenset(INCLUDED_SCOPES["admin"])


@dataclass(frozen=True, slots=True)
class Claim:
    """An account's `Idempotency-Key`, in the hands of one request. `owner` is random.

    `fingerprint` tells what the request asks for, once as much of it was read as will be.
    """

    account_id: str
    key: str
    owner: str
    fingerprint: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Caller:
    """An account, the key it showed (None: local mode), what that allows, and the request's id.

    `claim`: what is done is done once for its `Idempotency-Key`.
    """

    account_id: str
    key_id: str | None
    scopes: frozenset[Scope]
    request_id: str
    claim: Claim | None = None
