"""What assay.toml says: names, scope, thresholds, statements of intent, suppressions, a team's own words."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import chain, repeat
from pathlib import Path

from msgspec import Struct, field

from assay.assessment.change_settings import Changing, changing
from assay.assessment.live_settings import LiveSettings, live_settings
from assay.assessment.pattern import EndpointPattern, endpoint_pattern
from assay.assessment.policy_settings import PolicySettings, policy_settings
from assay.assessment.record_settings import Remembering, remembering
from assay.assessment.table import Table
from assay.errors import ConfigurationError
from assay.model.verdict import Severity

FILE = "assay.toml"
NEVER = "never"
THRESHOLDS = (*(str(severity) for severity in Severity), NEVER)
"""What `fail-on` takes."""
LARGEST = 1_000_000
"""Bytes; a settings file beyond that is none."""


class Exemption(Struct, frozen=True):
    """A statement that endpoints are public on purpose."""

    endpoint: EndpointPattern
    reason: str
    origin: str
    """`path:line`."""
    owner: str = ""
    until: str = ""
    """ISO date from which it no longer holds; "" without end."""


class Waiver(Struct, frozen=True):
    """A suppression as it is written, whole or not; `suppressions` judges it."""

    origin: str
    """`path:line`."""
    rules: tuple[str, ...] = ()
    """Ids or names; empty: every rule."""
    fingerprint: str = ""
    endpoint: EndpointPattern | None = None
    reason: str = ""
    owner: str = ""
    until: str = ""
    lines: frozenset[tuple[str, int]] = frozenset()
    """(path, line) where a finding must stand; empty: anywhere."""


class Vocabulary(Struct, frozen=True):
    """A team's own functions, attributes and decorators, by the name that the code uses."""

    guards: tuple[str, ...] = ()
    """They authenticate the caller."""
    not_guards: tuple[str, ...] = ()
    """They refuse, but not for who the caller is."""
    audit: tuple[str, ...] = ()
    """They write the audit trail."""


class Settings(Struct, frozen=True):
    """The settings of one scan; every field has a default, so that no file is needed."""

    name: str = ""
    """Of the project; "" takes the folder's."""
    sources: tuple[str, ...] = ()
    """Folders that are read, relative to the scanned one; empty: the whole."""
    exclude: tuple[str, ...] = ()
    """Globs of paths that are left out."""
    contract: tuple[str, ...] = ()
    """OpenAPI documents."""
    apis: tuple[str, ...] = ()
    """Globs of ids of the APIs in scope; empty: all."""
    frameworks: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    baseline: str = ""
    fail_on: str = Severity.HIGH
    min_coverage: float = 0.0
    """Percent."""
    exemptions: tuple[Exemption, ...] = ()
    suppressions: tuple[Waiver, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    live: LiveSettings = field(default_factory=LiveSettings)
    is_history: bool = False
    """Past commits are searched for secrets as well."""
    ledger: Remembering = field(default_factory=Remembering)
    change: Changing = field(default_factory=Changing)
    policy: PolicySettings = field(default_factory=PolicySettings)


def found(root: Path, given: Path | None) -> Settings:
    """The settings of a folder: of the file given, else of its assay.toml, else the defaults.

    Raises `ConfigurationError` naming file, key and mend.
    """
    path = given or root / FILE
    if not given and not path.is_file():
        return Settings()
    return settings(_text(path), path.name)


def settings(text: str, file: str = FILE) -> Settings:
    """The settings that a text gives; `file` is how messages and origins name it."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: this is no TOML: {error}. Mend: correct the line that is named."
        raise ConfigurationError(message) from error
    except RecursionError as error:
        message = f"{file}: values are nested too deeply. Mend: write plain tables."
        raise ConfigurationError(message) from error
    table = Table(file, values)
    scope, thresholds, vocabulary = table.table("scope"), table.table("thresholds"), table.table("vocabulary")
    secrets = table.table("secrets")
    result = Settings(
        name=table.text("name"),
        sources=table.texts("sources"),
        exclude=table.texts("exclude"),
        contract=table.texts("contract"),
        apis=scope.texts("apis"),
        frameworks=table.texts("frameworks"),
        criteria=table.texts("criteria"),
        baseline=table.text("baseline"),
        fail_on=thresholds.choice("fail-on", THRESHOLDS, Severity.HIGH),
        min_coverage=thresholds.number("min-coverage", 0, 0, 100),
        exemptions=_exemptions(table, text, file),
        suppressions=_suppressions(table, text, file),
        live=live_settings(table.table("live"), table.table("identities")),
        vocabulary=Vocabulary(vocabulary.texts("guards"), vocabulary.texts("not-guards"), vocabulary.texts("audit")),
        is_history=secrets.truth("history"),
        ledger=remembering(table.table("ledger"), is_stated="ledger" in values),
        change=changing(table.table("change"), is_stated="change" in values),
        policy=policy_settings(table.table("policy"), is_stated="policy" in values),
    )
    for part in (scope, thresholds, vocabulary, secrets, table):
        part.close()
    return result


def is_day(text: str) -> bool:
    """Whether a text is an ISO date."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            message = f"{path.name}: larger than {LARGEST} bytes. Mend: point --config at the settings file."
            raise ConfigurationError(message)
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}. Mend: correct --config or the file's permissions."
        raise ConfigurationError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path.name}: byte {error.start} is not UTF-8. Mend: save the file as UTF-8."
        raise ConfigurationError(message) from error


