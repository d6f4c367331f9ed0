"""The files that `assay init` writes: assay.toml with what was detected, and the files of CI systems."""

import json
from collections import Counter
from pathlib import Path

from assay.assessment.settings import FILE
from assay.cli.flags import ReadFlags
from assay.errors import UsageError
from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.reports.outline.text import counted
from assay.version import VERSION

MOST = 20
"""Public endpoints that are listed as candidates."""

SETTINGS = """\
# Settings of Assay; every key may be left out. `assay scan` reads this file at the root of what it scans.
name = {name}

# Found on {count}:
{apis}
# Folders that are read, relative to this file; all without it.
# sources = ["src"]
# Globs of paths that are left out; what is left out stands in every report.
# exclude = ["legacy/**"]

# Catalogs of controls: soc2, pci, gdpr, hipaa, iso27001, nist, owasp, or all.
frameworks = ["soc2"]
# Criteria of SOC 2 besides security, which is always in: availability, confidentiality, processing-integrity, privacy.
criteria = []
# What --new-only compares with; write it with: assay scan --write-baseline assay-baseline.json
# baseline = "assay-baseline.json"

# [scope]
# Ids of the APIs in scope, * allowed; all without it.
# apis = ["services/*"]

[thresholds]
# The lowest severity that fails: critical, high, medium, low, info, or never.
fail-on = "high"
# Exit with 3 below this coverage, in percent.
min-coverage = 0

# Every scan is remembered in .assay/ledger.sqlite; with this table, one is expected every week.
# [ledger]
# every-days = 7
# Days to fix, from detection, by severity.
# sla = {{ critical = 7, high = 30, medium = 90, low = 180 }}

# With this table, each scan also looks at how changes get to production: CI files, CODEOWNERS, branch rules, git.
# [change]
# branch = "main"

# Values of the policies; assay policy list names those that are missing.
# [policy]
# company-name = "Orders Ltd"
# author = "ann@example.org"

# The names of your own functions, attributes and decorators, as the code uses them.
[vocabulary]
# They make sure that the caller is known.
guards = []
# They may refuse, but not for who the caller is.
not-guards = []
# They write the audit trail.
audit = []

# Endpoints that are public on purpose, each with the reason. Nothing guards these reads today:
{exemptions}

# A finding that is accepted until a day. It is shown in every report, and counts again from that day on.
# [[suppressions]]
# rule = "AP004"
# endpoint = "POST /hooks/{{id}}"
# reason = "The gateway verifies the signature."
# owner = "payments@example.org"
# until = 2027-01-31
"""

GITHUB = """\
# Scans the source code of the API on every change. Mend: put the account that holds Assay in the place of OWNER.
name: Assay
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read
  security-events: write # to show findings under Security

jobs:
  scan:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # a baseline may be a revision
          persist-credentials: false
      - uses: OWNER/assay@v{version}
        with:
          path: .
          fail-on: high
"""

GITLAB = """\
# Scans the source code of the API on every change. Mend: put the group that holds Assay in the place of GROUP.
include:
  - project: GROUP/assay
    file: templates/gitlab.yml
    ref: v{version}
    inputs:
      repository: https://gitlab.example.com/GROUP/assay.git
      ref: v{version}
      fail-on: high
"""

PRE_COMMIT = """\
# Scans the source code of the API before each commit. Mend: put the address of Assay's repository here.
repos:
  - repo: https://git.example.com/GROUP/assay
    rev: v{version}
    hooks:
      - id: assay
        args: [--fail-on, high]
"""
CI = {
    "github": (".github/workflows/assay.yml", GITHUB),
    "gitlab": (".gitlab-ci.yml", GITLAB),
    "pre-commit": (".pre-commit-config.yaml", PRE_COMMIT),
}


def settings_file(root: Path, flags: ReadFlags) -> str:
    """Write assay.toml with what the tree holds; gives its name. Raises `UsageError` when there is one."""
    _refuse(root / FILE, "Mend: edit it, or remove it first.")
    from assay.cli.reading import inventory_of

    return _write(root / FILE, settings_text(root.name or "project", inventory_of(root, flags)))


def ci_file(root: Path, system: str) -> str:
    """Write the file of a CI system; gives its name. Raises `UsageError` when there is one."""
    name, text = CI[system]
    text = text.format(version=VERSION)
    _refuse(root / name, f"Mend: add this to it by hand:\n\n{text}")
    return _write(root / name, text)


def settings_text(name: str, inventory: Inventory) -> str:
    """The text of an assay.toml: valid as it stands, and equal to the defaults but for the name."""
    counts = Counter(endpoint.api for endpoint in inventory.endpoints)
    apis = [f"#   {_plain(api.id)}: {api.framework}, {counted(counts[api.id], 'endpoint')}" for api in inventory.apis]
    open_ = sorted({endpoint.name for endpoint in inventory.endpoints if _may_be_meant(endpoint)})
    candidates = [
        f'# [[exemptions]]\n# endpoint = {json.dumps(_plain(name))}\n# reason = ""\n#' for name in open_[:MOST]
    ]
    if len(open_) > MOST:
        candidates.append(f"# ... and {len(open_) - MOST} more: assay inventory\n#")
    return SETTINGS.format(
        name=json.dumps(_plain(name)),
        count=counted(len(inventory.apis), "API"),
        apis="\n".join([*apis, ""]) if apis else "#   nothing that Assay knows",
        exemptions="\n".join(candidates) if candidates else "#   (none was found)",
    )


def _may_be_meant(endpoint: Endpoint) -> bool:
    """Whether it reads and nothing guards it: a write that is public on purpose is for a person to name."""
    return endpoint.authorization is Authorization.PUBLIC and endpoint.method in {"GET", "HEAD"}


def _plain(text: str) -> str:
    """A text that cannot leave its line."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _refuse(path: Path, mend: str) -> None:
    if path.exists() or path.is_symlink():
        message = f"{path.name} is there already and is not overwritten. {mend}"
        raise UsageError(message)


def _write(path: Path, text: str) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"{path.name}: cannot be written: {error.strerror}. Mend: change the permissions of its folder."
        raise UsageError(message) from error
    return path.name
