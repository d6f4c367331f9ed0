"""Draws for standard output: in colour and as wide as the terminal, or plain when it is none."""

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

from assay.cli.stdout import is_terminal

if TYPE_CHECKING:
    from rich.console import Console

    from assay.model.assessment import Assessment
    from assay.model.program import Inventory

WIDTH = 100
"""Characters of plain text, unless COLUMNS says otherwise."""


def drawn(draw: "Callable[[Console], None]") -> str:
    """The text that something draws. NO_COLOR is obeyed."""
    from assay.reports.terminal import plain_console, text_of

    if not is_terminal():
        plain = plain_console(shutil.get_terminal_size((WIDTH, 24)).columns)
        draw(plain)
        return text_of(plain)
    from rich.console import Console

    console = Console()
    with console.capture() as capture:
        draw(console)
    return capture.get()


def assessment_text(assessment: "Assessment", *, has_endpoints: bool) -> str:
    """The terminal report, with every endpoint after it when that is asked for."""
    from assay.reports.terminal import MOST_ROWS, endpoints_table, render

    def draw(console: "Console") -> None:
        render(assessment, console, most=0 if has_endpoints or not is_terminal() else MOST_ROWS)
        if has_endpoints:
            endpoints_table(assessment.inventory, console)

    return drawn(draw)


def inventory_text(inventory: "Inventory") -> str:
    """Every endpoint with what guards it, by API."""
    from assay.reports.terminal import endpoints_table

    return drawn(lambda console: endpoints_table(inventory, console))
