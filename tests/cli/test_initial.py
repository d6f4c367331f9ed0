"""`assay init` writes settings that are valid as they stand, and never overwrites."""

import tomllib
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace
from tests.assessment.scene import endpoint, guard, inventory
from tests.cli.command import assay

from assay.assessment.settings import Settings, settings
from assay.cli.initial import settings_text
from assay.model.program import Inventory

TREE = inventory(endpoint("GET /health"), endpoint("GET /orders", guard()))


def test_the_settings_that_are_written_equal_the_defaults_but_for_name_and_catalog() -> None:
    assert settings(settings_text("shop", TREE)) == replace(Settings(), name="shop", frameworks=("soc2",))


def test_everything_that_is_commented_out_is_valid_too() -> None:
    lines = settings_text("shop", TREE).splitlines()
    bare = [line.removeprefix("# ") for line in lines if line.startswith("# ") and ("=" in line or "[" in line[:4])]
    read = settings(
        "\n".join([*(line for line in bare if not line.startswith('reason = ""')), ""]).replace(
            'endpoint = "GET /health"', 'endpoint = "GET /health"\nreason = "x"'
        )
    )
    assert [each.endpoint.text for each in read.exemptions] == ["GET /health"]
    assert [each.owner for each in read.suppressions] == ["payments@example.org"]


def test_what_was_detected_is_told() -> None:
    text = settings_text("shop", TREE)
    assert "# Found on 1 API:\n#   shop: fastapi, 2 endpoints\n" in text
    assert '# endpoint = "GET /health"' in text
    assert "GET /orders" not in text


@pytest.mark.parametrize("name", ['a"b', "a\nb = 1", "a\\b", "{name}", "é"])
def test_no_name_breaks_the_file(name: str) -> None:
    assert set(tomllib.loads(settings_text(name, Inventory()))) == {
        "name",
        "frameworks",
        "criteria",
        "thresholds",
        "vocabulary",
    }


@pytest.mark.parametrize(
    ("system", "file"),
    [
        ("github", ".github/workflows/assay.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("pre-commit", ".pre-commit-config.yaml"),
    ],
)
def test_the_file_of_a_ci_system_is_valid_and_never_overwritten(tmp_path: Path, system: str, file: str) -> None:
    first = assay("init", tmp_path, "--ci", system)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert first.code == 0
    assert yaml.safe_load(text)
    (tmp_path / file).write_text("mine", encoding="utf-8")
    again = assay("init", tmp_path, "--ci", system)
    assert again.code == 2
    assert "is not overwritten" in again.err
    assert (tmp_path / file).read_text(encoding="utf-8") == "mine"
