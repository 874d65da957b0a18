"""A certificate authority of one's own, and a certificate for this machine."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

_VALID = timedelta(days=30)
_CLOCK_SKEW = timedelta(days=1)
_LOOPBACK = IPv4Address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Authority:
    """Files in PEM: the roots that clients have to trust, and what the servers show them."""

    roots_file: Path
    certificate_file: Path
    key_file: Path


def make_authority(folder: Path, names: tuple[str, ...] = ("localhost",)) -> Authority:
    """Make an authority and a certificate for `names` and 127.0.0.1; valid for 30 days."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _root_certificate(root_key)
    certificate = _certificate(names, key, root, root_key)
    made = Authority(folder / "roots.pem", folder / "certificate.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    made.roots_file.write_bytes(root.public_bytes(pem))
    made.certificate_file.write_bytes(certificate.public_bytes(pem))
    made.key_file.touch(mode=0o600)
    made.key_file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def _root_certificate(key: "ec.EllipticCurvePrivateKey") -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    name = _named("Dubwright test authority")
    return (
        _dated()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    names: tuple[str, ...],
    key: "ec.EllipticCurvePrivateKey",
    root: "x509.Certificate",
    root_key: "ec.EllipticCurvePrivateKey",
) -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    stands_for = [*(x509.DNSName(name) for name in names), x509.IPAddress(_LOOPBACK)]
    return (
        _dated()
        .subject_name(_named(names[0]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName(stands_for), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _dated() -> "x509.CertificateBuilder":
    from cryptography import x509

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALID)
    )


def _named(name: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
