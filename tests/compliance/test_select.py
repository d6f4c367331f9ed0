"""Catalogs are taken by the names that people use; Security is always in."""

import pytest

from assay.compliance import load
from assay.compliance.select import selection, short
from assay.errors import UsageError
from assay.model.catalog import Catalog

CATALOGS = load.compendium().catalogs


def _prefixes(catalog: Catalog) -> set[str]:
    return {control.id.split(".")[0] for control in catalog.controls}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("soc2", "soc2"),
        ("owasp", "owasp-api-2023"),
        ("pci", "pci-dss-4.0.1"),
        ("gdpr", "gdpr"),
        ("hipaa", "hipaa"),
        ("iso27001", "iso27001-2022"),
        ("nist", "nist-800-53-r5"),
        ("PCI-DSS", "pci-dss-4.0.1"),
        ("pci-dss-4.0.1", "pci-dss-4.0.1"),
        (" SOC2 ", "soc2"),
    ],
)
def test_a_catalog_is_found_by_its_short_name(name: str, found: str) -> None:
    assert [catalog.id for catalog in selection(CATALOGS, [name])] == [found]


def test_names_keep_their_order_and_count_once() -> None:
    assert [catalog.id for catalog in selection(CATALOGS, ["pci,soc2", "pci"])] == ["pci-dss-4.0.1", "soc2"]


def test_without_a_name_it_is_soc_2() -> None:
    assert [catalog.id for catalog in selection(CATALOGS)] == ["soc2"]


def test_all_takes_every_catalog() -> None:
    assert {catalog.id for catalog in selection(CATALOGS, ["all"])} == {catalog.id for catalog in CATALOGS}


def test_short_names_are_the_seven_that_people_know() -> None:
    assert {short(catalog) for catalog in CATALOGS} == {"soc2", "owasp", "pci", "gdpr", "hipaa", "iso27001", "nist"}


def test_security_alone_is_the_common_criteria() -> None:
    (soc2,) = selection(CATALOGS, ["soc2"])
    assert (len(soc2.controls), _prefixes(soc2)) == (33, {f"CC{number}" for number in range(1, 10)})


@pytest.mark.parametrize("criteria", [["availability"], ["security,availability"], ["Security", "Availability"]])
def test_availability_comes_beside_security(criteria: list[str]) -> None:
    (soc2,) = selection(CATALOGS, ["soc2"], criteria)
    assert _prefixes(soc2) == {*(f"CC{number}" for number in range(1, 10)), "A1"}


def test_processing_integrity_may_be_written_both_ways() -> None:
    assert selection(CATALOGS, ["soc2"], ["processing_integrity"]) == selection(
        CATALOGS, ["soc2"], ["processing-integrity"]
    )


def test_all_criteria_are_all_61() -> None:
    (soc2,) = selection(CATALOGS, ["soc2"], ["all"])
    assert len(soc2.controls) == 61


def test_criteria_leave_other_catalogs_whole() -> None:
    _, gdpr = selection(CATALOGS, ["soc2,gdpr"], ["privacy"])
    assert gdpr in CATALOGS


@pytest.mark.parametrize("name", ["sox", "p", "pci-", "soc"])
def test_an_unknown_catalog_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match=r"choose from gdpr, hipaa, iso27001, nist, owasp, pci, soc2, all\."):
        selection(CATALOGS, ["soc2", name])


def test_a_name_of_two_catalogs_is_refused() -> None:
    twins = [Catalog(f"own-{year}", "Own", year, "us", "", ()) for year in ("2025", "2026")]
    with pytest.raises(UsageError, match="may be own-2025 or own-2026; write one of them in full"):
        selection([*CATALOGS, *twins], ["own"])


def test_an_unknown_criterion_is_refused_with_the_known_ones() -> None:
    known = "choose from security, availability, confidentiality, privacy, processing-integrity, all"
    with pytest.raises(UsageError, match=known):
        selection(CATALOGS, ["soc2"], ["speed"])


def test_criteria_without_a_catalog_that_has_some_are_refused() -> None:
    with pytest.raises(UsageError, match="pci has no optional criteria; leave it out, or add soc2"):
        selection(CATALOGS, ["pci"], ["availability"])
