"""Failing verdicts become findings: one defect gives one finding, with an identity that outlives runs."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from assay.model.place import Step
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Verdict, fingerprint
from assay.plugins.probe import Probe
from assay.plugins.rule import Rule


class Merged(Struct, frozen=True):
    """Findings, and for each fingerprint the ids and names of the rules that found it."""

    findings: tuple[Finding, ...]
    """Worst first."""
    names: Mapping[str, frozenset[str]]


def merged(verdicts: Iterable[Verdict], rules: Iterable[Rule | Probe]) -> Merged:
    """The findings of a run. Verdicts of rules of one family on one subject are one defect, told by the most specific rule."""
    known = {rule.id: rule for rule in rules}
    groups: dict[tuple[str, Subject], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.FAIL:
            groups.setdefault((known[verdict.rule].family, _at_fault(verdict)), []).append(verdict)
    findings = []
    names = {}
    for (family, subject), group in groups.items():
        # The first id decides, so that the identity stays when a later rule of the family sees the defect as well.
        parts = identity(family, min(group, key=lambda verdict: verdict.rule).weakness, subject)
        told = _told(group, known)
        others = {verdict.subject.name for verdict in group} - {told.subject.name}
        finding = Finding(told, fingerprint(parts), parts, exposes=tuple(sorted(others)))
        findings.append(finding)
        names[finding.fingerprint] = frozenset(
            name for verdict in group for name in (verdict.rule, known[verdict.rule].name)
        )
    return Merged(tuple(sorted(findings, key=worst_first)), names)


def _at_fault(verdict: Verdict) -> Subject:
    """What a failing verdict is about: its subject, or the code that several endpoints share, with what they say of it (as `sql`)."""
    if not verdict.root:
        return verdict.subject
    return Subject(verdict.subject.api, "code", method=verdict.subject.symbol, symbol=verdict.root)


def identity(family: str, weakness: str, subject: Subject) -> tuple[tuple[str, str], ...]:
    """What makes a finding the same one in another run: never a line, a file or the rule that told it."""
    return (
        ("api", subject.api),
        ("family", family),
        ("kind", subject.kind),
        ("method", subject.method),
        ("path", subject.path),
        ("symbol", subject.symbol),
        ("weakness", weakness),
    )


def worst_first(finding: Finding) -> tuple[object, ...]:
    """The order of findings in every report."""
    verdict = finding.verdict
    place = (verdict.place.path, verdict.place.line) if verdict.place else ("", 0)
    return (verdict.severity.rank, _doubt(verdict.confidence), verdict.rule, verdict.subject, place)


def counts(finding: Finding) -> bool:
    """Whether a finding counts at the gate: not suppressed, and more than a suspicion for a review list."""
    return finding.state == "detected" and finding.verdict.confidence is not Confidence.TENTATIVE


def shows_both(verdict: Verdict) -> bool:
    """Whether a verdict shows a path through the code and an exchange with the running API."""
    return bool(verdict.exchanges) and any(step.place for step in verdict.steps)


def reaches(finding: Finding, threshold: str) -> bool:
    """Whether a finding is as bad as a threshold says; `never` is reached by none."""
    return threshold in set(Severity) and finding.verdict.severity.rank <= Severity(threshold).rank


def _told(group: list[Verdict], rules: Mapping[str, Rule | Probe]) -> Verdict:
    """One verdict for a group: words of the most specific, weight of the strongest claim, the others as steps.

    One that shows both code and a live call goes first, and needs no step for what it holds already.
    """
    order = sorted(
        group,
        key=lambda verdict: (
            not shows_both(verdict),
            -rules[verdict.rule].specificity,
            verdict.rule,
            _place(verdict),
        ),
    )
    first = order[0]
    held = set(first.exchanges) if shows_both(first) else set()
    others = [each for each in order[1:] if not (each.exchanges and held.issuperset(each.exchanges))]
    strongest = min(order, key=lambda verdict: (*_strength(verdict), verdict.rule))
    steps = tuple(Step(_also(verdict, first), verdict.place) for verdict in others)
    return replace(
        first,
        severity=strongest.severity,
        confidence=strongest.confidence,
        steps=first.steps + tuple(dict.fromkeys(steps)),
        exchanges=tuple(dict.fromkeys(each for verdict in order for each in verdict.exchanges)),
    )


def _also(verdict: Verdict, first: Verdict) -> str:
    """How another verdict on the same fault is told as a step."""
    if verdict.rule != first.rule:
        return f"{verdict.rule} says the same: {verdict.message}"
    return "Here as well" if verdict.subject == first.subject else f"{verdict.subject.name} reaches it as well"


def _strength(verdict: Verdict) -> tuple[bool, int, int]:
    """Strongest first: a suspicion, however bad, is weaker than what was seen."""
    return (verdict.confidence is Confidence.TENTATIVE, verdict.severity.rank, _doubt(verdict.confidence))


def _doubt(confidence: Confidence) -> int:
    return list(Confidence).index(confidence)


def _place(verdict: Verdict) -> tuple[str, int]:
    return (verdict.place.path, verdict.place.line) if verdict.place else ("", 0)
