"""Everything that a tree and its git tell of how changes get to production. Reads a few files and a bounded log; asks nobody."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from assay.change import github, gitlab, history
from assay.change.git import said, top_of
from assay.change.owners import PLACES, ownership
from assay.change.procedures import candidates, rollback
from assay.change.rulesets import exported, joined
from assay.model.change import BranchRules, Delivery, Ownership, Pipeline, Procedure, Unknown

LARGEST = 1024 * 1024
"""Bytes of a file that is read here."""
MOST = 300
"""Files of one kind."""
RULESETS = (".github/rulesets/", ".github/ruleset", ".github/branch-protection")
OTHERS = {
    "Jenkinsfile": "Jenkins",
    "azure-pipelines.yml": "Azure Pipelines",
    "azure-pipelines.yaml": "Azure Pipelines",
    ".circleci/config.yml": "CircleCI",
    "bitbucket-pipelines.yml": "Bitbucket",
    ".travis.yml": "Travis CI",
    ".drone.yml": "Drone",
    ".buildkite/pipeline.yml": "Buildkite",
    ".teamcity/settings.kts": "TeamCity",
    ".woodpecker.yml": "Woodpecker",
}
"""CI systems that are known by name and not read."""


class Asked(Struct, frozen=True):
    """What the settings say of it."""

    branch: str = ""
    """The default branch; "" asks git."""
    days: int = 90
    rules: tuple[str, ...] = ()
    """Exported rules of the branch; relative to the scanned folder."""
    elsewhere: tuple[tuple[str, str], ...] = ()


class _Tree(Struct, frozen=True):
    """The repository that a folder lies in."""

    root: Path
    top: Path
    files: tuple[str, ...] = ()

    def shown(self, name: str) -> str:
        """A file as reports name it: from the scanned folder."""
        return os.path.relpath(self.top / name, self.root).replace(os.sep, "/")

    def text(self, name: str) -> str | None:
        """The text of a file; None when it is a link, too large, or cannot be read."""
        path = self.top / name
        try:
            if path.is_symlink() or not path.resolve().is_relative_to(self.top) or path.stat().st_size > LARGEST:
                return None
            return path.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            return None


def delivery(root: Path, asked: Asked) -> Delivery:
    """The view of a tree. The same tree and commits give the same view."""
    root = root.resolve()
    top = top_of(root)
    tree = _Tree(root, top or root, _files(top or root, is_git=top is not None))
    branch = asked.branch or (history.default_branch(top) if top else "")
    head = history.tip(top, branch) if top else ""
    newest = history.moment(top, head) if top and head else None
    changes = history.changes(top, head, asked.days) if top and head else None
    rules, faults = _rules(tree, asked, branch)
    return Delivery(
        branch=branch,
        head=head,
        as_of=newest.date().isoformat() if newest else "",
        days=asked.days,
        pipelines=tuple(sorted(_pipelines(tree), key=lambda each: each.path)),
        ownership=_ownership(tree),
        protections=rules,
        changes=changes or (),
        procedures=tuple(_procedures(tree)),
        elsewhere=asked.elsewhere,
        unknown=tuple(_unknown(tree, top, changes, faults)),
    )


def _unknown(
    tree: _Tree, top: Path | None, changes: Sequence[object] | None, faults: Sequence[str]
) -> Iterator[Unknown]:
    yield from (Unknown("branch", fault) for fault in faults)
    others = sorted({OTHERS[name] for name in tree.files if name in OTHERS})
    if others:
        yield Unknown("pipeline", f"the CI of {' and '.join(others)} is not read")
    if top is None:
        yield Unknown("history", "no git repository holds this folder")
    elif changes is None:
        yield Unknown("history", "git tells no history here")
    elif history.is_shallow(top):
        yield Unknown("history", "the clone is shallow, so history is cut off; fetch all of it (fetch-depth: 0)")
    elif len(changes) == history.MOST:
        yield Unknown("history", f"only the newest {history.MOST} changes were looked at")


def _files(top: Path, *, is_git: bool) -> tuple[str, ...]:
    """The files of the repository, sorted: those that git knows, else those of the folders that matter here."""
    listed = said(top, "ls-files", "--cached", "--others", "--exclude-standard", "-z") if is_git else None
    if listed is not None:
        return tuple(sorted(name for name in set(listed.split("\0")) if name))
    found = []
    for folder in (".", ".github", ".github/workflows", ".github/rulesets", ".gitlab", "docs"):
        path = top / folder
        if path.is_dir() and not path.is_symlink():
            found += [
                (path / entry.name).relative_to(top).as_posix()
                for entry in os.scandir(path)
                if entry.is_file(follow_symlinks=False)
            ]
    return tuple(sorted(found))


def _pipelines(tree: _Tree) -> Iterator[Pipeline]:
    names = [name for name in tree.files if _is_workflow(name)]
    for name in names[:MOST]:
        yield _read(tree, name, "github")
    for name in [name for name in tree.files if name.startswith(".github/actions/") and _is_action(name)][:MOST]:
        yield _read(tree, name, "action")
    if gitlab.FILE in tree.files:
        first = _read(tree, gitlab.FILE, "gitlab")
        yield first
        yield from _included(tree, first)


def _is_workflow(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder == ".github/workflows" and file.endswith((".yml", ".yaml"))


def _is_action(name: str) -> bool:
    return name.rpartition("/")[2] in {"action.yml", "action.yaml"}


def _included(tree: _Tree, first: Pipeline) -> Iterator[Pipeline]:
    """The files of the tree that a GitLab pipeline includes, and those that they include."""
    waiting, seen = [first], {gitlab.FILE}
    while waiting and len(seen) < MOST:
        for use in waiting.pop().unread:
            name = local(use)
            if name and name in tree.files and name not in seen:
                seen.add(name)
                found = _read(tree, name, "gitlab")
                waiting.append(found)
                yield found


def local(use: str) -> str:
    """The file of the tree that an include names; "" for what lies elsewhere."""
    name = use.removeprefix("local:")
    return "" if ":" in name or "@" in name else name.strip("/")


def _read(tree: _Tree, name: str, system: str) -> Pipeline:
    text = tree.text(name)
    shown = tree.shown(name)
    if text is None:
        return Pipeline(shown, system, fault="it is a link, too large, or cannot be read")
    readers = {"github": github.workflow, "action": github.action, "gitlab": gitlab.pipeline}
    return readers[system](text, shown)


def _ownership(tree: _Tree) -> Ownership | None:
    name = next((name for name in PLACES if name in tree.files), "")
    text = tree.text(name) if name else None
    return None if text is None else ownership(text, name, tree.shown(name), tree.files)


def _rules(tree: _Tree, asked: Asked, branch: str) -> tuple[tuple[BranchRules, ...], tuple[str, ...]]:
    """The exported rules of the branch, and why files of that kind say nothing."""
    named = [os.path.relpath(tree.root / name, tree.top).replace(os.sep, "/") for name in asked.rules]
    found = [name for name in tree.files if name.startswith(RULESETS) and name.endswith(".json")]
    rules, faults = [], []
    for name in dict.fromkeys((*named, *found[:MOST])):
        text = tree.text(name)
        read = f"{tree.shown(name)} cannot be read" if text is None else exported(text, tree.shown(name), branch)
        if isinstance(read, BranchRules):
            rules.append(read)
        else:
            faults.append(read)
    return (joined(rules),) if rules else (), tuple(faults)


def _procedures(tree: _Tree) -> Iterator[Procedure]:
    for name in list(candidates(tree.files))[:MOST]:
        text = tree.text(name)
        found = rollback(text, name, tree.shown(name)) if text is not None else None
        if found:
            yield found
