"""Signatures of a service account that has no key file: IAM Credentials makes them."""

import base64
import binascii
import json
from typing import Final

from google.auth import credentials
from google.auth.exceptions import TransportError
from google.auth.transport import Request
from google.auth.transport.requests import AuthorizedSession

_TIMEOUT_S: Final = 10.0


class KeylessSigner(credentials.Signing, credentials.Credentials):
    """Signs as `account` with what the credentials of this machine allow.

    They need the role `roles/iam.serviceAccountTokenCreator` on that account. The library has this
    too, with an endpoint that cannot be set.
    """

    def __init__(self, source: credentials.Credentials, account: str, endpoint: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base has no types
        self._source = source
        self._account = account
        path = f"/v1/projects/-/serviceAccounts/{account}:signBlob"
        self._url = endpoint.rstrip("/") + path
        self._session = AuthorizedSession(source)

    @property
    def signer_email(self) -> str:
        """The account that signs."""
        return self._account

    @property
    def signer(self) -> "KeylessSigner":
        """What signs."""
        return self

    def refresh(self, request: Request) -> None:
        """Get a new token for the calls."""
        self._source.refresh(request)

    def sign_bytes(self, message: bytes) -> bytes:
        """An RSA signature with SHA-256. Raises `TransportError`."""
        payload = {"payload": base64.b64encode(message).decode()}
        answer = self._session.post(self._url, json=payload, timeout=_TIMEOUT_S)
        if answer.status_code != 200:
            raise TransportError(f"signBlob answers {answer.status_code}")
        try:
            return base64.b64decode(json.loads(answer.text)["signedBlob"], validate=True)
        except (ValueError, KeyError, binascii.Error) as exc:
            raise TransportError("signBlob gives no signature") from exc
