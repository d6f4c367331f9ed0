"""Verdicts, findings and inventories to weigh."""

from msgspec.structs import replace

from assay.model.assessment import Coverage
from assay.model.place import Place
from assay.model.program import FileCount, Inventory
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Suppression, Verdict, fingerprint

FULL = Coverage(1.0, (), ())
NOTHING = Inventory(files=FileCount(found=3, read=3))


def subject(path: str = "/orders", *, method: str = "GET", api: str = ".", symbol: str = "") -> Subject:
    return Subject(api, "endpoint", method, path, symbol)


def verdict(
    weakness: str = "missing-authentication",
    outcome: Outcome = Outcome.FAIL,
    of: Subject | None = None,
    *,
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.FIRM,
    rule: str = "AP004",
    message: str = "",
) -> Verdict:
    of = of or subject()
    return Verdict(
        rule=rule,
        weakness=weakness,
        subject=of,
        outcome=outcome,
        message=message or f"{of.name} says {outcome}.",
        severity=severity,
        confidence=confidence,
        place=Place("app.py", 3),
    )


def finding(of: Verdict, *, family: str = "", state: str = "detected") -> Finding:
    parts = (
        ("weakness", of.weakness),
        ("api", of.subject.api),
        ("method", of.subject.method),
        ("path", of.subject.path),
        ("symbol", of.subject.symbol),
        ("family", family or of.weakness),
    )
    return Finding(of, fingerprint(parts), parts, state)


def excepted(of: Finding) -> Finding:
    waiver = Suppression("behind the gateway", "team-a", "2027-01-01", "assay.toml:3")
    return replace(of, state="excepted", suppression=waiver)
