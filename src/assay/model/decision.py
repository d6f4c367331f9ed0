"""The facts that a ledger remembers of what people decide: one noun for each type of entry.

What must not be recorded at all, as an acceptance that its requester approved, is refused when the noun is made.
"""

import re

from msgspec import Struct

from assay.errors import LedgerError
from assay.model.evidence import Attachment
from assay.model.stated import a_day, independent, stated

AUDITS = ("1", "2")
HOLDS = ("placed", "released")
ACCEPTANCES = ("exception", "risk", "false-positive")
POSITIONS = ("in-scope", "carved-out", "user-entity")
ADDRESS = re.compile(r"https?://[^\s/@]+(/\S*)?")
"""Of a ticket; nothing that would sign in stands in it."""


class FixClaim(Struct, frozen=True):
    """Somebody says that a finding is fixed; a later run has to show it."""

    fingerprint: str
    commit: str
    pull_request: str
    claimed_by: str
    note: str


class Confirmation(Struct, frozen=True):
    """A person looked at a finding and says that it is real."""

    fingerprint: str
    by: str
    reason: str

    def __post_init__(self) -> None:
        stated(self, "fingerprint", "by", "reason")


class Acceptance(Struct, frozen=True):
    """An exception, an accepted risk or a false positive, approved by somebody else than who asked for it, until a day."""

    fingerprint: str
    kind: str
    """exception, risk, false-positive."""
    requester: str
    approver: str
    reason: str
    measure: str
    """What lowers the risk meanwhile."""
    severity: str
    """Of the finding when it was accepted; a worse one ends the acceptance."""
    expires: str
    """ISO day from which it no longer holds."""

    def __post_init__(self) -> None:
        if self.kind not in ACCEPTANCES:
            raise LedgerError(f"{self.kind!r} is no kind of acceptance. Mend: one of {', '.join(ACCEPTANCES)}.")
        stated(self, "fingerprint", "requester", "approver", "reason", "measure")
        independent(self.requester, self.approver)
        a_day(self.expires, "expires")


class Assignment(Struct, frozen=True):
    """Somebody answers for a finding from now on; the newest one counts."""

    fingerprint: str
    owner: str
    ticket: str
    """Address of where it is worked on; "" without one."""
    by: str

    def __post_init__(self) -> None:
        stated(self, "fingerprint", "owner", "by")
        if self.ticket and not ADDRESS.fullmatch(self.ticket):
            raise LedgerError(
                f"{self.ticket!r} is no address of a ticket. Mend: https://HOST/PATH, without a password."
            )


class Deviation(Struct, frozen=True):
    """A control did not operate as described."""

    id: str
    control: str
    cause: str
    extent: str
    """What a look back over the window showed."""
    impact: str
    correction: str
    retest: str
    """Run id that shows the correction; "" while there is none."""

    def __post_init__(self) -> None:
        stated(self, "id", "control", "cause", "extent")


class Response(Struct, frozen=True):
    """What management says of a deviation."""

    deviation: str
    author: str
    text: str

    def __post_init__(self) -> None:
        stated(self, "deviation", "author", "text")


class PolicyMove(Struct, frozen=True):
    """A policy moved on: drafted, approved, in force, reviewed, acknowledged, withdrawn."""

    id: str
    version: str
    move: str
    content: str
    """SHA-256 of the text."""
    author: str
    by: str
    effective: str
    review: str
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        stated(self, "id", "move", "by", "content")
        if self.move == "approved":
            stated(self, "author")
            independent(self.author, self.by)


class Audit(Struct, frozen=True):
    """An audit that is to come, or is under way: what it is of, and when."""

    id: str
    type: str
    """1: the design on a day; 2: the operation over a window."""
    first: str
    """ISO day on which the window begins; of type 1 the day itself."""
    last: str
    """ISO day on which it ends, that day included."""
    catalogs: tuple[str, ...]
    criteria: tuple[str, ...]
    """Besides security."""
    systems: tuple[str, ...]
    """Scopes, as the ledger names them; empty: all."""
    carve_outs: tuple[str, ...]
    """What others answer for, each with who that is."""
    by: str

    def __post_init__(self) -> None:
        stated(self, "id", "by")
        if self.type not in AUDITS:
            raise LedgerError(f"{self.type!r} is no type of audit. Mend: 1 for a day, 2 for a window.")
        a_day(self.first, "first")
        a_day(self.last, "last")
        if self.last < self.first or (self.type == "1" and self.first != self.last):
            raise LedgerError(
                f"{self.first} to {self.last}: no window of type {self.type}. Mend: one day for type 1, else from before to."
            )


