"""Draws how the project stands: what was scanned, score with coverage, findings in numbers, what to fix first, endpoints by class."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.model.assessment import Assessment
from assay.reports.outline.text import commit, counted, decimal, line
from assay.reports.outline.views import Tally, opened, reviewed, severities, standing, suppressed, tallies
from assay.reports.terminal._layout import NARROW, heading, plain, say, word


def draw_summary(assessment: Assessment, console: Console) -> None:
    """The standing alone."""
    draw_header(assessment, console)
    draw_score(assessment, console)


def draw_header(assessment: Assessment, console: Console) -> None:
    """The project, its commit and its APIs."""
    run = assessment.run
    said = [f"{line(run.tool)} {line(run.version)}", f"as of {line(run.as_of)}"]
    said += [f"commit {commit(run.commit)}"] if run.commit else ["no commit"]
    say(
        console,
        Text().append(line(run.target) or "project", style="bold").append("  " + ", ".join(said), style="dim"),
        hang=2,
    )
    rows = tallies(assessment)
    if not rows:
        say(console, Text("No API was found; what was not looked at stands below, with the reason.", style="yellow"))
        return
    say(console, f"{counted(len(rows), 'API')}, {counted(len(assessment.inventory.endpoints), 'endpoint')}", hang=2)
    for row in rows:
        place = f", {line(row.api.root)}" if row.api.root not in {"", "."} else ""
        text = f"{line(row.api.name)} ({line(row.api.framework)}{place}): {counted(row.total, 'endpoint')}"
        say(console, text, indent=2, hang=2)


def draw_score(assessment: Assessment, console: Console) -> None:
    """Score and coverage, the findings in numbers, and what to fix first."""
    score = assessment.score
    console.print()
    say(console, Text("Score     ").append(standing(score), style="bold"), hang=10)
    say(console, _findings(assessment), hang=10)
    if score is not None:
        for factor in score.ledger[:1]:
            if factor.gain > 0:
                text = Text("Fix this first: ").append(f"+{decimal(factor.gain)}", style="bold green")
                text.append(f"  {line(factor.rule)} {line(factor.title)} ({counted(factor.places, 'place')})")
                say(console, text, hang=10)
        for cap in score.caps:
            say(console, f"Cap       {line(cap)}", hang=10)
        if score.with_accepted != score.value:
            say(
                console, f"Accepted  {decimal(score.with_accepted)} of 100 if suppressed findings are left out", hang=10
            )
    if not assessment.run.is_complete:
        say(console, Text("The run ended early: what it did not reach is not tested.", style="bold yellow"))


def draw_classes(assessment: Assessment, console: Console) -> None:
    """The endpoints of each API, counted by authorization class."""
    rows = tallies(assessment)
    if not rows:
        return
    heading(console, "Endpoints by authorization")
    if console.width < NARROW:
        for row in rows:
            counts = ", ".join(f"{count} {kind}" for kind, count in row.counts if count) or "none"
            say(console, f"{line(row.api.name)}: {counts}", indent=2, hang=2)
        return
    console.print(_table(rows))


def _findings(assessment: Assessment) -> Text:
    found = opened(assessment)
    text = Text("Findings  ")
    for number, (severity, count) in enumerate(severities(found)):
        text.append(", " if number else "").append(f"{count} ").append_text(word(str(severity)))
    if not found:
        text.append("none open")
    if any(finding.is_new is not None for finding in found):
        text.append(f"; {sum(finding.is_new is True for finding in found)} new")
    for count, what in ((len(suppressed(assessment)), "suppressed"), (len(reviewed(assessment)), "for review")):
        if count:
            text.append(f"; {count} {what}")
    return text


def _table(rows: tuple[Tally, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("  API", overflow="fold")
    for kind, _ in rows[0].counts:
        table.add_column(kind, justify="right", no_wrap=True)
    table.add_column("all", justify="right", no_wrap=True)
    for row in rows:
        cells = [Text(str(count) if count else "-", style=_style(kind, count)) for kind, count in row.counts]
        table.add_row(Text("  ").append_text(plain(row.api.name)), *cells, Text(str(row.total), style="bold"))
    return table


def _style(kind: str, count: int) -> str:
    if not count:
        return "dim"
    return {"public": "bold red", "unknown": "yellow"}.get(kind, "")
