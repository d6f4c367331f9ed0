"""Policies on the command line: rendered from the settings, approved by another than the author, acknowledged, reviewed, judged."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cli.command import GUARDED, Done, assay, project

SETTINGS = """
name = "shop"
[ledger]
every-days = 5
[ledger.sla]
high = 14
[policy]
author = "Ann <ann@example.org>"
people = ["ann@example.org", "bob@example.org"]
required = ["information-security", "incident-response"]
company-name = "Shop | Ltd"
policy-owner = "Head of engineering"
approver = "Chief executive"
effective-date = 2026-01-01
exception-contact = "security@example.org"
audience = "all staff"
security-lead = "Bob"
data-classes = "public, internal, personal"
incident-lead = "Bob"
on-call-channel = "+1 555 0100"
severity-levels = "1 to 4"
customer-notice-hours = 48
authority-contacts = "the authority"
card-brand-contacts = "the acquirer"
forensics-contact = "Cem"
"""


def shop(root: Path, settings: str = SETTINGS) -> Path:
    """A project with a ledger."""
    project(root, GUARDED)
    (root / "assay.toml").write_text(settings, encoding="utf-8")
    assert (
        assay("scan", root, "--quiet", "--fail-on", "never", is_recording=True, ASSAY_ACTOR="ann@example.org").code == 0
    )
    return root


def policy(root: Path, *words: str, actor: str = "ann@example.org") -> Done:
    return assay("policy", *words, "--path", root, ASSAY_ACTOR=actor)


def status(root: Path, *words: str) -> Any:
    return json.loads(policy(root, "status", "--format", "json", *words).out)


def outcomes(root: Path, rule: str, *words: str) -> dict[str, str]:
    return {each["policy"]: each["outcome"] for each in status(root, *words)["verdicts"] if each["rule"] == rule}


def test_the_numbers_of_a_policy_are_the_settings_of_the_tool(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    text = policy(root, "render", "information-security").out
    assert "scanned at least every 5 days" in text
    assert "- high: 14 days\n- medium: 90 days" in text
    assert "Shop | Ltd" in text
    assert "is not stated" not in text
    (root / "assay.toml").write_text(SETTINGS.replace("high = 14", "high = 10"), encoding="utf-8")
    assert "- high: 10 days" in policy(root, "render", "information-security").out


def test_a_number_of_the_tool_cannot_be_stated_a_second_time(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    (root / "assay.toml").write_text(SETTINGS + "fix-days-high = 30\n", encoding="utf-8")
    done = policy(root, "list")
    assert done.code == 2
    assert "Mend: write high under [ledger.sla]" in done.err


def test_a_mistyped_value_names_the_one_that_was_meant(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    (root / "assay.toml").write_text(SETTINGS + 'security-leed = "x"\n', encoding="utf-8")
    assert "Mend: write security-lead." in policy(root, "list").err


def test_paper_carries_the_digest_and_is_the_same_each_time(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    for folder in ("a", "b"):
        assert policy(root, "render", "incident-response", "--format", "pdf", "-o", str(tmp_path / folder)).code == 0
    first, second = ((tmp_path / folder / "incident-response.pdf").read_bytes() for folder in ("a", "b"))
    assert first.startswith(b"%PDF")
    assert first == second


def test_a_draft_cannot_be_approved(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop", SETTINGS.replace('security-lead = "Bob"\n', ""))
    done = policy(root, "approve", "information-security", actor="cem@example.org")
    assert done.code == 2
    assert "it is a draft; nobody stated security-lead" in done.err


def test_the_author_cannot_approve(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    done = policy(root, "approve", "information-security", actor="ann@example.org")
    assert done.code == 2
    assert "cannot approve what Ann <ann@example.org> asked for" in done.err


def test_an_approval_is_bound_to_the_text_and_a_change_shows(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    assert policy(root, "approve", "information-security", actor="cem@example.org").code == 0
    row = status(root)["policies"][0]
    text = policy(root, "render", "information-security").out
    assert row["state"] == "in force"
    assert row["content"] == hashlib.sha256(text.encode()).hexdigest()
    (root / "assay.toml").write_text(SETTINGS.replace("high = 14", "high = 60"), encoding="utf-8")
    assert status(root)["policies"][0]["state"] == "changed"
    assert "approved. Mend: assay policy approve" in policy(root, "review", "information-security").err
    assert policy(root, "status", "--strict").code == 1


def test_gaps_are_findings_until_they_are_closed(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    assert set(outcomes(root, "AP711").values()) == {"fail"}
    for id_ in ("information-security", "incident-response"):
        assert policy(root, "approve", id_, actor="cem@example.org").code == 0
    assert set(outcomes(root, "AP711").values()) == {"pass"}
    assert outcomes(root, "AP714") == {"incident-response": "fail"}
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    assert policy(root, "exercise", "incident-response", "--on", yesterday).code == 0
    assert outcomes(root, "AP714") == {"incident-response": "pass"}
    later = (datetime.now(UTC).date() + timedelta(days=400)).isoformat()
    assert set(outcomes(root, "AP712", "--as-of", later).values()) == {"fail"}
    assert outcomes(root, "AP714", "--as-of", later) == {"incident-response": "fail"}


def test_people_acknowledge_the_text_in_force_and_a_new_one_anew(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    later = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    policy(root, "approve", "information-security", actor="cem@example.org")
    assert policy(root, "acknowledge", "information-security", actor="Ann <ann@example.org>").code == 0
    assert outcomes(root, "AP713")["information-security"] == "not-tested"
    assert outcomes(root, "AP713", "--as-of", later)["information-security"] == "fail"
    policy(root, "acknowledge", "information-security", "--by", "bob@example.org")
    assert outcomes(root, "AP713", "--as-of", later)["information-security"] == "pass"
    (root / "assay.toml").write_text(SETTINGS.replace("high = 14", "high = 60"), encoding="utf-8")
    policy(root, "approve", "information-security", actor="cem@example.org")
    assert outcomes(root, "AP713", "--as-of", later)["information-security"] == "fail"


def test_what_is_not_in_force_is_neither_read_nor_reviewed(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    assert "Mend: assay policy approve" in policy(root, "acknowledge", "information-security").err
    policy(root, "approve", "information-security", actor="cem@example.org")
    assert policy(root, "review", "information-security").code == 0
    assert policy(root, "withdraw", "information-security").code == 0
    assert outcomes(root, "AP711")["information-security"] == "fail"
