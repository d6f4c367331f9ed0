"""Runs rules over an inventory, each fenced off: a rule that crashes is skipped, and what it did not reach is not tested."""

from collections.abc import Iterable

from msgspec import Struct

from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Subject, Verdict
from assay.plugins.guarded import guarded
from assay.plugins.rule import Rule


class Judgement(Struct, frozen=True):
    """What the rules say: a verdict for every subject that they looked at."""

    verdicts: tuple[Verdict, ...]
    """By rule, subject and place."""
    executed: tuple[str, ...]
    """Ids of the rules that ran to their end."""
    skipped: tuple[Skipped, ...]


def judged(inventory: Inventory, rules: Iterable[Rule]) -> Judgement:
    """The verdicts of all rules."""
    verdicts: list[Verdict] = []
    executed = []
    skipped = []
    for rule in rules:
        said: list[Verdict] = []
        crash = _run(rule, inventory, said)
        if crash:
            skipped.append(crash)
            said += _missing(rule, inventory, said, crash.reason)
        else:
            executed.append(rule.id)
        verdicts += said
    return Judgement(tuple(sorted(verdicts, key=_order)), tuple(executed), tuple(skipped))


def _run(rule: Rule, inventory: Inventory, said: list[Verdict]) -> Skipped | None:
    """Collects what one rule says; gives why it did not end."""
    outcome = guarded(rule.id, "rule", lambda: said.extend(rule.judge(inventory)))
    if isinstance(outcome, Skipped):
        return outcome
    if any(verdict.rule != rule.id for verdict in said):
        said.clear()
        return Skipped(
            rule.id, f"rule {rule.id} speaks in the name of another. Mend: give its verdicts its own id", "rule"
        )
    return None


def _missing(rule: Rule, inventory: Inventory, said: Iterable[Verdict], reason: str) -> list[Verdict]:
    """A not-tested verdict for every endpoint, and every API, that a crashed rule said nothing of."""
    reached = {verdict.subject for verdict in said}
    endpoints = [
        (Subject(endpoint.api, "endpoint", endpoint.method, endpoint.path), endpoint.place)
        for endpoint in inventory.endpoints
    ]
    subjects = [*endpoints, *((Subject(api.id, "api"), api.place) for api in inventory.apis)]
    return [
        Verdict(rule.id, rule.weakness, subject, Outcome.NOT_TESTED, f"{subject.name}: {reason}.", place=place)
        for subject, place in dict(subjects).items()
        if subject not in reached
    ]


def _order(verdict: Verdict) -> tuple[str, Subject, str, int, str]:
    path, line = (verdict.place.path, verdict.place.line) if verdict.place else ("", 0)
    return (verdict.rule, verdict.subject, path, line, verdict.message)
