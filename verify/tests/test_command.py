"""What people and machines read, and how the command is used."""

import json
from pathlib import Path

import pytest
from verify.tests.packs import FINGERPRINT, FOLDER, files, raw, zipped

from assay_verify.command import main

PACK = str(FOLDER / "finding.zip")


def test_a_valid_pack_is_told_on_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([PACK, "--key", FINGERPRINT]) == 0
    said = capsys.readouterr().out
    assert "VALID: nothing in this pack was changed" in said
    assert "does not show that what was recorded was true" in said
    assert len(said.splitlines()) <= 24
    assert max(map(len, said.splitlines())) <= 160


def test_machines_read_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([PACK, "--key", FINGERPRINT, "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["exit_code"], said["faults"]) == ("valid", 0, [])
    assert [step["name"] for step in said["steps"]] == [
        "archive", "signer", "manifest", "files", "entries", "bodies", "attachments", "heads", "older head", "timestamps",
    ]  # fmt: skip


def test_a_changed_file_is_named_to_people_and_to_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(zipped(list({**files(), "report.html": b"x"}.items())))
    assert main([str(path), "--key", FINGERPRINT]) == 1
    assert "\n  report.html: was changed" in capsys.readouterr().out
    assert main([str(path), "--key", FINGERPRINT, "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert [fault["place"] for fault in said["faults"]] == ["report.html"]
    assert [step["state"] for step in said["steps"][3:]] == ["failed", *["skipped"] * 6]


def test_a_fingerprint_may_be_grouped_and_in_capitals() -> None:
    grouped = ":".join(FINGERPRINT[at : at + 2] for at in range(0, 64, 2)).upper()
    assert main([PACK, "--key", grouped]) == 0
    assert main([PACK, "--key", f"SHA256:{FINGERPRINT}"]) == 0


@pytest.mark.parametrize("key", ["", "abc", "z" * 64, FINGERPRINT[:-1]])
def test_what_is_no_fingerprint_is_refused(key: str) -> None:
    assert main([PACK, "--key", key]) == 3


def test_a_pack_without_the_timestamp_that_was_asked_for_is_incomplete() -> None:
    assert main([PACK, "--key", FINGERPRINT, "--require-timestamp"]) == 2
    assert main([PACK]) == 2


def test_a_head_that_cannot_be_read_or_is_none_is_refused(tmp_path: Path) -> None:
    assert main([PACK, "--key", FINGERPRINT, "--checkpoint", str(tmp_path / "none")]) == 3
    (tmp_path / "note").write_bytes(raw()[:1000])
    assert main([PACK, "--key", FINGERPRINT, "--checkpoint", str(tmp_path / "note")]) == 1


def test_wrong_usage_does_not_end_as_an_incomplete_pack_does(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], [PACK, "--colour"], [PACK, "--format", "xml"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 3
    assert "usage: assay-verify" in capsys.readouterr().err


def test_a_hostile_name_writes_nothing_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "pack"
    root.mkdir()
    (root / "manifest.json").write_bytes(b"")
    (root / "\x1b[2J\x1b]0;owned\x07").write_bytes(b"")
    assert main([str(root)]) == 1
    assert "\x1b" not in capsys.readouterr().out
