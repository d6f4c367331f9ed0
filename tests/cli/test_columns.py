"""Plain tables are aligned, and wrap in narrow terminals."""

from assay.cli.columns import columns


def test_columns_are_aligned() -> None:
    assert columns(("A", "B"), [("long", "x"), ("s", "y")], 80) == "A     B\nlong  x\ns     y\n"


def test_the_last_column_wraps_under_itself() -> None:
    table = columns(("A", "B"), [("x", "one two three four five six seven eight")], 30)
    assert table.splitlines() == ["A  B", "x  one two three four five six", "   seven eight"]


def test_no_line_ends_in_a_space() -> None:
    assert not [line for line in columns(("A", "B"), [("x", ""), ("y", "z")], 80).splitlines() if line.endswith(" ")]
