"""Accounts whose signatures the storage double knows, and `signBlob` for those without a file."""

import base64
import json
import re
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from dubwright.testing.google.credentials import HandedOut, ServiceAccount
from dubwright.testing.google.storage_messages import (
    Answer,
    Asked,
    Refusal,
    json_answer,
    json_body,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

SIGN_BLOB: Final = "iam.serviceAccounts.signBlob"
EXCHANGE: Final = "oauth2.exchange"
TOKEN_PATH: Final = "/token"  # noqa: S105  # an address, no secret
# What the library asks to be let in to, wherever it is told to ask.
_GOOGLE: Final = "https://oauth2.googleapis.com/token"
_LIFE_S: Final = 3600
_PATH: Final = re.compile(r"/v1/projects/-/serviceAccounts/([^/:]+):signBlob")


class Accounts:
    """Service accounts by address. `handed_out` has the tokens that may have something signed."""

    def __init__(self, handed_out: HandedOut) -> None:
        self.public_keys: dict[str, RSAPublicKey] = {}
        self._private_keys: dict[str, RSAPrivateKey] = {}
        self._handed_out = handed_out

    def add(self, account: ServiceAccount) -> None:
        """Know an account by its key file."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        pem = json.loads(account.file.read_text())["private_key"].encode()
        key = load_pem_private_key(pem, None)
        assert isinstance(key, RSAPrivateKey)
        self._private_keys[account.email] = key
        self.public_keys[account.email] = key.public_key()

    def asked_to_sign(self, asked: Asked) -> str | None:
        """The account that a request wants a signature of; None for other requests."""
        match = _PATH.fullmatch(asked.path) if asked.method == "POST" else None
        return match[1] if match else None

    def sign(self, asked: Asked, email: str) -> Answer:
        """The signature of the payload, as IAM Credentials gives it to who shows a token."""
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self._handed_out or email not in self._private_keys:
            raise Refusal(
                403,
                "forbidden",
                "Permission 'iam.serviceAccounts.signBlob' denied on resource (or it may not exist).",
            )
        payload = base64.b64decode(str(json_body(asked)["payload"]))
        signature = self._private_keys[email].sign(payload, PKCS1v15(), SHA256())
        return json_answer(
            {"keyId": "double-1", "signedBlob": base64.b64encode(signature).decode()}
        )

    def give_token(self, asked: Asked) -> Answer:
        """A token for whoever shows an assertion that a known account signed (RFC 7523)."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from google.auth import exceptions, jwt

        assertion = parse_qs(asked.body.decode())["assertion"][0]
        certs = {
            key_id: key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            for key_id, key in (("double-1", one) for one in self.public_keys.values())
        }
        try:
            jwt.decode(assertion, certs=certs, audience=[_GOOGLE, asked.base_url + TOKEN_PATH])
        except (ValueError, exceptions.GoogleAuthError) as exc:
            raise Refusal(401, "invalid_grant", f"Invalid JWT Signature. {exc}") from exc
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._handed_out.add(token)
        return json_answer({"access_token": token, "expires_in": _LIFE_S, "token_type": "Bearer"})
