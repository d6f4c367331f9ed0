"""What `make accuracy` says of labels: when scan and label agree, and how cases are counted."""

import json
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from assay.assessment.rooms import Wish
from assay.assessment.run import Order, assessed
from assay.assessment.settings import Settings
from assay.assessment.source_room import read
from assay.assessment.wiring import rooms
from assay.model.assessment import Assessment
from tools.label_page import page
from tools.labels import Corpus, Group, Labelled, labelled, not_laid_out

OPEN = """from flask import Flask
app = Flask(__name__)
@app.route("/notes/<int:id>", methods=["DELETE"])
def drop(id):
    db.session.query(Note).filter(Note.id == id).delete()
    return ""
"""
GUARDED = OPEN.replace("def drop", "@login_required\ndef drop").replace(
    "import Flask\n", "import Flask\nfrom flask_login import login_required\n"
)
FLAW = Labelled("case", Group.BEFORE, "bola", "GET /a", ("AP101",), (), "no verdict")


def _scan(root: Path) -> Assessment:
    settings = Settings(name=root.name)
    order = Order(root, Wish(settings, jobs=1), date(2026, 1, 15))
    return assessed(order, rooms(settings, read), lambda what, done, total: None)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    truth, laid_out = tmp_path / "truth", tmp_path / "laid_out"
    (truth / "replay").mkdir(parents=True)
    known = {
        "id": "notes",
        "language": "python",
        "class": "missing-auth",
        "endpoints": [{"method": "DELETE", "route": "/notes/<int:id>"}],
    }
    (truth / "replay" / "notes.json").write_text(json.dumps(known))
    (truth / "replay" / "other.json").write_text(json.dumps({**known, "id": "other", "language": "go"}))
    for side, text in (("vulnerable", OPEN), ("fixed", GUARDED)):
        (laid_out / "replay" / f"notes-{side}").mkdir(parents=True)
        (laid_out / "replay" / f"notes-{side}" / "app.py").write_text(text)
    return Corpus(truth, laid_out)


def test_a_replay_is_right_when_the_endpoint_fails_before_the_fix_and_not_after(corpus: Corpus) -> None:
    before, after = labelled(corpus, _scan)
    assert (before.group, after.group) == (Group.BEFORE, Group.AFTER)
    assert before.firm
    assert before.is_right(with_suspicions=False)
    assert after.is_right(with_suspicions=True)
    assert after.said == "pass"


def test_a_project_that_is_not_laid_out_is_named_and_not_counted(corpus: Corpus) -> None:
    empty = replace(corpus, laid_out=corpus.truth)
    assert list(labelled(empty, _scan)) == []
    assert list(not_laid_out(empty)) == ["notes-vulnerable", "notes-fixed"]


def test_only_what_is_asked_for_is_scanned(corpus: Corpus) -> None:
    assert list(labelled(replace(corpus, only=frozenset({"elsewhere"})), _scan)) == []


def test_a_suspicion_finds_a_flaw_only_where_suspicions_count() -> None:
    suspected = replace(FLAW, firm=(), soft=("AP101",))
    assert not suspected.is_right(with_suspicions=False)
    assert suspected.is_right(with_suspicions=True)


def test_a_suspicion_on_a_clean_endpoint_is_wrong_only_where_suspicions_count() -> None:
    clean = replace(FLAW, group=Group.CLEAN, firm=(), soft=("AP101",))
    assert clean.is_right(with_suspicions=False)
    assert not clean.is_right(with_suspicions=True)


def test_an_endpoint_that_was_not_found_after_the_fix_is_not_mended() -> None:
    gone = replace(FLAW, group=Group.AFTER, firm=(), state="endpoint not found")
    assert not gone.is_right(with_suspicions=False)


def test_a_case_counts_only_when_all_its_endpoints_are_right_on_both_sides() -> None:
    after = replace(FLAW, group=Group.AFTER, firm=(), state="pass")
    missed = replace(FLAW, name="GET /b", firm=())
    text = "\n".join(page([FLAW, missed, after], []))
    assert "| replay cases: fail before and pass after | 1 | 0 (0.0 %) | 0 (0.0 %) |" in text
    assert "| - one endpoint at least fails before, none after | 1 | 1 (100.0 %) | 1 (100.0 %) |" in text
    assert "| - no finding after | 1 | 1 (100.0 %) | 1 (100.0 %) |" in text
    assert "| case | bola | flaw before the fix | `GET /b` | no verdict | **no** | **no** |" in text
