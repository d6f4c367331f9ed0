"""From flags and settings to the order of a live run."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from assay.assessment.clock import now
from assay.assessment.live_room import LiveRoom
from assay.assessment.live_settings import KINDS, IdentityText, LiveSettings
from assay.assessment.wiring import Live, probes
from assay.cli.live_flags import LiveFlags, Places, environment
from assay.cli.stdout import note
from assay.errors import ConfigurationError, UsageError
from assay.live.budget import Budget
from assay.live.certificate import has_issuers
from assay.live.identity import Identity
from assay.live.listening import bound
from assay.live.scope import origin_of
from assay.live.session import LiveOrder
from assay.plugins.probe import Mode

SHAPES = {
    "bearer": ("secret",),
    "header": ("parameter", "secret"),
    "query": ("parameter", "secret"),
    "basic": ("user", "secret"),
    "cookie": ("secret",),
    "login": ("path", "user", "secret"),
    "oauth": ("path", "user", "secret"),
    "command": ("command",),
}
"""The parts of `--identity NAME=KIND:...` after the kind, parted by colons; the last takes the rest."""


def live_of(places: Places, flags: LiveFlags, settings: LiveSettings, mask_key: Callable[[], bytes]) -> Live:
    """The live room of a run. Raises `UsageError` and `ConfigurationError` naming the mend; the key is asked for after that."""
    order = live_order(places.url or settings.url, flags, settings)
    order = replace(order, mask_key=mask_key())
    known = tuple(probe for probe in probes() if order.mode.includes(probe.mode))
    return Live(LiveRoom(order, known, is_deep=bool(flags["deep"])), known, places.has_code)


def live_order(url: str, flags: LiveFlags, settings: LiveSettings) -> LiveOrder:
    """What is to be asked, and how; flags go before settings."""
    origin, base = origin_of(url)
    mode = Mode(flags["mode"] or settings.mode)
    host = origin.partition("://")[2]
    confirmed = flags["confirm_host"].lower()
    if mode is Mode.ACTIVE and confirmed not in {host, urlsplit(origin).hostname}:
        other = f", and --confirm-host names {confirmed}" if confirmed else ""
        message = f"Active mode writes to {host}{other}. Mend: if that is meant, add --confirm-host {host}."
        raise UsageError(message)
    if flags["listener"] and mode is not Mode.ACTIVE:
        message = (
            f"--listener is for active mode, and this is {mode.value} mode. Mend: add --mode active, or leave it out."
        )
        raise UsageError(message)
    listener = flags["listener"] or settings.listener if mode is Mode.ACTIVE else ""
    if listener:
        bound(listener)
    authority = flags["ca_file"]
    if authority and not authority.is_file():
        message = f"--ca-file {authority}: there is no such file. Mend: name a file of PEM certificates."
        raise UsageError(message)
    if authority and not has_issuers(authority):
        message = f"--ca-file {authority}: it holds no certificates. Mend: name a file of PEM certificates."
        raise UsageError(message)
    given = tuple(_written(text) for text in flags["identity"])
    names = {identity.name for identity in given}
    stated = (*(each for each in settings.identities if each.name not in names), *given)
    return LiveOrder(
        origin=origin,
        base=base,
        now=now(),
        api=flags["api"] or settings.api,
        mode=mode,
        budget=budget_of(flags, settings),
        identities=tuple(_identity(each, environment) for each in stated),
        may_private=flags["allow_private"],
        is_insecure=flags["insecure"],
        authority=authority,
        listener=listener,
        alarm=lambda text: note(f"assay: {text}"),
    )


def budget_of(flags: LiveFlags, settings: LiveSettings) -> Budget:
    """How hard the target may be asked."""
    return Budget(
        seconds=flags["max_time"] or settings.seconds,
        requests=flags["max_requests"] or settings.requests,
        connections=flags["connections"] or settings.connections,
        rate=flags["rate"] or settings.rate,
        timeout=flags["timeout"] or settings.timeout,
    )


def _written(text: str) -> IdentityText:
    """The identity that `--identity` writes."""
    name, mark, rest = text.partition("=")
    kind, _, value = rest.partition(":")
    shape = SHAPES.get(kind)
    if not (mark and name and value and shape):
        message = f"--identity {name or text}: write NAME=KIND:..., KIND one of {', '.join(KINDS)}. Mend: alice=bearer:env:ALICE_TOKEN."
        raise UsageError(message)
    parts = value.split(":", len(shape) - 1)
    if len(parts) < len(shape) or not all(parts):
        wanted = ":".join(part.upper() for part in shape)
        message = f"--identity {name}: {kind} needs {wanted}. Mend: write {name}={kind}:{wanted}."
        raise UsageError(message)
    given = dict(zip(shape, parts, strict=True))
    return IdentityText(
        name,
        kind,
        secret=given.get("secret", ""),
        user=given.get("user", ""),
        parameter=given.get("parameter", ""),
        path=given.get("path", ""),
        command=given.get("command", ""),
    )


def _identity(text: IdentityText, variable: Callable[[str], str | None]) -> Identity:
    return Identity(
        name=text.name,
        kind=text.kind,
        secret=_secret(text.name, text.secret, variable),
        user=text.user,
        parameter=text.parameter,
        path=_path(text),
        names=(text.user_field, text.password_field),
        command=text.command,
        scope=text.scope,
        role=text.role,
        tenant=text.tenant,
        marks=text.marks,
        canary=text.canary,
        expired=_secret(text.name, text.expired, variable),
        is_expendable=text.is_expendable,
    )


def _path(text: IdentityText) -> str:
    """The path of a login. Raises `ConfigurationError` for one elsewhere: credentials go to the target only."""
    if text.path and not text.path.startswith("/"):
        message = (
            f"identity {text.name}: {text.path!r} is no path of the target. Mend: write a path such as /auth/login."
        )
        raise ConfigurationError(message)
    return text.path


def _secret(name: str, text: str, variable: Callable[[str], str | None]) -> str:
    """The secret itself: of the environment, of a file, or as written, which is warned of."""
    if text.startswith("env:"):
        value = variable(text.removeprefix("env:"))
        if not value:
            message = f"identity {name}: the variable {text.removeprefix('env:')} is not set. Mend: export it."
            raise ConfigurationError(message)
        return value
    if text.startswith("file:"):
        return _first_line(name, Path(text.removeprefix("file:")))
    if text:
        note(
            f"assay: the secret of identity {name} is written in the clear. Mend: use env:NAME, file:PATH or a command."
        )
    return text


def _first_line(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        message = f"identity {name}: {path} cannot be read: {error}. Mend: name a file that holds the secret."
        raise ConfigurationError(message) from error
