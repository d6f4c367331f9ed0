"""The files of a tree are found, inside git and outside, whatever lies around it."""

import os
from pathlib import Path

import pytest
from tests.source.planting import git, plant, repository

from assay.errors import UsageError
from assay.model.place import Skipped
from assay.source.files import LANGUAGES, Tree, discover, kind_of, read, stated
from assay.source.languages import registry


def _paths(tree: Tree) -> list[str]:
    return [entry.path for entry in tree.files]


def test_a_folder_without_git_is_walked(tmp_path: Path) -> None:
    plant(tmp_path, {"b/main.py": "", "a.cs": "", "b/app.csproj": "", "readme.md": "", ".github/x.yml": ""})
    assert _paths(discover(tmp_path)) == [".github/x.yml", "a.cs", "b/app.csproj", "b/main.py"]


def test_a_repository_gives_tracked_and_new_files_but_none_that_it_ignores(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "out/\n*.tmp.py\n", "src/a.py": "", "src/gone.py": ""})
    plant(tmp_path, {"src/new.py": "", "src/x.tmp.py": "", "out/copy.py": ""})
    (tmp_path / "src/gone.py").unlink()
    assert _paths(discover(tmp_path)) == ["src/a.py", "src/new.py"]


def test_a_folder_of_a_repository_gives_paths_relative_to_itself(tmp_path: Path) -> None:
    repository(tmp_path, {"other/x.py": "", "services/api/main.py": "", "services/api/sub/y.py": ""})
    assert _paths(discover(tmp_path / "services" / "api")) == ["main.py", "sub/y.py"]


def test_a_folder_that_its_repository_ignores_is_walked(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "build/\n", "x.py": "", "build/kept/forced.py": ""})
    plant(tmp_path, {"build/kept/a.py": ""})
    assert _paths(discover(tmp_path / "build" / "kept")) == ["a.py", "forced.py"]


def test_a_second_work_tree_is_read_as_its_repository(tmp_path: Path) -> None:
    main = repository(tmp_path / "main", {".gitignore": "out.py\n", "a.py": ""})
    git(main, "worktree", "add", "--quiet", str(tmp_path / "second"))
    plant(tmp_path / "second", {"out.py": "", "b.py": ""})
    assert _paths(discover(tmp_path / "second")) == ["a.py", "b.py"]


def test_a_work_tree_of_a_bare_repository_is_read(tmp_path: Path) -> None:
    main = repository(tmp_path / "main", {"a.py": ""})
    git(tmp_path, "clone", "--quiet", "--bare", str(main), "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert _paths(discover(tmp_path / "tree")) == ["a.py"]
    assert _paths(discover(tmp_path / "bare.git")) == []


def test_submodules_and_repositories_inside_a_repository_are_read(tmp_path: Path) -> None:
    shared = repository(tmp_path / "shared", {".gitignore": "no.py\n", "lib.py": ""})
    main = repository(tmp_path / "main", {"a.py": ""})
    git(main, "submodule", "--quiet", "add", str(shared), "libs/shared")
    repository(main / "nested", {".gitignore": "no.py\n", "n.py": ""})
    plant(main, {"libs/shared/no.py": "", "nested/no.py": ""})
    assert _paths(discover(main)) == ["a.py", "libs/shared/lib.py", "nested/n.py"]


def test_repositories_inside_a_plain_folder_keep_their_own_ignored_files(tmp_path: Path) -> None:
    repository(tmp_path / "one", {".gitignore": "no.py\n", "a.py": ""})
    plant(tmp_path, {"one/no.py": "", "two/b.py": "", "two/no.py": ""})
    assert _paths(discover(tmp_path)) == ["one/a.py", "two/b.py", "two/no.py"]


def test_a_broken_repository_is_walked(tmp_path: Path) -> None:
    plant(tmp_path, {".git/HEAD": "nonsense", "a.py": ""})
    assert _paths(discover(tmp_path)) == ["a.py"]


def test_a_path_that_is_no_folder_is_told_how_to_mend(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": ""})
    with pytest.raises(UsageError, match="no such folder; give"):
        discover(tmp_path / "a.py")


def test_what_installers_and_builds_write_is_not_entered_and_said(tmp_path: Path) -> None:
    outside = {
        "node_modules/x/a.py": "",
        "env/pyvenv.cfg": "",
        "env/lib/b.py": "",
        "api/api.csproj": "<Project/>",
        "api/obj/c.cs": "",
        "__pycache__/d.py": "",
    }
    tree = discover(plant(tmp_path, {**outside, "api/Program.cs": "", "tools/bin/run.py": ""}))
    assert _paths(tree) == ["api/Program.cs", "api/api.csproj", "tools/bin/run.py"]
    assert [(each.path, each.reason, each.kind) for each in stated(tree.left_out)] == [
        ("api/obj", "generated: not entered", "left-out"),
        ("env", "vendored: not entered", "left-out"),
        ("node_modules", "vendored: not entered", "left-out"),
    ]


@pytest.mark.parametrize("is_repository", [False, True])
def test_excluded_paths_are_left_out_and_said(tmp_path: Path, *, is_repository: bool) -> None:
    files = {"legacy/old/a.py": "", "src/gen/b.py": "", "src/main.py": ""}
    (repository if is_repository else plant)(tmp_path, files)
    tree = discover(tmp_path, exclude=("legacy/**", "*/gen"))
    assert _paths(tree) == ["src/main.py"]
    assert {each.reason.partition(":")[0] for each in stated(tree.left_out)} == {"excluded"}


def test_many_folders_of_one_reason_are_stated_by_their_top_folder(tmp_path: Path) -> None:
    files = {f"apps/app{number}/migrations/0001_first.py": "" for number in range(30)}
    tree = discover(plant(tmp_path, {**files, "main.py": ""}))
    assert stated(tree.left_out) == (Skipped("apps", "generated: 30 source files", "left-out"),)


def test_a_file_beyond_the_limit_is_skipped_with_its_size(tmp_path: Path) -> None:
    tree = discover(plant(tmp_path, {"big.py": "x" * 2_500_000, "small.py": "", "big.json": "x" * 2_500_000}))
    assert _paths(tree) == ["small.py"]
    assert tree.skipped == (Skipped("big.py", "it is larger than 1 MB (2.5 MB)"),)


def test_reading_gives_the_whole_file_or_a_reason(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": "x" * 300_000})
    assert read(tmp_path, "a.py") == b"x" * 300_000
    assert read(tmp_path, "a.py", 10) == Skipped("a.py", "it is larger than 1e-05 MB (0.3 MB)")
    assert read(tmp_path, "none.py") == Skipped("none.py", "it cannot be read: No such file or directory")


def test_the_languages_are_those_of_the_registry() -> None:
    assert {ending: each.name for each in registry.LANGUAGES for ending in each.extensions} == LANGUAGES


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("A/B.CS", "csharp"),
        ("x.py", "python"),
        (".env", ".env"),
        ("deploy/.env.production", ".env"),
        ("web/appsettings.Development.json", ".json"),
        ("requirements-dev.txt", ".txt"),
        ("notes.txt", None),
        ("Makefile", None),
        ("py", None),
    ],
)
def test_the_kind_of_a_file_is_known_by_its_name(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


def test_the_listing_is_the_same_from_any_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "here", {"a/x.py": "", "b.py": ""})
    first = discover(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here" / "a")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert discover(Path(os.pardir)) == first
