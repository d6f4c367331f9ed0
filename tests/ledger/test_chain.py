"""The chain names the first entry that was changed, dropped, inserted or moved."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.ledger.samples import START, chain, entry

from assay.errors import LedgerError
from assay.ledger.chain import NOTHING, Broken, Intact, instant, moment, seal, unsealed, verify

COUNT = 9
CHAIN = chain(COUNT)
PLACES = st.integers(0, COUNT - 1)


def test_a_chain_of_sealed_entries_is_intact() -> None:
    assert verify(CHAIN) == Intact(COUNT, CHAIN[-1].hash)
    assert verify([]) == Intact(0, NOTHING)


@given(PLACES, st.data())
def test_any_flipped_bit_of_an_entry_is_caught_and_named(place: int, draw: st.DataObject) -> None:
    body = bytearray(CHAIN[place].body())
    at = draw.draw(st.integers(0, len(body) * 8 - 1))
    body[at // 8] ^= 1 << at % 8
    try:
        changed = unsealed(bytes(body), CHAIN[place].hash)
    except LedgerError:
        return
    outcome = verify([*CHAIN[:place], changed, *CHAIN[place + 1 :]])
    assert isinstance(outcome, Broken)
    assert outcome.sequence == place + 1


@given(
    PLACES,
    st.sampled_from(["type", "actor", "subject"]),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1),
)
def test_a_changed_entry_that_is_hashed_anew_breaks_the_one_after_it(place: int, field: str, text: str) -> None:
    was = CHAIN[place].entry
    changed = {
        "type": replace(was, type=text),
        "actor": replace(was, actor=text),
        "subject": replace(was, subject=text),
    }[field]
    if changed == CHAIN[place].entry:
        return
    forged = seal(changed, CHAIN[place - 1] if place else None, CHAIN[place].recorded_at)
    outcome = verify([*CHAIN[:place], forged, *CHAIN[place + 1 :]])
    # The newest has none after it: only a signed head held elsewhere tells.
    assert outcome == Intact(COUNT, forged.hash) if place == COUNT - 1 else isinstance(outcome, Broken)
    if isinstance(outcome, Broken):
        assert outcome.sequence == place + 2


@given(st.integers(0, COUNT - 2))
def test_a_dropped_entry_is_named(place: int) -> None:
    outcome = verify([*CHAIN[:place], *CHAIN[place + 1 :]])
    assert isinstance(outcome, Broken)
    assert outcome.sequence == place + 1


@given(PLACES, PLACES)
def test_an_inserted_entry_is_named(place: int, source: int) -> None:
    outcome = verify([*CHAIN[:place], replace(CHAIN[source], sequence=place + 1), *CHAIN[place:]])
    assert isinstance(outcome, Broken)
    assert outcome.sequence == place + 1 if source != place else outcome.sequence == place + 2


@given(st.permutations(CHAIN))
def test_entries_in_another_order_are_named_at_the_first_that_moved(entries: list[object]) -> None:
    moved = [place for place, (one, other) in enumerate(zip(entries, CHAIN, strict=True), 1) if one != other]
    outcome = verify(entries)  # type: ignore[arg-type]  # hypothesis widens the type
    assert outcome == (
        Broken(moved[0], outcome.reason) if isinstance(outcome, Broken) else Intact(COUNT, CHAIN[-1].hash)
    )
    assert bool(moved) == isinstance(outcome, Broken)


def test_time_never_runs_backwards() -> None:
    with pytest.raises(LedgerError, match="Mend: the clock"):
        seal(entry(1), CHAIN[-1], START)


def test_a_time_that_is_not_in_utc_is_refused() -> None:
    for at in (START.replace(tzinfo=None), START.astimezone(timezone(timedelta(hours=2)))):
        with pytest.raises(LedgerError, match="not in UTC"):
            seal(entry(1), None, at)


@given(st.datetimes(timezones=st.just(START.tzinfo)))
def test_a_moment_survives_the_journey_through_text(at: datetime) -> None:
    assert moment(instant(at)) == at


@given(PLACES)
def test_an_entry_survives_the_journey_through_bytes(place: int) -> None:
    assert unsealed(CHAIN[place].body(), CHAIN[place].hash) == CHAIN[place]
