"""One traced handler with everything that its readers ask."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from assay.source.program import Program
from assay.source.reach.accesses import Found
from assay.source.reach.origins import Origins
from assay.source.reach.query import Queries
from assay.source.reach.stored import Stored
from assay.source.reach.trace import Trace


class Examination(Struct, frozen=True, eq=False):
    """What a reader of flows, notes, copies, exposures, uses or throttles is given."""

    program: Program
    trace: Trace
    queries: Queries
    origins: Origins
    stored: Stored
    accesses: Sequence[Found]
    """Settled: their protection and keys are filled in."""
