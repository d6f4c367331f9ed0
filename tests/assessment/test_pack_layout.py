"""A pack of an audit has every path of the specification that its ledger can fill, and its README and its page name each."""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from pathlib import Path

from tests.assessment.test_packing import AUDIT, LATER
from tests.ledger.pack import story

from assay.assessment.packing import Wish, ordered
from assay.assessment.settings import Settings
from assay.ledger.pack.export import packed
from assay.ledger.pack.leaflet import MEANINGS
from assay.ledger.session import writing
from assay.model.decision import Correction, Deviation, Removal, Response

PAGE = Path(__file__).parents[2] / "docs" / "evidence-packs.md"
SPECIFIED = (
    "README.md", "manifest.json", "manifest.dsse.json", "ledger/entries.jsonl", "ledger/proofs.json", "ledger/checkpoint.note",
    "keys/", "frameworks/mapping.yaml", "scope.json", "inventory/", "populations/changes.csv", "populations/changes.ipe.json",
    "cadence.csv", "runs/", "findings/", "exceptions/", "deviations/", "changes/", "controls/soc2/CC6.1.json",
    "oscal/assessment-results.json", "oscal/poam.json", "report.html", "report.pdf", "redactions.json",
)  # fmt: skip


def test_a_pack_has_the_paths_of_the_specification(tmp_path: Path) -> None:
    files = _files(tmp_path)
    assert [path for path in SPECIFIED if not any(name == path or name.startswith(path) for name in files)] == []


def test_every_path_of_a_pack_stands_on_the_page_of_packs_and_in_its_readme(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    first = {name.split("/")[0] for name in _files(tmp_path)}
    told = {path.split("/")[0] for path in re.findall(r"`([A-Za-z0-9.*_/-]+)`", text)}
    assert first - told == set()
    named = {path.split("/")[0] for path, _ in MEANINGS}
    own = {"README.md", "manifest.json", "manifest.dsse.json", "SHA256SUMS", "SHA256SUMS.sig"}
    assert first - named - own == set()


def test_a_change_says_whether_git_or_the_forge_told_it(tmp_path: Path) -> None:
    files = _files(tmp_path)
    assert files["populations/changes.csv"].splitlines()[0].endswith(b",origin")
    (name,) = [each for each in files if each.startswith("changes/")]
    assert b'"origin"' in files[name]
    assert b'"gate": "pass"' in files[name]


def test_every_entry_is_in_the_population_of_entries_tombstones_included(tmp_path: Path) -> None:
    files = _files(tmp_path)
    rows = list(csv.DictReader(io.StringIO(files["populations/entries.csv"].decode(), newline="")))
    entries = [json.loads(line) for line in files["ledger/entries.jsonl"].splitlines()]
    assert [row["type"] for row in rows] == [each["type"] for each in entries]
    assert [row["payload"] for row in rows] == [each["payload"] for each in entries]
    sheet = json.loads(files["populations/entries.ipe.json"])
    assert (sheet["rows"], sheet["rows_by_type"]) == (len(entries), dict(Counter(each["type"] for each in entries)))
    assert sheet["rows_by_type"]["removal"] == sheet["rows_by_type"]["correction"] == 1
    assert sheet["sha256"] == hashlib.sha256(files["populations/entries.csv"]).hexdigest()


def _files(folder: Path) -> dict[str, bytes]:
    clock = story.Time()
    with writing(story.places(folder), "ci", "1.0", clock) as session:
        story.tell(session, clock)
        gap = Deviation("d-1", "CC7.1", "the runner was down", "one week", "none", "a second runner", "")
        session.remember(
            [
                session.fact("d-1", gap),
                session.fact("d-1", Response("d-1", "eve", "a second runner was added")),
                session.fact("entry 2", Correction(2, "the schedule was weekly already", "eve")),
                session.fact("0" * 64, Removal("0" * 64, "its retention ended", "eve")),
            ]
        )
        order = ordered(session.ledger, Wish("audit", AUDIT.subject), Settings(), LATER)
        return dict(packed(session.ledger, order, [story.signer(session.ledger)]).files)
