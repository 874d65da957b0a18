"""What a key shows: `dw_`, its id, and a secret of which only the SHA-256 is kept."""

import base64
import hashlib
import re
import secrets
from typing import Final

_TOKEN = re.compile(r"dw_([a-z2-7]{20})_([a-z2-7]{52})")
_NOBODY: Final = "key_" + "0" * 20


def parse_token(token: str) -> tuple[str, str]:
    """The key's id and the secret. What is no token gets ones that fit no key."""
    match = _TOKEN.fullmatch(token)
    # What is no token takes the same way as an unknown one, and as long.
    return (f"key_{match[1]}", match[2]) if match else (_NOBODY, "-")


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """256 random bits, in letters and digits."""
    return base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()


def token_of(key_id: str, secret: str) -> str:
    """What the owner of a key is given."""
    return f"dw_{key_id.removeprefix('key_')}_{secret}"
