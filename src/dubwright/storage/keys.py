"""Keys of objects: what one may look like, and where a path stands for one."""

import re

from dubwright.domain.errors import NotFoundError

LONGEST_KEY = 512
_LONGEST_PART = 200  # a file system takes 255 bytes, and names beside it are longer
_PART = re.compile(r"[a-z0-9._-]+")


def checked_key(key: str) -> str:
    """The key itself. Raises `ValueError` for one that breaks the rule: keys are ours to make."""
    if len(key) > LONGEST_KEY or not all(map(is_key_part, key.split("/"))):
        raise ValueError(f"{key!r} is not a key of an object")
    return key


def is_key_part(part: str) -> bool:
    """Whether this may stand between two slashes of a key."""
    if part in (".", "..") or len(part) > _LONGEST_PART:
        return False
    return _PART.fullmatch(part) is not None


def missing_object(key: str) -> NotFoundError:
    """There is nothing under this key."""
    return NotFoundError(f"there is no object {key!r}")
