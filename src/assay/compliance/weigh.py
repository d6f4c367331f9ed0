"""Weighs verdicts for controls: deviation, not tested, partly tested, operating, or outside of what a tool can see.

Unknown is never pass. A control operates only if each weakness that would be a deviation was looked for with everything that
its `clean_when` demands, all verdicts passed, and nothing that could have changed them was skipped.
Source: shared/evidence.md, "Control state".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from assay.compliance.compendium import Compendium, Demands
from assay.compliance.tally import Mark, Tally, tallies
from assay.model.catalog import Catalog, Control, ControlResult, ControlState, WeaknessResult
from assay.model.program import Inventory
from assay.model.verdict import Finding, Verdict
from assay.model.weakness import Link, Weakness

WORDS = {
    ControlState.DEVIATION: "FAIL",
    ControlState.NOT_TESTED: "NOT TESTED",
    ControlState.PARTLY_TESTED: "PARTLY TESTED",
    ControlState.OPERATING: "PASS",
    ControlState.OUTSIDE: "OUTSIDE",
}
NEEDS = {
    "static": "further source rules",
    "live": "live calls",
    "repo": "records of the pipeline",
    "ledger": "records of earlier runs",
    "attest": "statements of people",
}
STATES = ("fail", "partly-tested", "pass", "not-tested")
"""Of a weakness, in the order in which a reader wants them."""
MOST = 3
"""Clauses in one summary."""


class Material(Struct, frozen=True):
    """What a run gives to weigh."""

    verdicts: Sequence[Verdict]
    findings: Sequence[Finding]
    """Suppressed ones included."""
    inventory: Inventory
    rules: Collection[str]
    """Ids of the rules that were executed to their end."""


class _Weighed(Struct, frozen=True):
    """A weakness with what the run says of it."""

    weakness: Weakness
    demands: Demands
    tally: Tally
    state: str
    reason: str

    @property
    def is_tested(self) -> bool:
        return self.state != "not-tested"

    @property
    def sentence(self) -> str:
        return self.demands.sentence(self.tally.count(Mark.FAILED))


def controls(material: Material, catalogs: Iterable[Catalog], known: Compendium) -> tuple[ControlResult, ...]:
    """What the run says of every control of the catalogs, in their order."""
    demanded = known.demanded()
    counted = tallies(material.verdicts, material.findings, demanded)
    linked: dict[tuple[str, str], list[tuple[Link, _Weighed]]] = defaultdict(list)
    for weakness in known.weaknesses:
        weighed = _weighed(weakness, demanded[weakness.id], counted.get(weakness.id, Tally()), material)
        for link in weakness.links:
            linked[link.catalog, link.control].append((link, weighed))
    return tuple(
        _result(catalog, control, linked[catalog.id, control.id])
        for catalog in catalogs
        for control in catalog.controls
    )


def _weighed(weakness: Weakness, demands: Demands, tally: Tally, material: Material) -> _Weighed:
    state, reason = _judged(demands, tally, material)
    return _Weighed(weakness, demands, tally, state, reason)


def _judged(demands: Demands, tally: Tally, material: Material) -> tuple[str, str]:
    """State of a weakness, and why it is not a pass or what the pass rests on."""
    unmet = "; ".join(proof.what for proof in demands.unmet(material.rules))
    unmet = f"not executed: {unmet}" if unmet else ""
    if tally.count(Mark.FAILED):
        return "fail", demands.sentence(tally.count(Mark.FAILED))
    gaps = [gap for gap in (*_gaps(tally), unmet, _lost(material.inventory)) if gap]
    if not tally.count(Mark.PASSED, Mark.ACCEPTED):
        return "not-tested", "; ".join(gaps) or "nothing of its kind was there to judge"
    if gaps:
        return "partly-tested", "; ".join(gaps)
    return "pass", f"executed: {'; '.join(proof.what for proof in demands.proofs)}"


def _gaps(tally: Tally) -> tuple[str, ...]:
    accepted, suspected, undecided = (tally.count(mark) for mark in (Mark.ACCEPTED, Mark.SUSPECTED, Mark.UNDECIDED))
    return (
        f"{accepted} accepted, not mended" if accepted else "",
        f"{suspected} suspected, for review" if suspected else "",
        f"{undecided} not decided" if undecided else "",
    )


def _lost(inventory: Inventory) -> str:
    lost = sum(skipped.kind != "left-out" for skipped in inventory.skipped)
    return f"{lost} files, routes or guards skipped" if lost else ""


def _result(catalog: Catalog, control: Control, linked: list[tuple[Link, _Weighed]]) -> ControlResult:
    direct = [weighed for link, weighed in linked if link.relation == "direct"]
    supporting = [weighed for link, weighed in linked if link.relation != "direct"]
    state = _state(control, direct, supporting)
    prints = {print_ for weighed in direct if weighed.state == "fail" for print_ in weighed.tally.findings}
    return ControlResult(
        catalog=catalog.id,
        control=control.id,
        title=control.title,
        category=control.category,
        state=state,
        word=WORDS[state],
        summary=_summary(state, control, direct, supporting),
        weaknesses=tuple(_shown(link, weighed) for link, weighed in sorted(linked, key=_order)),
        findings=tuple(sorted(prints)) if state is ControlState.DEVIATION else (),
    )


def _state(control: Control, direct: list[_Weighed], supporting: list[_Weighed]) -> ControlState:
    if control.automatable == "none":
        return ControlState.OUTSIDE
    if any(weighed.state == "fail" for weighed in direct):
        return ControlState.DEVIATION
    if not any(weighed.is_tested for weighed in (*direct, *supporting)):
        return ControlState.NOT_TESTED
    # A supporting failure is no deviation, and a person has to judge it before the control may count as operating.
    is_clean = all(weighed.state == "pass" for weighed in direct) and all(
        weighed.state != "fail" for weighed in supporting
    )
    return ControlState.OPERATING if direct and is_clean else ControlState.PARTLY_TESTED


def _summary(state: ControlState, control: Control, direct: list[_Weighed], supporting: list[_Weighed]) -> str:
    match state:
        case ControlState.DEVIATION:
            return _sentences(direct)
        case ControlState.OUTSIDE:
            return _joined(_signal(supporting), f"for people and paper: {control.note.rstrip('.')}")
        case ControlState.NOT_TESTED:
            return _needs(direct or supporting)
        case ControlState.OPERATING:
            subjects = sum(weighed.tally.count(Mark.PASSED) for weighed in direct)
            found = f"{_weaknesses(len(direct))} looked for on {subjects} subjects, none found"
            return _joined(found, "the rest of it is for people" if control.automatable == "partial" else "")
        case ControlState.PARTLY_TESTED:
            accepted = sum(weighed.tally.count(Mark.ACCEPTED) for weighed in direct)
            return _joined(
                _signal(supporting),
                f"{accepted} accepted, not mended" if accepted else "",
                _looked_at(direct, supporting),
            )


def _looked_at(direct: list[_Weighed], supporting: list[_Weighed]) -> str:
    if not direct:
        return f"only supporting signals: {sum(weighed.is_tested for weighed in supporting)} of {len(supporting)} looked at"
    return f"{sum(weighed.is_tested for weighed in direct)} of {_weaknesses(len(direct))} looked at, none open"


def _signal(supporting: list[_Weighed]) -> str:
    found = _sentences(supporting)
    return f"supporting signal: {found}" if found else ""


def _sentences(weighed: list[_Weighed]) -> str:
    failed = sorted((each for each in weighed if each.state == "fail"), key=_gravity)
    rest = len(failed) - MOST
    return _joined(*(each.sentence for each in failed[:MOST]), f"{_weaknesses(rest)} more" if rest > 0 else "")


def _gravity(weighed: _Weighed) -> tuple[int, int, str]:
    return weighed.tally.severity.rank, -weighed.tally.count(Mark.FAILED), weighed.weakness.id


def _needs(weighed: list[_Weighed]) -> str:
    if not weighed:
        return "no weakness is linked to it"
    modes = {proof.mode for each in weighed for proof in each.demands.proofs}
    return f"needs {', '.join(need for mode, need in NEEDS.items() if mode in modes)}"


def _weaknesses(count: int) -> str:
    return "1 weakness" if count == 1 else f"{count} weaknesses"


def _joined(*clauses: str) -> str:
    return "; ".join(clause for clause in clauses if clause)


def _order(entry: tuple[Link, _Weighed]) -> tuple[bool, int]:
    link, weighed = entry
    return link.relation != "direct", STATES.index(weighed.state)


def _shown(link: Link, weighed: _Weighed) -> WeaknessResult:
    return WeaknessResult(
        weakness=weighed.weakness.id,
        title=weighed.weakness.title,
        relation=link.relation,
        state=weighed.state,
        passed=weighed.tally.count(Mark.PASSED),
        failed=weighed.tally.count(Mark.FAILED, Mark.ACCEPTED),
        not_tested=weighed.tally.count(Mark.SUSPECTED, Mark.UNDECIDED),
        reason=weighed.reason,
    )
