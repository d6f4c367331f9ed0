"""Holds what the code suggests against what the running API did: static proposes, live proves.

A live finding of a family on an endpoint confirms the static one there: both become one finding, with both evidences. A live refusal
refutes the suspicion that nobody asks who calls; the verdict then says so, and passes. Data that a live call did not show is no
proof that it never goes out, so nothing else is refuted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assay.model.contract import Observed
from assay.model.place import Step
from assay.model.verdict import Confidence, Outcome, Subject, Verdict

REFUTABLE = frozenset({"posture", "object", "function"})
"""Families of who may call: a refusal that was seen is a refusal."""
POSTURE = "posture"

Key = tuple[str, Subject]


def held_together(
    static: Iterable[Verdict], live: Sequence[Verdict], observed: Iterable[Observed], families: Mapping[str, str]
) -> tuple[Verdict, ...]:
    """All verdicts, those of the code as the running API bears them out. `families` is of each rule and probe its family."""
    refused = {
        (POSTURE, Subject(each.api, "endpoint", each.method, each.path)): "the running API refuses strangers"
        for each in observed
        if each.is_refused
    }
    passed = {
        (families[each.rule], each.subject): each.message.rstrip(".")
        for each in live
        if each.outcome is Outcome.PASS and each.subject.kind == "endpoint"
    }
    failed = {(families[each.rule], each.subject) for each in live if each.outcome is Outcome.FAIL}
    reasons = {key: why for key, why in (passed | refused).items() if key[0] in REFUTABLE and key not in failed}
    kept = tuple(_refuted(verdict, families, reasons) for verdict in static)
    roots = {
        (families[each.rule], each.subject): each.root
        for each in kept
        if each.outcome is Outcome.FAIL and each.root and each.confidence is not Confidence.TENTATIVE
    }
    return (*kept, *(_joined(verdict, families, roots) for verdict in live))


def _refuted(verdict: Verdict, families: Mapping[str, str], reasons: Mapping[Key, str]) -> Verdict:
    why = reasons.get((families[verdict.rule], verdict.subject), "")
    if not why or verdict.outcome is not Outcome.FAIL:
        return verdict
    return replace(
        verdict,
        outcome=Outcome.PASS,
        message=f"{verdict.subject.name} is refuted live: {why}.",
        steps=(Step(f"The code alone said: {verdict.message}", verdict.place), *verdict.steps),
    )


def _joined(verdict: Verdict, families: Mapping[str, str], roots: Mapping[Key, str]) -> Verdict:
    """A live verdict at the code that is at fault, where the code's own verdict names it."""
    root = roots.get((families[verdict.rule], verdict.subject), "")
    return replace(verdict, root=root) if root and verdict.outcome is Outcome.FAIL else verdict
