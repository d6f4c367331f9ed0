"""How a terminal is laid out: headings, two columns where they fit, wrapping that breaks no word and no path in the middle."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assay.reports.outline.text import line

STYLES = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "info": "dim",
    "FAIL": "bold red",
    "PARTLY TESTED": "yellow",
    "NOT TESTED": "yellow",
    "PASS": "green",
}
"""Colour only repeats what a word says."""
NARROW = 90
"""Below this many columns, what would be a table is a list."""
LEAST = 24
"""A column narrower than this is hard to read."""
SEAMS = "/.:,;)]}&?=-_\\"
"""A word that is longer than a line is broken after one of these, if any; so a path is broken between its parts."""


def heading(console: Console, text: str) -> None:
    """A section's heading, with air before it."""
    console.print()
    console.print(Text(text, style="bold"))


def say(console: Console, text: Text | str, *, indent: int = 0, hang: int = 0) -> None:
    """Print a paragraph, indented; lines after the first are indented by `hang` more."""
    made = Text(text) if isinstance(text, str) else text
    width = max(console.width - indent, 20)
    rows = wrapped(made, width, hang)
    console.print(Padding(Text("\n").join(rows), (0, 0, 0, indent)), soft_wrap=False, overflow="ignore", no_wrap=True)


def wrapped(text: Text, width: int, hang: int = 0) -> list[Text]:
    """The text in rows: broken at spaces, and inside a word only when it is longer than a row."""
    rows: list[Text] = []
    row = Text()
    for word in _words(text, width - hang):
        room = width - cell_len(row.plain)
        if row.plain.strip() and cell_len(word.plain.rstrip()) > room:
            rows.append(row)
            row = Text(" " * hang)
        row.append_text(word)
    rows.append(row)
    for each in rows:
        each.rstrip()
    return rows


def columns(console: Console, rows: Iterable[Sequence[Text]], *, indent: int = 0, flexible: int = -1) -> None:
    """Print rows side by side if they fit; the column `flexible` may be wrapped for that.

    Otherwise each row becomes a few lines, as many cells on each as fit, and the first stands as the title of the others.
    """
    listed = [tuple(row) for row in rows]
    widths = [max(cell_len(cell.plain) for cell in column) for column in zip(*listed, strict=True)]
    spare = console.width - indent - sum(widths) - 2 * len(widths)
    if spare < 0 and flexible >= 0 and widths[flexible] + spare >= LEAST:
        widths[flexible] += spare
        spare = 0
    if spare >= 0:
        console.print(Padding(_grid(listed, widths), (0, 0, 0, indent)))
        return
    for row in listed:
        _stacked(console, row, indent)


def word(text: str) -> Text:
    """A severity or a control's state, in its colour."""
    return Text().append(text, style=STYLES.get(text, ""))


def plain(text: str, style: str = "") -> Text:
    """Text that a project's author may have written, on one line and harmless."""
    return Text().append(line(text), style=style)


def _stacked(console: Console, row: Sequence[Text], indent: int) -> None:
    lines: list[Text] = []
    for cell in (cell for cell in row if cell.plain):
        taken = indent + (2 if len(lines) > 1 else 0)
        if lines and cell_len(lines[-1].plain) + 2 + cell_len(cell.plain) + taken <= console.width:
            lines[-1] = lines[-1].copy().append("  ").append_text(cell)
        else:
            lines.append(cell)
    for number, each in enumerate(lines):
        say(console, each, indent=indent + (2 if number else 0), hang=2)


def _grid(rows: Iterable[Sequence[Text]], widths: Sequence[int]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in widths:
        table.add_column(no_wrap=True, width=width)
    for row in rows:
        table.add_row(*(Text("\n").join(wrapped(cell, width)) for cell, width in zip(row, widths, strict=True)))
    return table


def _words(text: Text, width: int) -> Iterable[Text]:
    """The words, each with the spaces after it; those longer than a row in pieces."""
    start = 0
    plain_text = text.plain
    while start < len(plain_text):
        end = plain_text.find(" ", start)
        end = len(plain_text) if end < 0 else end + 1
        while end < len(plain_text) and plain_text[end] == " ":
            end += 1
        yield from _pieces(text[start:end], width)
        start = end


def _pieces(text: Text, width: int) -> Iterable[Text]:
    while cell_len(text.plain.rstrip()) > width:
        cut = _seam(text.plain, width)
        yield text[:cut]
        text = text[cut:]
    yield text


def _seam(text: str, width: int) -> int:
    """Where to break: after the last seam in the first `width` cells, else where they end; at least one letter goes."""
    fits = 0
    used = 0
    for letter in text:
        used += cell_len(letter)
        if used > width:
            break
        fits += 1
    fits = max(fits, 1)
    seam = max(text.rfind(mark, width // 3, fits) for mark in SEAMS)
    return seam + 1 if seam >= 0 else fits
