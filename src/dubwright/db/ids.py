"""Ids of rows: a prefix that names the kind, and 100 random bits."""

import base64
import secrets
from typing import Literal

IdPrefix = Literal["acc", "key", "upl", "prj", "tgt", "art", "op", "whk", "dlv", "gls"]

_RANDOM_CHARACTERS = 20


def new_id(prefix: IdPrefix) -> str:
    """Such as `prj_` and 20 lower-case base32 characters, which nobody can guess."""
    letters = base64.b32encode(secrets.token_bytes(13)).decode().lower()
    return f"{prefix}_{letters[:_RANDOM_CHARACTERS]}"
