"""The score, version 1: how an API stands, 0 to 100, from its findings; never shown without its coverage.

A charge is a check (a family of rules) on a resource group. Each charge leaves a factor of the score, further places of the
same charge take a quarter, hygiene together has a floor, and some findings cap the whole. Order does not matter, and each
fix raises the score as long as no cap hides it. Source: docs/decisions/0004-score-version-1.md.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import prod
from operator import mul

from msgspec import Struct

from assay.compliance.compendium import Compendium
from assay.compliance.tally import EXCEPTED
from assay.model.assessment import Coverage, Factor, Score
from assay.model.verdict import Confidence, Finding, Severity, Subject

VERSION = "1"
WEIGHT = {
    Severity.CRITICAL: 0.45,
    Severity.HIGH: 0.25,
    Severity.MEDIUM: 0.08,
    Severity.LOW: 0.02,
    Severity.INFO: 0.0,
}
SURENESS = {Confidence.CONFIRMED: 1.0, Confidence.FIRM: 0.6, Confidence.TENTATIVE: 0.0}
FURTHER = 0.25
"""What a further place of a charge weighs of its own weight."""
WHOLE = 4
"""Further places that count whole; all that follow share the weight of a fifth, so that each fix still counts."""
HYGIENE_FLOOR = 0.85
CAPS = (
    (Severity.CRITICAL, Confidence.CONFIRMED, 39.0),
    (Severity.CRITICAL, Confidence.FIRM, 69.0),
    (Severity.HIGH, Confidence.CONFIRMED, 69.0),
)
"""(severity, confidence, the highest score with such a finding)."""
LETTERS = ((90.0, "A"), (80.0, "B"), (70.0, "C"), (60.0, "D"), (0.0, "F"))
LEAST_COVERAGE = 0.5
"""Under it no letter is shown."""
PREFIX = re.compile(r"(api|apis|rest|rpc|v\d+([._]\d+)*|\{.*\})", re.IGNORECASE)
"""Segments that say where an API lives or which object is meant, not which resource."""
FULL = 100.0
DIGITS = 4


class _Charge(Struct, frozen=True):
    """A check on a resource group with its places, worst first."""

    group: str
    findings: tuple[Finding, ...]
    is_hygiene: bool
    factor: float
    cap: float


def score(findings: Iterable[Finding], coverage: Coverage, known: Compendium) -> Score | None:
    """The score of a run's findings, suppressed ones included; None when nothing could be assessed."""
    if not coverage.share:
        return None
    hygienic = {demands.weakness for demands in known.demands if demands.is_hygiene}
    titles = {weakness.id: weakness.title for weakness in known.weaknesses}
    found = list({finding.fingerprint: finding for finding in sorted(findings, key=_order, reverse=True)}.values())
    charges = _charges(found, hygienic)
    value = round(_values(charges)[0], DIGITS)
    accepted, _ = _values(_charges([finding for finding in found if finding.state != EXCEPTED], hygienic))
    return Score(
        version=VERSION,
        value=value,
        letter=_letter(value, coverage.share),
        coverage=coverage.share,
        ledger=_ledger(charges, titles),
        caps=_caps(charges),
        with_accepted=round(accepted, DIGITS),
    )


def resource(subject: Subject) -> str:
    """The resource group of a subject: the first telling segment of an endpoint's path, else the name of the setting or API."""
    if subject.kind != "endpoint":
        return subject.symbol or subject.kind
    segments = (segment for segment in subject.path.split("/") if segment and not PREFIX.fullmatch(segment))
    return f"/{next(segments, '')}"


