"""An authority of the tests' own, and certificates that it issues."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BEGUN = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 (TLS looks at the real clock)
ENDS = BEGUN + timedelta(days=30)


@dataclass(frozen=True)
class Authority:
    """Issues certificates; `file` is what those who trust it are given."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @property
    def file(self) -> Path:
        return self.folder / "authority.pem"

    def context(self, host: str) -> ssl.SSLContext:
        """What a server that is called `host` (a name or an address) shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        built = _builder(_named(host), self.name, key.public_key()).add_extension(
            x509.SubjectAlternativeName([_general_name(host)]), critical=False
        )
        kept = self.folder / f"{host.replace(':', '-')}.pem"
        kept.write_bytes(
            built.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(kept)
        return context


def make_authority(folder: Path) -> Authority:
    key, name = ec.generate_private_key(ec.SECP256R1()), _named("Testutfärdare")
    made = (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    authority = Authority(folder, key, name)
    authority.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return authority


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGUN)
        .not_valid_after(ENDS)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
