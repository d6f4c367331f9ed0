"""Settings: every key is read, every mistake is named with file, key and mend."""

from pathlib import Path

import pytest

from assay.assessment.settings import Settings, Vocabulary, found, settings
from assay.errors import ConfigurationError

WHOLE = """
name = "orders"
sources = ["src"]
exclude = ["legacy/**"]
contract = ["openapi.yaml"]
frameworks = ["soc2", "pci"]
criteria = ["availability"]
baseline = "known.json"

[scope]
apis = ["services/*"]

[thresholds]
fail-on = "medium"
min-coverage = 80

[vocabulary]
guards = ["require_member"]
not_guards = ["throttle"]
audit = ["record"]

[[exemptions]]
endpoint = "GET /health"
reason = "The balancer asks."

[[suppressions]]
rule = "AP004"
endpoint = "POST /hooks/{id}"
reason = "Signed."
owner = "payments"
until = 2027-01-31
"""


def test_every_key_is_read() -> None:
    read = settings(WHOLE)
    assert (read.name, read.sources, read.exclude) == ("orders", ("src",), ("legacy/**",))
    assert (read.contract, read.frameworks, read.criteria) == (("openapi.yaml",), ("soc2", "pci"), ("availability",))
    assert (read.baseline, read.apis, read.fail_on, read.min_coverage) == ("known.json", ("services/*",), "medium", 80)
    assert read.vocabulary == Vocabulary(("require_member",), ("throttle",), ("record",))
    assert [exemption.reason for exemption in read.exemptions] == ["The balancer asks."]
    (waiver,) = read.suppressions
    assert (waiver.rules, waiver.reason, waiver.owner, waiver.until) == (
        ("AP004",),
        "Signed.",
        "payments",
        "2027-01-31",
    )


def test_an_entry_knows_the_line_where_it_is_written() -> None:
    read = settings(WHOLE, "assay.toml")
    assert read.exemptions[0].origin == "assay.toml:22"
    assert read.suppressions[0].origin == "assay.toml:26"


def test_entries_that_are_written_inline_are_all_read() -> None:
    read = settings('exemptions = [{endpoint = "/a", reason = "x"}, {endpoint = "/b", reason = "y"}]')
    assert [(each.endpoint.text, each.origin) for each in read.exemptions] == [
        ("/a", "assay.toml:1"),
        ("/b", "assay.toml:1"),
    ]


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert found(tmp_path, None) == Settings()


def test_settings_lie_at_the_root_or_where_the_flag_says(tmp_path: Path) -> None:
    (tmp_path / "assay.toml").write_text('name = "root"', encoding="utf-8")
    (tmp_path / "other.toml").write_text('name = "other"', encoding="utf-8")
    assert found(tmp_path, None).name == "root"
    assert found(tmp_path, tmp_path / "other.toml").name == "other"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nam = 'x'", ["assay.toml: nam is not known", "write name"]),
        ("[thresholds]\nfail_onn = 'high'", ["thresholds.fail-onn is not known", "write fail-on"]),
        ("zzz = 1", ["zzz is not known", "use one of baseline, change"]),
        ("[[suppressions]]\nrule = 'AP004'\nuntill = 2027-01-31", ["suppressions[1].untill", "write until"]),
        ("name = 3", ["name is a number, not a string", 'write name = "..."']),
        ("exclude = [1]", ["exclude is no list of strings"]),
        ("thresholds = 3", ["thresholds is a number, not a table", "write [thresholds]"]),
        ("exemptions = 3", ["exemptions is no list of tables", "write [[exemptions]]"]),
        ("[thresholds]\nfail-on = 'hihg'", ["fail-on is 'hihg'", "write 'high'"]),
        ("[thresholds]\nmin-coverage = 101", ["min-coverage is not a number from 0 to 100"]),
        ("[thresholds]\nmin-coverage = true", ["min-coverage is not a number from 0 to 100"]),
        ("[[exemptions]]\nendpoint = 'GET /x'", ["exemptions[1].reason is missing"]),
        ("[[exemptions]]\nreason = 'x'", ["exemptions[1].endpoint is missing"]),
        ("[[exemptions]]\nendpoint = 'health'\nreason = 'x'", ["endpoint is 'health'", "write a method and a path"]),
        ("[[exemptions]]\nendpoint = '/x'\nreason = 'x'\nuntil = 'soon'", ["until is 'soon', which is no date"]),
        ("[[suppressions]]\nreason = 'x'", ["rule is missing", "name a rule, a fingerprint or an endpoint"]),
        ("name = = 1", ["assay.toml: this is no TOML", "line 1"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_mend(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        settings(text)
    assert not [word for word in (*words, "assay.toml", "Mend: ") if word not in str(refused.value)]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name = '" + b"x" * 1_000_001 + b"'"])
def test_a_file_that_is_no_text_of_settings_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "assay.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match="Mend: "):
        found(tmp_path, None)


def test_a_file_that_the_flag_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        found(tmp_path, tmp_path / "missing.toml")
