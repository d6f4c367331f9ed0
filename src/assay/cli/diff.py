"""`assay diff`: what changed against a git revision, and whether that may go through."""

from pathlib import Path
from typing import Unpack

import click

from assay.cli.flags import DiffFlags, path_argument, reading, weighing


@click.command("diff", short_help="Compare with a git revision")
@click.argument("revision", metavar="REV")
@path_argument
@click.option("--format", type=click.Choice(["text", "json", "markdown"]), default="text", help="How to print it.")
@weighing
@reading
def command(revision: str, path: Path, **flags: Unpack[DiffFlags]) -> None:
    """Show what changed below PATH since a git revision.

    New, changed and removed endpoints, guards that got weaker, findings that
    came and went. Exit codes: 0 nothing got worse, 1 a guard got weaker or a
    new finding reaches the threshold, 2 usage or configuration error, 3 there
    is no endpoint to compare.
    """
    from assay.cli.comparing import compared

    click.get_current_context().exit(compared(revision, path, flags))
