"""Who runs a command: a CI identity, the person whom git knows, or the user of the machine."""

import getpass
import os
from pathlib import Path

NAMES = ("ASSAY_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOREMAIL")
"""Where an identity is stated, first one first: by the caller, GitHub, GitLab, Azure Pipelines."""


def actor(root: Path) -> str:
    """The name that an entry of the ledger is put down to."""
    from assay.assessment.revision import identity

    stated = next((value for name in NAMES if (value := os.environ.get(name, "").strip())), "")
    found = stated or identity(root) or _user()
    return "".join(each for each in found if each.isprintable()) or "unknown"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
