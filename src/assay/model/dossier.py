"""What an auditor is told about a window: findings with their dated chains, runs, slots, controls. Derived from a ledger, never stored."""

from datetime import datetime

from msgspec import Struct

from assay.model.decision import Acceptance, Boundary, Deviation, PolicyMove, Response
from assay.model.evidence import ChangeRecord, RunRecord


class Milestone(Struct, frozen=True):
    """One entry in the life of a finding, and how the finding stood after it."""

    sequence: int
    """Of the entry in the ledger."""
    at: datetime
    actor: str
    state: str
    text: str
    commit: str = ""
    run: str = ""
    """Run id; "" for what people said."""


class Case(Struct, frozen=True):
    """A finding in one scope, as it stood at the end of the window."""

    fingerprint: str
    scope: str
    weakness: str
    rules: tuple[str, ...]
    api: str
    endpoint: str
    """`DELETE /orders/{id}`, or what people call its subject where it is no endpoint."""
    severity: str
    confidence: str
    message: str
    place: str
    state: str
    why: str
    """What keeps it from being closed, or what closed it."""
    is_open: bool
    """Whether it has to be fixed: neither closed nor set aside."""
    opened_at: datetime
    closed_at: datetime | None
    due: datetime | None
    is_late: bool
    """Whether it was, or still is, open after it was due."""
    acceptance: Acceptance | None
    milestones: tuple[Milestone, ...]
    """Oldest first."""
    closed_by: int = 0
    """The sequence of the entry that closed it; 0 while it is not."""
    controls: tuple[tuple[str, str], ...] = ()
    """(catalog, control) that its weakness touches, of the catalogs that were asked for; in their order."""
    owner: str = ""
    """Who answers for it; "" while nobody was named."""
    ticket: str = ""
    """Address of where it is worked on; "" without one."""


class Look(Struct, frozen=True):
    """A run in the window."""

    id: str
    sequence: int
    at: datetime
    actor: str
    record: RunRecord


class Week(Struct, frozen=True):
    """A slot, seldom of another length than a week, in which a run was expected."""

    scope: str
    start: datetime
    end: datetime
    """The slot ends before it."""
    state: str
    """filled, late, missed, excused, open."""
    run: str
    """Run id of the first that counts; "" if none does."""
    runs: int
    """How many there were, counting or not."""
    why: str


class Listed(Struct, frozen=True):
    """The endpoints that one run of a scope listed."""

    scope: str
    run: str
    at: datetime
    endpoints: tuple[tuple[str, str, str, str], ...]
    """(api, method, path, authorization), sorted."""


class Amiss(Struct, frozen=True):
    """What the evidence itself lacks: a scan that never came, a fix that nobody verified."""

    rule: str
    """AP701 to AP708."""
    scope: str
    outcome: str
    """fail, not-tested."""
    message: str


class Register(Struct, frozen=True):
    """A list that people keep books on: rights, deployments, corrections."""

    title: str
    """Of the population that it is; "" for a file of its own."""
    path: str
    """Of that file."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first cell is the sequence of the entry."""
    filter: str = ""
    """By which time a row counts as of the window."""


class Test(Struct, frozen=True):
    """What a window shows of one weakness under a control."""

    weakness: str
    title: str
    relation: str
    state: str
    """As of the last runs: fail, pass, partly-tested, not-tested."""
    reason: str
    runs: int
    """In the window, that looked for it."""


class Operation(Struct, frozen=True):
    """How one control stood over the window."""

    catalog: str
    control: str
    title: str
    category: str
    state: str
    """operating, deviation, deviation_corrected, not_tested, partly_tested, excepted, outside."""
    summary: str
    tests: tuple[Test, ...]
    cases: tuple[str, ...]
    """Fingerprints of the findings of its weaknesses in the window, sorted."""
    boundary: Boundary | None = None
    """What was stated of it for this audit; None if nothing was."""

    @property
    def is_beyond_tools(self) -> bool:
        """Whether all there is to say is that no tool can test it."""
        return self.state == "outside" and self.boundary is None


class Dossier(Struct, frozen=True):
    """Everything that a pack tells people."""

    kind: str
    """audit, control, finding."""
    subject: str
    origin: str
    """Of the ledger."""
    size: int
    """Of the ledger."""
    as_of: datetime
    window: tuple[datetime, datetime] | None
    """From, and before; None for the whole ledger."""
    version: str
    """Of the tool that derived it."""
    looks: tuple[Look, ...]
    cases: tuple[Case, ...]
    """Worst first."""
    weeks: tuple[Week, ...]
    operations: tuple[Operation, ...]
    changes: tuple[tuple[int, ChangeRecord], ...]
    """With the sequence of their entries."""
    deviations: tuple[tuple[int, Deviation], ...]
    responses: tuple[tuple[int, Response], ...]
    catalogs: tuple[str, ...]
    """With their versions."""
    amiss: tuple[Amiss, ...] = ()
    policies: tuple[tuple[int, PolicyMove], ...] = ()
    """With the sequence of their entries."""
    inventory: tuple[tuple[Listed, Listed], ...] = ()
    """What the first and the last run of each scope in the window listed."""
    registers: tuple[Register, ...] = ()
    boundaries: tuple[tuple[int, Boundary], ...] = ()
    """What was stated of controls for this audit, or of this control for any; with the sequence of their entries."""
