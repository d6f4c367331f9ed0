"""Reads what a forge demands of a branch: rulesets and branch protection as GitHub writes them, protected branches as GitLab does.

The same forms come from the API and from an exported file. Source: docs.github.com, "REST API endpoints for rules"; docs.gitlab.com,
"Protected branches API".
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

from assay.model.change import BranchRules

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
EVERY = ("~ALL", "~DEFAULT_BRANCH")


def exported(text: str, path: str, branch: str) -> BranchRules | str:
    """The rules of a branch that an exported file states: a ruleset, a list of them, or a branch protection; why it states none."""
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        return f"{path} is no JSON"
    if isinstance(found, Mapping) and "required_status_checks" in found:
        return protection(found, branch, path)
    sets = [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, Mapping)]
    if not any("rules" in each for each in sets):
        return f"{path} holds neither rulesets nor a branch protection"
    applied = [each for each in sets if _applies(each, branch)]
    rules = [rule for each in applied for rule in _maps(each.get("rules"))]
    actors = [_actor(actor) for each in applied for actor in _maps(each.get("bypass_actors"))]
    return ruled(rules, branch, path, actors)


def ruled(rules: Iterable[Mapping[str, Json]], branch: str, origin: str, bypassers: Iterable[str]) -> BranchRules:
    """The rules of a branch, of rulesets that apply to it."""
    by_type: dict[str, list[Mapping[str, Json]]] = {}
    for rule in rules:
        by_type.setdefault(str(rule.get("type")), []).append(_map(rule.get("parameters")))
    asked = by_type.get("pull_request", [])
    checks = [
        check
        for each in by_type.get("required_status_checks", [])
        for check in _maps(each.get("required_status_checks"))
    ]
    return BranchRules(
        branch=branch,
        origin=origin,
        is_protected=bool(by_type),
        approvals=max((_number(each.get("required_approving_review_count")) for each in asked), default=0),
        needs_request=bool(asked),
        needs_owners=any(each.get("require_code_owner_review") is True for each in asked),
        statuses=tuple(sorted({str(check.get("context")) for check in checks})),
        may_force="non_fast_forward" not in by_type,
        bypassers=tuple(sorted(set(bypassers))),
    )


def protection(found: Mapping[str, Json], branch: str, origin: str) -> BranchRules:
    """The rules that a classic branch protection of GitHub states."""
    reviews = found.get("required_pull_request_reviews")
    checks = _map(found.get("required_status_checks"))
    contexts = [*_texts(checks.get("contexts")), *(str(each.get("context")) for each in _maps(checks.get("checks")))]
    allowed = _map(_map(reviews).get("bypass_pull_request_allowances"))
    names = [_name(each) for key in ("users", "teams", "apps") for each in _maps(allowed.get(key))]
    is_binding = _map(found.get("enforce_admins")).get("enabled") is True
    return BranchRules(
        branch=branch,
        origin=origin,
        is_protected=True,
        approvals=_number(_map(reviews).get("required_approving_review_count")),
        needs_request=isinstance(reviews, Mapping),
        needs_owners=_map(reviews).get("require_code_owner_reviews") is True,
        statuses=tuple(sorted(set(contexts))),
        may_force=_map(found.get("allow_force_pushes")).get("enabled") is True,
        bypassers=tuple(sorted({*names, *(() if is_binding else ("administrators",))})),
    )


def gitlab(found: Mapping[str, Json], approvals: int, branch: str, origin: str) -> BranchRules:
    """The rules that a protected branch of GitLab states. Whoever may push there needs no merge request."""
    pushers = [level for level in _maps(found.get("push_access_levels")) if _number(level.get("access_level"))]
    return BranchRules(
        branch=branch,
        origin=origin,
        is_protected=True,
        approvals=approvals,
        needs_request=not pushers,
        needs_owners=found.get("code_owner_approval_required") is True,
        may_force=found.get("allow_force_push") is True,
        bypassers=tuple(
            sorted({str(level.get("access_level_description") or level.get("access_level")) for level in pushers})
        ),
    )


def joined(parts: Sequence[BranchRules]) -> BranchRules:
    """What several sources demand together: the strictest of each."""
    first = parts[0]
    return BranchRules(
        branch=first.branch,
        origin=first.origin,
        is_protected=any(each.is_protected for each in parts),
        approvals=max(each.approvals for each in parts),
        needs_request=any(each.needs_request for each in parts),
        needs_owners=any(each.needs_owners for each in parts),
        statuses=tuple(sorted({status for each in parts for status in each.statuses})),
        may_force=all(each.may_force for each in parts),
        # Whoever may go past one of them is still held by the others; told are those who may go past what demands review.
        bypassers=tuple(
            sorted({name for each in parts if each.needs_request or len(parts) == 1 for name in each.bypassers})
        ),
    )


def _applies(found: Mapping[str, Json], branch: str) -> bool:
    """Whether a ruleset is active and meant for the branch."""
    if found.get("enforcement") not in {"active", None} or found.get("target") not in {"branch", None}:
        return False
    refs = _map(_map(found.get("conditions")).get("ref_name"))
    included, excluded = list(_texts(refs.get("include"))), list(_texts(refs.get("exclude")))
    return any(_means(each, branch) for each in included) and not any(_means(each, branch) for each in excluded)


def _means(pattern: str, branch: str) -> bool:
    return pattern in EVERY or fnmatchcase(f"refs/heads/{branch}", pattern)


def _actor(found: Mapping[str, Json]) -> str:
    mode = found.get("bypass_mode")
    return f"{found.get('actor_type') or 'actor'} {found.get('actor_id') or ''}".strip() + (
        f" ({mode})" if mode else ""
    )


def _name(found: Mapping[str, Json]) -> str:
    return str(found.get("login") or found.get("slug") or found.get("name") or "somebody")


def _map(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _maps(value: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


def _number(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
