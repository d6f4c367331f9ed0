"""Which stored types are accounts, whatever they are called: those that hold what a caller signs in with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assay.model.entity import PASSWORDS
from assay.source.vocabulary import parts_of

ACCOUNTS = frozenset(
    "user users account accounts usuario usuarios kullanici utilisateur utilisateurs benutzer utilizador utilizadores".split()
)
"""Words of types that are accounts."""
PERSONS = frozenset({"member", "customer", "profile", "person", "employee", "patient", "student"})
"""Words of types that are accounts where they hold what a caller signs in with."""
FEW = 2
"""Words in the name of such a type."""
OF_BANKS = frozenset({"account", "accounts"})
MONEY = frozenset({"balance", "iban", "currency", "ifsc", "overdraft"})
NUMBERS = frozenset({("account", "number"), ("account", "no"), ("sort", "code")})
"""Last words of columns that accounts at banks have."""
HOLDERS = frozenset({"user", "customer", "owner", "client", "holder", "member"})
KEPT = re.compile(
    r"^_?(hashed_?|encrypted_?|user_?)?("
    + "|".join(sorted(PASSWORDS - {"passcode", "passphrase"}))
    + r"|clave)(_?(hash|hashed|digest|salt|criptografada|encriptada))*$",
    re.IGNORECASE,
)
"""Columns that hold a password or what was made of one."""
NAMING = frozenset("email mail username login user usuario nickname phone userid correo apelido matricula cpf".split())
"""Words of columns by which somebody signs in."""
ELSEWHERE = frozenset(
    """
    host hostname port server smtp imap pop3 ssl database url uri endpoint proxy connection ftp ssh wifi domain broker bucket webhook
    """.split()
)
"""First words of columns beside a password that is for another system, not for this one."""
SETTINGS = frozenset(
    "setting settings configuration config connection credential credentials provider server smtp source request dto".split()
)
"""Words of types that hold such passwords."""


def is_account(name: str, columns: Sequence[str]) -> bool:
    """Whether a stored type is an account: it is called so, is a person who has a password, or has a name to sign in by and a password."""
    spoken = set(parts_of(name))
    if spoken & ACCOUNTS and len(parts_of(name)) <= FEW and not is_of_money(spoken, columns):
        return True
    if not any(map(KEPT.match, columns)):
        return False
    if spoken & PERSONS and len(parts_of(name)) <= FEW:
        return True
    said = {part for column in columns for part in (*parts_of(column), "".join(parts_of(column)))}
    leading = {parts[0] for column in columns if (parts := parts_of(column))}
    return bool(said & NAMING) and not leading & ELSEWHERE and not spoken & SETTINGS


def is_of_money(spoken: set[str], columns: Sequence[str]) -> bool:
    """Whether an account is one at a bank, which somebody has: it holds money, names whose it is, and nobody signs in with it."""
    if not spoken & ACCOUNTS <= OF_BANKS or any(map(KEPT.match, columns)):
        return False
    held = [parts_of(column) for column in columns]
    has_money = any(MONEY & set(parts) or tuple(parts[-2:]) in NUMBERS for parts in held)
    return has_money and any(parts[-1:] == ["id"] and HOLDERS & set(parts) for parts in map(list, held))
