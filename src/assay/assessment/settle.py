"""Static proposes, live proves: a verdict from the code is confirmed or refuted by a live one on the same endpoint.

Source: docs/decisions/0008-contract-and-drift.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from assay.assessment.template import Segments, segments
from assay.model.place import Step
from assay.model.verdict import Confidence, Outcome, Severity, Verdict

LIVE = ("AP4", "AP5")
"""Rules of these ids judge what a running API answered."""
OPEN = "missing-authentication"
CONFIRMABLE = frozenset({"bola", "bfla", OPEN})
"""Weaknesses for which a live failure is a proof of the static one, and not another place of the same class."""
CROSS_ORIGIN = "permissive-cors"
"""A weakness of the whole API, whose cause is one setting."""
OK, REDIRECTED = 200, 300
Key: TypeAlias = tuple[str, str, Segments]


def settle(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, in their order, those from the code settled by those that a live call gave.

    A call without credentials that was refused refutes a failing verdict of missing authentication: it passes, and says both. A
    live failure confirms a failing verdict of the same weakness. A call without credentials that was answered shows that an endpoint is
    open as the code says, not that this is wrong: a suspicion stays one. A verdict on every method of a path is settled by none,
    since a live call asks one. A cross-origin policy is told once, where the code sets it, with the calls that show it.
    """
    given = tuple(verdicts)
    proofs: dict[tuple[str, Key], list[Verdict]] = defaultdict(list)
    for verdict in given:
        if is_live(verdict) and verdict.subject.kind == "endpoint" and not verdict.subject.symbol:
            proofs[verdict.weakness, _key(verdict)].append(verdict)
    told = _policies(given)
    return tuple(told.get(number) or _settled(verdict, proofs) for number, verdict in enumerate(given))


def _policies(given: tuple[Verdict, ...]) -> dict[int, Verdict]:
    """By number, what becomes of verdicts on a cross-origin policy that both its code and live calls show to be open.

    Where an API has one such policy in its code, that is the cause of what the calls show: one finding, with all evidence. Where it
    has several, no call tells which of them answered. Live passes refute nothing: a few routes are asked.
    """
    found: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, verdict in enumerate(given):
        if verdict.weakness != CROSS_ORIGIN or verdict.outcome is not Outcome.FAIL:
            continue
        if _is_proof(verdict, Outcome.FAIL) if is_live(verdict) else verdict.subject.kind == "setting":
            found[verdict.subject.api][int(is_live(verdict))].append(number)
    told: dict[int, Verdict] = {}
    for causes, shown in found.values():
        if len(causes) != 1 or not shown:
            continue
        cause = given[causes[0]]
        shown.sort(key=lambda each: (given[each].severity.rank, given[each].rule))
        if cause.confidence is Confidence.TENTATIVE:
            cause = replace(cause, severity=given[shown[0]].severity)
        for number in shown:
            cause = _confirmed(cause, given[number])
            told[number] = _told_with(given[number], cause)
        by = ", ".join(given[number].rule for number in shown)
        shows = "A live call shows" if len(shown) == 1 else "Live calls show"
        told[causes[0]] = replace(cause, message=f"{given[causes[0]].message} {shows} it ({by}).")
    return told


def _told_with(verdict: Verdict, cause: Verdict) -> Verdict:
    """A live verdict whose finding is that of its cause."""
    message = f"{verdict.message} The code that does it is told, with this call ({cause.rule})."
    return replace(verdict, outcome=Outcome.NOT_APPLICABLE, message=message, fix="")


def is_live(verdict: Verdict) -> bool:
    """Whether a verdict rests on answers of a running API."""
    return verdict.rule.startswith(LIVE)


def _settled(verdict: Verdict, proofs: Mapping[tuple[str, Key], list[Verdict]]) -> Verdict:
    if is_live(verdict) or verdict.outcome is not Outcome.FAIL or verdict.subject.kind != "endpoint":
        return verdict
    found = proofs.get((verdict.weakness, _key(verdict)), [])
    failing = [proof for proof in found if _is_proof(proof, Outcome.FAIL)]
    passing = [proof for proof in found if _is_proof(proof, Outcome.PASS)]
    if failing and verdict.weakness in CONFIRMABLE:
        return _confirmed(verdict, failing[0])
    if passing and not failing and verdict.weakness == OPEN:
        return _refuted(verdict, passing[0])
    answered = [proof for proof in found if _is_answered(proof)]
    if answered and verdict.weakness == OPEN:
        return _shown(verdict, answered[0])
    return verdict


def _is_proof(verdict: Verdict, outcome: Outcome) -> bool:
    """Whether it says this, and is more than a suspicion."""
    return verdict.outcome is outcome and verdict.confidence is not Confidence.TENTATIVE


def _is_answered(verdict: Verdict) -> bool:
    """Whether it came to no judgement because a stranger was answered."""
    if verdict.outcome is not Outcome.NOT_APPLICABLE or not verdict.exchanges:
        return False
    first = verdict.exchanges[0]
    return not first.identity and OK <= first.status < REDIRECTED


def _shown(verdict: Verdict, proof: Verdict) -> Verdict:
    is_doubted = verdict.confidence is Confidence.TENTATIVE
    return replace(
        verdict,
        message=f"{verdict.message} A live call without credentials was answered ({proof.rule}).",
        confidence=verdict.confidence if is_doubted else Confidence.CONFIRMED,
        steps=(*verdict.steps, *_evidence(proof)),
        exchanges=(*verdict.exchanges, *proof.exchanges),
    )


def _confirmed(verdict: Verdict, proof: Verdict) -> Verdict:
    message = f"{verdict.message} A live call shows it ({proof.rule})."
    return replace(
        verdict,
        message=message,
        severity=min(verdict.severity, proof.severity, key=_rank),
        confidence=Confidence.CONFIRMED,
        steps=(*verdict.steps, *_evidence(proof)),
        exchanges=(*verdict.exchanges, *proof.exchanges),
    )


def _refuted(verdict: Verdict, proof: Verdict) -> Verdict:
    message = (
        f"{verdict.subject.name} looks open in the code ({verdict.rule}), "
        f"but a live call without credentials was refused ({proof.rule})."
    )
    static = Step(f"{verdict.rule} said: {verdict.message}", verdict.place)
    return replace(
        verdict,
        outcome=Outcome.PASS,
        message=message,
        severity=Severity.INFO,
        confidence=Confidence.CONFIRMED,
        steps=(static, *verdict.steps, *_evidence(proof)),
        fix="",
        exchanges=(*verdict.exchanges, *proof.exchanges),
    )


def _evidence(proof: Verdict) -> tuple[Step, ...]:
    return (Step(f"{proof.rule} says live: {proof.message}", proof.place), *proof.steps)


def _key(verdict: Verdict) -> Key:
    """API, method and path, whatever its parameters are called."""
    subject = verdict.subject
    return (subject.api, subject.method, segments(subject.path))


def _rank(severity: Severity) -> int:
    return severity.rank
