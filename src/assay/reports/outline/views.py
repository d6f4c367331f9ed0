"""Views of an assessment: findings by rule, what holds, endpoints by class, where a reader should look."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from assay.model.assessment import Assessment, RuleSheet, Score
from assay.model.catalog import Catalog, ControlResult
from assay.model.endpoint import Authorization, Endpoint
from assay.model.exchange import Standing, Write
from assay.model.place import Place, Skipped
from assay.model.program import Api, Inventory
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Verdict
from assay.model.weakness import Weakness
from assay.reports.outline.text import decimal, line, percent

SUBJECTS = {"endpoint": "endpoints", "setting": "settings", "api": "APIs"}
WRITTEN: Mapping[str, str] = {
    Standing.UNTOUCHED: "changed nothing",
    Standing.PUT_BACK: "put back, and read again as before",
    Standing.CHANGED: "NOT PUT BACK",
}
"""What became of what a live scan wrote."""
VIEWS = ("code", "contract", "live")


class Group(Struct, frozen=True):
    """The findings of one rule, worst first."""

    rule: RuleSheet
    severity: Severity
    """The worst among them."""
    findings: tuple[Finding, ...]


class Statement(Struct, frozen=True):
    """What a rule found in order: so many of so many."""

    rule: str
    passed: int
    total: int
    text: str

    @property
    def is_whole(self) -> bool:
        """Whether everything passed."""
        return self.passed == self.total


class Tally(Struct, frozen=True):
    """The endpoints of one API, counted by authorization class."""

    api: Api
    counts: tuple[tuple[str, int], ...]
    """Every class in order, weakest first, zeros included."""
    total: int


class Omission(Struct, frozen=True):
    """What was not looked at for one reason."""

    kind: str
    reason: str
    places: tuple[str, ...]
    """Sorted, each once."""


def sheet(assessment: Assessment, rule: str) -> RuleSheet:
    """What is known of a rule; one without a sheet stands for itself."""
    found = next((each for each in assessment.rules if each.id == rule), None)
    return found or RuleSheet(rule, rule, rule, "", Severity.INFO, "", ())


def weakness(assessment: Assessment, identifier: str) -> Weakness | None:
    """A weakness by its id."""
    return next((each for each in assessment.weaknesses if each.id == identifier), None)


def api_name(assessment: Assessment, identifier: str) -> str:
    """The name of an API, its id when it has none."""
    found = next((api.name for api in assessment.inventory.apis if api.id == identifier), "")
    return line(found or identifier)


def is_open(finding: Finding) -> bool:
    """Whether it counts: not suppressed, and more than a suspicion."""
    return not is_suppressed(finding) and finding.verdict.confidence is not Confidence.TENTATIVE


def is_suppressed(finding: Finding) -> bool:
    """Whether somebody accepted it, and that has not ended."""
    return finding.state == "excepted"


def state(finding: Finding) -> str:
    """The state in one word for a reader: suppressed, review, new, known or open (without a baseline)."""
    if is_suppressed(finding):
        return "suppressed"
    if finding.verdict.confidence is Confidence.TENTATIVE:
        return "review"
    return {True: "new", False: "known", None: "open"}[finding.is_new]


def has_tested(assessment: Assessment) -> bool:
    """Whether anything was judged, so that no finding says something."""
    return any(verdict.outcome in {Outcome.PASS, Outcome.FAIL} for verdict in assessment.verdicts)


def opened(assessment: Assessment) -> tuple[Finding, ...]:
    """The findings that count, worst first."""
    return tuple(finding for finding in assessment.findings if is_open(finding))


def reviewed(assessment: Assessment) -> tuple[Finding, ...]:
    """The suspicions: they count nowhere, and somebody should look."""
    return tuple(finding for finding in assessment.findings if state(finding) == "review")


def suppressed(assessment: Assessment) -> tuple[Finding, ...]:
    """The findings that somebody accepted."""
    return tuple(finding for finding in assessment.findings if is_suppressed(finding))


def refuted(assessment: Assessment) -> tuple[Verdict, ...]:
    """What the code made suspicious and a live call refuted: passes that show both code and a call. By API, path and rule."""
    found = [
        verdict
        for verdict in assessment.verdicts
        if verdict.outcome is Outcome.PASS and verdict.exchanges and any(step.place for step in verdict.steps)
    ]
    return tuple(sorted(found, key=lambda verdict: (verdict.subject, verdict.rule)))


def seen_in(endpoint: Endpoint) -> str:
    """Where an endpoint is seen, as `code, contract, live`."""
    return ", ".join(view for view in VIEWS if view in endpoint.views)


def has_views(inventory: Inventory) -> bool:
    """Whether there is more than the code to see endpoints in."""
    return any(endpoint.views != ("code",) for endpoint in inventory.endpoints)


def groups(assessment: Assessment, findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings by rule, the rule with the worst first; inside a rule the order is kept."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.verdict.rule, []).append(finding)
    found = [
        Group(sheet(assessment, rule), min((each.verdict.severity for each in them), key=_rank), tuple(them))
        for rule, them in by_rule.items()
    ]
    return tuple(sorted(found, key=lambda group: (group.severity.rank, group.rule.id)))


def severities(findings: Iterable[Finding]) -> tuple[tuple[Severity, int], ...]:
    """How many of each severity, worst first; those that do not occur are left out."""
    counts = Counter(finding.verdict.severity for finding in findings)
    return tuple((severity, counts[severity]) for severity in Severity if counts[severity])


def statements(assessment: Assessment) -> tuple[Statement, ...]:
    """What holds: for each rule that something passed, how much of what it applies to. Whole ones first."""
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in assessment.verdicts:
        if verdict.outcome is not Outcome.NOT_APPLICABLE:
            by_rule.setdefault(verdict.rule, []).append(verdict)
    found = [_statement(assessment, rule, verdicts) for rule, verdicts in sorted(by_rule.items())]
    return tuple(sorted((each for each in found if each.passed), key=lambda statement: not statement.is_whole))


def tallies(assessment: Assessment) -> tuple[Tally, ...]:
    """The endpoints of each API by authorization class."""
    counts = Counter((endpoint.api, endpoint.authorization) for endpoint in assessment.inventory.endpoints)
    found = []
    for api in assessment.inventory.apis:
        row = tuple((str(kind), counts[api.id, kind]) for kind in Authorization)
        found.append(Tally(api, row, sum(count for _, count in row)))
    return tuple(found)


def omissions(assessment: Assessment) -> tuple[Omission, ...]:
    """What was not looked at, by reason; what was left out on purpose comes last."""
    places: dict[tuple[str, str], set[str]] = {}
    for skipped in assessment.inventory.skipped:
        places.setdefault((skipped.kind, line(skipped.reason)), set()).add(line(skipped_place(skipped)))
    found = [Omission(kind, reason, tuple(sorted(where))) for (kind, reason), where in places.items()]
    return tuple(sorted(found, key=lambda each: (each.kind == "left-out", each.kind, -len(each.places), each.reason)))


def unrestored(assessment: Assessment) -> tuple[Write, ...]:
    """What a live scan changed and could not put back."""
    return tuple(each for each in assessment.writes if each.standing is Standing.CHANGED)


def skipped_place(skipped: Skipped) -> str:
    """Path, and line where there is one."""
    return f"{skipped.path}:{skipped.line}" if skipped.line else skipped.path


def place_of(assessment: Assessment, verdict: Verdict) -> Place | None:
    """Where a reader should look: the verdict's place, else that of its first placed step, else where its API is made."""
    steps = (step.place for step in verdict.steps)
    made = (api.place for api in assessment.inventory.apis if api.id == verdict.subject.api)
    return next((place for place in (verdict.place, *steps, *made) if place is not None), None)


