"""One run with everything it says: what every report is written from."""

from msgspec import Struct

from assay.model.catalog import Catalog, ControlResult
from assay.model.exchange import Write
from assay.model.program import Inventory
from assay.model.verdict import Finding, Verdict
from assay.model.weakness import Weakness


class RuleSheet(Struct, frozen=True):
    """What reports need to know of a rule that was executed."""

    id: str
    name: str
    title: str
    weakness: str
    severity: str
    page: str
    """Its page, Markdown."""
    sections: tuple[tuple[str, str], ...]
    """(heading, Markdown) in order."""
    help_uri: str = ""
    family: str = ""
    """Failing verdicts of one family on one subject are one finding."""
    statement: str = ""
    """As `Rule.statement`."""


class Run(Struct, frozen=True):
    """One execution, with what is needed to repeat it."""

    tool: str
    version: str
    target: str
    """The name of the project, never an absolute path."""
    commit: str
    """Of the scanned tree, "" outside git; with `+changes` when files differ from it."""
    as_of: str
    """ISO date that the run judged expiries by; the clock's day, or `--as-of`."""
    options: tuple[tuple[str, str], ...]
    """Effective settings, sorted."""
    rules: tuple[str, ...]
    catalogs: tuple[str, ...]
    is_complete: bool
    """False when a limit ended it early."""


class CoverageLine(Struct, frozen=True):
    """One thing that was to be looked at: how many of how many."""

    name: str
    tested: int
    total: int
    note: str = ""


class Coverage(Struct, frozen=True):
    """What the run looked at of what it should have."""

    share: float
    """0 to 1: applicable verdicts that were reached / applicable verdicts."""
    lines: tuple[CoverageLine, ...]
    not_tested: tuple[tuple[str, int], ...]
    """(reason, how many), most first."""


class Factor(Struct, frozen=True):
    """A line of the score's ledger."""

    fingerprint: str
    rule: str
    title: str
    severity: str
    confidence: str
    places: int
    factor: float
    """What the score is multiplied by."""
    gain: float
    """How much the score rises if only this is fixed."""


class Score(Struct, frozen=True):
    """How the API stands, 0 to 100, never without its coverage."""

    version: str
    value: float
    letter: str
    """A B C D F, or "" under 50 % coverage."""
    coverage: float
    ledger: tuple[Factor, ...]
    """Most gain first: `fix this first`."""
    caps: tuple[str, ...]
    """Sentences for the caps that applied."""
    with_accepted: float
    """The value if suppressed findings are left out; `value` counts them."""


class Assessment(Struct, frozen=True):
    """Everything that one run says."""

    run: Run
    inventory: Inventory
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    """Worst first; suppressed ones included, marked by their state."""
    coverage: Coverage
    score: Score | None
    """None when nothing could be assessed."""
    controls: tuple[ControlResult, ...]
    catalogs: tuple[Catalog, ...]
    weaknesses: tuple[Weakness, ...]
    rules: tuple[RuleSheet, ...]
    writes: tuple[Write, ...] = ()
    """Everything that a live scan wrote, in order, with what became of it."""
