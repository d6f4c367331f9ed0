"""Baselines: the findings that were known before, so that a gate can ask for new ones only."""

import json
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from assay.errors import ConfigurationError
from assay.model.verdict import Finding

SCHEMA = "assay baseline, version 1"
REPORT = "urn:assay:schema:scan:1"
"""A JSON report of a scan is a baseline too."""
DIGITS = 32


class Baseline(Struct, frozen=True):
    """Fingerprints that were known, and where that is from."""

    origin: str
    fingerprints: frozenset[str]


def baseline(findings: Iterable[Finding]) -> str:
    """The text of a baseline file: sorted, so that it reads well in a review; with the parts, so that identities can be made anew."""
    rows = [
        {
            "fingerprint": finding.fingerprint,
            "rule": finding.verdict.rule,
            "subject": finding.verdict.subject.name,
            "parts": dict(finding.parts),
        }
        for finding in findings
    ]
    rows.sort(key=lambda row: (str(row["rule"]), str(row["subject"]), str(row["fingerprint"])))
    return json.dumps({"schema": SCHEMA, "findings": rows}, indent=2, sort_keys=True) + "\n"


def read(path: Path) -> Baseline:
    """The baseline of a file. Raises `ConfigurationError` naming the file and the mend."""
    mend = f"Mend: write it anew with assay scan --write-baseline {path}"
    try:
        document: object = json.loads(path.read_bytes())
    except OSError as error:
        message = f"{path}: the baseline cannot be read: {error.strerror}. {mend}."
        raise ConfigurationError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path}: the baseline is no JSON: {error}. {mend}."
        raise ConfigurationError(message) from error
    is_known = isinstance(document, dict) and document.get("schema") in {SCHEMA, REPORT}
    rows = document.get("findings") if isinstance(document, dict) and is_known else None
    if not isinstance(rows, list):
        message = f"{path}: this is neither a baseline nor a JSON report of a scan. {mend}."
        raise ConfigurationError(message)
    fingerprints = [row.get("fingerprint") for row in rows if isinstance(row, dict)]
    texts = frozenset(text for text in fingerprints if isinstance(text, str) and len(text) == DIGITS)
    if len(fingerprints) != len(rows) or any(text not in texts for text in fingerprints):
        message = f"{path}: a finding has no fingerprint of {DIGITS} digits. {mend}."
        raise ConfigurationError(message)
    return Baseline(path.name, texts)


def compared(findings: Iterable[Finding], known: Baseline | None) -> tuple[Finding, ...]:
    """The findings, each marked as new or known; unmarked without a baseline."""
    if known is None:
        return tuple(findings)
    return tuple(replace(finding, is_new=finding.fingerprint not in known.fingerprints) for finding in findings)
