"""What stands in the cells of a notebook, as plain lines at the lines of the file that they stand at."""

import json
import re

NOTEBOOK = ".ipynb"
LINE = re.compile(rb"[ \t]*(\"(?:[^\"\\\r\n]|\\.){0,2000}\"),?[ \t]*\r?\Z")
"""A line of a cell, as the writer of notebooks lays it out; pictures are longer."""


def cells(source: bytes) -> bytes:
    """The lines of the cells; every other line is empty, so that places stay right."""
    return b"\n".join(_plain(line) for line in source.split(b"\n"))


def _plain(line: bytes) -> bytes:
    found = LINE.match(line)
    if found is None:
        return b""
    try:
        text: str = json.loads(found[1])
    except ValueError:
        return b""
    return text.rstrip("\r\n").replace("\n", " ").encode("utf-8", "replace")
