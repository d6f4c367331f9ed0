"""The JSON form of facts: every noun comes back as it was, matches its published shape, and nothing else is read as one."""

from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assay.errors import LedgerError
from assay.ledger.canonical import canonical, read_canonical
from assay.ledger.encoding import KINDS, decoded, encoded, schema
from assay.model.access import AccessDecision
from assay.model.decision import Acceptance, FixClaim
from assay.model.evidence import Pairs

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
SPECIAL: dict[str, dict[str, Any]] = {
    "acceptance": {"kind": st.just("risk"), "requester": st.just("ann"), "approver": st.just("bob")},
    "pause": {"requester": st.just("ann"), "approver": st.just("bob")},
    "assignment": {"ticket": st.sampled_from(["", "https://tracker.example/T-1"])},
    "boundary": {"position": st.just("carved-out")},
    "hold": {"move": st.just("placed")},
    "correction": {"sequence": st.integers(1, 9)},
    "deployment": {"actor": st.just("ann"), "approver": st.just("bob")},
    "access-snapshot": {"rows": st.integers(1, 9), "months": st.integers(1, 9), "hours": st.integers(0, 9)},
    "access-review": {
        "decisions": st.lists(
            st.builds(AccessDecision, *map(st.just, ("ann", "admin", "keep", "bob", "2027-01-31"))),
            min_size=1,
            max_size=2,
        ).map(tuple)
    },
    "excuse": {"requester": st.just("ann"), "approver": st.just("bob")},
    "audit": {"type": st.just("2")},
    "schedule": {"days": st.integers(1, 400), "grace": st.integers(0, 9), "coverage": st.floats(0, 1)},
}
DAYS = {"expires", "first", "last", "until", "taken"}


def values(hint: Any) -> "st.SearchStrategy[Any]":
    """Any value of a field's type."""
    if hint == Pairs:
        return st.dictionaries(TEXT, TEXT, max_size=3).map(lambda found: tuple(sorted(found.items())))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=2).map(tuple)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT, int: INTEGERS, bool: st.booleans(), float: st.floats(allow_nan=False, allow_infinity=False),
        datetime: st.datetimes(timezones=st.just(UTC)),
    }  # fmt: skip
    if hint in plain:
        return plain[hint]
    return st.builds(hint, **{name: values(each) for name, each in get_type_hints(hint).items()})


def facts(type_: str) -> "st.SearchStrategy[Any]":
    noun: Any = KINDS[type_]
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, hint in get_type_hints(noun).items():
        fields[name] = TEXT.map(lambda text: f"x{text}") if hint is str else values(hint)
        if name in DAYS:
            fields[name] = st.just("2027-01-31")
    return st.builds(noun, **{**fields, **SPECIAL.get(type_, {})})


@pytest.mark.parametrize("type_", sorted(KINDS))
@given(given_=st.data())
@settings(max_examples=25, deadline=None)
def test_a_fact_comes_back_as_it_was_and_has_its_published_shape(type_: str, given_: st.DataObject) -> None:
    fact = given_.draw(facts(type_))
    raw = canonical(encoded(fact))
    body = read_canonical(raw)
    assert decoded(KINDS[type_], body) == fact
    Draft202012Validator(schema(type_)).validate(body)


@pytest.mark.parametrize("type_", sorted(KINDS))
def test_the_published_shape_is_a_schema_that_refuses_more_and_less(type_: str) -> None:
    Draft202012Validator.check_schema(schema(type_))
    assert list(Draft202012Validator(schema(type_)).iter_errors({"schema": f"assay/{type_}/v1"}))


CLAIM = encoded(FixClaim("f", "abc", "", "ann", ""))


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"schema": "assay/fix-claim/v2"}, {"schema": "assay/acceptance/v1"}, {"commit": 7}, {"commit": None}],
)
def test_a_body_that_is_not_as_it_was_written_is_refused(change: dict[str, Any]) -> None:
    assert decoded(FixClaim, CLAIM).commit == "abc"
    with pytest.raises(LedgerError, match="Mend"):
        decoded(FixClaim, {**CLAIM, **change})
    with pytest.raises(LedgerError, match="missing"):
        decoded(FixClaim, {key: value for key, value in CLAIM.items() if key != "note"})


def test_a_flag_is_no_number_and_a_number_no_text() -> None:
    body = encoded(Acceptance("f", "risk", "ann", "bob", "r", "m", "high", "2027-01-31"))
    for wrong in (True, 1, ["x"], {"a": "b"}):
        with pytest.raises(LedgerError, match="reason is no string"):
            decoded(Acceptance, {**body, "reason": wrong})


def test_halves_of_surrogates_in_names_of_files_do_not_reach_the_ledger() -> None:
    assert canonical(encoded(FixClaim("f", "\udcff", "", "ann", "")))
