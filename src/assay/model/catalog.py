"""A set of controls, as SOC 2 or PCI DSS, and what a run says of each."""

from enum import StrEnum

from msgspec import Struct


class Control(Struct, frozen=True):
    """A catalog's clause."""

    id: str
    title: str
    category: str
    automatable: str
    """full, partial, none: how much of its evidence a tool can give."""
    note: str


class Catalog(Struct, frozen=True):
    """A set of controls."""

    id: str
    name: str
    version: str
    publisher: str
    url: str
    controls: tuple[Control, ...]
    mandatory: tuple[str, ...] = ()
    """Category prefixes that are always selected; empty: everything is."""
    optional: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(criterion name, category prefixes) as `("availability", ("A1",))`."""


class ControlState(StrEnum):
    """What a run says of a control, worst first; shared/evidence.md."""

    DEVIATION = "deviation"
    NOT_TESTED = "not-tested"
    PARTLY_TESTED = "partly-tested"
    OPERATING = "operating"
    OUTSIDE = "outside"


class WeaknessResult(Struct, frozen=True):
    """What a run says of one weakness under a control."""

    weakness: str
    title: str
    relation: str
    state: str
    """fail, pass, partly-tested, not-tested."""
    passed: int
    failed: int
    not_tested: int
    reason: str
    """Why it is not a pass, or what the pass rests on."""


class ControlResult(Struct, frozen=True):
    """What a run says of one control."""

    catalog: str
    control: str
    title: str
    category: str
    state: ControlState
    word: str
    """FAIL, PARTLY TESTED, NOT TESTED, PASS, OUTSIDE: for people."""
    summary: str
    """One clause: `3 endpoints answer without authentication`."""
    weaknesses: tuple[WeaknessResult, ...] = ()
    findings: tuple[str, ...] = ()
    """Fingerprints of the open findings that make the deviation."""
