"""The header of a rule."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from assay.model.program import Inventory
from assay.model.verdict import Severity, Verdict


class Rule(Struct, frozen=True):
    """A rule: judges what is known. Its module's docstring is its page."""

    id: str
    """`AP004`."""
    name: str
    """Names the defect and reads well after "allow": `write-without-guard`."""
    title: str
    """A short sentence for lists."""
    weakness: str
    """An id of the mapping."""
    severity: Severity
    """The default; a verdict may differ with a reason."""
    family: str
    """Part of the fingerprint: rules of one family find the same defect in different words."""
    specificity: int
    """Where several rules of one family fail on one subject, the highest stays and the others are merged into it."""
    judge: Callable[[Inventory], Iterable[Verdict]]
    """Gives a verdict for every subject that it looked at, pass included; pure."""
    frameworks: tuple[str, ...] = ()
    """Those it claims; empty: every one. Each has a Bad and a Good example in the page."""
    statement: str = ""
    """What is true of the subjects that pass, to be read after a count: `write endpoints are guarded`."""
