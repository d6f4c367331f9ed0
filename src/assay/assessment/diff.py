"""What changed between two runs: endpoints, guards that got weaker, findings that came and went."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import Struct

from assay.assessment.findings import worst_first
from assay.model.assessment import Assessment
from assay.model.endpoint import CLASS_OF_DEMAND, STRENGTH, Authorization, Endpoint, Guard
from assay.model.verdict import Finding, Outcome, Subject

PARAMETER = re.compile(r"\{[^{}]*\}")

Key = tuple[str, str, str]
"""(api, method, path with nameless parameters)."""


class Fate(StrEnum):
    """What became of a finding that is not found any more; absence is not a fix."""

    FIXED = "fixed"
    """The same rule reached the same subject and passed it."""
    REMOVED = "removed"
    """Its endpoint is gone."""
    NOT_OBSERVED = "not-observed"
    """It was not found, and nothing proves why."""


class Change(Struct, frozen=True):
    """An endpoint that is there before and after, and differs."""

    before: Endpoint
    after: Endpoint
    what: tuple[str, ...]
    """Sentences without a full stop: `authorization: role -> authenticated`."""
    weaker: tuple[str, ...]
    """Why callers meet less than before; empty: they do not."""


class Gone(Struct, frozen=True):
    """A finding of before, and its fate."""

    finding: Finding
    fate: Fate


class Changes(Struct, frozen=True):
    """Everything that differs; endpoints by api, path and method, findings worst first."""

    before: Assessment
    after: Assessment
    added: tuple[Endpoint, ...]
    removed: tuple[Endpoint, ...]
    changed: tuple[Change, ...]
    new: tuple[Finding, ...]
    gone: tuple[Gone, ...]

    @property
    def weaker(self) -> tuple[Change, ...]:
        """The changes that let more callers in, or might."""
        return tuple(change for change in self.changed if change.weaker)


def changes(before: Assessment, after: Assessment) -> Changes:
    """What differs between two runs over the same project. Where two endpoints share method and path, the first one counts."""
    old, new = _by_key(before.inventory.endpoints), _by_key(after.inventory.endpoints)
    both = [(old[key], new[key]) for key in sorted(old.keys() & new.keys())]
    pairs = [_change(one, other) for one, other in both]
    known = {finding.fingerprint for finding in before.findings}
    now = {finding.fingerprint for finding in after.findings}
    fates = _fates(after)
    return Changes(
        before,
        after,
        added=tuple(new[key] for key in sorted(new.keys() - old.keys())),
        removed=tuple(old[key] for key in sorted(old.keys() - new.keys())),
        changed=tuple(change for change in pairs if change.what or change.weaker),
        new=tuple(finding for finding in after.findings if finding.fingerprint not in known),
        gone=tuple(
            Gone(finding, fates(finding))
            for finding in sorted(before.findings, key=worst_first)
            if finding.fingerprint not in now
        ),
    )


def weakened(before: Endpoint, after: Endpoint) -> tuple[str, ...]:
    """Why an endpoint demands less than before, empty when it does not.

    Roles, scopes and policies of one guard are alternatives: one more of them lets more callers in. What can no longer be decided is
    not known to hold.
    """
    if _strength(before) > _strength(after):
        lost = (
            "can no longer be decided"
            if after.authorization is Authorization.UNKNOWN
            else f"is now {after.authorization}"
        )
        return (f"the authorization was {before.authorization} and {lost}",)
    if _strength(before) < _strength(after) or before.authorization in {Authorization.PUBLIC, Authorization.UNKNOWN}:
        return ()
    left = _demanding(after)
    reasons = []
    for guard in _demanding(before):
        match = min(left, key=lambda other: _distance(guard, other), default=None)
        if match is None:
            reasons.append(f"{guard.name} is gone")
            continue
        left.remove(match)
        if wider := sorted(set(match.values) - set(guard.values)) if _is_wider(guard, match) else []:
            reasons.append(f"{match.name} lets in {', '.join(wider)} as well")
    return tuple(reasons)


def _by_key(endpoints: Iterable[Endpoint]) -> dict[Key, Endpoint]:
    found: dict[Key, Endpoint] = {}
    for endpoint in endpoints:
        found.setdefault((endpoint.api, PARAMETER.sub("{}", endpoint.path), endpoint.method), endpoint)
    return found


def _change(before: Endpoint, after: Endpoint) -> Change:
    what = []
    if before.authorization is not after.authorization:
        what.append(f"authorization: {before.authorization} -> {after.authorization}")
    old, new = _words(before), _words(after)
    what += [f"guard gone: {word}" for word in old if word not in new]
    what += [f"guard added: {word}" for word in new if word not in old]
    if before.handler != after.handler:
        what.append(f"handler: {before.handler} -> {after.handler}")
    return Change(before, after, tuple(what), weakened(before, after))


def _words(endpoint: Endpoint) -> list[str]:
    return [guard.name if guard.is_effective else f"{guard.name} (never decides)" for guard in endpoint.guards]


def _strength(endpoint: Endpoint) -> int:
    return STRENGTH[endpoint.authorization]


def _demanding(endpoint: Endpoint) -> list[Guard]:
    """Guards that demand more than to be known; that is implied by every one of them."""
    demanding = [guard for guard in endpoint.effective_guards if guard.demand in CLASS_OF_DEMAND]
    return [guard for guard in demanding if CLASS_OF_DEMAND[guard.demand] is not Authorization.AUTHENTICATED]


def _distance(guard: Guard, other: Guard) -> tuple[bool, bool, bool]:
    """How unlike two guards are, so that each is compared with its likeliest successor."""
    return (guard.demand is not other.demand, guard.values != other.values, guard.name != other.name)


def _is_wider(guard: Guard, other: Guard) -> bool:
    return guard.demand is other.demand and bool(guard.values) and set(other.values) > set(guard.values)


def _fates(after: Assessment) -> Callable[[Finding], Fate]:
    passed = {(verdict.rule, verdict.subject) for verdict in after.verdicts if verdict.outcome is Outcome.PASS}
    there = {(endpoint.api, endpoint.method, endpoint.path) for endpoint in after.inventory.endpoints}

    def fate(finding: Finding) -> Fate:
        subject: Subject = finding.verdict.subject
        if (finding.verdict.rule, subject) in passed:
            return Fate.FIXED
        is_gone = subject.kind == "endpoint" and (subject.api, subject.method, subject.path) not in there
        return Fate.REMOVED if is_gone and after.run.is_complete else Fate.NOT_OBSERVED

    return fate
