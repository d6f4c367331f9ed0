"""A tree made to harm its reader does none: nothing outside is read, nothing hangs, nothing is run, and what is lost is said."""

import os
import stat
import time
from pathlib import Path

import pytest
from tests.source.planting import git, plant, repository

from assay.model.place import Skipped
from assay.source import listing
from assay.source.files import discover, read
from assay.source.listing import unprintable
from assay.source.project import Project

LEADS_OUT = "it is a symbolic link that leads out of the tree, which is not followed"


def _reasons(found: tuple[Skipped, ...]) -> dict[str, str]:
    return {each.path: each.reason for each in found}


@pytest.mark.parametrize("is_repository", [False, True])
def test_links_are_not_followed_and_those_that_lead_out_are_said(tmp_path: Path, *, is_repository: bool) -> None:
    secret = plant(tmp_path / "outside", {"secret.py": "SECRET = 1"})
    root = plant(tmp_path / "tree", {"real/a.py": ""})
    (root / "file.py").symlink_to(secret / "secret.py")
    (root / "folder").symlink_to(secret)
    (root / "within.py").symlink_to(root / "real" / "a.py")
    (root / "loop").symlink_to(root)
    (root / "real" / "up").symlink_to("..")
    (root / "itself.py").symlink_to(root / "itself.py")
    (root / "broken.py").symlink_to("/nowhere/at/all.py")
    if is_repository:
        repository(root, {})
    tree = discover(root)
    assert [entry.path for entry in tree.files] == ["real/a.py"]
    assert _reasons(tree.skipped) == {"broken.py": LEADS_OUT, "file.py": LEADS_OUT, "folder": LEADS_OUT}


def test_a_tracked_folder_that_became_a_link_is_not_read_through(tmp_path: Path) -> None:
    outside = plant(tmp_path / "outside", {"a.py": "SECRET = 1"})
    root = repository(tmp_path / "tree", {"package/a.py": "", "b.py": ""})
    (root / "package" / "a.py").unlink()
    (root / "package").rmdir()
    (root / "package").symlink_to(outside)
    tree = discover(root)
    assert [entry.path for entry in tree.files] == ["b.py"]
    assert "symbolic link" in _reasons(tree.skipped)["package/a.py"]


def test_a_link_put_in_place_of_a_file_after_the_listing_is_not_opened(tmp_path: Path) -> None:
    plant(tmp_path, {"secret": "SECRET", "tree/a.py": ""})
    project = Project.open(tmp_path / "tree")
    (tmp_path / "tree/a.py").unlink()
    (tmp_path / "tree/a.py").symlink_to(tmp_path / "secret")
    assert project.file("a.py") is None
    assert "cannot be read" in _reasons(project.skipped)["a.py"]


def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": ""})
    os.mkfifo(tmp_path / "pipe.py")
    try:
        os.mknod(tmp_path / "zero.py", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        (tmp_path / "zero.py").symlink_to("/dev/zero")
    tree = discover(tmp_path)
    assert [entry.path for entry in tree.files] == ["a.py"]
    assert set(_reasons(tree.skipped)) == {"pipe.py", "zero.py"}
    started = time.monotonic()
    assert read(tmp_path, "pipe.py") == Skipped("pipe.py", "it is not a regular file")
    assert time.monotonic() - started < 5


def test_names_that_no_report_could_print_are_skipped_and_shown_escaped(tmp_path: Path) -> None:
    plant(
        tmp_path, {"good.py": "", "line\nbreak.py": "", "esc\x1b[2J.py": "", "turned\u202egnp.py": "", "ümlaut.py": ""}
    )
    (tmp_path / os.fsdecode(b"latin\xe9.py")).write_bytes(b"")
    (tmp_path / "bad\nfolder").mkdir()
    plant(tmp_path / "bad\nfolder", {"inside.py": ""})
    tree = discover(tmp_path)
    assert [entry.path for entry in tree.files] == ["good.py", "ümlaut.py"]
    assert set(_reasons(tree.skipped)) == {
        "bad\\nfolder", "esc\\x1b[2J.py", "latin\\xe9.py", "line\\nbreak.py", "turned\\u202egnp.py"
    }  # fmt: skip
    assert not any(unprintable(each.path) for each in tree.skipped)


def test_names_that_no_report_could_print_are_skipped_in_a_repository_too(tmp_path: Path) -> None:
    plant(tmp_path, {"good.py": "", "line\nbreak.py": ""})
    (tmp_path / os.fsdecode(b"latin\xe9.py")).write_bytes(b"")
    tree = discover(repository(tmp_path, {}))
    assert [entry.path for entry in tree.files] == ["good.py"]
    assert set(_reasons(tree.skipped)) == {"latin\\xe9.py", "line\\nbreak.py"}


def test_no_command_that_a_repository_names_is_run(tmp_path: Path) -> None:
    root = repository(tmp_path / "tree", {"a.py": "x = 1\n", ".gitattributes": "*.py filter=evil\n"})
    trap = plant(tmp_path, {"trap.sh": f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n"}) / "trap.sh"
    trap.chmod(0o700)
    for setting in ("core.fsmonitor", "core.pager", "filter.evil.clean", "filter.evil.process", "core.sshCommand"):
        git(root, "config", setting, str(trap))
    git(root, "config", "core.worktree", "/")
    plant(root, {"a.py": "x = 2\n", "new.py": ""})
    assert [entry.path for entry in discover(root).files] == ["a.py", "new.py"]
    assert not (tmp_path / "sprung").exists()


def test_a_folder_that_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("permissions do not hold root back")
    plant(tmp_path, {"a.py": "", "closed/b.py": "", "c.py": ""})
    (tmp_path / "closed").chmod(0)
    (tmp_path / "c.py").chmod(0)
    project = Project.open(tmp_path)
    assert project.paths("python") == ("a.py",)
    assert set(_reasons(project.skipped)) == {"closed", "c.py"}
    (tmp_path / "closed").chmod(0o700)


def test_a_folder_too_deep_for_the_system_is_skipped_and_the_rest_is_read(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": ""})
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=here)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    tree = discover(tmp_path)
    assert [entry.path for entry in tree.files] == ["a.py"]
    assert [each.reason for each in tree.skipped] == ["the folder cannot be read: File name too long"]


def test_a_path_of_very_many_folders_is_read(tmp_path: Path) -> None:
    deep = "/".join("d" * 900)
    plant(tmp_path, {f"{deep}/a.py": "x = 1"})
    assert Project.open(tmp_path).paths("python") == (f"{deep}/a.py",)


def test_a_name_in_an_index_that_leads_out_of_the_tree_is_skipped(tmp_path: Path) -> None:
    names = ["../up.py", "/etc/root.py", "a//b.py", "a/../../c.py", "good.py"]
    found = listing.Listing()
    git_listed = listing._Names(tracked=names, others=["../new.py"], links=["../link"], modules=["../module"])
    assert list(listing._take(found, str(tmp_path), "", git_listed, listing.Exclusion(()))) == []
    assert found.paths == ["good.py"]
    assert found.links == []
    assert {each.reason for each in found.skipped} == {"its name leads out of the tree"}
    assert len(found.skipped) == 7
