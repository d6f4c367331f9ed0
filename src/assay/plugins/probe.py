"""The header of a probe, and what its playbooks say: rulings."""

from collections.abc import Callable, Generator, Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from assay.model.exchange import Ask, Exchange, Reply
from assay.model.target import Target
from assay.model.verdict import Confidence, Outcome, Severity, Subject


class Mode(StrEnum):
    """How far a probe goes, mildest first; a run executes the probes of its mode and of those before it."""

    PASSIVE = "passive"
    """GET, HEAD, OPTIONS of the base, the contract and well-known paths."""
    SAFE = "safe"
    """Also replays with the identities, crafted tokens and values: nothing that changes state."""
    ACTIVE = "active"
    """Also writes to objects of the given identities, and puts back what was there."""

    def includes(self, other: "Mode") -> bool:
        """Whether a run of this mode executes a probe of the other."""
        return list(Mode).index(other) <= list(Mode).index(self)


class Stage(StrEnum):
    """When a probe runs; a stage begins when the one before has ended."""

    FIRST = "first"
    NORMAL = "normal"
    WRITE = "write"
    """Writes and puts back: one playbook after another, so that none sees what another has changed."""
    BURST = "burst"
    """Asks much in little time; the target may refuse everything for a while afterwards."""
    LAST = "last"
    """Ends sessions of the run's own identities."""


class Ruling(Struct, frozen=True):
    """What a playbook says of its subject; the engine makes a verdict of it, with masked evidence."""

    outcome: Outcome
    message: str
    """A sentence that starts with the thing; for not-tested and not-applicable the reason."""
    exchanges: tuple[Exchange, ...] = ()
    """The evidence, in the order of the story."""
    severity: Severity | None = None
    """None is the probe's own."""
    confidence: Confidence = Confidence.CONFIRMED
    fix: str = ""
    symbol: str = ""
    """The location inside the subject: a header, cookie or parameter."""
    steps: tuple[str, ...] = ()
    """Sentences that lead to the judgement."""
    subject: Subject | None = None
    """Where it is about another subject than the one that the playbook was started for."""


Play: TypeAlias = Generator[tuple[Ask, ...], tuple[Reply, ...], Ruling | Sequence[Ruling]]
"""A playbook: yields what is to be asked, is sent the replies in the same order, returns what it says."""


class Probe(Struct, frozen=True):
    """A probe: asks a running API and judges. Its module's docstring is its page.

    The field names that it shares with `Rule` mean the same.
    """

    id: str
    """`AP410`."""
    name: str
    """Names the defect and reads well after "allow": `plain-http`."""
    title: str
    weakness: str
    """An id of the mapping."""
    severity: Severity
    """The default; a ruling may differ with a reason."""
    family: str
    mode: Mode
    subjects: Callable[[Target], Iterable[Subject]]
    """What it looks at: each gets a verdict, whatever happens."""
    run: Callable[[Target, Subject], Play]
    """The playbook for one subject."""
    specificity: int = 50
    stage: Stage = Stage.NORMAL
    order: int = 50
    """Where the budget is short, lower goes first: what needs few requests for an endpoint, or matters most."""
    statement: str = ""
    """As `Rule.statement`."""
