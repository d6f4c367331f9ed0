"""Plain tables on standard output: aligned columns, the last one wrapped to the width of the terminal."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence

NARROWEST = 20
"""Characters that the last column keeps on a narrow terminal."""


def columns(head: Sequence[str], rows: Iterable[Sequence[str]], width: int = 0) -> str:
    """A table with a head, ending with a newline. Width 0 asks the terminal."""
    width = width or shutil.get_terminal_size((120, 24)).columns
    table = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[index]) for row in table) for index in range(len(head) - 1)]
    indent = sum(widths) + 2 * len(widths)
    lines = []
    for row in table:
        start = "".join(f"{cell:<{size}}  " for cell, size in zip(row, widths, strict=False))
        wrapped = textwrap.wrap(row[-1], max(width - indent, NARROWEST)) or [""]
        lines.append((start + wrapped[0]).rstrip())
        lines += [" " * indent + rest for rest in wrapped[1:]]
    return "\n".join(lines) + "\n"


def cut(text: str, most: int = 24) -> str:
    """A text for a narrow column: its beginning, where it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
