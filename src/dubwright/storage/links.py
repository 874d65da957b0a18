"""Addresses outside of the API that serve an object for a while."""

from dataclasses import dataclass
from typing import Final, Protocol

LONGEST_S: Final = 7 * 24 * 60 * 60
"""How long a signed address may last: Cloud Storage refuses to serve longer ones."""


@dataclass(frozen=True, slots=True)
class Download:
    """What an address is to serve: an object by its whole name, and what to call it."""

    object_name: str
    file_name: str
    content_type: str


class DownloadLinks(Protocol):
    """Signs addresses. Raises `StorageError` when the signature cannot be had."""

    def link(self, download: Download, *, expires_s: int) -> str:
        """An address that serves the object for so many seconds."""
        ...


def checked_expiry_s(expires_s: int) -> int:
    """The seconds themselves. Raises `ValueError`: how long addresses last is ours to say."""
    if not 0 < expires_s <= LONGEST_S:
        raise ValueError(f"an address lasts 1 to {LONGEST_S} s, not {expires_s}")
    return expires_s
