"""Revisions are laid out as files only, and reading git runs nothing that a repository brings along."""

import os
import subprocess
from pathlib import Path

import pytest

from assay.assessment.revision import LARGEST, commit, lay_out, resolved
from assay.errors import RevisionError

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *IDENTITY, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "app").mkdir(parents=True)
    git(root, "init", "-q")
    (root / "app/main.py").write_text("old = 1\n", encoding="utf-8")
    (root / "readme").write_text("x", encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()
    )


def test_the_tree_of_a_revision_is_laid_out_as_it_was(repository: Path, target: Path) -> None:
    (repository / "app/main.py").write_text("new = 2\n", encoding="utf-8")
    assert lay_out(repository, "HEAD", target) == git(repository, "rev-parse", "HEAD")
    assert files(target) == ["app/main.py", "readme"]
    assert (target / "app/main.py").read_text(encoding="utf-8") == "old = 1\n"


def test_only_the_scanned_folder_is_laid_out(repository: Path, target: Path) -> None:
    lay_out(repository / "app", "HEAD", target)
    assert files(target) == ["main.py"]


def test_a_symbolic_link_is_not_laid_out(repository: Path, target: Path) -> None:
    (repository / "link").symlink_to("/etc/passwd")
    (repository / "out").symlink_to("..")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "links")
    lay_out(repository, "HEAD", target)
    assert files(target) == ["app/main.py", "readme"]


def test_a_path_that_leads_out_is_not_laid_out(repository: Path, target: Path) -> None:
    blob = git(repository, "rev-parse", "HEAD:readme")
    row = f"100644 blob {blob}\t..\n100644 blob {blob}\tgood\n"
    inner = _tree(repository, row.replace("..", "evil"))
    # A tree object with the name ".." is made by hand: git itself refuses to write one.
    content = b"40000 ..\0" + bytes.fromhex(inner) + b"100644 good\0" + bytes.fromhex(blob)
    tree = _object(repository, content)
    made = git(repository, "commit-tree", tree, "-m", "evil")
    lay_out(repository, made, target)
    assert files(target) == ["good"]
    assert not (target.parent / "evil").exists()


def test_a_huge_file_keeps_its_size_and_loses_its_content(repository: Path, target: Path) -> None:
    (repository / "big.py").write_bytes(b"x" * (LARGEST + 1))
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "big")
    lay_out(repository, "HEAD", target)
    assert (target / "big.py").stat().st_size == LARGEST + 1
    assert (target / "big.py").read_bytes()[:1] == b"\0"


def test_an_unknown_revision_is_refused_with_the_mend(repository: Path) -> None:
    with pytest.raises(RevisionError, match=r"nosuch: git knows no such revision here\. Mend: "):
        resolved(repository, "nosuch")


@pytest.mark.parametrize("revision", ["--help", "-x", "--output=/tmp/x", ""])
def test_a_revision_is_never_taken_for_an_option(repository: Path, revision: str) -> None:
    with pytest.raises(RevisionError):
        resolved(repository, revision)


def test_outside_git_a_revision_is_refused_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match=r"no git repository can be read here .*Mend: "):
        resolved(tmp_path, "HEAD")


def test_a_folder_that_the_revision_lacks_is_refused(repository: Path, target: Path) -> None:
    (repository / "later").mkdir()
    with pytest.raises(RevisionError, match="it has no folder later/"):
        lay_out(repository / "later", "HEAD", target)


def test_the_commit_of_a_clean_folder_is_its_name(repository: Path) -> None:
    assert commit(repository) == git(repository, "rev-parse", "HEAD")


def test_changes_are_said_beside_the_commit(repository: Path) -> None:
    (repository / "app/main.py").write_text("new = 2\n", encoding="utf-8")
    assert commit(repository) == git(repository, "rev-parse", "HEAD") + "+changes"


def test_changes_elsewhere_do_not_count(repository: Path) -> None:
    (repository / "readme").write_text("y", encoding="utf-8")
    assert not commit(repository / "app").endswith("+changes")


def test_there_is_no_commit_outside_git_or_before_the_first(tmp_path: Path) -> None:
    assert commit(tmp_path) == ""
    git(tmp_path, "init", "-q")
    assert commit(tmp_path) == ""


@pytest.mark.parametrize("key", ["filter.evil.clean", "filter.evil.process", "core.fsmonitor"])
def test_nothing_that_the_repository_configures_is_run(repository: Path, tmp_path: Path, key: str) -> None:
    trace = tmp_path / "trace"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\necho ran >> {trace}\ncat\n", encoding="utf-8")
    script.chmod(0o755)
    git(repository, "config", key, str(script))
    (repository / ".git/info/attributes").write_text("* filter=evil\n", encoding="utf-8")
    os.utime(repository / "app/main.py", (1, 1))
    assert commit(repository)
    assert not trace.exists()


def test_variables_of_a_hook_do_not_lead_to_another_repository(
    repository: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_WORK_TREE", "/nowhere")
    assert commit(repository / "app") == name
    assert lay_out(repository / "app", "HEAD", target) == name
    assert files(target) == ["main.py"]


def _tree(repository: Path, rows: str) -> str:
    return _piped(repository, ["mktree"], rows.splitlines()[0].encode() + b"\n")


def _object(repository: Path, content: bytes) -> str:
    return _piped(repository, ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], content)


def _piped(repository: Path, words: list[str], given: bytes) -> str:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, input=given, check=True, capture_output=True, timeout=30).stdout.decode().strip()
