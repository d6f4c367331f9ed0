"""Coverage: what was reached of what applies, and why the rest was not."""

import pytest
from msgspec.structs import replace
from tests.compliance.samples import NOTHING, subject, verdict

from assay.compliance.coverage import coverage
from assay.model.assessment import Coverage, CoverageLine
from assay.model.contract import Access, Contract, Operation, Stance
from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import ROUTE_CLOSED, Place, Skipped
from assay.model.program import FileCount, Inventory, Setting
from assay.model.verdict import Outcome, Verdict

PASSES = [verdict(outcome=Outcome.PASS, of=subject(f"/{number}")) for number in range(3)]
UNKNOWN = verdict(outcome=Outcome.NOT_TESTED, of=subject("/x"), message="GET /x: a guard could not be followed.")
RULES = ("AP001", "AP004")


def _coverage(verdicts: list[Verdict], inventory: Inventory = NOTHING, executed: tuple[str, ...] = RULES) -> Coverage:
    return coverage(verdicts, inventory, executed=executed, known=RULES)


def _endpoint(path: str, authorization: Authorization) -> Endpoint:
    return Endpoint(".", "GET", path, "main.read", Place("main.py", 1), "flask", authorization)


def _line(found: Coverage, name: str) -> CoverageLine:
    return next(line for line in found.lines if line.name == name)


def test_passes_and_failures_are_reached() -> None:
    assert _coverage([*PASSES, verdict()]).share == 1.0


def test_what_was_not_tested_lowers_the_share() -> None:
    assert _coverage([*PASSES, UNKNOWN]).share == 0.75


def test_what_does_not_apply_is_not_counted() -> None:
    assert _coverage([*PASSES, verdict(outcome=Outcome.NOT_APPLICABLE)]).share == 1.0


def test_nothing_reached_is_no_coverage() -> None:
    assert _coverage([]).share == 0.0


def test_files_that_could_not_be_read_lower_the_share() -> None:
    inventory = Inventory(files=FileCount(found=9, read=4, passed_over=2, left_out=1, skipped=2))
    found = _coverage(PASSES, inventory)
    assert found.share == 0.75
    assert _line(found, "source files") == CoverageLine(
        "source files", 6, 8, "2 without a word of any framework; 1 tests, vendored or generated, left out; 2 skipped"
    )


def test_routes_that_could_not_be_resolved_lower_the_share() -> None:
    endpoints = (_endpoint("/a", Authorization.PUBLIC),)
    inventory = replace(NOTHING, endpoints=endpoints, skipped=(Skipped("app.py", "its path is computed", "route"),))
    found = _coverage(PASSES, inventory)
    assert found.share == 0.5
    assert _line(found, "routes resolved") == CoverageLine("routes resolved", 1, 2, "1 routes unresolved")


def test_routes_that_let_nobody_in_lower_the_share_where_answers_are_all_that_is_known() -> None:
    live = replace(_endpoint("/a", Authorization.PUBLIC), views=("live",))
    inventory = Inventory(endpoints=(live,), skipped=(Skipped("GET /b", "nobody was let in", ROUTE_CLOSED),))
    found = _coverage(PASSES, inventory)
    assert found.share == 0.5
    assert _line(found, "routes that let somebody in") == CoverageLine("routes that let somebody in", 1, 2)
    assert _coverage(PASSES, replace(inventory, files=FileCount(found=1, read=1))).share == 1.0


def test_rules_that_were_not_executed_lower_the_share() -> None:
    found = _coverage(PASSES, executed=("AP004",))
    assert found.share == 0.5
    assert _line(found, "rules executed") == CoverageLine("rules executed", 1, 2)


def test_a_rule_that_ended_early_counts_by_its_verdicts_alone() -> None:
    crashed = verdict(outcome=Outcome.NOT_TESTED, rule="AP001")
    found = _coverage([*PASSES, crashed], executed=("AP004",))
    assert (found.share, _line(found, "rules executed").tested) == (0.75, 1)


def test_a_rule_that_nobody_knows_does_not_raise_the_share() -> None:
    assert _coverage(PASSES, executed=("AP004", "AP999")).share == 0.5


def test_undecided_authorization_is_on_record() -> None:
    endpoints = (_endpoint("/a", Authorization.PUBLIC), _endpoint("/b", Authorization.UNKNOWN))
    line = _line(_coverage(PASSES, replace(NOTHING, endpoints=endpoints)), "endpoints with decided authorization")
    assert (line.tested, line.total) == (1, 2)


def test_settings_of_unknown_value_are_on_record() -> None:
    settings = tuple(Setting(".", "debug", value, "any", None) for value in ("on", "unknown"))
    line = _line(_coverage(PASSES, replace(NOTHING, settings=settings)), "settings with known value")
    assert (line.tested, line.total) == (1, 2)


def test_equal_reasons_count_together_most_frequent_first() -> None:
    other = verdict(outcome=Outcome.NOT_TESTED, of=subject("/y"), message="GET /y: a guard could not be followed.")
    skipped = (Skipped("big.py", "is too large"), Skipped("tests/a.py", "a test", "left-out"))
    found = _coverage([UNKNOWN, other], replace(NOTHING, skipped=skipped))
    assert found.not_tested == (("a guard could not be followed.", 2), ("file: is too large", 1))


@pytest.mark.parametrize("order", [1, -1])
def test_order_does_not_matter(order: int) -> None:
    verdicts = [*PASSES, UNKNOWN, verdict()]
    assert _coverage(verdicts[::order]) == _coverage(verdicts)


def test_how_contracts_and_code_meet_is_a_line_where_there_are_both() -> None:
    place, silent = Place("openapi.yaml", 3), Access(Stance.SILENT)
    there = Operation("GET", "/a", "/a", place, silent, endpoints=(("GET", "/a"),))
    promised = Operation("GET", "/b", "/b", place, silent)
    served = _endpoint("/a", Authorization.PUBLIC)
    contracts = (Contract(place, operations=(there, promised), api="."),)
    endpoints = (replace(served, views=("code", "contract")), _endpoint("/c", Authorization.PUBLIC))
    found = _coverage(PASSES, replace(NOTHING, endpoints=endpoints, contracts=contracts))
    assert _line(found, "operations of contracts found") == CoverageLine(
        "operations of contracts found", 1, 2, "1 of 2 endpoints are in a contract"
    )
