"""The tree agrees with RFC 6962 written down word for word, and its proofs prove nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.merkle import consistency, inclusion, is_consistent, is_included, leaf, root

LARGEST = 70
LEAVES = [leaf(b"%d" % number) for number in range(LARGEST)]
SIZES = st.integers(1, LARGEST)


class Case(Struct, frozen=True):
    """A tree, and a smaller number within it."""

    size: int
    part: int


CASES = SIZES.flatmap(lambda size: st.builds(Case, st.just(size), st.integers(1, size)))


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:half]) + naive(leaves[half:])).digest()


def test_the_known_roots_of_certificate_transparency() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf(bytes.fromhex(text)) for text in inputs]
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.integers(0, LARGEST))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert root(LEAVES[:size]) == naive(LEAVES[:size])


@given(CASES)
def test_every_leaf_is_proven_included_and_only_in_its_place(case: Case) -> None:
    leaves, index = LEAVES[: case.size], case.part - 1
    path, top = inclusion(index, leaves), root(leaves)
    fitting = [each for each in range(case.size) if is_included(LEAVES[index], each, case.size, path, top)]
    assert fitting == [index]
    assert not is_included(leaf(b"other"), index, case.size, path, top)
    assert not is_included(LEAVES[index], index, case.size, (*path, top), top)


@given(CASES)
def test_every_beginning_of_a_tree_is_proven_consistent_and_nothing_else(case: Case) -> None:
    leaves = LEAVES[: case.size]
    old, new = (case.part, root(leaves[: case.part])), (case.size, root(leaves))
    path = consistency(case.part, leaves)
    assert is_consistent(old, new, path)
    other = root([leaf(b"other"), *leaves[1 : case.part]])
    assert not is_consistent((case.part, other), new, path)
    assert not is_consistent(old, new, (*path, other))


@given(CASES, st.data())
def test_any_changed_step_of_a_proof_is_refused(case: Case, draw: st.DataObject) -> None:
    leaves, top = LEAVES[: case.size], root(LEAVES[: case.size])
    steps = inclusion(case.part - 1, leaves)
    growth = consistency(case.part, leaves)
    for path in (steps, growth):
        if path:
            place = draw.draw(st.integers(0, len(path) - 1))
            changed = (*path[:place], leaf(path[place]), *path[place + 1 :])
            assert path is growth or not is_included(leaves[case.part - 1], case.part - 1, case.size, changed, top)
            old = (case.part, root(leaves[: case.part]))
            assert path is steps or not is_consistent(old, (case.size, top), changed)


def test_a_proof_that_cannot_be_is_refused() -> None:
    for index in (-1, 3):
        with pytest.raises(LedgerError):
            inclusion(index, LEAVES[:3])
    for old in (0, 4):
        with pytest.raises(LedgerError):
            consistency(old, LEAVES[:3])
