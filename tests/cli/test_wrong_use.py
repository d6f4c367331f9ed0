"""Commands that are used wrongly, or where there is nothing yet: told what to do, and nothing is recorded that means nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.command import Done, assay, project
from tests.house.tree import ROOT

from assay.cli.main import cli

MEND = re.compile(r"Mend: [^\"]*")
CALL = re.compile(r"\bassay ((?:(?!assay)[a-z-]+ ?)+)")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = project(tmp_path / "shop")
    assert assay("scan", root, "--fail-on", "never", "--quiet", is_recording=True).code == 0
    return root


def ask(root: Path, *words: str | Path) -> Done:
    return assay(*words, "--path", root)


def test_days_that_are_turned_round_excuse_nothing(shop: Path) -> None:
    before = ask(shop, "evidence", "log").out
    words = ("--reason", "A freeze.", "--approver", "bob@example.org")
    done = ask(shop, "evidence", "excuse", "--first", "2026-01-02", "--last", "2026-01-01", *words)
    assert (done.code, "turn --first and --last round" in done.err) == (2, True)
    assert ask(shop, "evidence", "log").out == before


def test_a_fingerprint_that_is_none_does_not_say_that_the_ledger_was_changed(shop: Path) -> None:
    done = ask(shop, "evidence", "verify", "--key", "abc")
    assert (done.code, "64 hexadecimal digits" in done.err) == (2, True)
    assert ask(shop, "evidence", "verify", "--key", "ab" * 32).code == 1


def test_a_pack_of_an_audit_that_nobody_stated_says_so_where_others_are(shop: Path) -> None:
    words = ("--type", "2", "--from", "2026-01-01", "--to", "2026-12-31")
    assert ask(shop, "audit", "show").out == "No audit was stated.\n"
    assert ask(shop, "audit", "new", "--name", "year", *words).code == 0
    slip = ask(shop, "evidence", "pack", "--audit", "yaer", "--output", shop / "x.zip")
    assert (slip.code, "no audit was stated as yaer" in slip.err) == (0, True)
    assert ask(shop, "evidence", "pack", "--audit", "year", "--output", shop / "y.zip").err == ""


def test_a_ledger_that_is_not_there_is_told_with_an_option_that_is(tmp_path: Path) -> None:
    done = ask(tmp_path, "evidence", "log")
    assert (done.code, "name its folder with --path" in done.err) == (2, True)


def test_the_file_of_a_ci_system_is_named_with_its_folder(tmp_path: Path) -> None:
    assert assay("init", tmp_path, "--ci", "github").err == "assay: wrote .github/workflows/assay.yml\n"


def test_a_quiet_scan_that_assessed_too_little_says_why_and_one_that_failed_does_not(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert "Coverage is" in assay("scan", root, "--quiet", "--fail-on", "never", "--min-coverage", "100").err
    failed = assay("scan", root, "--quiet")
    assert (failed.code, failed.err) == (1, "")


def test_where_nothing_was_tested_nothing_is_said_to_be_in_order(tmp_path: Path) -> None:
    out = assay("scan", tmp_path).out
    assert "Nothing was tested, so nothing can be said." in out
    assert "None open" not in out


def _options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from _options(inner)


def test_a_mend_names_commands_and_options_that_are_there() -> None:
    known, commands = set(_options(cli)), set(cli.list_commands(click.Context(cli)))
    mends = [
        (path.name, mend)
        for path in sorted((ROOT / "src" / "assay").rglob("*.py"))
        for mend in MEND.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(mends) > 100
    named = [(name, call.split()[0]) for name, mend in mends for call in CALL.findall(mend)]
    assert {each for each in named if each[1] not in commands} == set()
    asked = {(name, option) for name, mend in mends for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", mend)}
    assert {each for each in asked if each[1] not in known} == set()
