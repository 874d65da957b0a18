"""Who asks."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["read", "write", "admin"]


@dataclass(frozen=True, slots=True)
class Caller:
    """An account, the key it showed (None: local mode), what that allows, and the request's id."""

    account_id: str
    key_id: str | None
    scopes: frozenset[Scope]
    request_id: str
