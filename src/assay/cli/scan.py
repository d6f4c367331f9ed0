"""`assay scan`: assess a folder, a running API or both, print and write reports, keep the gate."""

from pathlib import Path
from typing import Unpack

import click

from assay.cli.flags import reading, weighing
from assay.cli.live_flags import Places, asking, places
from assay.cli.scan_flags import ScanFlags


@click.command("scan", short_help="Assess the APIs of a folder")
@click.argument("where", metavar="[PATH] [URL]", nargs=-1, callback=places)
@click.option(
    "--format", default="terminal", metavar="NAME", help="Report on standard output: terminal, json, sarif, ..."
)
@click.option(
    "--output", "-o", multiple=True, metavar="[NAME=]FILE", help="Write a report to a file as well; repeatable."
)
@weighing
@click.option("--new-only", is_flag=True, help="Fail on findings only that the baseline does not know.")
@click.option("--baseline", default="", metavar="FILE|REV", help="Known findings: a baseline file or a git revision.")
@click.option("--since", default="", metavar="REV", help="Known findings: those of a git revision.")
@click.option(
    "--write-baseline", type=click.Path(path_type=Path), metavar="FILE", help="Write the findings as a baseline."
)
@click.option(
    "--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 3 below this coverage."
)
@click.option(
    "--show", multiple=True, type=click.Choice(["endpoints"]), help="List every endpoint in the terminal report."
)
@click.option("--history", is_flag=True, help="Search all past commits for secrets, too.")
@click.option("--change", is_flag=True, help="Look at git, CI files and branch rules, too.")
@asking
@click.option("--no-record", is_flag=True, help="Do not remember this run in the ledger.")
@reading
def command(where: Places, **flags: Unpack[ScanFlags]) -> None:
    """Assess the APIs below PATH, the running one at URL, or both together.

    URL is asked for at most 60 seconds, and nothing is written to it unless
    --mode active says so. Without PATH and URL the current folder is scanned.

    Exit codes: 0 clean below the threshold, 1 a finding reaches it, 2 usage or
    configuration error, 3 nothing or not enough could be assessed.
    Suspicions (tentative findings) and suppressed findings never fail.
    """
    from assay.cli.answered import place

    kept = place(where.root, flags) if where.has_code and not where.url else None
    answer = kept.answer() if kept else None
    if answer:
        click.get_current_context().exit(answer.give())
    from assay.cli.scanning import scanned

    click.get_current_context().exit(scanned(where, flags, kept))
