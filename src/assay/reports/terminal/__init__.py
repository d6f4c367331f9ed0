"""The terminal: what people read first; score and coverage together, what to fix first, findings by rule, what holds.

`REPORT` writes it as plain text of 100 columns. The command line draws it with `render` on a console of any width, with
`summary` alone when it is asked to be brief, and `endpoints_table` when every endpoint is wanted. The drawing is in the files
whose names begin with `_`, so that nothing loads rich before something is drawn.
"""

import io
from typing import TYPE_CHECKING

from assay.model.assessment import Assessment
from assay.model.program import Inventory
from assay.plugins.report import Report

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100
MOST_ROWS = 25
"""Rows of one list on a terminal; what is more is counted, and stands in the other reports."""


def write(assessment: Assessment) -> str:
    """The whole report as plain text."""
    console = plain_console(WIDTH)
    render(assessment, console, most=0)
    return text_of(console)


def render(assessment: Assessment, console: "Console", *, most: int = MOST_ROWS) -> None:
    """Draw the report. Lists are cut after `most` rows, which is said; 0 cuts none."""
    from assay.reports.terminal._report import draw  # noqa: PLC0415 - rich is loaded when something is drawn

    draw(assessment, console, most=most)


def summary(assessment: Assessment, console: "Console") -> None:
    """Draw the standing alone: what was scanned, the score with its coverage, how many findings, what to fix first."""
    from assay.reports.terminal._standing import draw_summary  # noqa: PLC0415 - rich is loaded when something is drawn

    draw_summary(assessment, console)


def endpoints_table(inventory: Inventory, console: "Console") -> None:
    """Draw every endpoint, by API: method and path, authorization, guards, place."""
    from assay.reports.terminal._endpoints import draw_endpoints  # noqa: PLC0415 - rich is loaded when something is drawn

    draw_endpoints(inventory, console)


def plain_console(width: int) -> "Console":
    """A console that keeps plain text: no colour, no control sequence; `text_of` gives what was drawn."""
    from rich.console import Console  # noqa: PLC0415 - rich is loaded when something is drawn

    return Console(
        file=io.StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False, _environ={}
    )


def text_of(console: "Console") -> str:
    """What was drawn on a plain console, without blanks at the ends of lines."""
    drawn = console.file
    text = drawn.getvalue() if isinstance(drawn, io.StringIO) else ""
    return "\n".join(row.rstrip() for row in text.splitlines()).strip("\n") + "\n"


REPORT = Report(name="terminal", title="Plain text, as on a terminal", extension="txt", write=write)
