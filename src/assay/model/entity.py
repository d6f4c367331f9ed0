"""A type of which objects are stored, and what the names of its fields mean."""

import re

from msgspec import Struct

from assay.model.endpoint import Attribute
from assay.model.place import Place

PASSWORDS = frozenset(
    {
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "passcode",
        "senha",
        "contrasena",
        "contraseña",
        "passwort",
        "kennwort",
        "motdepasse",
        "wachtwoord",
        "sifre",
        "matkhau",
    }
)
"""What people call a password, in the tongues that projects are written in."""
SECRET = re.compile(
    r"(passwd|password|pwd|^senha|contrase[nñ]a|passwort|kennwort|mot_?de_?passe|wachtwoord|hash(ed)?_?pass|password_?hash|secret|salt|otp|totp|mfa_|two_?factor_?(key|secret)|private_?key|api_?key|access_?token"
    r"|refresh_?token|auth_?token|session_?token|security_?stamp|recovery_?code|card_?number|cvv|cvc|ssn|social_?security|pin_?code|iban|ccn$|^cc_?num(ber)?$|credit_?card(_?(no|num))?$|conn(ection)?_?str(ing)?$)",
    re.IGNORECASE,
)
NOT_SECRET = re.compile(
    r"(_id$|Id$|_at$|At$|date|count|length|policy|expires|expiry|_url$|is_|has_|needs_|must_|should_|failed_|attempt|enabled|required|hint|type$|reset_required)",
    re.IGNORECASE,
)
PRIVILEGE = re.compile(
    r"^(is_?(admin|administrator|staff|superuser|super_?admin|verified|active|approved|owner|root|moderator|premium|paid|enabled|banned|locked)|admin|superuser"
    r"|role|roles|role_?id|role_?name|user_?role|account_?role|perfil|papel|rol|permissions?|privileges?|scopes?|groups?|user_?type|account_?type|access_?level|balance|credits?|verified|approved"
    r"|email_?(verified|confirmed)|lockout_?enabled|tier|plan|is_?internal)$",
    re.IGNORECASE,
)


STATES = re.compile(r"^is_?(active|enabled)$|^(active|enabled)$", re.IGNORECASE)
"""Of those that give rights the fields that only say whether an account is in use: who is new may as well be."""


def is_secret(name: str) -> bool:
    """Whether a field must not go out."""
    return bool(SECRET.search(name)) and not NOT_SECRET.search(name)


class Entity(Struct, frozen=True):
    """A type that is stored."""

    name: str
    place: Place | None
    fields: tuple[Attribute, ...] = ()
    owners: tuple[str, ...] = ()
    """Fields that tie an object to a user, account or tenant."""
    secrets: tuple[str, ...] = ()
    """Fields that must not go out: password hashes, tokens, keys."""
    privileges: tuple[str, ...] = ()
    """Fields that give rights: roles, flags of administrators, balances, verification marks."""
    is_account: bool = False
    """Whether it is the user itself."""
    filter: str = ""
    """A global filter that ties every read to the principal or tenant, in words."""
    belongs: tuple[str, ...] = ()
    """Fields that point at an account by what they are declared as: `user`, or `order.user` of what only points at an order."""
    audit: str = ""
    """What records every change of such objects, wherever it is made; "" when nothing was seen."""
