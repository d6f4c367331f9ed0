"""What the tests of the corridor are played with: endpoints, verdicts, rules and rooms that need no tree."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from assay.assessment.rooms import Progress, Reading, Rooms, Weighed, Wish
from assay.assessment.run import Order
from assay.assessment.settings import Settings
from assay.model.assessment import Coverage, RuleSheet
from assay.model.endpoint import Demand, Endpoint, Guard, Level, authorization_of
from assay.model.place import Place
from assay.model.program import Api, FileCount, Inventory
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule

TODAY = date(2026, 11, 25)


def guard(
    name: str = "Depends(user)",
    demand: Demand = Demand.AUTHENTICATED,
    values: tuple[str, ...] = (),
    level: Level = Level.ENDPOINT,
    defeat: str = "",
) -> Guard:
    return Guard(name, "dependency", demand, level, Place("app.py", 3), values, not defeat, defeat)


def endpoint(name: str, *guards: Guard, api: str = "shop", line: int = 12) -> Endpoint:
    method, path = name.split()
    return Endpoint(
        api=api,
        method=method,
        path=path,
        handler="app.remove",
        place=Place("app.py", line),
        framework="fastapi",
        authorization=authorization_of(guards),
        guards=guards,
        route_place=Place("app.py", line - 1),
    )


def subject(name: str, api: str = "shop") -> Subject:
    method, path = name.split()
    return Subject(api, "endpoint", method, path)


def verdict(
    rule: str,
    name: str,
    outcome: Outcome = Outcome.FAIL,
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.FIRM,
    line: int = 12,
) -> Verdict:
    return Verdict(
        rule=rule,
        weakness="missing-authentication",
        subject=subject(name),
        outcome=outcome,
        message=f"{name} is judged by {rule}.",
        severity=severity,
        confidence=confidence,
        place=Place("app.py", line),
    )


def rule(
    identifier: str,
    judge: Callable[[Inventory], Iterable[Verdict]] = lambda inventory: (),
    family: str = "posture",
    specificity: int = 10,
) -> Rule:
    return Rule(
        id=identifier,
        name=f"name-of-{identifier.lower()}",
        title="Something is wrong",
        weakness="missing-authentication",
        severity=Severity.HIGH,
        family=family,
        specificity=specificity,
        judge=judge,
    )


def unguarded(inventory: Inventory) -> Iterable[Verdict]:
    """A rule's judgement: what nothing guards fails, the rest passes."""
    return [
        verdict("AP004", each.name, Outcome.PASS if each.auth else Outcome.FAIL, line=each.place.line)
        for each in inventory.endpoints
    ]


def inventory(*endpoints: Endpoint) -> Inventory:
    apis = tuple(Api(name, name, "fastapi", "python", name) for name in sorted({each.api for each in endpoints}))
    return Inventory(apis=apis, endpoints=endpoints, files=FileCount(found=1, read=1))


def weigh(
    inventory: Inventory, verdicts: Sequence[Verdict], findings: Sequence[Finding], executed: Sequence[str]
) -> Weighed:
    """A compliance room that only counts."""
    reached = sum(each.outcome in {Outcome.PASS, Outcome.FAIL} for each in verdicts)
    return Weighed(Coverage(reached / len(verdicts) if verdicts else 0.0, (), ()), None, (), (), ())


def rooms(read: Inventory, *rules: Rule, comments: tuple[tuple[str, int, str], ...] = ()) -> Rooms:
    def source(root: Path, wish: Wish, progress: Progress) -> Reading:
        return Reading(read, comments)

    sheets = tuple(RuleSheet(each.id, each.name, each.title, each.weakness, "high", "", ()) for each in rules)
    return Rooms(source, rules, sheets, weigh)


def order(settings: Settings | None = None) -> Order:
    return Order(root=Path("/somewhere/shop"), wish=Wish(settings=settings or Settings()), today=TODAY)


def silent(what: str, done: int, total: int) -> None:
    """A progress that nobody watches."""
