"""V4 signatures, checked for real: https://cloud.google.com/storage/docs/authentication/signatures."""

import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote

from dubwright.testing.google.storage_messages import Asked, Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_ALGORITHM: Final = "GOOG4-RSA-SHA256"
_LONGEST_S: Final = 7 * 24 * 60 * 60
_NEEDED: Final = (
    "x-goog-algorithm", "x-goog-credential", "x-goog-date", "x-goog-expires",
    "x-goog-signedheaders", "x-goog-signature",
)  # fmt: skip


def require_signature(asked: Asked, keys: "Mapping[str, RSAPublicKey]", now: datetime) -> None:
    """Refuse unless an account in `keys` signed this very request, and not too long ago."""
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    told = {name.lower(): value for name, value in pairs}
    if any(name not in told for name in _NEEDED):
        raise Refusal(403, "AccessDenied", "Anonymous caller does not have storage.objects.get.")
    if told["x-goog-algorithm"] != _ALGORITHM:
        raise Refusal(400, "InvalidAlgorithm", "Another algorithm than GOOG4-RSA-SHA256.")
    _require_time(told, now)
    account, _, scope = told["x-goog-credential"].partition("/")
    signed = "\n".join(
        (_ALGORITHM, told["x-goog-date"], scope, _sha256(_canonical(asked, pairs, told)))
    )
    _require_signed(keys.get(unquote(account)), told["x-goog-signature"], signed.encode())


def _require_time(told: Mapping[str, str], now: datetime) -> None:
    lasts_s = int(told["x-goog-expires"])
    if not 0 < lasts_s <= _LONGEST_S:
        raise Refusal(400, "InvalidArgument", "X-Goog-Expires is at most 604800.")
    begins = datetime.strptime(told["x-goog-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if now > begins + timedelta(seconds=lasts_s):
        raise Refusal(400, "ExpiredToken", "The provided token has expired.")


def _canonical(asked: Asked, pairs: list[tuple[str, str]], told: Mapping[str, str]) -> str:
    query = "&".join(
        sorted(
            f"{_encoded(name)}={_encoded(value)}"
            for name, value in pairs
            if name.lower() != "x-goog-signature"
        )
    )
    names = told["x-goog-signedheaders"].split(";")
    headers = "".join(
        f"{name}:{re.sub(' +', ' ', asked.headers.get(name, '').strip())}\n" for name in names
    )
    body = asked.headers.get("x-goog-content-sha256", "UNSIGNED-PAYLOAD")
    return "\n".join((asked.method, asked.path, query, headers, ";".join(names), body))


def _require_signed(key: "RSAPublicKey | None", signature: str, signed: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    message = "The request signature we calculated does not match the one you provided."
    refusal = Refusal(403, "SignatureDoesNotMatch", message)
    if key is None:
        raise refusal
    try:
        key.verify(binascii.unhexlify(signature), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as exc:
        raise refusal from exc


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