def accepted(assessment: Assessment) -> dict[tuple[str, Subject], Finding]:
    """Suppressed findings by (family, subject), so that a verdict can be looked up; see `family`."""
    return {
        (family(assessment, finding.verdict.rule), finding.verdict.subject): finding
        for finding in suppressed(assessment)
    }


def family(assessment: Assessment, rule: str) -> str:
    """The family of a rule, its id when it has none."""
    return sheet(assessment, rule).family or rule


def controls_of(assessment: Assessment) -> tuple[tuple[Catalog, tuple[ControlResult, ...]], ...]:
    """Each catalog with its control results, in the order of the assessment."""
    return tuple(
        (catalog, tuple(each for each in assessment.controls if each.catalog == catalog.id))
        for catalog in assessment.catalogs
    )


def standing(score: Score | None) -> str:
    """The score with its letter and coverage, always together."""
    if score is None:
        return "no score: nothing could be assessed"
    letter = f"letter {score.letter}" if score.letter else "no letter, for coverage is under 50 %"
    return f"{decimal(score.value)} of 100, {letter}, coverage {percent(score.coverage)}"


def suppression_text(finding: Finding) -> str:
    """Who accepted a finding, until when and why; "" when nobody did."""
    found = finding.suppression
    if found is None:
        return ""
    ending = "expired on" if found.is_expired else "until"
    return f"{line(found.reason)} ({line(found.owner)}, {ending} {line(found.expires)}, {line(found.origin)})"


def _statement(assessment: Assessment, rule: str, verdicts: list[Verdict]) -> Statement:
    known = sheet(assessment, rule)
    passed = sum(verdict.outcome is Outcome.PASS for verdict in verdicts)
    kinds = {verdict.subject.kind for verdict in verdicts}
    what = line(known.statement) or f"{_subjects(kinds)} are free of {known.id} {known.name}"
    return Statement(rule, passed, len(verdicts), f"{passed} of {len(verdicts)} {what}")


def _subjects(kinds: set[str]) -> str:
    return SUBJECTS.get(next(iter(kinds)), "subjects") if len(kinds) == 1 else "subjects"


def _rank(severity: Severity) -> int:
    return severity.rank
