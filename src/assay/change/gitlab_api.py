"""Asks GitLab: which branch is the default one, what protects it, which merge request brought a commit, and who approved that."""

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct, field
from msgspec.structs import replace

from assay.change import rulesets
from assay.change.github_api import Map, maps, refusal, text, under
from assay.change.transport import Line
from assay.model.change import FORGE, BranchRules, Change

PAGES = 10
COMMITS = ("merge_commit_sha", "squash_commit_sha", "sha")
"""Where a merge request names the commit that reached the branch."""
NOT_FOUND = 404


class GitLab(Struct):
    """One project."""

    line: Line
    gates: frozenset[str]
    """Jobs that test security."""
    _by_commit: dict[str, Map] = field(default_factory=dict)
    _must_pass: bool = False

    def branch(self) -> tuple[str, str]:
        """The default branch, and why it is not known."""
        answer = self.line.get("")
        name = text(answer.body, "default_branch")
        if not answer.is_good or not name:
            return "", refusal(answer)
        self._must_pass = (
            isinstance(answer.body, Mapping) and answer.body.get("only_allow_merge_if_pipeline_succeeds") is True
        )
        return name, ""

    def rules(self, branch: str) -> tuple[BranchRules | None, str]:
        """What protects a branch, and why that is not known."""
        answer = self.line.get(f"/protected_branches/{quote(branch, safe='')}")
        if answer.status == NOT_FOUND:
            return BranchRules(branch, FORGE, is_protected=False), ""
        if not answer.is_good or not isinstance(answer.body, Mapping):
            return None, refusal(answer)
        wanted = self.line.get("/approval_rules")
        counts = [each.get("approvals_required") for each in maps(wanted.body)] if wanted.is_good else []
        approvals = max((count for count in counts if isinstance(count, int)), default=0)
        found = rulesets.gitlab(answer.body, approvals, branch, FORGE)
        # One setting makes every job of the pipeline a condition of the merge.
        return replace(found, statuses=tuple(sorted(self.gates)) if self._must_pass else ()), ""

    def prepare(self, branch: str, since: str) -> str:
        """Read the list of merged requests; why it cannot be had."""
        words = {"state": "merged", "target_branch": branch, "order_by": "updated_at", "sort": "desc"}
        words |= {"updated_after": since} if since else {}
        for answer in self.line.pages("/merge_requests", PAGES, **words):
            if not answer.is_good:
                return refusal(answer)
            for request in maps(answer.body):
                for key in COMMITS:
                    if text(request, key):
                        self._by_commit.setdefault(text(request, key), request)
        return ""

    def reviewed(self, change: Change) -> Change:
        """The change with the merge request that brought it and who approved that; as it is where GitLab does not say."""
        request = self._by_commit.get(change.id)
        if request is None:
            answer = self.line.get(f"/repository/commits/{change.id}/merge_requests")
            if not answer.is_good:
                return change
            request = next((each for each in maps(answer.body) if text(each, "state") == "merged"), None)
        if request is None:
            return replace(change, request="", approvers=())
        return self._approved(change, request)

    def _approved(self, change: Change, request: Map) -> Change:
        number = request.get("iid")
        answer = self.line.get(f"/merge_requests/{number}/approvals")
        if not answer.is_good:
            return change
        names = {text(under(each, "user"), "username") for each in maps(under(answer.body, "approved_by", list))}
        gate, failed = self._gate(number)
        return replace(
            change,
            request=f"!{number}",
            author=text(under(request, "author"), "username") or change.author,
            approvers=tuple(sorted(names - {""})),
            merged_by=text(under(request, "merge_user"), "username"),
            gate=gate,
            failed=failed,
        )

    def _gate(self, number: object) -> tuple[str, tuple[str, ...]]:
        """What the security gates said in the last pipeline of a request; "" when none ran; and those that failed."""
        if not self.gates:
            return "", ()
        pipelines = self.line.get(f"/merge_requests/{number}/pipelines")
        last = next(maps(pipelines.body), None) if pipelines.is_good else None
        jobs = self.line.get(f"/pipelines/{last.get('id')}/jobs", per_page="100") if last else None
        said = {text(job, "name"): text(job, "status") for job in maps(jobs.body)} if jobs and jobs.is_good else {}
        ours = {name: word for name, word in said.items() if name in self.gates}
        failed = tuple(sorted(f"{name}: {word}" for name, word in ours.items() if word in {"failed", "canceled"}))
        return ("failure" if failed else "success" if "success" in ours.values() else ""), failed
