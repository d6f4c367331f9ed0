"""Which tests hold the product to the twenty acceptance tests of the evidence; each of them has to be there under its name.

| | what is demanded | |
|---|---|---|
| 1-2 | mapping, and a second scan that changes nothing | 3-8 what closes a finding, and what brings it back |
| 9-10 | independence, and gaps that stay | 11-12 tampering | 13-14 versions, and secrets | 15-20 files, formats, words, time |
"""

import ast
from functools import cache

import pytest
from tests.house.tree import ROOT

HISTORY, PACKS, VERIFIER = (
    "tests/ledger/test_history.py",
    "tests/ledger/pack/test_pack.py",
    "tests/ledger/pack/test_verification.py",
)
EVIDENCE, PACKING, IN_FORCE = (
    "tests/cli/test_evidence.py",
    "tests/assessment/test_packing.py",
    "tests/assessment/test_in_force.py",
)
ACCEPTANCE: dict[int, tuple[str, ...]] = {
    1: (
        "tests/compliance/test_weigh.py::test_each_class_of_finding_fails_its_criterion",
        "tests/reports/test_seed_assertions.py::test_a_class_of_finding_shows_its_criterion_in_every_report",
        "tests/reports/test_seed_assertions.py::test_the_assertions_are_those_of_the_mapping",
    ),
    2: (
        f"{HISTORY}::test_a_second_scan_of_the_same_changes_nothing",
        "tests/assessment/test_record.py::test_only_what_changed_becomes_an_entry",
    ),
    3: (
        "tests/cli/test_live_evidence.py::test_an_api_that_is_down_refuses_or_hides_closes_nothing",
        f"{HISTORY}::test_what_shows_no_fix_closes_nothing_and_says_why",
    ),
    4: (f"{HISTORY}::test_fixing_one_of_two_findings_of_an_endpoint_verifies_one",),
    5: (
        f"{HISTORY}::test_an_endpoint_that_is_gone_from_a_complete_reading_is_removed_and_not_fixed",
        f"{EVIDENCE}::test_a_deleted_endpoint_is_removed_and_an_unread_one_is_not_observed",
    ),
    6: (
        f"{EVIDENCE}::test_a_finding_survives_a_renamed_file_and_moved_lines",
        "tests/assessment/test_findings.py::test_the_identity_stays_when_another_rule_of_the_family_tells_it",
        "tests/properties/test_identity.py::test_a_module_of_another_name_moves_no_identity",
    ),
    7: (f"{HISTORY}::test_a_fix_that_breaks_again_regresses_and_its_clock_restarts",),
    8: (
        f"{HISTORY}::test_an_acceptance_ends_on_its_day_without_anybody_acting",
        f"{HISTORY}::test_an_acceptance_ends_when_the_finding_gets_worse_or_comes_back",
    ),
    9: (
        f"{HISTORY}::test_nobody_approves_what_they_asked_for",
        f"{EVIDENCE}::test_an_acceptance_needs_a_second_person_and_an_end",
    ),
    10: (
        "tests/ledger/test_cadence.py::test_a_skipped_week_stays_a_gap_when_the_schedule_is_loosened",
        f"{PACKING}::test_a_week_without_a_scan_is_shown_although_the_schedule_was_loosened_later",
    ),
    11: (
        f"{VERIFIER}::test_any_flipped_bit_of_the_zip_is_told_with_the_file_that_it_is_in",
        f"{VERIFIER}::test_a_file_that_is_missing_emptied_or_renamed_is_named",
        f"{VERIFIER}::test_a_file_that_was_put_in_is_named",
        f"{VERIFIER}::test_entries_dropped_put_in_or_moved_are_told_even_if_the_keyholder_did_it",
        "tests/ledger/pack/test_folder.py::test_bytes_that_are_put_in_or_dropped_are_told_with_their_file",
        "verify/tests/test_command.py::test_a_changed_file_is_named_to_people_and_to_machines",
    ),
    12: (
        "tests/ledger/test_session.py::test_a_truncated_ledger_is_refused_and_told",
        f"{VERIFIER}::test_entries_cut_from_the_end_show_against_a_head_that_was_kept",
    ),
    13: (
        f"{PACKS}::test_a_pack_made_twice_has_the_same_bytes_although_the_first_was_recorded",
        f"{IN_FORCE}::test_a_pack_of_last_quarter_is_weighed_with_the_mapping_of_last_quarter",
        f"{IN_FORCE}::test_a_pack_of_last_quarter_shows_the_policy_of_last_quarter",
        f"{PACKING}::test_the_days_to_fix_are_those_in_force_at_detection",
    ),
    14: (
        "tests/cli/test_planted_secrets.py::test_no_output_of_a_run_holds_a_planted_secret_and_the_pack_lists_what_was_taken_out",
        f"{IN_FORCE}::test_what_was_taken_out_is_listed_and_equal_values_can_be_matched",
        f"{EVIDENCE}::test_no_secret_reaches_the_ledger",
    ),
    15: (
        "tests/compliance/test_files.py::test_a_damaged_copy_fails",
        "tests/compliance/test_files.py::test_every_check_is_seen_to_fail",
        "tests/compliance/test_read.py::test_an_error_names_file_entry_key_and_mend",
    ),
    16: ("verify/tests/test_alone.py::test_it_runs_without_network_and_without_assay",),
    17: (
        f"{PACKING}::test_oscal_and_sarif_in_a_pack_keep_their_schemas",
        "tests/reports/test_dossier.py::test_any_oscal_keeps_the_schemas_of_nist",
        "tests/reports/test_trestle.py::test_trestle_reads_every_document",
        "tests/reports/test_sarif.py::test_any_log_keeps_the_official_schema",
    ),
    18: (
        f"{PACKING}::test_every_population_has_as_many_rows_as_the_ledger_has_entries",
        "tests/assessment/test_pack_layout.py::test_every_entry_is_in_the_population_of_entries_tombstones_included",
        "tests/ledger/test_sampling.py::test_a_population_holds_every_entry_of_its_window_and_kinds",
    ),
    19: (
        f"{EVIDENCE}::test_no_answer_calls_anything_compliant_or_certified",
        f"{PACKS}::test_no_verdict_on_the_whole_is_in_what_a_pack_says_of_itself",
        "tests/reports/test_dossier.py::test_no_verdict_on_the_whole_is_spoken",
        "tests/compliance/test_weigh.py::test_no_text_claims_what_only_an_auditor_may_say",
    ),
}
"""By number. 20 is a measurement: `benchmarks/pack.py`, with its limit."""


def test_each_acceptance_test_has_its_tests() -> None:
    missing = [name for names in ACCEPTANCE.values() for name in names if not _is_there(name)]
    assert not missing, "\n".join(missing)


def test_all_but_the_measured_one_are_there() -> None:
    assert sorted(ACCEPTANCE) == list(range(1, 20))


def test_the_pack_of_ten_thousand_findings_is_measured_against_a_limit() -> None:
    text = (ROOT / "benchmarks" / "pack.py").read_text(encoding="utf-8")
    values = {
        node.targets[0].id: node.value.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    assert values["TARGET"] == 60.0
    assert "10_000" in text


@pytest.mark.parametrize("name", ["tests/house/test_acceptance.py::test_nothing", "tests/house/none.py::test_x"])
def test_a_test_that_is_gone_is_noticed(name: str) -> None:
    assert not _is_there(name)


def _is_there(name: str) -> bool:
    path, _, test = name.partition("::")
    return test in _tests(path)


@cache
def _tests(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))
