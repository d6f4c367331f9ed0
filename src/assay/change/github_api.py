"""Asks GitHub: which branch is the default one, what protects it, which pull request brought a commit, and who approved that."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from msgspec import Struct, field
from msgspec.structs import replace

from assay.change.rulesets import Json, joined, protection, ruled
from assay.change.transport import Answer, Line
from assay.model.change import FORGE, BranchRules, Change

PAGES = 10
FAILED = frozenset({"failure", "timed_out", "cancelled", "action_required", "startup_failure"})
"""Conclusions of a check that do not let pass."""
Map = Mapping[str, Json]


class GitHub(Struct):
    """One repository."""

    line: Line
    gates: frozenset[str]
    """Jobs that test security."""
    _by_commit: dict[str, Map] = field(default_factory=dict)
    _base: str = ""

    def branch(self) -> tuple[str, str]:
        """The default branch, and why it is not known."""
        answer = self.line.get("")
        name = text(answer.body, "default_branch")
        return (name, "") if answer.is_good and name else ("", refusal(answer))

    def rules(self, branch: str) -> tuple[BranchRules | None, str]:
        """What protects a branch, and why that is not known."""
        name = quote(branch, safe="")
        effective, classic = self.line.get(f"/rules/branches/{name}"), self.line.get(f"/branches/{name}/protection")
        if not effective.is_good:
            return None, refusal(effective)
        parts = []
        rules = list(maps(effective.body))
        if rules:
            parts.append(ruled(rules, branch, FORGE, self._bypassers(rules)))
        if classic.is_good and isinstance(classic.body, Mapping):
            parts.append(protection(classic.body, branch, FORGE))
        is_known = classic.is_good or text(classic.body, "message") == "Branch not protected"
        whole = joined(parts) if parts else BranchRules(branch, FORGE, is_protected=False)
        if is_known or (whole.needs_request and whole.approvals and not whole.may_force):
            return whole, ""
        return None, f"the token may not read the protection of {branch}"

    def prepare(self, branch: str, since: str) -> str:  # noqa: ARG002 - GitLab wants the day, GitHub lists newest first
        """Read the list of merged pull requests; why it cannot be had."""
        self._base = branch
        words = {"state": "closed", "base": branch, "sort": "updated", "direction": "desc"}
        for answer in self.line.pages("/pulls", PAGES, **words):
            if not answer.is_good:
                return refusal(answer)
            for pull in maps(answer.body):
                if text(pull, "merged_at") and text(pull, "merge_commit_sha"):
                    self._by_commit[text(pull, "merge_commit_sha")] = pull
        return ""

    def reviewed(self, change: Change) -> Change:
        """The change with the pull request that brought it and who approved that; as it is where GitHub does not say."""
        pull = self._by_commit.get(change.id)
        if pull is None:
            answer = self.line.get(f"/commits/{change.id}/pulls")
            if not answer.is_good:
                return change
            pull = next(
                (
                    each
                    for each in maps(answer.body)
                    if text(each, "merged_at") and text(under(each, "base"), "ref") == self._base
                ),
                None,
            )
        if pull is None:
            return replace(change, request="", approvers=())
        return self._approved(change, pull)

    def _approved(self, change: Change, pull: Map) -> Change:
        number = pull.get("number")
        answers = self.line.pages(f"/pulls/{number}/reviews", PAGES)
        if not all(answer.is_good for answer in answers):
            return change
        states: dict[str, str] = {}
        for review in (each for answer in answers for each in maps(answer.body)):
            state = text(review, "state")
            # A comment after an approval does not take it back.
            if state in {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}:
                states[text(under(review, "user"), "login")] = state
        gate, failed = self._gate(text(under(pull, "head"), "sha"))
        return replace(
            change,
            request=f"#{number}",
            author=text(under(pull, "user"), "login") or change.author,
            approvers=tuple(sorted(name for name, state in states.items() if state == "APPROVED")),
            merged_by=text(under(pull, "merged_by"), "login"),
            gate=gate,
            failed=failed,
        )

    def _gate(self, commit: str) -> tuple[str, tuple[str, ...]]:
        """What the security gates said of a commit: success, failure, "" when none ran; and those that failed."""
        if not self.gates or not commit:
            return "", ()
        answer = self.line.get(f"/commits/{commit}/check-runs", per_page="100")
        runs = maps(under(answer.body, "check_runs", list)) if answer.is_good else iter(())
        said = {text(run, "name"): text(run, "conclusion") for run in runs}
        ours = {
            name: word
            for name, word in said.items()
            if any(name == gate or name.startswith(f"{gate} (") for gate in self.gates)
        }
        failed = tuple(sorted(f"{name}: {word}" for name, word in ours.items() if word in FAILED))
        return ("failure" if failed else "success" if ours else ""), failed

    def _bypassers(self, rules: list[Map]) -> Iterator[str]:
        for id_ in sorted({str(rule.get("ruleset_id")) for rule in rules if rule.get("ruleset_id")}):
            answer = self.line.get(f"/rulesets/{id_}")
            for actor in maps(under(answer.body, "bypass_actors", list)) if answer.is_good else ():
                yield f"{actor.get('actor_type')} {actor.get('actor_id') or ''} ({actor.get('bypass_mode')})".replace(
                    "  ", " "
                )


def maps(value: Json) -> Iterator[Map]:
    """The objects of a list."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))


def under(value: Json, key: str, kind: type = Mapping) -> Json:
    """What stands under a key, if it is of that kind."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, kind) else None


def text(value: Json, key: str) -> str:
    """The text under a key; "" when there is none."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def refusal(answer: Answer) -> str:
    """Why an answer is none, in words."""
    if not answer.status:
        return f"the forge: {answer.body}"
    reasons = {
        401: "the token is not accepted",
        403: "the token may not read this",
        404: "there is no such repository for this token",
    }
    return f"the forge: {reasons.get(answer.status, f'it answered {answer.status}')}"
