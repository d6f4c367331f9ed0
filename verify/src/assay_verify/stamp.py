"""Timestamps of an authority outside (RFC 3161): that these very bytes existed at a time, and whose word that is.

A token is a CMS signature (RFC 5652) over the digest and the time. It counts only if the certificate of its authority leads to a root
that the reader trusts and gives; without one the time is read, and said to be unverified.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from assay_verify import der
from assay_verify.der import Malformed, Value

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
HASHES: dict[str, type[HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": SHA256,
    "2.16.840.1.101.3.4.2.2": SHA384,
    "2.16.840.1.101.3.4.2.3": SHA512,
}
"""SHA-1 and MD5 are refused: both have been broken."""
LONGEST_CHAIN = 5
WRONG = (
    ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""What reading a certificate may raise."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority says."""

    at: datetime
    authority: str
    """The name in its certificate."""
    is_trusted: bool
    """Whether its certificate leads to a root that the reader gave."""


def stamp(token: bytes, message: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """What the token says of the message. Raises `Malformed` if it is of other bytes, is not signed as it must be, or is no token."""
    try:
        return _stamp(token, message, roots)
    except WRONG as error:
        # Certificates are read piece by piece, and any piece of a hostile one may be wrong.
        raise Malformed(str(error) or "it cannot be read") from error


def _stamp(token: bytes, message: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    signed, certificates = _signed_data(token)
    content, signer_info = signed
    imprint, at = _tst_info(content)
    algorithm, digest = imprint
    if hashlib.new(_hash(algorithm).name, message).digest() != digest:
        raise Malformed("the token is of other bytes")
    signer = _signer(signer_info, content, certificates)
    return Stamp(at, signer.subject.rfc4514_string(), _leads_to(signer, certificates, roots, at))


def roots_of(raw: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises `Malformed` if there are none."""
    try:
        return tuple(x509.load_pem_x509_certificates(raw))
    except ValueError as error:
        raise Malformed("no certificates in PEM") from error


def _signed_data(token: bytes) -> tuple[tuple[bytes, Value], tuple[x509.Certificate, ...]]:
    parts = der.only(token).expect(der.SEQUENCE).parts()
    if len(parts) < 2:
        raise Malformed("the answer holds no token")
    if parts[0].tag == der.SEQUENCE:  # a whole answer: status and token
        parts = parts[1].expect(der.SEQUENCE).parts()
    if len(parts) != 2 or der.dotted(parts[0]) != SIGNED_DATA:
        raise Malformed("this is no signed data")
    fields = list(der.only(parts[1].expect(0xA0).content).expect(der.SEQUENCE).parts())
    if len(fields) < 4:
        raise Malformed("signed data without content or signer")
    kind, wrapped = _two(fields[2].expect(der.SEQUENCE).parts())
    if der.dotted(kind) != TST_INFO:
        raise Malformed("what is signed is no timestamp")
    content = der.only(wrapped.expect(0xA0).content).expect(der.OCTETS).content
    raw = [part for field in fields[3:-1] if field.tag == 0xA0 for part in field.parts()]
    signers = fields[-1].expect(der.SET).parts()
    if len(signers) != 1:
        raise Malformed("not exactly one signer")
    return (content, signers[0]), tuple(x509.load_der_x509_certificate(each.whole) for each in raw)


def _tst_info(content: bytes) -> tuple[tuple[str, bytes], datetime]:
    """Algorithm and digest of what was stamped, and when."""
    fields = der.only(content).expect(der.SEQUENCE).parts()
    if len(fields) < 5:
        raise Malformed("a timestamp without time")
    algorithm, digest = _two(fields[2].expect(der.SEQUENCE).parts())
    text = fields[4].expect(der.TIME).content.decode("ascii", "replace")
    for form in ("%Y%m%d%H%M%SZ", "%Y%m%d%H%M%S.%fZ"):
        try:
            at = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return (der.dotted(algorithm.expect(der.SEQUENCE).parts()[0]), digest.expect(der.OCTETS).content), at
    raise Malformed("a time that is not written as it must be")


def _signer(info: Value, content: bytes, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate whose key signed the content."""
    fields = info.expect(der.SEQUENCE).parts()
    if len(fields) < 6:
        raise Malformed("a signer without signed attributes")
    algorithm = _hash(der.dotted(fields[2].expect(der.SEQUENCE).parts()[0]))
    attributes = dict(_attributes(fields[3].expect(0xA0)))
    if (
        attributes.get(MESSAGE_DIGEST) != hashlib.new(algorithm.name, content).digest()
        or CONTENT_TYPE not in attributes
    ):
        raise Malformed("the signature is of another content")
    # RFC 5652 §5.4: what is signed is the set itself, not its implicit tag.
    message = b"\x31" + fields[3].whole[1:]
    signature = fields[5].expect(der.OCTETS).content
    found = [each for each in certificates if _is_by(each, fields[1]) and _signed(each, signature, message, algorithm)]
    if not found:
        raise Malformed("the signature is by none of the certificates in the token")
    return found[0]


def _attributes(field: Value) -> Iterator[tuple[str, bytes]]:
    for each in field.parts():
        kind, values = _two(each.expect(der.SEQUENCE).parts())
        yield der.dotted(kind), der.only(values.expect(der.SET).content).content


def _is_by(certificate: x509.Certificate, sid: Value) -> bool:
    if sid.tag != der.SEQUENCE:
        return True  # named by a key identifier; the signature decides
    issuer, serial = _two(sid.parts())
    number = int.from_bytes(serial.expect(der.INTEGER).content, "big", signed=True)
    return certificate.issuer.public_bytes() == issuer.whole and certificate.serial_number == number


def _signed(certificate: x509.Certificate, signature: bytes, message: bytes, algorithm: HashAlgorithm) -> bool:
    key = certificate.public_key()
    try:
        match key:
            case rsa.RSAPublicKey():
                key.verify(signature, message, padding.PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey():
                key.verify(signature, message, ec.ECDSA(algorithm))
            case ed25519.Ed25519PublicKey():
                key.verify(signature, message)
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def _leads_to(
    signer: x509.Certificate, between: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Whether the authority may stamp, and its certificate leads to a root; all of them in force at that time."""
    if not _may_stamp(signer):
        return False
    here = signer
    for _ in range(LONGEST_CHAIN):
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            return False
        if any(here == root or _issued(here, root) for root in roots):
            return True
        above = next((each for each in between if each != here and _issued(here, each)), None)
        if above is None:
            return False
        here = above
    return False


def _may_stamp(certificate: x509.Certificate) -> bool:
    """RFC 3161 §2.3: the one purpose, and marked critical."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return found.critical and list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return True


def _hash(name: str) -> HashAlgorithm:
    if name not in HASHES:
        raise Malformed(f"the digest algorithm {name} is not accepted")
    return HASHES[name]()


def _two(parts: Sequence[Value]) -> tuple[Value, Value]:
    if len(parts) != 2:
        raise Malformed(f"{len(parts)} values where two were expected")
    return parts[0], parts[1]
