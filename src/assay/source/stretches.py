"""What to say of a file of which the grammar could not read everything."""

from collections.abc import Iterator

from assay.model.place import Skipped
from assay.source import facts

STRETCHES = 10
"""So many unreadable stretches of a file are named one by one."""


def unread(file: facts.File) -> Iterator[Skipped]:
    """What to say of the stretches of a file that the grammar could not read."""
    lost = sum(each.end_line - each.line + 1 for each in file.unread)
    if not file.body:
        yield Skipped(file.path, "nothing in it could be parsed")
    elif lost * 2 > max(_last_line(file.body[-1]), file.unread[-1].end_line):
        yield Skipped(file.path, "most of it could not be parsed")
    elif len(file.unread) > STRETCHES:
        yield Skipped(file.path, f"more than {STRETCHES} stretches of it could not be parsed", line=file.unread[0].line)
    else:
        for each in file.unread:
            yield Skipped(file.path, "a stretch of it could not be parsed", line=each.line)


def _last_line(statement: facts.Stmt) -> int:
    match statement:
        case facts.Define(function=whole) | facts.Declare(type=whole):
            return whole.end_line
    return statement.line
