"""Fragments of the changelog are well formed, and a release folds them in."""

from pathlib import Path

import pytest
from tests.house.tree import ROOT

from tools.changelog import MARK, fault, fragments, release


def test_every_waiting_fragment_is_well_formed() -> None:
    faults = [text for path in fragments(ROOT / "changelog.d") if (text := fault(path))]
    assert not faults, "\n".join(faults)


def test_the_changelog_has_the_mark_under_which_releases_go() -> None:
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").count(MARK) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flask.md", "Says no kind."),
        ("flask.news.md", "Says a kind that is none."),
        ("Flask.fixed.md", "Is not in lower case."),
        ("flask.fixed.md", "no sentence"),
        ("flask.fixed.md", "- A list."),
    ],
)
def test_a_bad_fragment_is_told_how_to_mend(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert name in (fault(path) or "")


def test_a_release_orders_fragments_by_kind_and_joins_their_lines(tmp_path: Path) -> None:
    (tmp_path / "a.fixed.md").write_text("One\nsentence.\n", encoding="utf-8")
    (tmp_path / "b.security.md").write_text("Another.\n", encoding="utf-8")
    text = release("1.0.0", fragments(tmp_path))
    assert text == "## 1.0.0\n\n### Security\n\n- Another.\n\n### Fixed\n\n- One sentence.\n"
