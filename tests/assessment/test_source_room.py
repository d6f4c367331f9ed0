"""`sources` limits what is read; everything beside it is left out and said so."""

from pathlib import Path

import pytest
from tests.assessment.scene import silent
from tests.cli.command import project

from assay.assessment.rooms import Wish
from assay.assessment.settings import Settings
from assay.assessment.source_room import read
from assay.errors import ConfigurationError


def apis(root: Path, *sources: str) -> list[str]:
    return [api.root for api in read(root, Wish(settings=Settings(sources=sources)), silent).inventory.apis]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("a/b", "a/c", "d[1]", "e"):
        project(tmp_path / folder)
    return tmp_path


def test_without_sources_everything_is_read(tree: Path) -> None:
    assert apis(tree) == ["a/b", "a/c", "d[1]", "e"]


@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        (["a"], ["a/b", "a/c"]),
        (["a/b"], ["a/b"]),
        (["a/b", "e"], ["a/b", "e"]),
        (["a", "a/b"], ["a/b", "a/c"]),
        (["d[1]"], ["d[1]"]),
        (["./e/"], ["e"]),
        (["."], ["a/b", "a/c", "d[1]", "e"]),
    ],
)
def test_only_the_folders_that_are_named_are_read(tree: Path, sources: list[str], kept: list[str]) -> None:
    assert apis(tree, *sources) == kept


@pytest.mark.parametrize("source", ["nosuch", "../x", "/etc", "e/main.py"])
def test_what_is_no_folder_of_the_tree_is_refused(tree: Path, source: str) -> None:
    with pytest.raises(ConfigurationError, match="is no folder of the project"):
        apis(tree, source)
