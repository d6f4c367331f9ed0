"""What a run asks of the rooms below: the shapes of their answers, so that tests can stand in for a room."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from assay.assessment.inline import Comment
from assay.assessment.settings import Settings
from assay.model.assessment import Coverage, RuleSheet, Score
from assay.model.catalog import Catalog, ControlResult
from assay.model.change import Delivery
from assay.model.contract import Observed
from assay.model.exchange import Write
from assay.model.program import Inventory
from assay.model.verdict import Finding, Verdict
from assay.model.weakness import Weakness
from assay.plugins.probe import Probe
from assay.plugins.rule import Rule

Progress = Callable[[str, int, int], None]
"""Told now and then: (what is being done, how many are done, of how many; 0 when that is not known)."""


class Wish(Struct, frozen=True):
    """How a tree is to be read."""

    settings: Settings = field(default_factory=Settings)
    exclude: tuple[str, ...] = ()
    """Globs besides those of the settings."""
    jobs: int = 0
    """Processes; 0 lets the room choose."""
    cache: Path | None = None
    """Where facts are kept between runs; None keeps none."""
    is_inventory: bool = False
    """Only endpoints, guards and settings are asked for: nothing is searched for secrets."""
    is_history: bool = False
    """What past commits hold is searched for secrets, whatever the settings say."""
    is_change: bool = False
    """How changes get to production is looked at, whatever the settings say."""
    forge: Callable[[Delivery], Delivery] | None = None
    """Adds what the forge tells; None without a token for it."""


class Reading(Struct, frozen=True):
    """What the source room read."""

    inventory: Inventory
    comments: tuple[Comment, ...] = ()
    """Comments that may be suppressions."""
    is_complete: bool = True


class Source(Protocol):
    """The source room."""

    def __call__(self, root: Path, wish: Wish, progress: Progress) -> Reading: ...


class Asked(Struct, frozen=True):
    """What the live room says."""

    inventory: Inventory
    """That of the code and the contracts, with what was seen live."""
    verdicts: tuple[Verdict, ...] = ()
    executed: tuple[str, ...] = ()
    """Ids of the probes that ran to their end."""
    observed: tuple[Observed, ...] = ()
    """Which endpoints answered, and whether they refuse strangers."""
    writes: tuple[Write, ...] = ()
    """Everything that was written, in order."""
    is_complete: bool = True
    problem: str = ""
    """Why nothing could be asked; "" when something answered."""


class Ask(Protocol):
    """The live room, with its target chosen."""

    def __call__(self, inventory: Inventory, progress: Progress) -> Asked: ...


class Weighed(Struct, frozen=True):
    """What the compliance room says."""

    coverage: Coverage
    score: Score | None
    controls: tuple[ControlResult, ...]
    catalogs: tuple[Catalog, ...]
    weaknesses: tuple[Weakness, ...]


class Compliance(Protocol):
    """The compliance room, with the catalogs chosen."""

    def __call__(
        self, inventory: Inventory, verdicts: Sequence[Verdict], findings: Sequence[Finding], executed: Sequence[str]
    ) -> Weighed: ...


class Rooms(Struct, frozen=True):
    """Everything that a run needs from others."""

    read: Source
    rules: tuple[Rule, ...]
    sheets: tuple[RuleSheet, ...]
    weigh: Compliance
    probes: tuple[Probe, ...] = ()
    """Those of the live room's mode."""
    ask: Ask | None = None
    """The live room, when a target was named."""