def _exemptions(table: Table, text: str, file: str) -> tuple[Exemption, ...]:
    found = []
    for part, origin in zip(table.tables("exemptions"), _origins("exemptions", text, file), strict=False):
        pattern = _pattern(part)
        reason = part.text("reason")
        if pattern is None:
            part.refuse("endpoint", "is missing", 'write endpoint = "GET /health"')
        if not reason:
            part.refuse("reason", "is missing", "say why these endpoints are public on purpose")
        until = part.day("until")
        if until and not is_day(until):
            part.refuse("until", f"is {until!r}, which is no date", "write until = 2027-01-31")
        found.append(Exemption(pattern, reason, origin, part.text("owner"), until))
        part.close()
    return tuple(found)


def _suppressions(table: Table, text: str, file: str) -> tuple[Waiver, ...]:
    found = []
    for part, origin in zip(table.tables("suppressions"), _origins("suppressions", text, file), strict=False):
        waiver = Waiver(
            origin=origin,
            rules=part.texts("rule"),
            fingerprint=part.text("fingerprint"),
            endpoint=_pattern(part),
            reason=part.text("reason"),
            owner=part.text("owner"),
            until=part.day("until"),
        )
        if not (waiver.rules or waiver.fingerprint or waiver.endpoint):
            part.refuse("rule", "is missing", "name a rule, a fingerprint or an endpoint")
        part.close()
        found.append(waiver)
    return tuple(found)


def _pattern(table: Table) -> EndpointPattern | None:
    text = table.text("endpoint")
    if not text:
        return None
    pattern = endpoint_pattern(text)
    if pattern is None:
        table.refuse("endpoint", f"is {text!r}", 'write a method and a path: endpoint = "GET /health"')
    return pattern


def _origins(key: str, text: str, file: str) -> Iterator[str]:
    """Where each `[[key]]` stands, without end; entries written inline all stand at the line of the key."""
    header = re.compile(rf"^\s*\[\[\s*[\"']?{key}[\"']?\s*\]\]")
    inline = re.compile(rf"^\s*[\"']?{key}[\"']?\s*=")
    lines = text.splitlines()
    headers = [f"{file}:{number}" for number, line in enumerate(lines, start=1) if header.match(line)]
    place = next((f"{file}:{number}" for number, line in enumerate(lines, start=1) if inline.match(line)), file)
    return chain(headers, repeat(place))
