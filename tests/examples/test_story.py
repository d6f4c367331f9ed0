"""The story that `make demo` tells is true: found, fixed, shown, handed over, and a changed bit is told."""

from pathlib import Path

import pytest

from tools import story


@pytest.mark.slow
def test_the_story_of_a_finding_comes_out_as_it_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    story.tell(tmp_path / "story")
    told = capfd.readouterr().out
    assert "verified_fixed" in told
    assert told.index("VALID: ") < told.index("TAMPERED: ")
    assert "findings/" in told[told.index("TAMPERED: ") :]
    assert (tmp_path / "story" / "finding.zip").is_file()
