"""How a change of a tree gets to production: pipelines, owners, rules of branches, changes that were merged, written procedures."""

from msgspec import Struct

from assay.model.place import Place

GIT, FORGE, FILE = "git", "forge", "file"
"""Where a view was taken from."""


class Trigger(Struct, frozen=True):
    """What starts a pipeline."""

    event: str
    """As the forge calls it: push, pull_request, pull_request_target, merge_request, schedule ..."""
    place: Place
    filters: tuple[str, ...] = ()
    """What narrows it, kind and pattern: `paths: src/**`, `branches: main`, `changes: *.py`, `manual`."""


class Task(Struct, frozen=True):
    """A step of a job: an action that it uses, or a script that it runs."""

    place: Place
    uses: str = ""
    """`actions/checkout@v4`, an image, an included file."""
    run: str = ""
    is_lenient: bool = False
    """Its failure does not fail the job."""
    condition: str = ""
    ref: str = ""
    """What a checkout is asked to check out."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets that it is given, sorted."""
    has_credentials: bool = True
    """Whether a checkout leaves the token behind."""


class Job(Struct, frozen=True):
    """A job of a pipeline."""

    name: str
    place: Place
    tasks: tuple[Task, ...] = ()
    is_lenient: bool = False
    """Its failure does not fail the pipeline."""
    condition: str = ""
    permissions: tuple[tuple[str, str], ...] | None = None
    """(scope, access), `*` for all scopes; None where nothing is stated."""
    triggers: tuple[Trigger, ...] = ()
    """Where they differ by job; empty: those of the pipeline."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets in its environment, sorted."""


class Pipeline(Struct, frozen=True):
    """One file of CI configuration."""

    path: str
    system: str
    """github, gitlab; `action` for an action of the tree that others use."""
    triggers: tuple[Trigger, ...] = ()
    jobs: tuple[Job, ...] = ()
    permissions: tuple[tuple[str, str], ...] | None = None
    place: Place | None = None
    fault: str = ""
    """Why it cannot be read; "" when it was."""
    unread: tuple[str, ...] = ()
    """What it draws in from elsewhere and nobody read: included files, reusable workflows."""


class Owned(Struct, frozen=True):
    """A line of an ownership file."""

    pattern: str
    owners: tuple[str, ...]
    """Empty: nobody owns it."""
    place: Place


class Ownership(Struct, frozen=True):
    """An ownership file, with the paths that need an owner most and whether they have one."""

    path: str
    lines: tuple[Owned, ...]
    covered: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(path, owners) of security-relevant paths of the tree, by path."""


class BranchRules(Struct, frozen=True):
    """What a forge demands before a branch changes."""

    branch: str
    origin: str
    """`forge` when it was asked, else the exported file."""
    is_protected: bool
    approvals: int = 0
    """How many people have to approve."""
    needs_request: bool = False
    """Whether it changes by pull requests only."""
    needs_owners: bool = False
    statuses: tuple[str, ...] = ()
    """Checks that must have passed, sorted."""
    may_force: bool = True
    """Whether its history may be rewritten; True where nothing forbids it."""
    bypassers: tuple[str, ...] = ()
    """Who may go past all of it, sorted."""


class Change(Struct, frozen=True):
    """One step of the default branch: a merge, or a commit that went straight to it."""

    id: str
    """Of its commit."""
    commits: tuple[str, ...]
    subject: str
    author: str
    at: str
    """ISO moment of the commit, in UTC."""
    committer: str = ""
    is_merge: bool = False
    request: str = ""
    """`#12`, `!12`: the pull request that brought it; "" when none is known."""
    reviewers: tuple[str, ...] = ()
    """Who the commit message says reviewed it."""
    approvers: tuple[str, ...] | None = None
    """Who approved it as the forge tells; None when the forge was not asked."""
    merged_by: str = ""
    gate: str = ""
    """What the checks said: success, failure; "" when nobody knows."""
    failed: tuple[str, ...] = ()
    """Checks that had failed or were skipped when it was merged."""


class Procedure(Struct, frozen=True):
    """A written procedure of the tree."""

    kind: str
    """rollback, incident."""
    place: Place
    tried: str = ""
    """ISO day of the last trial that it names; "" when it names none."""


class Unknown(Struct, frozen=True):
    """What could not be learned, and why."""

    topic: str
    """history, review, branch, pipeline."""
    reason: str


class Delivery(Struct, frozen=True):
    """How changes of a tree get to production, as git, its files and its forge tell."""

    branch: str = ""
    """The default branch; "" when it is not known."""
    head: str = ""
    """The commit that was looked at."""
    as_of: str = ""
    """ISO day of that commit: what "within a year" is counted from."""
    days: int = 0
    """How far the changes go back."""
    pipelines: tuple[Pipeline, ...] = ()
    """By path."""
    ownership: Ownership | None = None
    protections: tuple[BranchRules, ...] = ()
    """Of the default branch, by origin."""
    changes: tuple[Change, ...] = ()
    """Newest first."""
    procedures: tuple[Procedure, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    """(kind of procedure, where its owner says that it is)."""
    unknown: tuple[Unknown, ...] = ()
    is_asked: bool = False
    """Whether the forge was asked."""

    def why_unknown(self, topic: str) -> str:
        """Why something could not be learned; "" when it was."""
        return "; ".join(each.reason for each in self.unknown if each.topic == topic)
