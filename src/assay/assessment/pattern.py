"""A pattern over endpoints, as people write it in assay.toml: `GET /health`, `POST /hooks/**`, `/docs/*`."""

import re

from msgspec import Struct

METHODS = re.compile(r"^(?:\*|[A-Za-z]+(?:[,|][A-Za-z]+)*)$")
TOKEN = re.compile(r"\*\*|\*|\{[^{}/]*\}|[^*{]+|\{")
PARAMETER = r"\{[^{}/]*\}"


class EndpointPattern(Struct, frozen=True):
    """Methods and a path pattern.

    `*` stands for one segment or a part of one, `**` for any number of segments, `{name}` for a parameter of any name.
    """

    text: str
    methods: frozenset[str]
    """Upper case; empty: every method."""
    path: re.Pattern[str]

    def matches(self, method: str, path: str) -> bool:
        """Whether an endpoint is meant. `ANY` is meant only where every method is."""
        return (not self.methods or method in self.methods) and self.path.fullmatch(path) is not None


def endpoint_pattern(text: str) -> EndpointPattern | None:
    """The pattern that a text stands for; None when it is not `METHOD /path` or `/path`."""
    head, _, rest = text.strip().rpartition(" ")
    head = head.strip()
    if not rest.startswith("/") or (head and not METHODS.match(head)):
        return None
    methods = frozenset() if head in {"", "*"} else frozenset(re.split(r"[,|]", head.upper()))
    return EndpointPattern(text.strip(), methods - {"ANY"}, re.compile(_expression(rest)))


def _expression(path: str) -> str:
    if path.endswith("/**"):
        return _expression(path[:-3]) + "(?:/.*)?"
    return "".join(_part(token) for token in TOKEN.findall(path))


def _part(token: str) -> str:
    if token == "**":
        return ".*"
    if token == "*":
        return "[^/]*"
    if token.startswith("{") and token.endswith("}"):
        return PARAMETER
    return re.escape(token)
