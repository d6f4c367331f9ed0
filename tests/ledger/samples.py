"""Entries, keys and a clock for the tests of the ledger."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.ledger.chain import Entry, Sealed, seal
from assay.ledger.sign import KeyFile, PublicKey
from assay.ledger.store import Fact

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def fact(number: int, subject: str = "api") -> Fact:
    return Fact("run" if number % 2 else "verdict", "ci", START, f"{subject}-{number % 7}", {"number": number})


def chain(count: int) -> list[Sealed]:
    sealed: list[Sealed] = []
    for number in range(count):
        before = sealed[-1] if sealed else None
        sealed.append(seal(entry(number), before, START + timedelta(seconds=number)))
    return sealed


def entry(number: int) -> Entry:
    return fact(number).entry()


def key(seed: int = 1, name: str = "assay.example/ledger") -> KeyFile:
    secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return KeyFile(PublicKey(name, secret.public_key().public_bytes_raw()), secret)
