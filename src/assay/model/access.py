"""The facts of access reviews and deployments: who may do what in a system, what was decided of each, and what went live."""

from msgspec import Struct

from assay.errors import LedgerError
from assay.model.evidence import Attachment
from assay.model.person import person
from assay.model.stated import a_day, independent, stated

DECISIONS = ("keep", "change", "remove")


class AccessRow(Struct, frozen=True):
    """One right that somebody holds."""

    principal: str
    """An account, a service or a key, by its name; never the key itself."""
    kind: str
    """person, service, key or what the system calls it."""
    role: str
    holder: str = ""
    """Who answers for a service or a key; "" for people."""

    def __post_init__(self) -> None:
        stated(self, "principal", "role")

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same right in two lists: who, and which role."""
        return person(self.principal), self.role.casefold()


class AccessSnapshot(Struct, frozen=True):
    """All rights in a system on a day, exported in full."""

    system: str
    taken: str
    """ISO day of the export."""
    rows: int
    source: str
    """SHA-256 of the file as it came."""
    by: str
    months: int
    """Months until the next review is due, by the policy in force when this was recorded."""
    hours: int
    """Hours within which what is decided has to be done."""
    attachments: tuple[Attachment, ...]
    """`rows`: one `AccessRow` a line."""

    def __post_init__(self) -> None:
        stated(self, "system", "by")
        a_day(self.taken, "taken")
        if self.rows < 1 or self.months < 1 or self.hours < 0:
            raise LedgerError(
                f"{self.system}: a list of no rights is no list. Mend: export all accounts, roles and keys."
            )


class AccessDecision(Struct, frozen=True):
    """What somebody else decided of one right."""

    principal: str
    role: str
    decision: str
    """keep, change, remove."""
    reviewer: str
    decided: str
    """ISO day."""
    reason: str = ""

    def __post_init__(self) -> None:
        stated(self, "principal", "role", "reviewer")
        a_day(self.decided, "decided")
        if self.decision not in DECISIONS:
            raise LedgerError(f"{self.decision!r} is no decision. Mend: one of {', '.join(DECISIONS)}.")
        if person(self.principal) == person(self.reviewer):
            raise LedgerError(f"{self.reviewer} cannot review their own access. Mend: name another reviewer.")

    @property
    def key(self) -> tuple[str, str]:
        """The right that it is about."""
        return person(self.principal), self.role.casefold()


class AccessReview(Struct, frozen=True):
    """Decisions on rights of one list."""

    system: str
    snapshot: int
    """Sequence of the list's entry."""
    by: str
    """Who recorded them."""
    decisions: tuple[AccessDecision, ...]

    def __post_init__(self) -> None:
        stated(self, "system", "by")
        if not self.decisions:
            raise LedgerError(f"{self.system}: nothing is decided. Mend: state a decision for each row.")


class Deployment(Struct, frozen=True):
    """A commit that went live somewhere."""

    id: str
    commit: str
    environment: str
    actor: str
    """Who or what deployed it."""
    deployed: str
    """ISO moment with its offset, in UTC."""
    state: str
    """success, failure or what the source calls it."""
    source: str
    """`stated`, or SHA-256 of the file that it was read from."""
    override: str = ""
    """Why it went live although something stood against it; "" when nothing did."""
    approver: str = ""
    """Who else let it through."""
    holds: tuple[str, ...] = ()
    """Commits that went live with it: those new since the last deployment there, sorted; empty where git cannot tell."""

    def __post_init__(self) -> None:
        stated(self, "id", "commit", "environment", "actor", "deployed")
        if self.override:
            stated(self, "approver")
            independent(self.actor, self.approver)
