"""What past commits hold: found, told with the commit that brought it, and never passed where it was not looked at."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.cli.command import assay
from tests.source.planting import plant

from assay.model.secret import NOT_ASKED, History, Standing
from assay.source.scan import ScanOptions, scan
from assay.source.secrets import history as searching
from assay.source.secrets.history import CUT, NO_REPOSITORY, SHALLOW, history, tips

VALUE = "k3J9x0Qm2Lp" + "Z8vT5wR7nB4cY"
HELD = f'API_SECRET = "{VALUE}"\n'


def git(root: Path, *words: str) -> str:
    surroundings = {"PATH": os.defpath, "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, *words], cwd=root, env=surroundings, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def commit(root: Path, files: dict[str, str]) -> str:
    plant(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "change")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path.resolve() / "tree"
    made.mkdir()
    git(made, "init", "--quiet")
    commit(made, {"a.py": "x = 1\n"})
    return made


def found(root: Path) -> History:
    return scan(root, ScanOptions(is_history=True)).inventory.history


def test_a_secret_that_was_taken_out_is_told_with_the_commit_that_brought_it(root: Path) -> None:
    first = commit(root, {"shop/settings.py": HELD})
    commit(root, {"shop/settings.py": HELD + "y = 2\n"})
    commit(root, {"shop/settings.py": "y = 2\n"})
    (past,) = found(root).secrets
    assert (past.commit, past.is_in_tree) == (first, False)
    assert (str(past.secret.place), past.secret.name) == ("shop/settings.py:1", "API_SECRET")
    assert VALUE not in repr(past)


def test_a_secret_that_still_stands_is_no_past_one_even_under_another_path(root: Path) -> None:
    first = commit(root, {"settings.py": HELD})
    (root / "settings.py").unlink()
    commit(root, {"moved.py": "\n\n" + HELD})
    (past,) = found(root).secrets
    assert (past.commit, past.is_in_tree) == (first, True)


def test_every_branch_tag_and_merge_is_searched(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    on_branch = commit(root, {"side.py": HELD})
    git(root, "checkout", "--quiet", "main")
    commit(root, {"b.py": "z = 3\n"})
    git(root, "merge", "--quiet", "--no-commit", "--no-ff", "-s", "ours", "side")
    only_in_merge = commit(root, {"c.py": HELD.replace("k3J9", "w7Q2")})
    (root / "c.py").unlink()
    commit(root, {"b.py": "z = 4\n"})
    assert {past.commit for past in found(root).secrets} == {on_branch, only_in_merge}


def test_what_a_scan_of_the_tree_would_pass_over_is_passed_over(root: Path) -> None:
    files = {"node_modules/a.js": HELD, "package-lock.json": HELD, "notes.bin": HELD, "a/b.min.js": f"{HELD}\n"}
    commit(root, files)
    said = found(root)
    assert (said.secrets, said.passed_over, said.gap) == ((), 2, "")


def test_only_what_stood_below_the_folder_counts_and_its_paths_are_relative(root: Path) -> None:
    commit(root, {"app/x.py": HELD, "other/y.py": HELD.replace("k3J9", "w7Q2")})
    (past,) = history(root / "app", ()).secrets
    assert past.secret.place.path == "x.py"


def test_a_test_is_told_as_a_test_unless_the_product_held_it_too(root: Path) -> None:
    commit(root, {"tests/test_a.py": HELD})
    assert [past.secret.standing for past in found(root).secrets] == [Standing.TEST]
    commit(root, {"product.py": HELD})
    assert [past.secret.standing for past in found(root).secrets] == [Standing.PRODUCT]


def test_it_is_said_why_the_history_was_not_searched(root: Path, tmp_path: Path) -> None:
    assert scan(root).inventory.history == History(gap=NOT_ASKED)
    assert history(plant(tmp_path / "plain", {"a.py": HELD}), ()).gap == NO_REPOSITORY
    commit(root, {"b.py": "z = 3\n"})
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", "shallow")
    assert history(tmp_path.resolve() / "shallow", ()).gap == SHALLOW


def test_what_is_too_much_is_cut_from_the_oldest_and_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, {"old.py": HELD})
    commit(root, {"old.py": "", "new.py": HELD.replace("k3J9", "w7Q2")})
    monkeypatch.setattr(searching, "MOST", 60)
    said = found(root)
    assert [past.secret.place.path for past in said.secrets] == ["new.py"]
    assert said.gap == CUT


def test_a_past_file_that_is_too_large_is_counted_as_unread(root: Path) -> None:
    commit(root, {"a.json": "[" + "1,\n" * 3_000_000 + "1]"})
    assert found(root).unread == 1


def test_a_repository_that_git_cannot_read_gives_a_reason_and_no_path(root: Path) -> None:
    (root / ".git" / "HEAD").write_text("nonsense")
    said = history(root, ())
    assert said.gap
    assert str(root) not in said.gap


def test_settings_of_the_repository_neither_run_a_command_nor_hide_a_commit(root: Path) -> None:
    commit(root, {"a.py": HELD})
    mark = root.parent / "ran"
    for key in ("core.fsmonitor", "core.sshCommand", "diff.external", "core.pager"):
        git(root, "config", key, f"touch {mark}")
    git(root, "config", "log.showRoot", "false")
    git(root, "replace", "HEAD", "HEAD~1")
    assert len(found(root).secrets) == 1
    assert not mark.exists()


def test_another_commit_makes_a_kept_result_stale(root: Path, tmp_path: Path) -> None:
    options = ScanOptions(is_history=True, cache=tmp_path / "cache")
    before, seen = scan(root, options), tips(root)
    assert scan(root, options) == before
    commit(root, {"gone.py": HELD})
    (root / "gone.py").unlink()
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "away")
    assert tips(root) != seen
    assert len(scan(root, options).inventory.history.secrets) == 1


def test_an_empty_repository_has_an_empty_history(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    said = history(tmp_path.resolve(), ())
    assert (said.commits, said.files, said.gap) == (0, 0, "")


@pytest.mark.parametrize("is_by_flag", [True, False])
def test_the_flag_and_the_settings_ask_for_the_history(root: Path, *, is_by_flag: bool) -> None:
    first = commit(root, {"shop/settings.py": HELD})
    commit(root, {"shop/settings.py": "y = 2\n"})
    flags = ["--history"] if is_by_flag else []
    if not is_by_flag:
        plant(root, {"assay.toml": "[secrets]\nhistory = true\n"})
    silent = assay("scan", str(root), "--no-cache", "--no-record", "--format=json")
    said = assay("scan", str(root), "--no-cache", "--no-record", "--format=json", *flags)
    assert f"stays in the history since commit {first[:12]}" in said.out
    assert (first[:12] in silent.out) is not is_by_flag
    assert VALUE not in said.out


def test_a_setting_that_is_neither_true_nor_false_is_refused(tmp_path: Path) -> None:
    plant(tmp_path, {"assay.toml": '[secrets]\nhistory = "yes"\n', "a.py": "x = 1\n"})
    said = assay("scan", str(tmp_path), "--no-cache", "--no-record")
    assert said.code == 2
    assert "secrets.history" in said.err
