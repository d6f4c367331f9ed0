"""What went live, joined with the change that it holds, and judged: rules AP718 and AP719."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from assay.ledger.encoding import decoded
from assay.ledger.judgement import KIND, EvidenceRule
from assay.ledger.recall import Recall
from assay.model.access import Deployment
from assay.model.evidence import ChangeRecord
from assay.model.person import person
from assay.model.verdict import Outcome, Severity, Subject, Verdict

SCOPE = "deployments"
SHORTEST = 7
"""Digits from which on an abbreviated commit is looked up."""
FAILED = frozenset({"failure", "error", "failed", "cancelled", "canceled"})
"""States in which nothing went live, as forges call them; `inactive` of GitHub was live once."""
GREEN = frozenset({"success", "passed", "pass"})
WORST = (Outcome.FAIL, Outcome.NOT_TESTED, Outcome.PASS)
"""What is said of a deployment of several changes, first one first."""
RULES = (
    EvidenceRule(
        "AP718", "unapproved-deployment", "A commit went live without a change that somebody else approved",
        "unreviewed-change", Severity.HIGH,
        "Review it now, and record the deviation with its response.",
    ),
    EvidenceRule(
        "AP719", "overridden-deployment", "A commit went live past its gate, and nobody independent let it through",
        "bypassed-security-gate", Severity.HIGH,
        "Run the gate on it now, and record the deviation with its response.",
    ),
)  # fmt: skip
BY_ID = {rule.id: rule for rule in RULES}


class Joined(Struct, frozen=True):
    """A deployment with the change that holds its commit."""

    sequence: int
    deployment: Deployment
    change: ChangeRecord | None
    change_entry: int
    others: tuple[ChangeRecord, ...] = ()
    """Further changes that are new since the last deployment there."""
    unknown: int = 0
    """Commits, new since then, that no change that the ledger knows holds."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who approved the change besides its author."""
        return approvers(self.change) if self.change else ()


def is_live(made: Deployment) -> bool:
    """Whether anything went live."""
    return made.state.casefold() not in FAILED


def approvers(change: ChangeRecord) -> tuple[str, ...]:
    """Who approved a change besides its author."""
    return tuple(name for name in change.approvers if person(name) != person(change.author))


def joined(recall: Recall) -> tuple[Joined, ...]:
    """All deployments by when they were made; of one that was recorded twice, what was said last."""
    changes = _changes(recall)
    found: dict[str, Joined] = {}
    for sealed in recall.store.of_type("deployment"):
        if sealed.sequence <= recall.size:
            each = decoded(Deployment, recall.store.body(sealed.entry.payload))
            change, entry = _change(each.commit, changes)
            others, unknown = _others(each, change, changes)
            found[each.id] = Joined(sealed.sequence, each, change, entry, others, unknown)
    return tuple(sorted(found.values(), key=lambda each: (each.deployment.deployed, each.sequence)))


def deployments_judged(recall: Recall, start: datetime, end: datetime) -> tuple[Verdict, ...]:
    """What was amiss with what went live in a stretch of time."""
    is_known = next(recall.store.of_type("change"), None) is not None
    found = (each for each in joined(recall) if start <= datetime.fromisoformat(each.deployment.deployed) < end)
    said = [verdict for each in found for verdict in _of(each, is_known=is_known)]
    return tuple(sorted(said, key=lambda verdict: (verdict.rule, verdict.subject)))


def _of(each: Joined, *, is_known: bool) -> Iterator[Verdict]:
    if not is_live(each.deployment):
        yield _said(each, "AP718", Outcome.NOT_APPLICABLE, f"ended with {each.deployment.state}: nothing went live")
        return
    yield _approved(each, is_known=is_known)
    yield _gated(each)


