"""Reading YAML: what is right becomes values, what is wrong is named with its file, entry, key and mend."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from tests.compliance.validator import FOLDER

from assay.compliance import load, read
from assay.errors import CatalogError
from assay.model.verdict import Severity
from assay.model.weakness import Link


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "compliance"
    copytree(FOLDER, copy, ignore=ignore_patterns("*.py", "__pycache__", "*.json"))
    return copy


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_weakness_is_read_with_its_links_in_order() -> None:
    first = read.compendium(FOLDER).weaknesses[0]
    assert (first.id, first.severity, first.detect) == ("missing-authentication", Severity.CRITICAL, ("static", "live"))
    assert first.links[0] == Link("soc2", "CC6.1", "direct", "No identity check stands in front of protected data.")
    assert {link.catalog for link in first.links} == {catalog.id for catalog in read.compendium(FOLDER).catalogs}


def test_a_catalog_is_read_with_its_criteria() -> None:
    soc2 = read.catalog(FOLDER / "catalogs" / "soc2.yaml")
    assert (len(soc2.controls), soc2.mandatory[0]) == (61, "CC1")
    assert ("processing-integrity", ("PI1",)) in soc2.optional


def test_a_catalog_without_criteria_has_none() -> None:
    gdpr = read.catalog(FOLDER / "catalogs" / "gdpr.yaml")
    assert (gdpr.mandatory, gdpr.optional) == ((), ())


def test_a_copy_reads_like_the_original(folder: Path) -> None:
    assert read.compendium(folder) == read.compendium(FOLDER)


DAMAGES: tuple[tuple[str, Callable[[Path], object], str], ...] = (
    (
        "no YAML",
        lambda it: _edit(it / "mapping.yaml", "frameworks:\n", "frameworks: [\n"),
        r"mapping\.yaml: is no YAML",
    ),
    ("no file", lambda it: (it / "demands.yaml").unlink(), r"demands\.yaml: cannot be read: .*; restore it"),
    ("no mapping", lambda it: (it / "demands.yaml").write_text("- a\n"), r"demands\.yaml: holds no mapping"),
    ("no text", lambda it: (it / "mapping.yaml").write_bytes(b"a: \xff"), r"mapping\.yaml: is no YAML"),
    (
        "a key twice",
        lambda it: _edit(it / "mapping.yaml", "  kind: technical\n", "  kind: technical\n  kind: process\n"),
        r"mapping\.yaml: is no YAML: the key kind stands twice .*line \d+",
    ),
    (
        "an unquoted number",
        lambda it: _edit(it / "catalogs" / "gdpr.yaml", "- id: 5(1)(c)", "- id: 5.1"),
        r"gdpr\.yaml: 5\.1: id: is missing or no text; .*quotes",
    ),
    (
        "an unknown word",
        lambda it: _edit(it / "catalogs" / "soc2.yaml", "automatable: partial", "automatable: some"),
        r"soc2\.yaml: CC\d\.\d: automatable: is some; choose from full, partial, none",
    ),
    (
        "an unknown control",
        lambda it: _edit(it / "mapping.yaml", "{id: CC6.1, rel: direct", "{id: CC6.10, rel: direct"),
        r"mapping\.yaml: missing-authentication: CC6\.10: id: is no control of soc2; correct it",
    ),
    (
        "an unknown catalog",
        lambda it: _edit(it / "mapping.yaml", "    soc2:\n", "    soc3:\n"),
        r"mapping\.yaml: missing-authentication: soc3: is no catalog; choose from gdpr, hipaa",
    ),
    (
        "an unlisted catalog",
        lambda it: _edit(it / "mapping.yaml", "- gdpr\n", ""),
        r"mapping\.yaml: frameworks: differs from the files in catalogs/; list gdpr",
    ),
    (
        "a control twice",
        lambda it: _edit(it / "catalogs" / "soc2.yaml", "- id: CC1.2", "- id: CC1.1"),
        r"soc2\.yaml: CC1\.1: stands 2 times; keep one",
    ),
    (
        "a weakness twice",
        lambda it: _edit(it / "mapping.yaml", "- id: bola\n", "- id: bfla\n"),
        r"mapping\.yaml: bfla: stands 2 times; keep one",
    ),
    (
        "a link twice",
        lambda it: _edit(it / "mapping.yaml", "{id: CC6.6, rel: supporting", "{id: CC6.1, rel: supporting"),
        r"mapping\.yaml: missing-authentication: soc2: CC6\.1: stands 2 times; keep one",
    ),
    (
        "an unknown severity",
        lambda it: _edit(it / "mapping.yaml", "severity: critical", "severity: awful"),
        r"mapping\.yaml: missing-authentication: severity: is awful; choose from critical, high",
    ),
    (
        "an unknown mode",
        lambda it: _edit(it / "mapping.yaml", "detect: [static, live]", "detect: [smell]"),
        r"mapping\.yaml: missing-authentication: detect: is smell; choose from static, live",
    ),
    (
        "a list that is none",
        lambda it: _edit(it / "mapping.yaml", "cwe: [CWE-306]", "cwe: CWE-306"),
        r"mapping\.yaml: missing-authentication: cwe: is missing or no list of texts",
    ),
    (
        "links that are none",
        lambda it: _edit(it / "mapping.yaml", "    owasp-api-2023: []\n", "    owasp-api-2023: none\n"),
        r"mapping\.yaml: .*: owasp-api-2023: is missing or no list of mappings",
    ),
    (
        "controls that are none",
        lambda it: _edit(it / "mapping.yaml", "  controls:\n", "  controls: none\n  was:\n"),
        r"mapping\.yaml: missing-authentication: controls: is missing or no mapping",
    ),
    (
        "demands of nothing",
        lambda it: _edit(it / "demands.yaml", "- weakness: bola\n", "- weakness: bolo\n"),
        r"demands\.yaml: bolo: no such weakness in the mapping; remove it",
    ),
    (
        "demands twice",
        lambda it: _edit(it / "demands.yaml", "- weakness: bola\n", "- weakness: bfla\n"),
        r"demands\.yaml: bfla: stands 2 times; keep one",
    ),
    (
        "no demands",
        lambda it: _edit(it / "mapping.yaml", "- id: bola\n", "- id: bola-too\n"),
        r"demands\.yaml: bola: no such weakness|demands\.yaml: bola-too: is missing",
    ),
    (
        "an unknown mode of proof",
        lambda it: _edit(it / "demands.yaml", "mode: live", "mode: dead"),
        r"demands\.yaml: missing-authentication: number 2: mode: is dead; choose from static",
    ),
)


@pytest.mark.parametrize(("damage", "message"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_an_error_names_file_entry_key_and_mend(damage: Callable[[Path], object], message: str, folder: Path) -> None:
    damage(folder)
    with pytest.raises(CatalogError, match=message):
        read.compendium(folder)


def test_a_weakness_without_demands_is_named(folder: Path) -> None:
    text = (folder / "demands.yaml").read_text(encoding="utf-8")
    (folder / "demands.yaml").write_text(text[: text.rindex("- weakness:")], encoding="utf-8")
    with pytest.raises(CatalogError, match=r"demands\.yaml: evidence-integrity-failure: is missing; add"):
        read.compendium(folder)


def test_the_compact_form_says_what_the_yaml_says() -> None:
    assert load.COMPACT.read_bytes() == load.encoded(read.compendium(FOLDER)), "mend: make snap"


def test_the_compact_form_reads_back() -> None:
    assert load.compendium() == read.compendium(FOLDER)


def test_the_compact_form_is_read_once() -> None:
    assert load.compendium() is load.compendium()


def test_a_damaged_compact_form_is_named_with_its_mend(tmp_path: Path) -> None:
    (tmp_path / "compact.json").write_bytes(load.COMPACT.read_bytes()[:-9])
    with pytest.raises(CatalogError, match=r"compact\.json: is damaged: .*make snap"):
        load.decoded(tmp_path / "compact.json")


def test_a_compact_form_with_an_unknown_severity_is_damaged(tmp_path: Path) -> None:
    text = load.COMPACT.read_text(encoding="utf-8").replace('"severity":"critical"', '"severity":"awful"', 1)
    (tmp_path / "compact.json").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match="awful"):
        load.decoded(tmp_path / "compact.json")


def test_a_missing_compact_form_is_named_with_its_mend(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"compact\.json: cannot be read: .*make snap"):
        load.decoded(tmp_path / "compact.json")
