"""Reads tables that other systems export: CSV with commas, semicolons or tabs, headings in any case and order; a fault has its line."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from assay.errors import UsageError

LARGEST = 50_000_000
"""Bytes of a file."""
DELIMITERS = ",;\t"


def rows(
    raw: bytes, path: Path, needed: Sequence[str], names: Mapping[str, str]
) -> tuple[tuple[int, Mapping[str, str]], ...]:
    """(line, cells by column) of every row that is not blank.

    `names` gives the column that each heading means; headings that mean none are left out.
    Raises `UsageError` for what is no such table, naming file, line and mend.
    """
    text = _text(raw, path)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []), path, needed, names)
        found = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        message = f"{path}:{reader.line_num}: this is no row of a table: {error}. Mend: export it as CSV again."
        raise UsageError(message) from error
    if not found:
        message = f"{path}: the table has no rows. Mend: export it again, in full."
        raise UsageError(message)
    return tuple((line, _row(line, cells, columns, path, needed)) for line, cells in found)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises `UsageError` for one that cannot be read or is too large."""
    try:
        if path.stat().st_size > LARGEST:
            message = f"{path}: it has more than {LARGEST} bytes. Mend: export one system a file."
            raise UsageError(message)
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: it cannot be read: {error.strerror}. Mend: name a file that is there."
        raise UsageError(message) from error


def _text(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path}: it is no UTF-8 from byte {error.start} on. Mend: export it as CSV in UTF-8."
        raise UsageError(message) from error


def _columns(head: Sequence[str], path: Path, needed: Sequence[str], names: Mapping[str, str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        column = names.get(" ".join(cell.replace("_", " ").replace("-", " ").casefold().split()), "")
        if column in found:
            message = f"{path}:1: two headings mean {column}. Mend: leave one of them out."
            raise UsageError(message)
        if column:
            found[column] = place
    if missing := [each for each in needed if each not in found]:
        shown = ", ".join(cell.strip() for cell in head)[:200] or "nothing"
        message = f"{path}:1: the column {missing[0]} is missing; its headings are {shown}. Mend: name the columns {', '.join(needed)}."
        raise UsageError(message)
    return found


def _row(
    line: int, cells: Sequence[str], columns: Mapping[str, int], path: Path, needed: Sequence[str]
) -> Mapping[str, str]:
    found = {column: cells[place].strip() if place < len(cells) else "" for column, place in columns.items()}
    if empty := [column for column in needed if not found[column]]:
        message = f"{path}:{line}: {empty[0]} is empty. Mend: fill it in."
        raise UsageError(message)
    return found
