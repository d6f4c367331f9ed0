"""What assay.toml says of a running API: its address, how hard it may be asked, and in whose name. Secrets are named, not written."""

from typing import ClassVar

from msgspec import Struct

from assay.assessment.table import Table
from assay.model.veiled import Veiled

KINDS = ("bearer", "header", "query", "basic", "cookie", "login", "oauth", "command")
MODES = ("passive", "safe", "active")
NEEDS = {
    "bearer": ("token",),
    "header": ("header", "token"),
    "query": ("parameter", "token"),
    "basic": ("user", "password"),
    "cookie": ("cookie",),
    "login": ("path", "user", "password"),
    "oauth": ("path", "user", "password"),
    "command": ("command",),
}
"""What an identity of each kind cannot do without."""


class IdentityText(Veiled, frozen=True):
    """An identity as it is written. Values of `secret` and `expired` may say where they are: `env:NAME`."""

    veiled: ClassVar[frozenset[str]] = frozenset({"secret", "expired"})

    name: str
    kind: str
    secret: str = ""
    user: str = ""
    parameter: str = ""
    path: str = ""
    user_field: str = "username"
    password_field: str = "password"
    command: str = ""
    scope: str = ""
    role: str = ""
    tenant: str = ""
    marks: tuple[str, ...] = ()
    canary: str = ""
    expired: str = ""
    is_expendable: bool = False


class LiveSettings(Struct, frozen=True):
    """The tables `[live]` and `[identities.NAME]`."""

    url: str = ""
    api: str = ""
    mode: str = "safe"
    seconds: float = 60.0
    requests: int = 400
    connections: int = 8
    rate: float = 20.0
    timeout: float = 10.0
    listener: str = ""
    identities: tuple[IdentityText, ...] = ()


def live_settings(table: Table, people: Table) -> LiveSettings:
    """What the two tables say."""
    found = LiveSettings(
        url=table.text("url"),
        api=table.text("api"),
        mode=table.choice("mode", MODES, "safe"),
        seconds=table.number("seconds", 60, 1, 86_400),
        requests=int(table.number("requests", 400, 1, 1_000_000)),
        connections=int(table.number("connections", 8, 1, 256)),
        rate=table.number("rate", 20, 0.01, 100_000),
        timeout=table.number("timeout", 10, 0.1, 600),
        listener=table.text("listener"),
        identities=tuple(_identity(name, people.table(name)) for name in people.names),
    )
    table.close()
    people.close()
    return found


def _identity(name: str, table: Table) -> IdentityText:
    kind = table.choice("kind", KINDS, "bearer")
    for key in NEEDS[kind]:
        if not table.text(key):
            table.refuse(key, "is missing", f'write {key} = "..."')
    secret = next((text for key in ("token", "password", "cookie") if (text := table.text(key))), "")
    found = IdentityText(
        name=name,
        kind=kind,
        secret=secret,
        user=table.text("user"),
        parameter=table.text("header") or table.text("parameter") or table.text("body"),
        path=table.text("path"),
        user_field=table.text("user-field", "username"),
        password_field=table.text("password-field", "password"),
        command=table.text("command"),
        scope=table.text("scope"),
        role=table.text("role"),
        tenant=table.text("tenant"),
        marks=table.texts("marks"),
        canary=table.text("canary"),
        expired=table.text("expired-token"),
        is_expendable=table.truth("expendable"),
    )
    table.close()
    return found
