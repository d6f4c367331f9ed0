"""How a comparison is told: for people, for a pull request, for programs; and why it may not go through."""

import json

from assay.assessment.diff import Change, Changes, Gone
from assay.assessment.findings import counts, reaches
from assay.assessment.settings import NEVER
from assay.model.endpoint import Endpoint
from assay.model.verdict import Finding


def reasons(found: Changes, fail_on: str) -> list[str]:
    """Why a change may not go through, empty when it may. With `never` everything may."""
    if fail_on == NEVER:
        return []
    failing = [finding for finding in found.new if counts(finding) and reaches(finding, fail_on)]
    parts = [
        (len(found.weaker), "endpoint", "demands less than before"),
        (len(failing), "new finding", f"reaches {fail_on}"),
    ]
    return [f"{count} {noun}{'' if count == 1 else 's'} ({what})." for count, noun, what in parts if count]


def as_text(found: Changes) -> str:
    """Sections with a line for each change, for people."""
    parts = []
    for title, lines in _sections(found):
        parts += [f"{title}: {len(lines)}", *(f"  {line}" for line in lines)]
    return "\n".join(parts) + "\n"


def as_markdown(found: Changes) -> str:
    """The same for a pull request."""
    head = f"## API changes since {found.before.run.commit[:12] or 'before'}\n"
    parts = [head]
    for title, lines in _sections(found):
        if lines:
            parts.append(f"### {title} ({len(lines)})\n\n" + "\n".join(f"- {_escaped(line)}" for line in lines) + "\n")
    return "\n".join(parts) if len(parts) > 1 else f"{head}\nNothing changed.\n"


def as_json(found: Changes) -> str:
    """The same for programs."""
    document = {
        "schema": "urn:assay:schema:diff:1",
        "before": found.before.run.commit,
        "after": found.after.run.commit,
        "added": [_endpoint(endpoint) for endpoint in found.added],
        "removed": [_endpoint(endpoint) for endpoint in found.removed],
        "changed": [_change(change) for change in found.changed],
        "new": [_finding(finding) for finding in found.new],
        "gone": [{**_finding(gone.finding), "fate": str(gone.fate)} for gone in found.gone],
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _sections(found: Changes) -> list[tuple[str, list[str]]]:
    return [
        (
            "Guards that got weaker",
            [f"{change.after.name}: {'; '.join(change.weaker)}  [{change.after.place}]" for change in found.weaker],
        ),
        ("New findings", [_told(finding) for finding in found.new]),
        ("New endpoints", [_line(endpoint) for endpoint in found.added]),
        (
            "Changed endpoints",
            [f"{change.after.name}: {'; '.join(change.what)}" for change in found.changed if change.what],
        ),
        ("Removed endpoints", [_line(endpoint) for endpoint in found.removed]),
        ("Findings that are gone", [_gone(gone) for gone in found.gone]),
    ]


def _line(endpoint: Endpoint) -> str:
    return f"{endpoint.name}  {endpoint.authorization}  [{endpoint.place}]"


def _told(finding: Finding) -> str:
    verdict = finding.verdict
    state = "suppressed, " if finding.state == "excepted" else ""
    place = f"  [{verdict.place}]" if verdict.place else ""
    return f"{verdict.rule} {state}{verdict.severity}, {verdict.confidence}: {verdict.message}{place}"


def _gone(gone: Gone) -> str:
    return f"{gone.finding.verdict.rule} {gone.finding.verdict.subject.name}: {gone.fate}"


def _escaped(line: str) -> str:
    return " ".join(line.replace("<", "&lt;").replace("|", "\\|").split())


def _endpoint(endpoint: Endpoint) -> dict[str, object]:
    return {
        "api": endpoint.api,
        "method": endpoint.method,
        "path": endpoint.path,
        "auth": endpoint.auth,
        "authorization": str(endpoint.authorization),
        "place": {"path": endpoint.place.path, "line": endpoint.place.line},
    }


def _change(change: Change) -> dict[str, object]:
    before = {"auth": change.before.auth, "authorization": str(change.before.authorization)}
    return {**_endpoint(change.after), "before": before, "what": list(change.what), "weaker": list(change.weaker)}


def _finding(finding: Finding) -> dict[str, object]:
    verdict = finding.verdict
    return {
        "fingerprint": finding.fingerprint,
        "rule": verdict.rule,
        "weakness": verdict.weakness,
        "severity": str(verdict.severity),
        "confidence": str(verdict.confidence),
        "state": finding.state,
        "subject": verdict.subject.name,
        "message": verdict.message,
        "place": {"path": verdict.place.path, "line": verdict.place.line} if verdict.place else None,
    }


WRITERS = {"text": as_text, "json": as_json, "markdown": as_markdown}
