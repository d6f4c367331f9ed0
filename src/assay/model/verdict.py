"""What a rule says of a subject, and the finding that a failing verdict becomes."""

from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from assay.model.exchange import Transcript
from assay.model.place import Place, Step


class Outcome(StrEnum):
    """What a rule says of one subject; unknown is never pass."""

    PASS = "pass"
    FAIL = "fail"
    NOT_TESTED = "not-tested"
    NOT_APPLICABLE = "not-applicable"


class Severity(StrEnum):
    """How bad, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, 4 for info."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure, surest first: proved, seen in the code, a suspicion for a review list."""

    CONFIRMED = "confirmed"
    FIRM = "firm"
    TENTATIVE = "tentative"


class Subject(Struct, frozen=True, order=True):
    """What a verdict is about: an endpoint, a setting, a secret or a contract of an API, or the API as a whole."""

    api: str
    kind: str
    """endpoint, setting, secret, contract, api."""
    method: str = ""
    path: str = ""
    symbol: str = ""
    """The location kind inside it: a parameter, header, sink symbol or setting name; never a line."""

    @property
    def name(self) -> str:
        """As people say it."""
        if self.kind == "endpoint":
            return f"{self.method} {self.path}"
        return self.symbol or self.api


class Verdict(Struct, frozen=True):
    """What one rule says of one subject."""

    rule: str
    weakness: str
    """An id of the mapping."""
    subject: Subject
    outcome: Outcome
    message: str
    """A sentence that starts with the thing and states the fact; for not-tested and not-applicable the reason."""
    severity: Severity = Severity.INFO
    confidence: Confidence = Confidence.FIRM
    place: Place | None = None
    steps: tuple[Step, ...] = ()
    fix: str = ""
    framework: str = ""
    root: str = ""
    """The function and call that are at fault, when several endpoints reach the same ones: those verdicts are one finding."""
    exchanges: tuple[Transcript, ...] = ()
    """What a live test asked and got: the evidence of a probe, masked."""


class Suppression(Struct, frozen=True):
    """Why a finding does not count: never without reason, owner and end."""

    reason: str
    owner: str
    expires: str
    """ISO date; from that day on the finding counts again."""
    origin: str
    """Where it is written: `path:line`."""
    is_expired: bool = False


class Finding(Struct, frozen=True):
    """A failing verdict with an identity that outlives runs."""

    verdict: Verdict
    fingerprint: str
    """32 hex digits over `parts`."""
    parts: tuple[tuple[str, str], ...]
    """What the fingerprint was made of: weakness, api, method, path, symbol, family; stored so that a later version can recompute it."""
    state: str = "detected"
    """detected, excepted (suppressed and not expired)."""
    is_new: bool | None = None
    """Against the baseline; None without one."""
    suppression: Suppression | None = None
    exposes: tuple[str, ...] = ()
    """The other endpoints that reach the same fault, by name."""


def fingerprint(parts: tuple[tuple[str, str], ...]) -> str:
    """The digest of identity parts; the order of the parts does not matter. Version 1: SHA-256, 32 hex digits."""
    text = "\n".join(f"{key}={value}" for key, value in sorted(parts))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
