"""Who may ask the doubles: a service account with a key of its own, and tokens handed out."""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dubwright.testing.google.failures import Refusal, Refused

PROJECT = "dubwright-double"
_KEY_BITS = 2048
_LONGEST_LIFE_S = 3600
_CLOUD_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
# Nothing listens there: a client that asks for a token instead of signing one itself fails.
_DEAD_TOKEN_URI = "http://127.0.0.1:9/token"  # noqa: S105  # an address, not a secret


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An account whose key file clients find by `GOOGLE_APPLICATION_CREDENTIALS`."""

    email: str
    file: Path
    public_key_pem: bytes


def make_service_account(
    folder: Path, *, project: str = PROJECT, token_uri: str = _DEAD_TOKEN_URI
) -> ServiceAccount:
    """Make an account and write its key file, `service-account.json`, which only we may read."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, _KEY_BITS)
    email = f"dubwright@{project}.iam.gserviceaccount.com"
    private_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "service-account.json"
    file.touch(mode=0o600)
    content = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": "double-1",
        "private_key": private_pem.decode(),
        "client_email": email,
        "client_id": "1",
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }
    file.write_text(json.dumps(content, indent=2))
    public_pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return ServiceAccount(email, file, public_pem)


@dataclass(slots=True)
class HandedOut:
    """Tokens that the metadata double, or a token endpoint, has given; safe from any thread."""

    _tokens: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, token: str) -> None:
        with self._lock:
            self._tokens.add(token)

    def __contains__(self, token: str) -> bool:
        with self._lock:
            return token in self._tokens


@dataclass(frozen=True, slots=True)
class CheckedAdmission:
    """Lets in who shows a token that was handed out, or one that the account signed for itself.

    Such a token has to be for this audience, or for the scope of all of Google Cloud, and valid
    for no longer than an hour.
    """

    account: ServiceAccount
    handed_out: HandedOut

    def admit(self, metadata: Iterable[tuple[str, str]], audience: str) -> None:
        """Raise `Refused` unless the caller shows such a token."""
        token = dict(metadata).get("authorization", "").removeprefix("Bearer ")
        if not token:
            raise _unauthenticated("CREDENTIALS_MISSING", "Request is missing credentials.")
        if token not in self.handed_out:
            self._verify(token, audience)

    def _verify(self, token: str, audience: str) -> None:
        from google.auth import exceptions, jwt

        try:
            claims = jwt.decode(token, certs=self.account.public_key_pem)
        except (ValueError, exceptions.GoogleAuthError) as exc:
            raise _unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED", str(exc)) from exc
        if claims.get("iss") != self.account.email or claims.get("sub") != self.account.email:
            raise _unauthenticated("ACCOUNT_STATE_INVALID", f"unknown issuer {claims.get('iss')!r}")
        if claims["exp"] - claims["iat"] > _LONGEST_LIFE_S:
            raise _unauthenticated("ACCESS_TOKEN_EXPIRED", "the token is valid for over an hour")
        scopes = str(claims.get("scope", "")).split()
        if claims.get("aud") != audience and _CLOUD_SCOPE not in scopes:
            raise _unauthenticated(
                "ACCESS_TOKEN_TYPE_UNSUPPORTED", f"the token is for {claims.get('aud')!r}"
            )


class OpenAdmission:
    """Lets everybody in."""

    def admit(self, metadata: Iterable[tuple[str, str]], audience: str) -> None:
        """Always."""


def _unauthenticated(reason: str, why: str) -> Refused:
    return Refused(
        Refusal(
            "UNAUTHENTICATED",
            f"Request had invalid authentication credentials. {why}",
            reason=reason,
        )
    )
