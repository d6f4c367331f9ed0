"""Two measurements write one page, each its own part."""

from pathlib import Path

from benchmarks.page import replace_part


def test_a_part_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    replace_part(page, "", "# Performance\n\nfirst")
    replace_part(page, "Against peers", "one")
    replace_part(page, "Evidence", "three")
    replace_part(page, "Against peers", "two")
    assert page.read_text("utf-8") == "# Performance\n\nfirst\n\n## Against peers\n\ntwo\n\n## Evidence\n\nthree\n"


def test_writing_the_same_part_again_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    for _ in range(2):
        replace_part(page, "", "# Performance")
        replace_part(page, "Against peers", "two")
        replace_part(page, "Evidence", "three")
    once = page.read_text("utf-8")
    replace_part(page, "Against peers", "two")
    assert page.read_text("utf-8") == once
    assert once == "# Performance\n\n## Against peers\n\ntwo\n\n## Evidence\n\nthree\n"
