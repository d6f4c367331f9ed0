"""How a control stood over a window: the worst that its findings, the last runs and the slots say.

A deviation that was corrected inside the window stays one: who asks about a year is told of it. Source: shared/evidence.md, "Control
state for a window".
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.compliance.weigh import WORDS
from assay.model.catalog import ControlResult, ControlState, WeaknessResult
from assay.model.decision import Boundary
from assay.model.dossier import Case, Look, Operation, Test, Week

MISSED = frozenset({"missed", "late"})
"""States of slots that keep a control from counting as operating all through."""


class Stage(Struct, frozen=True):
    """What a control is held against."""

    cases: Sequence[Case]
    looks: Sequence[Look]
    weeks: Sequence[Week]


def operated(results: Iterable[ControlResult], stage: Stage) -> tuple[Operation, ...]:
    """How each control stood over the window."""
    tested = _runs_by_weakness(stage.looks)
    return tuple(_operation(each, stage, tested) for each in results)


def bounded(operations: Iterable[Operation], boundaries: Iterable[Boundary]) -> tuple[Operation, ...]:
    """With what was stated of each: a control that others answer for is outside, whatever was seen of it."""
    stated = {(each.catalog, each.control): each for each in boundaries}
    return tuple(_bounded(each, stated.get((each.catalog, each.control))) for each in operations)


def within(results: Iterable[ControlResult], boundaries: Iterable[Boundary]) -> tuple[ControlResult, ...]:
    """The same of what one run says of each."""
    stated = {(each.catalog, each.control): each for each in boundaries if each.is_outside}
    return tuple(_outside(each, stated.get((each.catalog, each.control))) for each in results)


def _bounded(operation: Operation, boundary: Boundary | None) -> Operation:
    if boundary is None or not boundary.is_outside:
        return replace(operation, boundary=boundary)
    summary = _said(boundary, operation.summary if operation.state == "deviation" else "")
    return replace(operation, state="outside", summary=summary, boundary=boundary)


def _outside(result: ControlResult, boundary: Boundary | None) -> ControlResult:
    if boundary is None:
        return result
    summary = _said(boundary, result.summary if result.state is ControlState.DEVIATION else "")
    return replace(result, state=ControlState.OUTSIDE, word=WORDS[ControlState.OUTSIDE], summary=summary, findings=())


def _said(boundary: Boundary, seen: str) -> str:
    """Why it is outside; what was seen of it all the same is not hidden."""
    return boundary.words.rstrip(".") + (f"; seen all the same: {seen}" if seen else "")


def _operation(result: ControlResult, stage: Stage, tested: Mapping[str, int]) -> Operation:
    direct = {each.weakness for each in result.weaknesses if each.relation == "direct"}
    linked = {each.weakness for each in result.weaknesses}
    touched = [each for each in stage.cases if each.weakness in direct and each.confidence != "tentative"]
    state = _state(result, touched, stage)
    return Operation(
        catalog=result.catalog,
        control=result.control,
        title=result.title,
        category=result.category,
        state=state,
        summary=_summary(result, touched, stage.weeks, state),
        tests=tuple(_test(each, tested) for each in result.weaknesses),
        cases=tuple(sorted({each.fingerprint for each in stage.cases if each.weakness in linked})),
    )


def _state(result: ControlResult, touched: Sequence[Case], stage: Stage) -> str:
    """Over the window: the worst that the findings, the last runs and the slots say."""
    if result.state is ControlState.OUTSIDE:
        return "outside"
    if result.state is ControlState.DEVIATION or any(each.is_open for each in touched):
        return "deviation"
    if any(each.closed_at for each in touched):
        return "deviation_corrected"
    if touched:
        return "excepted"
    if result.state is ControlState.NOT_TESTED or not stage.looks:
        return "not_tested"
    is_whole = all(each.record.is_complete for each in stage.looks) and not any(
        each.state in MISSED for each in stage.weeks
    )
    return "operating" if result.state is ControlState.OPERATING and is_whole else "partly_tested"


def _summary(result: ControlResult, touched: Sequence[Case], weeks: Sequence[Week], state: str) -> str:
    counts = Counter("open" if each.is_open else "closed" if each.closed_at else "set aside" for each in touched)
    late = sum(each.is_late for each in touched)
    missed = sum(each.state == "missed" for each in weeks)
    clauses = [f"{count} {word}" for word in ("open", "closed", "set aside") if (count := counts[word])]
    told = [f"findings in the window: {', '.join(clauses)}" if clauses else "", f"{late} late" if late else ""]
    if state != "outside" and missed:
        told.append(f"{missed} of {len(weeks)} expected scans missed")
    return "; ".join(each for each in (*told, f"last scans: {result.summary}") if each)


def _test(result: WeaknessResult, counts: Mapping[str, int]) -> Test:
    return Test(
        result.weakness, result.title, result.relation, result.state, result.reason, counts.get(result.weakness, 0)
    )


def _runs_by_weakness(looks: Iterable[Look]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for look in looks:
        for weakness in {rule.weakness for rule in look.record.rules if rule.passed or rule.failed}:
            counts[weakness] += 1
    return counts
