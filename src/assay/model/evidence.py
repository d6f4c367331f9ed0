"""The facts that a ledger remembers of what ran and was made: one noun for each type of entry. What people decide is in `decision`.

Facts only: every state of a finding, slot or control is derived from them. Fields are text, numbers, flags, moments, tuples of those, or
nouns of this file, so that each has one JSON form (`ledger/encoding.py`).
"""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Keys with values, sorted by key; an object in JSON."""


class Attachment(Struct, frozen=True):
    """Bytes that are kept beside an entry, by their digest."""

    name: str
    media: str
    digest: str
    """SHA-256, in hexadecimal digits."""
    size: int


class Opening(Struct, frozen=True):
    """The first entry: which ledger this is and whose key signs its heads."""

    id: str
    origin: str
    """As it stands in checkpoints."""
    version: str
    """Of the tool that opened it."""
    key: str
    """The 32 bytes of the Ed25519 key in base64."""
    fingerprint: str
    """SHA-256 of the key: compare it with the one received out of band."""


class RuleRun(Struct, frozen=True):
    """A rule that ran to its end, with how many subjects it judged."""

    id: str
    family: str
    weakness: str
    passed: int
    failed: int
    not_tested: int
    not_applicable: int


class ApiRun(Struct, frozen=True):
    """An API that a run read."""

    id: str
    endpoints: int
    is_complete: bool
    """Whether everything below its folder was read."""


class Share(Struct, frozen=True):
    """A line of coverage: how many of how many."""

    name: str
    tested: int
    total: int
    note: str


class Reason(Struct, frozen=True):
    """Why something was not tested, and how often."""

    text: str
    count: int


class Waived(Struct, frozen=True):
    """A suppression that stands in the code or in the settings; it excuses nothing until somebody approves it."""

    fingerprint: str
    reason: str
    owner: str
    expires: str
    origin: str


class VerdictList(Struct, frozen=True):
    """All verdicts of a run: how many, and the Merkle root over the lines of the attachment `verdicts`."""

    count: int
    root: str


class Written(Struct, frozen=True):
    """A request of a live run that may have changed something of the target, and what became of it."""

    what: str
    """Method and address."""
    identity: str
    outcome: str
    """The status, or the word of the failure."""
    standing: str
    """untouched, put-back, changed."""
    of: str
    """What it may have changed: paths of objects."""
    mend: str
    """What is to be put back by hand; "" where nothing is."""


class RunRecord(Struct, frozen=True):
    """One run: what was asked, what was looked at, by which rules, and the digest of everything it said."""

    scope: str
    """What is remembered together: kind and name of the project."""
    kind: str
    """static, live, joint (both), repo, ledger."""
    tool: str
    version: str
    target: str
    commit: str
    as_of: str
    started_at: datetime
    ended_at: datetime
    is_complete: bool
    exit_reason: str
    """`complete`, or why it ended early."""
    options: Pairs
    configuration: str
    """SHA-256 of the options."""
    circumstances: Pairs
    """Of a live run: authorization, principals, budget, resolved address."""
    rules: tuple[RuleRun, ...]
    rule_set: str
    """SHA-256 of tool, version and rules."""
    catalogs: tuple[str, ...]
    apis: tuple[ApiRun, ...]
    endpoints: int
    coverage: float
    """0 to 1."""
    lines: tuple[Share, ...]
    not_tested: tuple[Reason, ...]
    skipped: tuple[Reason, ...]
    """By kind."""
    findings: int
    changes: int
    """Entries of type `finding` that were recorded with it."""
    waived: tuple[Waived, ...]
    contains: tuple[str, ...]
    """Claimed commits that the scanned commit contains."""
    previous: str
    """Run id of the run before it in this scope; "" for the first."""
    report: str
    """SHA-256 of the JSON report."""
    verdicts: VerdictList
    attachments: tuple[Attachment, ...]
    writes: tuple[Written, ...] = ()
    """Everything that was written to the target, in order. Runs of older versions do not say."""


class Said(Struct, frozen=True):
    """What one rule of the family said of the subject."""

    rule: str
    outcome: str


class FindingChange(Struct, frozen=True):
    """What changed for one finding against the run before it in this scope."""

    fingerprint: str
    parts: Pairs
    """What the fingerprint was made of."""
    endpoint: str
    """`DELETE /orders/{id}`; what people call its subject where it is no endpoint."""
    scope: str
    run: str
    """Run id."""
    outcome: str
    """fail, pass, not-tested, not-applicable, absent."""
    before: str
    """Its outcome in the run before; "" when it is new."""
    said: tuple[Said, ...]
    """What every rule of its family said of this subject in this run."""
    rules: tuple[str, ...]
    """The rules that failed, now or when it last failed: those that have to pass."""
    last_failed: str
    """Run id of the last run in which it failed; this run's own when it fails."""
    weakness: str
    severity: str
    confidence: str
    message: str
    place: str
    """Where it stands, for people: `main.py:12`; no part of its identity."""
    is_gone: bool
    """Absent, while its whole API was read completely and lists it no more."""
    reason: str
    """Why it was recorded when nothing but this changed, or why it was not tested."""


class ChangeRecord(Struct, frozen=True):
    """A change of the code on its way to production, as git and the forge tell it."""

    id: str
    commits: tuple[str, ...]
    pull_request: str
    ticket: str
    author: str
    approvers: tuple[str, ...]
    merged_by: str
    merged_at: str
    gate: str
    """What the security gate said of it; "" when none ran."""
    deployed_at: str
    source: str
    """Digest of the record that it was made from."""
    origin: str = ""
    """`git`: who approved it is not known; `forge`: the forge told, so that no approver means nobody."""


class Sample(Struct, frozen=True):
    """A selection that was drawn from a frozen population, with what is needed to draw it again."""

    query: Pairs
    population: str
    """SHA-256 of the rows as CSV."""
    rows: int
    size: int
    """Of the ledger, when the population was taken."""
    seed: str
    drawn: tuple[int, ...]
    """Sequence numbers of the entries."""
    attachments: tuple[Attachment, ...]
    """The population as CSV, and its IPE sheet."""


class PackExport(Struct, frozen=True):
    """A pack was made."""

    kind: str
    """audit, control, finding."""
    of: str
    manifest: str
    """SHA-256 of the manifest."""
    size: int
    """Of the ledger, when it was made."""


class KeyRotation(Struct, frozen=True):
    """From this entry on the new key signs; both keys signed the statement (`ledger/rotation.py`)."""

    at: datetime
    old: str
    """32 bytes in base64."""
    new: str
    by_old: str
    by_new: str


class Timestamp(Struct, frozen=True):
    """A time-stamping authority saw a checkpoint (RFC 3161)."""

    size: int
    checkpoint: str
    """SHA-256 of the note."""
    stamped_at: datetime
    authority: str
    attachments: tuple[Attachment, ...]
