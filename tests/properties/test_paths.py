"""Joining prefixes and templates: associative, one slash in front, none doubled, nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from assay.source.paths import join

SEGMENT = st.text(st.sampled_from("abz09-_.~{}"), min_size=1, max_size=6)
PART = st.builds(
    lambda before, segments, after: before + "/".join(segments) + after,
    st.sampled_from(["", "/", "//"]),
    st.lists(SEGMENT, max_size=4),
    st.sampled_from(["", "/", "//"]),
)


@given(PART.filter(bool), PART.filter(bool), PART.filter(bool))
def test_joining_parts_that_are_not_empty_is_associative(first: str, second: str, third: str) -> None:
    assert join(join(first, second), third) == join(first, join(second, third)) == join(first, second, third)


@given(st.lists(PART, max_size=6))
def test_a_path_begins_with_one_slash_and_doubles_none(parts: list[str]) -> None:
    path = join(*parts)
    assert path.startswith("/")
    assert "//" not in path


@given(st.lists(PART, max_size=6))
def test_no_segment_is_lost_or_made_up(parts: list[str]) -> None:
    wanted = [segment for part in parts for segment in part.split("/") if segment]
    assert [segment for segment in join(*parts).split("/") if segment] == wanted


@given(st.lists(PART, max_size=6))
def test_joining_what_is_joined_changes_nothing(parts: list[str]) -> None:
    assert join(join(*parts)) == join(*parts)


@given(st.lists(PART, max_size=4), st.integers(0, 4))
def test_an_empty_part_adds_nothing(parts: list[str], where: int) -> None:
    assert join(*parts[:where], "", *parts[where:]) == join(*parts)
