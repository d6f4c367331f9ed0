"""Audits on the command line: stated, shown, and held against the ledger."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.command import Done, assay
from tests.cli.test_policy import shop

TODAY = datetime.now(UTC).date()


def audit(root: Path, *words: str) -> Done:
    return assay("audit", *words, "--path", root, ASSAY_ACTOR="ann@example.org")


def stated(root: Path, *words: str) -> Done:
    first, last = ((TODAY + timedelta(days=days)).isoformat() for days in (-20, 70))
    return audit(root, "new", "--type", "2", "--from", first, "--to", last, *words)


def test_an_audit_is_stated_shown_and_restated(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    assert stated(root, "--name", "SOC 2", "--criteria", "availability", "--carve-out", "hosting: the cloud").code == 0
    assert stated(root, "--name", "SOC 2", "--system", "static:shop").code == 0
    (only,) = json.loads(audit(root, "show", "--format", "json").out)
    assert (only["criteria"], only["systems"]) == ([], ["static:shop"])
    assert "SOC 2" in audit(root, "show").out


def test_readiness_lists_gaps_and_fails_only_when_told_to(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    stated(root)
    done = audit(root, "readiness", "--format", "json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert said["to"] == TODAY.isoformat(), "what is still to come is not missing"
    assert {"AP701", "AP711"} <= {gap["rule"] for gap in said["gaps"]}
    assert "weeks have gaps" in audit(root, "readiness").out
    assert audit(root, "readiness", "--strict").code == 1


def test_what_is_no_audit_is_refused_with_a_mend(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    assert "Mend: assay audit new" in audit(root, "readiness").err
    assert "Mend: add --to DATE" in audit(root, "new", "--type", "2", "--from", "2026-01-01").err
    assert (
        "Mend: one day for type 1"
        in audit(root, "new", "--type", "2", "--from", "2026-02-01", "--to", "2026-01-01").err
    )
    assert "the ledger remembers static:shop" in stated(root, "--system", "nothing").err
    assert audit(root, "new", "--type", "1", "--from", "yesterday").code == 2


def test_a_pack_of_a_stated_audit_has_its_window(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    stated(root, "--name", "year", "--criteria", "availability")
    made = tmp_path / "year.zip"
    done = assay("evidence", "pack", "--audit", "year", "-o", made, "--path", root, ASSAY_ACTOR="ann@example.org")
    assert done.code == 0, done.err
    with zipfile.ZipFile(made) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        controls = archive.read("grc/controls.csv").decode()
    assert (TODAY - timedelta(days=20)).isoformat() in json.dumps(manifest)
    assert "A1.1" in controls
