"""The changes of the default branch, as git alone tells them: merges, pull requests that messages name, reviewers in trailers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assay.change.git import said
from assay.model.change import Change

MOST = 500
"""Changes that are looked at."""
FIELDS = ("%H", "%P", "%an <%ae>", "%cn <%ce>", "%ct", "%s", "%b")
MERGED = re.compile(r"^Merge pull request (#\d+)\b|\bSee merge request \S*?(!\d+)", re.MULTILINE)
"""GitHub's and GitLab's words for a merge."""
SQUASHED = re.compile(r"\((#\d+|!\d+)\)$")
REVIEW = re.compile(r"^(?:Reviewed|Approved|Acked)-by:[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
NAMES = ("main", "master", "trunk", "develop")


def default_branch(top: Path) -> str:
    """The name of the default branch: what the remote calls its head, else a customary name, else the branch that is checked out."""
    head = (said(top, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD") or "").strip()
    if head:
        return head.removeprefix("refs/remotes/origin/")
    listed = said(top, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes/origin") or ""
    known = {line.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/") for line in listed.splitlines()}
    current = (said(top, "symbolic-ref", "--quiet", "HEAD") or "").strip().removeprefix("refs/heads/")
    return next((name for name in NAMES if name in known), current)


def tip(top: Path, branch: str) -> str:
    """The commit at the tip of a branch, as the remote has it if it does; that of HEAD where the branch is not there."""
    for name in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}", "HEAD"):
        found = said(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if found:
            return found.strip()
    return ""


def is_shallow(top: Path) -> bool:
    """Whether history is cut off."""
    return (said(top, "rev-parse", "--is-shallow-repository") or "").strip() == "true"


def moment(top: Path, commit: str) -> datetime | None:
    """When a commit was made, in UTC."""
    found = (said(top, "show", "--no-patch", "--format=%ct", commit) or "").strip()
    return datetime.fromtimestamp(int(found), UTC) if found.isdigit() else None


def changes(top: Path, commit: str, days: int) -> tuple[Change, ...] | None:
    """The changes up to a commit, newest first, not more than so many days older than it; None when git does not tell."""
    newest = moment(top, commit)
    if newest is None:
        return None
    pattern = "%x1f".join(FIELDS) + "%x1e"
    text = said(top, "log", "--first-parent", f"--max-count={MOST}", f"--format={pattern}", commit, "--")
    if text is None:
        return None
    since = newest - timedelta(days=days)
    return tuple(change for change in _read(text) if datetime.fromisoformat(change.at) >= since)


def _read(text: str) -> Iterator[Change]:
    for row in text.split("\x1e"):
        parts = row.lstrip("\n").split("\x1f")
        if len(parts) != len(FIELDS) or not parts[4].isdigit():
            continue
        id_, parents, author, committer, seconds, subject, body = parts
        others = tuple(parents.split()[1:])
        yield Change(
            id=id_,
            commits=(id_, *others),
            subject=subject,
            author=author,
            at=datetime.fromtimestamp(int(seconds), UTC).isoformat(),
            committer=committer,
            is_merge=bool(others),
            request=_request(subject, body),
            reviewers=tuple(dict.fromkeys(name.strip() for name in REVIEW.findall(body))),
        )


def _request(subject: str, body: str) -> str:
    merged = MERGED.search(f"{subject}\n{body}")
    if merged:
        return merged[1] or merged[2]
    squashed = SQUASHED.search(subject)
    return squashed[1] if squashed else ""
