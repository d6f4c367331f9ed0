"""Words that tell what a test is about, in any language: the principal, its roles, its scopes, its credentials, the configuration."""

import re
from enum import Enum
from functools import cache

from msgspec import Struct


class Vocabulary(Struct, frozen=True):
    """Names that a team adds in `assay.toml`; dotted or simple."""

    guards: frozenset[str] = frozenset()
    """Functions, attributes or classes of their own that demand a known caller."""
    not_guards: frozenset[str] = frozenset()
    audit: frozenset[str] = frozenset()


class Topic(Enum):
    """What a word in a test is about."""

    PRINCIPAL = "principal"
    ROLE = "role"
    SCOPE = "scope"
    CREDENTIAL = "credential"
    CONFIGURATION = "configuration"


IDENTITY = frozenset({Topic.PRINCIPAL, Topic.ROLE, Topic.SCOPE, Topic.CREDENTIAL})
"""Topics that depend on who is calling."""

_WORDS = {
    Topic.ROLE: """
        admin admins administrator superadmin superadmins sysadmin superuser superusers staff role roles moderator isinrole isadmin root
        manager privileged
    """,
    Topic.SCOPE: """
        scope scopes permission permissions perm perms privilege privileges policy policies right rights claim claims
        capability can allowed grant grants acl access ability
    """,
    Topic.PRINCIPAL: """
        user users principal identity authenticated account session login logged member anonymous caller uid userid
        currentuser viewer me owner authed loggedin signed
    """,
    Topic.CREDENTIAL: """
        token tokens jwt jwe bearer authorization credential credentials apikey secret password cookie signature hmac key
        keys auth authenticate authentication sid csrf payload sub header
    """,
    Topic.CONFIGURATION: """
        config configuration configs setting settings option options env environ environment feature features flag flags
        enabled disabled toggle
    """,
}
WORDS = {topic: frozenset(words.split()) for topic, words in _WORDS.items()}
"""The most telling topic first: roles over scopes over the principal over credentials over the configuration."""
NETWORK = frozenset(
    "ip ips host hosts hostname cidr network networks origin origins domain domains addr address remote referer referrer".split()
)
"""Words of where a request comes from, which is not who sends it."""
LISTING = frozenset("allowed can allow access policy policies".split())
"""Words that mean nothing of a caller beside those: `allowed_hosts`."""
FORGERY = frozenset("csrf xsrf".split())
"""A token against forged requests does not tell who is calling; strangers get one."""
TOKENS = frozenset("token tokens jwt key keys bearer cookie".split())
"""What is called after what it gives: an access token is a credential, and says nothing of what its bearer may do."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@cache
def parts_of(word: str) -> tuple[str, ...]:
    """`isAdmin_user` is (is, admin, user)."""
    return tuple(part.lower() for part in WORD.findall(word))


@cache
def topic_of(word: str) -> Topic | None:
    """What an identifier is about, by its most telling part."""
    parts = set(parts_of(word)) | {word.lower()}
    if parts & FORGERY:
        return None
    if parts & NETWORK:
        parts -= LISTING
    if parts & TOKENS:
        parts -= {"access"}
    return next((topic for topic, known in WORDS.items() if parts & known), None)
