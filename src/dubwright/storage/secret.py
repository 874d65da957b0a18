"""The secret of an installation, made at its first start."""

import fcntl
import os
import secrets
from pathlib import Path

from dubwright.domain.errors import StorageError

SECRET_BYTES = 32


def load_or_create_secret(path: Path) -> bytes:
    """The secret kept in `path`, made if there is none; processes that start together agree.

    Only the owner may read the file. Raises `StorageError` if it cannot be read or made.
    """
    try:
        secret = _read_or_make(path)
    except OSError as exc:
        raise StorageError(
            f"the secret {str(path)!r} cannot be read or made: {exc.strerror or exc}",
            hint="check the permissions of the data folder",
        ) from exc
    if len(secret) < SECRET_BYTES:
        raise StorageError(
            f"the secret {str(path)!r} is damaged: it has {len(secret)} bytes",
            hint="delete it; a new one is made at the next start, and addresses given out end",
        )
    return secret


def _read_or_make(path: Path) -> bytes:
    if path.is_file() and (kept := path.read_bytes()):
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        return os.read(file, 4096) or _write_new(file)
    finally:
        os.close(file)


def _write_new(file: int) -> bytes:
    secret = secrets.token_bytes(SECRET_BYTES)
    os.write(file, secret)
    os.fsync(file)
    return secret
