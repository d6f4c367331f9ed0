"""Words that tell what a test is about, in any language: the principal, its roles, its scopes, its credentials."""

import re
from enum import Enum
from functools import cache


class Topic(Enum):
    """What a word in a test is about."""

    PRINCIPAL = "principal"
    ROLE = "role"
    SCOPE = "scope"
    CREDENTIAL = "credential"


ROLE = frozenset(
    ["admin", "admins", "administrator", "superuser", "superusers", "staff", "role", "roles", "moderator", "isinrole", "isadmin", "root", "manager", "privileged"]
)
SCOPE = frozenset(
    ["scope", "scopes", "permission", "permissions", "perm", "perms", "privilege", "privileges", "policy", "policies", "right", "rights", "claim", "claims", "capability", "can", "allowed", "grant", "grants", "acl", "access", "ability"]
)
PRINCIPAL = frozenset(
    ["user", "users", "principal", "identity", "authenticated", "account", "session", "login", "logged", "member", "anonymous", "caller", "uid", "userid", "currentuser", "viewer", "me", "owner", "authed", "loggedin", "signed"]
)
CREDENTIAL = frozenset(
    ["token", "tokens", "jwt", "jwe", "bearer", "authorization", "credential", "credentials", "apikey", "secret", "password", "cookie", "signature", "hmac", "key", "keys", "auth", "authenticate", "authentication", "sid", "csrf", "payload", "sub", "header"]
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@cache
def parts_of(word: str) -> tuple[str, ...]:
    """`isAdmin_user` is (is, admin, user)."""
    return tuple(part.lower() for part in WORD.findall(word))


@cache
def topic_of(word: str) -> Topic | None:
    """What an identifier is about, the most telling part first: roles over scopes over the principal over credentials."""
    parts = set(parts_of(word)) | {word.lower()}
    for topic, known in (
        (Topic.ROLE, ROLE),
        (Topic.SCOPE, SCOPE),
        (Topic.PRINCIPAL, PRINCIPAL),
        (Topic.CREDENTIAL, CREDENTIAL),
    ):
        if parts & known:
            return topic
    return None
