"""How a comparison is told, and when it may not go through."""

import json

import pytest
from tests.assessment.scene import endpoint, guard, inventory, order, rooms, rule, silent, unguarded

from assay.assessment.diff import Changes, changes
from assay.assessment.run import assessed
from assay.cli.comparison import WRITERS, as_json, as_markdown, as_text, reasons
from assay.model.endpoint import Endpoint


def differ(before: list[Endpoint], after: list[Endpoint]) -> Changes:
    one, other = (
        assessed(order(), rooms(inventory(*endpoints), rule("AP004", unguarded)), silent)
        for endpoints in (before, after)
    )
    return changes(one, other)


WORSE = differ([endpoint("PUT /a", guard())], [endpoint("PUT /a"), endpoint("GET /b", guard())])
SAME = differ([endpoint("PUT /a")], [endpoint("PUT /a")])


def test_a_weaker_guard_and_a_new_finding_may_not_go_through() -> None:
    assert reasons(WORSE, "high") == ["1 endpoint (demands less than before).", "1 new finding (reaches high)."]


def test_with_never_everything_may_go_through() -> None:
    assert reasons(WORSE, "never") == []


def test_what_is_as_before_may_go_through() -> None:
    assert reasons(SAME, "info") == []


def test_the_text_has_a_section_for_each_kind() -> None:
    text = as_text(WORSE)
    assert "Guards that got weaker: 1\n  PUT /a: the authorization was authenticated and is now public" in text
    assert "New endpoints: 1\n  GET /b  authenticated  [app.py:12]\n" in text
    assert "Removed endpoints: 0\n" in text


def test_the_json_says_the_same() -> None:
    said = json.loads(as_json(WORSE))
    assert [(row["method"], row["path"]) for row in said["added"]] == [("GET", "/b")]
    assert [row["weaker"] for row in said["changed"]] == [["the authorization was authenticated and is now public"]]
    assert [row["rule"] for row in said["new"]] == ["AP004"]


def test_the_markdown_of_no_change_says_so() -> None:
    assert "Nothing changed." in as_markdown(SAME)


def test_the_markdown_lets_no_markup_in() -> None:
    text = as_markdown(differ([], [endpoint("GET /<img>|x", guard())]))
    assert "<img>" not in text


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_the_same_changes_give_the_same_text(name: str) -> None:
    assert WRITERS[name](WORSE) == WRITERS[name](WORSE)
    assert WRITERS[name](WORSE).endswith("\n")