class Boundary(Struct, frozen=True):
    """On which side of the boundary of an audit a control lies, and why; the newest one of a control counts."""

    audit: str
    catalog: str
    control: str
    position: str
    """in-scope, carved-out, user-entity."""
    to: str
    """Who answers for a control that is carved out; "" for others."""
    reason: str
    by: str

    def __post_init__(self) -> None:
        stated(self, "audit", "catalog", "control", "reason", "by")
        if self.position not in POSITIONS:
            raise LedgerError(f"{self.position!r} is no side of a boundary. Mend: one of {', '.join(POSITIONS)}.")
        if self.position == "carved-out":
            stated(self, "to")
        elif self.to:
            raise LedgerError(f"{self.control} is {self.position}, and {self.to} answers for it. Mend: carve it out.")

    @property
    def is_outside(self) -> bool:
        """Whether somebody else answers for the control."""
        return self.position != "in-scope"

    @property
    def words(self) -> str:
        """The position and its reason, for people."""
        said = {"carved-out": f"carved out to {self.to}", "user-entity": "for the user entities to do"}
        return f"{said.get(self.position, 'in scope')}: {self.reason}"


class Schedule(Struct, frozen=True):
    """How often a scope is to be scanned, from the moment on when this is recorded."""

    scope: str
    days: int
    grace: int
    """Days after a slot within which a run is late instead of missed."""
    coverage: float
    """0 to 1: a run with less fills no slot."""
    origin: str
    """Where it is stated: `assay.toml`."""

    def __post_init__(self) -> None:
        if self.days < 1 or self.grace < 0 or not 0 <= self.coverage <= 1:
            raise LedgerError(f"Every {self.days} days, {self.grace} of grace: no schedule. Mend: days from 1 on.")


class Sla(Struct, frozen=True):
    """Within how many days a finding is to be fixed, by severity, for what is detected from now on."""

    scope: str
    critical: int
    high: int
    medium: int
    low: int
    origin: str

    def days(self, severity: str) -> int | None:
        """The days for a severity; None for what has no due date."""
        return {"critical": self.critical, "high": self.high, "medium": self.medium, "low": self.low}.get(severity)


class Excuse(Struct, frozen=True):
    """A slot in which no run was to be expected, as in a freeze."""

    scope: str
    first: str
    """ISO day on which it begins."""
    last: str
    """ISO day on which it ends, that day included."""
    reason: str
    requester: str
    approver: str

    def __post_init__(self) -> None:
        stated(self, "scope", "reason", "requester", "approver")
        independent(self.requester, self.approver)
        a_day(self.first, "first")
        a_day(self.last, "last")


class KeyRevocation(Struct, frozen=True):
    """From this entry on nothing that this key signs counts."""

    fingerprint: str
    reason: str
    by: str

    def __post_init__(self) -> None:
        stated(self, "fingerprint", "reason", "by")


class Removal(Struct, frozen=True):
    """The tombstone of an attachment whose retention ended."""

    digest: str
    reason: str
    by: str

    def __post_init__(self) -> None:
        stated(self, "digest", "reason", "by")


class Correction(Struct, frozen=True):
    """What an earlier entry should have said; that entry stays."""

    sequence: int
    text: str
    """Why, and what is right."""
    by: str
    field: str = ""
    """The field of the earlier body that is wrong; "" when words alone say it."""
    replacement: str = ""
    """What should stand in it."""

    def __post_init__(self) -> None:
        stated(self, "text", "by")
        if self.sequence < 1 or (self.replacement and not self.field):
            raise LedgerError(
                "A correction names the entry, and the field that the replacement is for. Mend: add --field."
            )


class Pause(Struct, frozen=True):
    """The time in which a finding has to be fixed stands still until a day, as somebody else than who asked for it approved."""

    fingerprint: str
    requester: str
    approver: str
    reason: str
    until: str
    """ISO day from which the clock runs again, unless a resumption comes first."""

    def __post_init__(self) -> None:
        stated(self, "fingerprint", "requester", "approver", "reason")
        independent(self.requester, self.approver)
        a_day(self.until, "until")


class Resumption(Struct, frozen=True):
    """The clock of a finding runs again before the end of its pause."""

    fingerprint: str
    by: str
    reason: str

    def __post_init__(self) -> None:
        stated(self, "fingerprint", "by", "reason")


class Hold(Struct, frozen=True):
    """Nothing that it is about is removed while a hold stands, as in a dispute; releasing it takes a second person."""

    id: str
    move: str
    """placed, released."""
    reason: str
    by: str
    approver: str = ""
    """Who else lets it go; "" when it is placed."""
    scope: str = ""
    """Of the runs, or the system of the access reviews, that it is about; "" holds everything."""

    def __post_init__(self) -> None:
        stated(self, "id", "reason", "by")
        if self.move not in HOLDS:
            raise LedgerError(f"{self.move!r} is no move of a hold. Mend: one of {', '.join(HOLDS)}.")
        if self.move == "released":
            stated(self, "approver")
            independent(self.by, self.approver)
