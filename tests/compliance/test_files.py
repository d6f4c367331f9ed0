"""The catalogs, the mapping, the demands and the policies hold together, and damage to any of them is seen."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from tests.compliance import validator
from tests.compliance.validator import CHECKS, Document, Documents, documents

from assay.compliance import load
from assay.ledger import evidence_pages
from assay.plugins.probe import Probe
from assay.plugins.registry import registry
from assay.plugins.rule import Rule

Check = Callable[[Documents], Iterator[str]]
Damage = Callable[[Documents], object]


@pytest.fixture(scope="module")
def whole() -> Documents:
    return documents()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_shipped_files_hold(check: Check, whole: Documents) -> None:
    assert list(check(whole)) == []


def _control(found: Documents, catalog: str = "soc2") -> Document:
    control: Document = found.catalogs[catalog]["controls"][0]
    return control


def _weakness(found: Documents) -> Document:
    weakness: Document = found.mapping["weaknesses"][0]
    return weakness


def _link(found: Documents) -> Document:
    link: Document = _weakness(found)["controls"]["soc2"][0]
    return link


DAMAGES: tuple[tuple[Check, Damage], ...] = (
    (validator.every_catalog_has_its_head, lambda it: it.catalogs["gdpr"].update(url="")),
    (validator.every_catalog_has_its_head, lambda it: it.catalogs["gdpr"].update(id="gdpr-2016")),
    (validator.every_control_is_complete, lambda it: _control(it).update(note="  ")),
    (validator.every_control_is_complete, lambda it: _control(it).update(id=8.3)),
    (validator.no_control_stands_twice, lambda it: it.catalogs["soc2"]["controls"].append(_control(it))),
    (validator.automatable_is_full_partial_or_none, lambda it: _control(it).update(automatable="some")),
    (validator.titles_are_short, lambda it: _control(it).update(title="word " * 13)),
    (validator.complete_catalogs_have_all_their_controls, lambda it: it.catalogs["hipaa"]["controls"].pop()),
    (validator.the_mapping_lists_the_catalogs_that_are_there, lambda it: it.mapping["frameworks"].pop()),
    (validator.no_weakness_stands_twice, lambda it: it.mapping["weaknesses"].append(_weakness(it))),
    (validator.every_weakness_is_complete, lambda it: _weakness(it).update(clean_when="")),
    (validator.cwe_ids_are_well_formed, lambda it: _weakness(it).update(cwe=["306"])),
    (validator.what_has_no_public_id_says_why, lambda it: _weakness(it).update(cwe=[])),
    (validator.owasp_ids_equal_the_owasp_links, lambda it: _weakness(it).update(owasp_api=["API1:2023"])),
    (validator.links_name_known_catalogs, lambda it: _weakness(it)["controls"].update(soc3=[])),
    (validator.every_weakness_touches_every_catalog, lambda it: _weakness(it)["controls"].update(hipaa=[])),
    (validator.every_weakness_touches_every_catalog, lambda it: _weakness(it)["controls"].pop("gdpr")),
    (validator.no_link_stands_twice, lambda it: _weakness(it)["controls"]["soc2"].append(_link(it))),
    (validator.links_end_at_a_control, lambda it: _link(it).update(id="CC6.99")),
    (validator.nothing_is_direct_where_no_tool_can_see, lambda it: _link(it).update(id="CC1.1")),
    (validator.links_say_how_and_why, lambda it: _link(it).update(rel="loose")),
    (validator.links_say_how_and_why, lambda it: _link(it).update(why=" ")),
    (validator.seed_assertions_hold, lambda it: _weakness(it)["controls"].update(soc2=[])),
    (validator.policies_name_known_weaknesses, lambda it: it.policies["policies"][0]["tested_by"].append("none")),
    (
        validator.policies_support_known_controls,
        lambda it: it.policies["policies"][0]["supports"]["soc2"].append("CC0"),
    ),
    (
        validator.policies_support_known_controls,
        lambda it: it.policies["policies"][0]["supports"].update(soc3=["CC1.1"]),
    ),
    (validator.every_weakness_has_demands, lambda it: it.demands["demands"].pop()),
    (validator.every_demand_has_proofs_and_both_numbers, lambda it: it.demands["demands"][0].update(proofs=[])),
    (validator.every_demand_has_proofs_and_both_numbers, lambda it: it.demands["demands"][0].update(many="")),
    (
        validator.every_demand_has_proofs_and_both_numbers,
        lambda it: it.demands["demands"][0].update(many=it.demands["demands"][0]["one"]),
    ),
    (
        validator.what_can_be_seen_only_one_way_demands_that_way,
        lambda it: [proof.update(mode="attest") for demands in it.demands["demands"] for proof in demands["proofs"]],
    ),
)


@pytest.mark.parametrize(("check", "damage"), DAMAGES, ids=[f"{check.__name__}" for check, _ in DAMAGES])
def test_a_damaged_copy_fails(check: Check, damage: Damage, whole: Documents) -> None:
    copy = deepcopy(whole)
    damage(copy)
    assert list(check(copy))


def test_every_check_is_seen_to_fail() -> None:
    assert {check for check, _ in DAMAGES} == set(CHECKS)


def test_proofs_name_rules_that_exist() -> None:
    named = {rule for demands in load.compendium().demands for proof in demands.proofs for rule in proof.by}
    rules = {rule.id for rule in registry("assay.rules", "RULE", Rule, "id")}
    probes = {probe.id for probe in registry("assay.live.probes", "PROBE", Probe, "id")}
    of_evidence = {rule.id for rule in evidence_pages.RULES}
    assert named <= rules | probes | of_evidence
    assert not rules & probes


def test_rules_name_weaknesses_that_exist() -> None:
    known = {weakness.id for weakness in load.compendium().weaknesses}
    assert {rule.weakness for rule in registry("assay.rules", "RULE", Rule, "id")} <= known
    assert {probe.weakness for probe in registry("assay.live.probes", "PROBE", Probe, "id")} <= known