def _approved(each: Joined, *, is_known: bool) -> Verdict:
    change = each.change
    if change is None:
        if not is_known:
            text = "cannot be joined: the ledger knows no changes. Mend: assay scan --change with a token for the forge"
            return _said(each, "AP718", Outcome.NOT_TESTED, text)
        return _said(each, "AP718", Outcome.FAIL, "holds no change that the ledger knows")
    found = [_reviewed(one) for one in (change, *each.others)]
    if each.unknown:
        text = f"holds {each.unknown} commits, new since the last deployment, that no change known here holds"
        found.append((Outcome.NOT_TESTED, text))
    outcome, text = min(found, key=lambda pair: WORST.index(pair[0]))
    return _said(each, "AP718", outcome, text)


def _reviewed(change: ChangeRecord) -> tuple[Outcome, str]:
    name, others = change.pull_request or change.id[:12], approvers(change)
    if others:
        return Outcome.PASS, f"holds {name}, approved by {', '.join(others)}"
    if change.approvers:
        return Outcome.FAIL, f"holds {name}, which only its author {change.author} approved"
    if change.origin != "forge":
        return Outcome.NOT_TESTED, f"holds {name}, known from git alone: nobody asked the forge who approved it"
    return Outcome.FAIL, f"holds {name} of {change.author}, which nobody approved"


def _gated(each: Joined) -> Verdict:
    if each.deployment.override.strip():
        return _overridden(each)
    gate, approver = each.change.gate if each.change else "", each.deployment.approver
    if gate.casefold() in GREEN:
        return _said(each, "AP719", Outcome.PASS, f"went live after its gate said {gate}")
    if gate:
        given = f", let through by {approver} without a reason" if approver else ""
        return _said(each, "AP719", Outcome.FAIL, f"went live although its gate said {gate}{given}")
    return _said(each, "AP719", Outcome.NOT_TESTED, "went live, and no result of a gate is known")


def _overridden(each: Joined) -> Verdict:
    """Whether somebody else than the author let it through; that it was not who deployed it, the record itself demands."""
    made, change = each.deployment, each.change
    text = f"went live by override ({made.override.strip()}), let through by {made.approver}"
    if change is None or not change.author.strip():
        return _said(each, "AP719", Outcome.NOT_TESTED, f"{text}; who wrote the change is not known")
    if person(made.approver) in {person(one.author) for one in (change, *each.others)}:
        return _said(each, "AP719", Outcome.FAIL, f"{text}, who wrote what went live")
    return _said(each, "AP719", Outcome.PASS, text)


def _changes(recall: Recall) -> Mapping[str, tuple[ChangeRecord, int]]:
    """The newest record of the change that holds each commit."""
    found: dict[str, tuple[ChangeRecord, int]] = {}
    for sealed in recall.store.of_type("change"):
        if sealed.sequence <= recall.size:
            change = decoded(ChangeRecord, recall.store.body(sealed.entry.payload))
            found.update((commit, (change, sealed.sequence)) for commit in {change.id, *change.commits})
    return found


def _others(
    made: Deployment, head: ChangeRecord | None, changes: Mapping[str, tuple[ChangeRecord, int]]
) -> tuple[tuple[ChangeRecord, ...], int]:
    """The changes of the commits that are new besides the one that was named, by id, and how many commits have none."""
    found = {changes[each][0].id: changes[each][0] for each in made.holds if each in changes}
    if head:
        found.pop(head.id, None)
    return tuple(found[id_] for id_ in sorted(found)), sum(each not in changes for each in made.holds)


def _change(commit: str, changes: Mapping[str, tuple[ChangeRecord, int]]) -> tuple[ChangeRecord | None, int]:
    if commit in changes:
        return changes[commit]
    near = [each for each in changes if each.startswith(commit)] if len(commit) >= SHORTEST else []
    return changes[near[0]] if len(near) == 1 else (None, 0)


def _said(each: Joined, rule: str, outcome: Outcome, text: str) -> Verdict:
    made = each.deployment
    message = f"{made.commit[:12]} in {made.environment} on {made.deployed[:10]} by {made.actor} {text}."
    return BY_ID[rule].verdict(Subject(SCOPE, KIND, symbol=made.id), outcome, message)
