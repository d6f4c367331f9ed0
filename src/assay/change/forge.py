"""What GitHub or GitLab tells of a branch: its rules, and who approved each of its changes.

The token goes to the host that the caller named, never to one that the scanned tree names.
Source: docs.github.com, "REST API"; docs.gitlab.com, "REST API".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from assay.change.git import said, top_of
from assay.change.github_api import GitHub
from assay.change.gitlab_api import GitLab
from assay.change.transport import Line
from assay.errors import UsageError
from assay.model.change import Change, Delivery, Unknown

REMOTE = re.compile(r"^(?:https?://(?:[^@/]*@)?|ssh://(?:[^@/]*@)?|[\w.-]+@)([\w.-]+)(?::\d+)?[:/](.+?)(?:\.git)?/?$")
KNOWN: Mapping[str, tuple[str, str]] = {
    "github.com": ("github", "https://api.github.com"),
    "gitlab.com": ("gitlab", "https://gitlab.com/api/v4"),
}
"""Forges whose API is known by their name; a token that is meant for another has to come with its address."""


class Forge(Struct, frozen=True):
    """A repository on a forge, and the right to ask about it."""

    system: str
    api: str
    project: str
    token: str


def forge_of(address: str, token: str, remote: str) -> Forge:
    """The forge that an address names, else the known one that the remote of the repository does.

    Raises `UsageError` for an address that is none, and for a remote of an unknown host.
    """
    found = REMOTE.match(address or remote)
    if not found:
        what = f"ASSAY_FORGE {address}" if address else "the remote `origin` of the repository"
        message = f"{what}: this names no repository of a forge. Mend: set ASSAY_FORGE to https://HOST/OWNER/NAME."
        raise UsageError(message)
    host, project = found[1].lower(), found[2]
    if host in KNOWN:
        return Forge(*KNOWN[host], project, token)
    if not address:
        message = f"{host}: a token is sent to a forge of your own only where you name it. Mend: set ASSAY_FORGE to https://{host}/{project}."
        raise UsageError(message)
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if "gitlab" in host or parts.fragment == "gitlab":
        return Forge("gitlab", f"{base}/api/v4", project.partition("#")[0], token)
    return Forge("github", f"{base}/api/v3", project.partition("#")[0], token)


def remote_of(folder: Path) -> str:
    """The address of the remote `origin`; "" without one."""
    top = top_of(folder)
    return (said(top, "config", "--get", "remote.origin.url") or "").strip() if top else ""


def told(delivery: Delivery, forge: Forge, gates: Iterable[str]) -> Delivery:
    """The delivery with what the forge tells; `gates` are the names of the jobs that test security."""
    names = frozenset(gates)
    if forge.system == "gitlab":
        line = Line(f"{forge.api}/projects/{quote(forge.project, safe='')}", {"PRIVATE-TOKEN": forge.token})
        asked: GitHub | GitLab = GitLab(line, names)
    else:
        headers = {
            "Authorization": f"Bearer {forge.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        asked = GitHub(Line(f"{forge.api}/repos/{quote(forge.project)}", headers), names)
    try:
        return _told(delivery, asked)
    finally:
        asked.line.close()


def _told(delivery: Delivery, asked: GitHub | GitLab) -> Delivery:
    branch, fault = asked.branch()
    if fault:
        unknown = (Unknown("branch", fault), Unknown("review", fault))
        return replace(delivery, unknown=(*delivery.unknown, *unknown), is_asked=True)
    rules, fault = asked.rules(branch)
    unknown = (*delivery.unknown, *((Unknown("branch", fault),) if fault else ()))
    changes, gap = delivery.changes, ""
    if delivery.branch in {"", branch}:
        changes, gap = _reviewed(delivery, asked, branch)
    else:
        gap = f"the default branch is {branch} on the forge, and {delivery.branch} was looked at"
    return replace(
        delivery,
        branch=delivery.branch or branch,
        protections=(rules,) if rules else (),
        changes=changes,
        unknown=(*unknown, *((Unknown("review", gap),) if gap else ())),
        is_asked=True,
    )


def _reviewed(delivery: Delivery, asked: GitHub | GitLab, branch: str) -> tuple[tuple[Change, ...], str]:
    """The changes with their approvers, and why not all of them have."""
    fault = asked.prepare(branch, min((change.at for change in delivery.changes), default=""))
    if fault:
        return delivery.changes, fault
    done = tuple(_each(delivery.changes, asked))
    missing = sum(change.approvers is None for change in done)
    return done, f"the forge told nothing of {missing} of {len(done)} changes" if missing else ""


def _each(changes: Iterable[Change], asked: GitHub | GitLab) -> Iterator[Change]:
    for change in changes:
        yield change if asked.line.is_spent else asked.reviewed(change)
