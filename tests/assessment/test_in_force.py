"""A pack of last quarter uses the mapping, the catalogs and the policies of last quarter, and says what was taken out of the evidence."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.reports.shop import SHOP

from assay.assessment import record_beside
from assay.assessment.packing import Wish, ordered
from assay.assessment.record import Circumstances, Recorded, places, recorded
from assay.assessment.record_settings import Remembering
from assay.assessment.settings import Settings
from assay.compliance import edition
from assay.errors import LedgerError
from assay.ledger.canonical import digest
from assay.ledger.lines import attachment
from assay.ledger.pack.export import packed
from assay.ledger.session import Session, writing
from assay.model.assessment import Assessment
from assay.model.decision import PolicyMove
from assay.model.place import Place
from assay.model.secret import Proof, Secret, Standing

JANUARY, JUNE = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC)
WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
QUARTER, WHOLE = Wish("audit", "first quarter", WINDOW), Wish("audit", "everything")
SETTINGS = Remembering(is_stated=True)
WEAKNESS = SHOP.findings[0].verdict.weakness


def test_a_pack_of_last_quarter_is_weighed_with_the_mapping_of_last_quarter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scan(tmp_path, JANUARY)
    before = _pack(tmp_path, QUARTER)
    now = _changed(edition.shipped())
    with monkeypatch.context() as patch:
        patch.setattr(edition, "shipped", lambda: now)
        _scan(tmp_path, JUNE)
    after, whole = _pack(tmp_path, QUARTER), _pack(tmp_path, WHOLE)
    derived = [name for name in before if name.startswith(("frameworks/", "controls/", "findings/"))]
    assert len(derived) > 40
    assert [name for name in derived if after[name] != before[name]] == []
    assert _links(after) == _links(before)
    assert whole["frameworks/mapping.yaml"] == now["mapping.yaml"] != after["frameworks/mapping.yaml"]
    assert _links(whole) == []
    old = digest(before["frameworks/mapping.yaml"])
    assert whole[f"frameworks/earlier/{old}.yaml"] == before["frameworks/mapping.yaml"]


def test_the_files_that_weighed_are_the_attachments_that_the_entry_names(tmp_path: Path) -> None:
    done = _scan(tmp_path, JANUARY)
    files = _pack(tmp_path, QUARTER)
    run = json.loads(files[f"runs/{done.run}/run.json"])
    named = {each["name"]: each["digest"] for each in run["attachments"]}
    (row,) = json.loads(files["frameworks/versions.json"])["runs"]
    assert row["files"].keys() == {"demands.yaml", "mapping.yaml", "soc2.yaml"}
    for name, found in row["files"].items():
        assert found == named[f"frameworks/{name}"] == hashlib.sha256(files[f"frameworks/{name}"]).hexdigest()


def test_files_that_cannot_be_read_any_more_are_refused_and_never_replaced(tmp_path: Path) -> None:
    _scan(tmp_path, JANUARY)
    with writing(places(tmp_path, SETTINGS), "ci", "1.0", lambda: JUNE) as session:
        session.ledger.connection.execute("DROP TRIGGER attachment_stays")
        gone = digest(edition.shipped()["mapping.yaml"])
        session.ledger.connection.execute("DELETE FROM attachment WHERE digest = ?", (gone,))
        with pytest.raises(LedgerError, match="Mend"):
            ordered(session.ledger, QUARTER, Settings(), JUNE)


def test_a_pack_of_last_quarter_shows_the_policy_of_last_quarter(tmp_path: Path) -> None:
    _scan(tmp_path, JANUARY)
    old = _approved(tmp_path, "1", b"Fix high ones in 30 days.\n", JANUARY)
    new = _approved(tmp_path, "2", b"Fix high ones in 90 days.\n", JUNE)
    quarter, whole = _pack(tmp_path, QUARTER), _pack(tmp_path, WHOLE)
    then, now = (json.loads(files["policies/vulnerability-management.json"]) for files in (quarter, whole))
    assert (then["in_force"]["content"], now["in_force"]["content"]) == (old, new)
    assert [each["version"] for each in then["versions"]] == ["1"]
    assert [each["version"] for each in now["versions"]] == ["1", "2"]
    assert quarter[then["in_force"]["text"]] == b"Fix high ones in 30 days.\n"


def test_what_was_taken_out_is_listed_and_equal_values_can_be_matched(tmp_path: Path) -> None:
    _scan(tmp_path, JANUARY, [_secret("a.py", "123abc"), _secret("b.py", "123abc"), _secret("c.py", "987fed")])
    _scan(tmp_path, JANUARY + timedelta(days=7), [_secret("moved.py", "123abc")])
    files = _pack(tmp_path, QUARTER)
    listed = json.loads(files["redactions.json"])
    rows = {each["path"]: each for each in listed["removed"]}
    assert sorted(rows) == ["a.py", "b.py", "c.py", "moved.py"]
    assert rows["a.py"]["rule"] == record_beside.SECRET
    assert {each["rule"] for each in listed["rules"]} >= {each["rule"] for each in listed["removed"]}
    assert len({rows[path]["digest"] for path in ("a.py", "b.py", "moved.py")}) == 1
    assert rows["c.py"]["digest"] != rows["a.py"]["digest"]
    key = (tmp_path / ".assay" / "redaction-key").read_bytes()
    assert not [name for name, content in files.items() if key in content or b"123abc" in content]


def test_another_key_gives_other_digests(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _scan(tmp_path / name, JANUARY, [_secret("a.py", "123abc")])
        found.append(json.loads(_pack(tmp_path / name, QUARTER)["redactions.json"])["removed"][0]["digest"])
    assert found[0] != found[1]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    _scan(tmp_path, JANUARY)
    (tmp_path / ".assay" / "redaction-key").chmod(0o644)
    with pytest.raises(LedgerError, match="chmod 600"):
        _scan(tmp_path, JUNE)


def test_a_pack_of_one_control_lists_the_rules_and_not_what_else_was_found(tmp_path: Path) -> None:
    _scan(tmp_path, JANUARY, [_secret("a.py", "123abc")])
    listed = json.loads(_pack(tmp_path, Wish("control", "CC6.1", WINDOW))["redactions.json"])
    assert (listed["is_listed"], listed["removed"]) == (False, [])
    assert listed["rules"]


def test_traffic_that_is_not_kept_is_said_of_a_live_run(tmp_path: Path) -> None:
    _scan(tmp_path, JANUARY, kind="live")
    (row,) = json.loads(_pack(tmp_path, QUARTER)["redactions.json"])["removed"]
    assert row["rule"] == record_beside.TRAFFIC


def _scan(root: Path, at: datetime, secrets: list[Secret] | None = None, kind: str = "static") -> Recorded:
    found: Assessment = replace(SHOP, inventory=replace(SHOP.inventory, secrets=tuple(secrets or ())))
    about = Circumstances(kind, "ci", at, "0" * 64)
    return recorded(found, places(root, SETTINGS), SETTINGS, about, lambda: at + timedelta(minutes=1))


def _pack(root: Path, wish: Wish) -> dict[str, bytes]:
    with _session(root, JUNE + timedelta(days=1)) as session:
        order = ordered(session.ledger, wish, Settings(), JUNE + timedelta(days=1))
        return dict(packed(session.ledger, order, [session.signer]).files)


def _session(root: Path, at: datetime):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as `writing` gives it
    return writing(places(root, SETTINGS), "ci", "1.0", lambda: at)


def _approved(root: Path, version: str, text: bytes, at: datetime) -> str:
    content, day = digest(text), at.date().isoformat()
    part = attachment("text", "text/markdown", text)
    move = PolicyMove(
        "vulnerability-management", version, "approved", content, "ann", "bob", day, "2027-01-01", (part,)
    )
    with _session(root, at + timedelta(hours=1)) as session:
        assert isinstance(session, Session)
        session.remember([session.fact(move.id, move, text)])
    return content


def _secret(path: str, mark: str) -> Secret:
    return Secret(
        "github-token", "GitHub token", "TOKEN", Place(path, 3), "gh… (40 characters)", mark, Proof.FORMAT,
        Standing.PRODUCT,
    )  # fmt: skip


def _changed(files: dict[str, bytes] | object) -> dict[str, bytes]:
    """The mapping with the weakness of a finding linked to CC7.2 alone where SOC 2 is meant."""
    assert isinstance(files, dict)
    text = files["mapping.yaml"].decode()
    begin = text.index("\nweaknesses:")
    at = text.index(f"- id: {WEAKNESS}\n", begin)
    start = text.index("    soc2:\n", at) + len("    soc2:\n")
    end = text.index("\n    owasp", start)
    link = "    - {id: CC7.2, rel: direct, why: Moved for this test.}"
    return {**files, "mapping.yaml": (text[:start] + link + text[end:]).encode()}


def _links(files: dict[str, bytes]) -> list[str]:
    """The controls of CC6 that the finding touches."""
    found = [json.loads(content) for name, content in files.items() if name.startswith("findings/")]
    ours = [each for each in found if any(scope["weakness"] == WEAKNESS for scope in each["scopes"])]
    assert ours
    return sorted({control for each in ours for control in each["controls"] if control.startswith("soc2 CC6")})
