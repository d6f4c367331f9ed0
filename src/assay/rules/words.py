"""Splits routes and names into words, so that `/import_ldap_users`, `ImportLdapUsers` and `/import/ldap-users` read alike."""

import re
from functools import lru_cache

from msgspec import Struct

WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[0-9]+")
PARAMETER = re.compile(r"^\{(.*)\}$")
PREFIX = re.compile(r"^(api|apis|rest|rpc|v\d+([._]\d+)*|public-api|_api)$")
"""Segments that say where the API lives, not what the route is about."""
UNRESOLVED = re.compile(r"^/?(\{\?\}|\{any\}|<any>)/?")
"""A beginning that stands for a prefix which is only known when the service runs."""
COMPOUNDS = {
    ("sign", "in"): "signin",
    ("sign", "up"): "signup",
    ("sign", "out"): "signout",
    ("sign", "off"): "signout",
    ("log", "in"): "login",
    ("log", "on"): "login",
    ("log", "out"): "logout",
    ("log", "off"): "logout",
    ("api", "key"): "apikey",
    ("private", "key"): "privatekey",
    ("well", "known"): "wellknown",
    ("health", "check"): "healthcheck",
    ("back", "office"): "backoffice",
    ("super", "user"): "superuser",
    ("super", "admin"): "superadmin",
    ("sys", "admin"): "sysadmin",
    ("not", "found"): "notfound",
    ("access", "denied"): "accessdenied",
    ("php", "info"): "phpinfo",
    ("thread", "dump"): "threaddump",
    ("heap", "dump"): "heapdump",
    ("api", "doc"): "apidoc",
    ("o", "auth"): "oauth",
    ("o", "auth2"): "oauth2",
    ("two", "factor"): "2fa",
    ("pre", "login"): "prelogin",
    ("quick", "connect"): "pairing",
    ("locked", "out"): "lockedout",
}
SYNONYMS = {
    "logon": "login",
    "logoff": "logout",
    "signoff": "signout",
    "apidocs": "apidoc",
    "auth2": "oauth2",
    "twofa": "2fa",
    "twofactor": "2fa",
    "forgotten": "forgot",
    "people": "person",
    "usr": "user",
}

TOGETHER = re.compile(
    "^(refresh|access|renew|revoke|forgot|forget|reset|change|recover|verify|confirm|validate|resend|activate|generate|register|login)"
    "(token|password|email|otp|account|user)$"
)
"""What is done at the way in, written together with what it is done to: `/refreshtoken`, `/forgotpassword`."""


class Route(Struct, frozen=True):
    """What a path says: its segments without the prefix of the API, each as words; a parameter is told apart."""

    segments: tuple[tuple[str, ...], ...]
    """Words of each literal segment and of each parameter, in order."""
    is_parameter: tuple[bool, ...]
    """For each segment, whether it is a parameter."""

    @property
    def literals(self) -> tuple[tuple[str, ...], ...]:
        """The literal segments, in order."""
        return tuple(words for words, is_it in zip(self.segments, self.is_parameter, strict=True) if not is_it)

    @property
    def parameters(self) -> tuple[tuple[str, ...], ...]:
        """The parameters, in order."""
        return tuple(words for words, is_it in zip(self.segments, self.is_parameter, strict=True) if is_it)

    @property
    def last(self) -> tuple[str, ...]:
        """The words of the last literal segment: what the route is about."""
        return self.literals[-1] if self.literals else ()

    @property
    def tail(self) -> tuple[tuple[str, ...], ...]:
        """The parameters after the last literal segment."""
        count = 0
        for is_it in reversed(self.is_parameter):
            if not is_it:
                break
            count += 1
        return self.segments[len(self.segments) - count :]


@lru_cache(4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, in lower case and singular, with `sign-in` and its like joined: ("import", "ldap", "user")."""
    plain = text.replace("OAuth", "Oauth").replace("OpenId", "Openid")
    singular = [_singular(word.lower()) for word in WORD.findall(plain)]
    found = [part for word in singular for part in TOGETHER.sub(r"\1 \2", word).split()]
    joined: list[str] = []
    while found:
        pair = tuple(found[:2])
        if len(pair) == 2 and (compound := COMPOUNDS.get((pair[0], pair[1]))):
            joined.append(compound)
            del found[:2]
        else:
            joined.append(SYNONYMS.get(found[0], found[0]))
            del found[0]
    return tuple(joined)


@lru_cache(4096)
def route(path: str) -> Route:
    """The words of a path; segments that only say where the API lives are dropped from its front."""
    parts = [part for part in (UNRESOLVED.sub("/", path) or path).split("/") if part]
    while parts and PREFIX.match(parts[0].lower()):
        del parts[0]
    names = [PARAMETER.match(part) for part in parts]
    segments = tuple(words(match[1] if match else part) for part, match in zip(parts, names, strict=True))
    kept = tuple(
        (segment, match is not None)
        for part, segment, match in zip(parts, segments, names, strict=True)
        if match or not PREFIX.match(part.lower())
    )
    return Route(tuple(segment for segment, _ in kept), tuple(is_it for _, is_it in kept))


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list that is written as prose is, separated by blanks."""
    return frozenset(text.split())


def last_name(handler: str) -> str:
    """The function's or method's own name: `Users.Register` gives `Register`."""
    return handler.rpartition(".")[2]


def owner(handler: str) -> str:
    """What holds a handler: its class, or its module: `Users.Register` gives `Users`."""
    return handler.rpartition(".")[0]


def _singular(word: str) -> str:
    """Good enough to compare with words that went the same way: `users`, `entries`, but not `status`, `access`, `https`."""
    if len(word) < 4 or word.endswith(("ss", "us", "is", "https", "cors", "redis", "sms", "dns", "aws")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")
