"""One run: reads, judges, merges, suppresses, compares and weighs."""

from collections.abc import Iterable

from msgspec.structs import replace
from tests.assessment.scene import endpoint, guard, inventory, order, rooms, rule, silent, unguarded, verdict

from assay.assessment.baseline import Baseline
from assay.assessment.run import assessed
from assay.assessment.settings import settings
from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Verdict

OPEN, CLOSED = endpoint("DELETE /orders/{id}"), endpoint("GET /orders", guard(), line=30)
TREE = inventory(OPEN, CLOSED)


def crashing(inventory: Inventory) -> Iterable[Verdict]:
    yield verdict("AP009", OPEN.name)
    raise ZeroDivisionError


def test_a_run_says_what_passed_as_well_as_what_failed() -> None:
    found = assessed(order(), rooms(TREE, rule("AP004", unguarded)), silent)
    assert [(each.subject.name, each.outcome) for each in found.verdicts] == [
        ("DELETE /orders/{id}", "fail"),
        ("GET /orders", "pass"),
    ]
    assert [each.verdict.subject.name for each in found.findings] == ["DELETE /orders/{id}"]


def test_the_record_of_a_run_names_the_project_and_never_a_path_of_the_machine() -> None:
    run = assessed(order(), rooms(TREE, rule("AP004", unguarded)), silent).run
    assert (run.target, run.as_of, run.rules, run.is_complete) == ("shop", "2026-11-25", ("AP004",), True)
    assert "/somewhere" not in repr(run)


def test_the_settings_may_name_the_project() -> None:
    assert assessed(order(settings('name = "orders"')), rooms(TREE), silent).run.target == "orders"


def test_a_rule_that_crashes_is_skipped_and_what_it_did_not_reach_is_not_tested() -> None:
    found = assessed(order(), rooms(TREE, rule("AP004", unguarded), rule("AP009", crashing)), silent)
    said = {each.subject.name: each.outcome for each in found.verdicts if each.rule == "AP009"}
    assert said == {"DELETE /orders/{id}": "fail", "GET /orders": "not-tested", "shop": "not-tested"}
    assert [(each.path, each.kind) for each in found.inventory.skipped] == [("AP009", "rule")]
    assert found.run.rules == ("AP004",)
    assert not found.run.is_complete


def test_a_rule_that_speaks_in_the_name_of_another_is_skipped() -> None:
    found = assessed(order(), rooms(TREE, rule("AP099", unguarded)), silent)
    assert {each.outcome for each in found.verdicts} == {Outcome.NOT_TESTED}
    assert "speaks in the name of another" in found.inventory.skipped[0].reason


def test_a_baseline_marks_what_is_new() -> None:
    house = rooms(TREE, rule("AP004", unguarded))
    before = assessed(order(), house, silent)
    known = Baseline("known.json", frozenset(each.fingerprint for each in before.findings))
    assert [each.is_new for each in assessed(replace(order(), baseline=known), house, silent).findings] == [False]
    none = Baseline("known.json", frozenset())
    assert [each.is_new for each in assessed(replace(order(), baseline=none), house, silent).findings] == [True]


def test_an_inline_suppression_is_heard_and_one_without_effect_is_shown() -> None:
    text = 'assay: ignore[AP004] reason="Signed." owner="payments" until=2027-01-31'
    house = rooms(
        TREE, rule("AP004", unguarded), comments=(("app.py", 12, text), ("app.py", 40, "assay: ignore[AP004]"))
    )
    found = assessed(order(), house, silent)
    assert [each.state for each in found.findings] == ["excepted"]
    assert [(each.path, each.line, each.kind) for each in found.inventory.skipped] == [("app.py", 40, "suppression")]


def test_apis_out_of_scope_are_left_out_and_said_so() -> None:
    tree = inventory(OPEN, endpoint("DELETE /stock", api="stock"))
    found = assessed(order(settings('[scope]\napis = ["sh*"]')), rooms(tree, rule("AP004", unguarded)), silent)
    assert [api.id for api in found.inventory.apis] == ["shop"]
    assert [each.name for each in found.inventory.endpoints] == ["DELETE /orders/{id}"]
    assert found.inventory.skipped == (
        Skipped("stock", "API stock: out of scope by settings (scope.apis)", "left-out"),
    )


def test_the_same_tree_and_order_give_the_same_assessment() -> None:
    house = rooms(TREE, rule("AP004", unguarded))
    assert assessed(order(), house, silent) == assessed(order(), house, silent)