def _charges(findings: Iterable[Finding], hygienic: set[str]) -> list[_Charge]:
    """The charges in an order that does not depend on that of the findings."""
    places: dict[tuple[bool, str, str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        verdict = finding.verdict
        if _weight(finding):
            is_hygiene = verdict.weakness in hygienic and verdict.severity is Severity.LOW
            family = dict(finding.parts).get("family", verdict.rule)
            key = (is_hygiene, family, verdict.subject.api, verdict.subject.kind, resource(verdict.subject))
            places[key].append(finding)
    return [_charge(key[-1], sorted(places[key], key=_order), is_hygiene=key[0]) for key in sorted(places)]


def _charge(group: str, findings: list[Finding], *, is_hygiene: bool) -> _Charge:
    first, *further = (_weight(finding) for finding in findings)
    quarters = prod((1 - FURTHER * weight) ** _share(place) for place, weight in enumerate(further, 1))
    cap = min(_cap(finding) for finding in findings)
    return _Charge(group, tuple(findings), is_hygiene, (1 - first) * quarters, cap)


def _share(place: int) -> float:
    """How much of its weight a further place counts: the first four whole, then half, a quarter ... of one more."""
    return 1.0 if place <= WHOLE else 0.5 ** (place - WHOLE)


def _weight(finding: Finding) -> float:
    return WEIGHT[finding.verdict.severity] * SURENESS[finding.verdict.confidence]


def _cap(finding: Finding) -> float:
    """The highest score with this finding."""
    kind = (finding.verdict.severity, finding.verdict.confidence)
    return next((cap for *capped, cap in CAPS if tuple(capped) == kind), FULL)


def _values(charges: Sequence[_Charge]) -> tuple[float, list[float]]:
    """The score of all charges, and what it were without each of them."""
    hygiene = [charge.factor if charge.is_hygiene else 1.0 for charge in charges]
    rest = [1.0 if charge.is_hygiene else charge.factor for charge in charges]
    caps = [charge.cap for charge in charges]
    others = zip(_others(hygiene, mul, 1.0), _others(rest, mul, 1.0), _others(caps, min, FULL), strict=True)
    return _capped(prod(hygiene), prod(rest), min(caps, default=FULL)), [_capped(*parts) for parts in others]


def _capped(hygiene: float, rest: float, cap: float) -> float:
    return min(FULL * max(hygiene, HYGIENE_FLOOR) * rest, cap)


def _others(values: list[float], join: Callable[[float, float], float], neutral: float) -> list[float]:
    """For each value all the others joined."""
    before = accumulate(values[:-1], join, initial=neutral)
    after = [*accumulate(values[:0:-1], join, initial=neutral)][::-1]
    return [join(left, right) for left, right in zip(before, after, strict=True)] if values else []


def _ledger(charges: Sequence[_Charge], titles: dict[str, str]) -> tuple[Factor, ...]:
    value, without = _values(charges)
    factors = [_factor(charge, other - value, titles) for charge, other in zip(charges, without, strict=True)]
    return tuple(sorted(factors, key=lambda factor: (-factor.gain, factor.factor, factor.fingerprint)))


def _factor(charge: _Charge, gain: float, titles: dict[str, str]) -> Factor:
    first = charge.findings[0]
    weakness = first.verdict.weakness
    return Factor(
        fingerprint=first.fingerprint,
        rule=first.verdict.rule,
        title=f"{titles.get(weakness, weakness)}: {charge.group}",
        severity=str(first.verdict.severity),
        confidence=str(first.verdict.confidence),
        places=len(charge.findings),
        factor=round(charge.factor, DIGITS),
        gain=max(0.0, round(gain, DIGITS)),
    )


def _caps(charges: Sequence[_Charge]) -> tuple[str, ...]:
    """The caps that hold the score below what its factors give, lowest first."""
    free = _capped(
        prod(charge.factor for charge in charges if charge.is_hygiene),
        prod(charge.factor for charge in charges if not charge.is_hygiene),
        FULL,
    )
    kinds = {
        (finding.verdict.severity, finding.verdict.confidence) for charge in charges for finding in charge.findings
    }
    return tuple(
        f"No more than {cap:g} with a {confidence} finding of {severity} severity."
        for severity, confidence, cap in CAPS
        if cap < free and (severity, confidence) in kinds
    )


def _letter(value: float, coverage: float) -> str:
    if coverage < LEAST_COVERAGE:
        return ""
    return next(letter for least, letter in LETTERS if value >= least)


def _order(finding: Finding) -> tuple[float, int, str]:
    """Heaviest first."""
    return -_weight(finding), finding.verdict.severity.rank, finding.fingerprint
