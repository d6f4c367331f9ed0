"""Hides values: what is shown of a secret, and what tells one from another."""

from hashlib import blake2b

LONG = 12
"""Characters of a value of which two may be shown."""
KEY = b"assay secret mark 1"
SIZE = 3
"""Bytes of a mark: enough to tell the secrets of one name apart, too few to prove a guess."""


def masked(value: str) -> str:
    """What may be shown: `ab… (40 characters)`."""
    shown = f"{value[:2]}… " if len(value) >= LONG else ""
    return f"{shown}({len(value)} characters)"


def mark(value: str) -> str:
    """The same for the same value, in every file and run; the value cannot be told from it."""
    return blake2b(value.encode("utf-8", "surrogateescape"), digest_size=SIZE, key=KEY).hexdigest()
