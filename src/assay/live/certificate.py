"""Reads the certificate of a server, and asks the trust store about it."""

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from assay.live.transport import Peer, lenient_context
from assay.model.exchange import Certificate, CertificateAsk, Chain, Failure


async def chain(
    ask: CertificateAsk, peer: Peer, port: int, now: datetime, *, authority: Path | None, seconds: float
) -> Chain:
    """The certificate of a server, whether it is trusted, and whether it is for the host."""
    stamp = now.isoformat(timespec="seconds")
    shown = await _shown(peer, port, lenient_context(), seconds)
    if isinstance(shown, Failure):
        return Chain(ask, failure=shown, now=stamp)
    strict = ssl.create_default_context(cafile=str(authority) if authority else None)
    # The name is judged apart, so that an untrusted one and a wrong one are two verdicts.
    strict.check_hostname = False
    verified = await _shown(peer, port, strict, seconds)
    found = described(shown)
    is_unsure = isinstance(verified, Failure) and verified.word == "timeout"
    return Chain(
        ask,
        certificates=(found,) if found else (),
        is_trusted=None if is_unsure else not isinstance(verified, Failure),
        is_named=is_for(peer.host, found.names) if found else None,
        reason=verified.text if isinstance(verified, Failure) else "",
        now=stamp,
    )


def has_issuers(authority: Path) -> bool:
    """Whether a file holds certificates of issuers, PEM. Raises `OSError` if it cannot be read."""
    try:
        return bool(x509.load_pem_x509_certificates(authority.read_bytes()))
    except ValueError:
        return False


def described(der: bytes) -> Certificate | None:
    """A certificate in the words of probes; None for what cannot be read."""
    try:
        found = x509.load_der_x509_certificate(der)
        names = _names(found)
        hashed = found.signature_hash_algorithm.name if found.signature_hash_algorithm else ""
    except (ValueError, UnsupportedAlgorithm):
        return None
    kind, bits = _key(found)
    return Certificate(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        names=names,
        begins=found.not_valid_before_utc.astimezone(UTC).isoformat(timespec="seconds"),
        ends=found.not_valid_after_utc.astimezone(UTC).isoformat(timespec="seconds"),
        key=kind,
        bits=bits,
        hash=hashed,
        is_self_issued=found.subject == found.issuer,
    )


def is_for(host: str, names: tuple[str, ...]) -> bool:
    """Whether one of the names is the host's (RFC 9525 §6.3): a star stands for one whole first label, never for an address."""
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        address = ""
    if address:
        return address in names
    wanted = host.rstrip(".").lower()
    first, _, rest = wanted.partition(".")
    return any(
        name == wanted or (bool(first) and "." in rest and name == f"*.{rest}") for name in map(str.lower, names)
    )


async def _shown(peer: Peer, port: int, context: ssl.SSLContext, seconds: float) -> bytes | Failure:
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(peer.address, port, ssl=context, server_hostname=peer.host)
    except TimeoutError:
        return Failure("timeout", f"no handshake within {seconds:g} s")
    except ssl.SSLCertVerificationError as error:
        return Failure("tls", error.verify_message)
    except ssl.SSLError as error:
        return Failure("tls", (error.reason or str(error)).lower().replace("_", " "))
    except OSError as error:
        return Failure("refused", f"no connection: {error.strerror or error}")
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return bytes(shown or b"")


def _names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return (*names.get_values_for_type(x509.DNSName), *addresses)


def _key(found: x509.Certificate) -> tuple[str, int]:
    match found.public_key():
        case rsa.RSAPublicKey(key_size=bits):
            return "rsa", bits
        case ec.EllipticCurvePublicKey(key_size=bits):
            return "ec", bits
        case dsa.DSAPublicKey(key_size=bits):
            return "dsa", bits
        case ed25519.Ed25519PublicKey():
            return "ed25519", 256
        case ed448.Ed448PublicKey():
            return "ed448", 456
    return "other", 0
