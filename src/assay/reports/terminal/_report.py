"""Draws the whole report on a console, section by section."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from assay.model.assessment import Assessment
from assay.model.catalog import ControlResult, ControlState
from assay.model.verdict import Finding
from assay.reports.outline.text import counted, line
from assay.reports.outline.views import (
    WRITTEN,
    Group,
    api_name,
    controls_of,
    groups,
    has_tested,
    omissions,
    opened,
    place_of,
    refuted,
    reviewed,
    statements,
    suppressed,
    suppression_text,
    unrestored,
)
from assay.reports.terminal._layout import columns, heading, plain, say, word
from assay.reports.terminal._standing import draw_classes, draw_header, draw_score

LISTED = {ControlState.DEVIATION, ControlState.PARTLY_TESTED, ControlState.OPERATING}
"""Controls with a line of their own; the others are named in one paragraph."""


def draw(assessment: Assessment, console: Console, *, most: int) -> None:
    """Every section that has something to say."""
    draw_header(assessment, console)
    _draw_unrestored(assessment, console)
    draw_score(assessment, console)
    draw_classes(assessment, console)
    _draw_findings(assessment, console, most)
    _draw_refuted(assessment, console)
    _draw_statements(assessment, console)
    _draw_controls(assessment, console)
    _draw_suppressed(assessment, console)
    _draw_coverage(assessment, console)
    _draw_written(assessment, console, most)
    _draw_skipped(assessment, console, most)


def _draw_unrestored(assessment: Assessment, console: Console) -> None:
    for each in unrestored(assessment):
        said = f"NOT PUT BACK: {line(each.of)}. Mend by hand: {line(each.mend)}"
        say(console, Text(said, style="bold red"), hang=2)


def _draw_written(assessment: Assessment, console: Console, most: int) -> None:
    """What a live scan wrote, and what became of it."""
    found = assessment.writes
    if not found:
        return
    heading(console, f"Written to the target ({len(found)})")
    for each in found[:most] if most else found:
        said = f"{line(each.what)} as {line(each.identity)}: {line(each.outcome)}, {WRITTEN[each.standing]}"
        say(console, said, indent=2, hang=2)
    _draw_rest(console, len(found) - (most or len(found)), indent=2)


def _draw_findings(assessment: Assessment, console: Console, most: int) -> None:
    found = opened(assessment)
    heading(console, f"Findings ({len(found)})")
    if not found:
        tested = (
            "None open in what was tested." if has_tested(assessment) else "Nothing was tested, so nothing can be said."
        )
        say(console, tested, indent=2)
    for group in groups(assessment, found):
        _draw_group(assessment, console, group, most)
    doubtful = reviewed(assessment)
    if doubtful:
        heading(console, f"For review: suspicions, which change neither score nor controls ({len(doubtful)})")
        for group in groups(assessment, doubtful):
            _draw_group(assessment, console, group, most)


def _draw_group(assessment: Assessment, console: Console, group: Group, most: int) -> None:
    console.print()
    title = Text("  ").append_text(word(str(group.severity))).append(f"  {line(group.rule.id)} ")
    title.append(line(group.rule.title), style="bold").append(f"  {counted(len(group.findings), 'place')}", style="dim")
    say(console, title, hang=4)
    shown = group.findings[:most] if most else group.findings
    fixes = list(dict.fromkeys(line(finding.verdict.fix) for finding in shown))
    messages = {line(finding.verdict.message) for finding in shown}
    if len(fixes) == 1 and len(messages) > 1 and not any(finding.verdict.exchanges for finding in shown):
        columns(console, [_row(assessment, finding, group) for finding in shown], indent=4)
    else:
        for finding in shown:
            columns(console, [_row(assessment, finding, group)], indent=4)
            say(console, plain(finding.verdict.message, "dim"), indent=6, hang=2)
            if finding.verdict.exchanges:
                say(console, plain(f"Repeat: {finding.verdict.exchanges[0].curl}", "dim"), indent=6, hang=2)
            if len(fixes) > 1 and finding.verdict.fix:
                _draw_fix(console, line(finding.verdict.fix), indent=6)
    _draw_rest(console, len(group.findings) - len(shown), indent=4)
    if len(fixes) == 1 and fixes[0]:
        _draw_fix(console, fixes[0], indent=4)


def _row(assessment: Assessment, finding: Finding, group: Group) -> tuple[Text, ...]:
    verdict = finding.verdict
    subject = verdict.subject
    name = plain(subject.name)
    if subject.kind == "endpoint" and subject.symbol:
        name.append(f" {line(subject.symbol)}")
    if len(assessment.inventory.apis) > 1:
        name = Text().append(f"{api_name(assessment, subject.api)}: ", style="dim").append_text(name)
    marks = [str(verdict.severity)] if verdict.severity is not group.severity else []
    marks += ["new"] if finding.is_new else []
    marks += ["suppression expired"] if finding.suppression is not None else []
    if marks:
        name.append(f"  {', '.join(marks)}", style="bold")
    return (name, plain(str(place_of(assessment, verdict) or ""), "cyan"))


def _draw_refuted(assessment: Assessment, console: Console) -> None:
    found = refuted(assessment)
    if not found:
        return
    heading(console, f"Refuted: suspicions of the code that live calls do not bear out ({len(found)})")
    for verdict in found:
        name = plain(f"{verdict.rule} {verdict.subject.name}")
        columns(console, [(name, plain(str(place_of(assessment, verdict) or ""), "cyan"))], indent=2)
        say(console, plain(verdict.message, "dim"), indent=4, hang=2)
        say(console, plain(f"Repeat: {verdict.exchanges[0].curl}", "dim"), indent=4, hang=2)


def _draw_fix(console: Console, fix: str, *, indent: int) -> None:
    say(console, Text().append("Fix: ", style="green").append(fix), indent=indent, hang=5)


def _draw_rest(console: Console, rest: int, *, indent: int) -> None:
    if rest > 0:
        say(console, Text(f"and {rest} more; the JSON and HTML reports list all", style="dim"), indent=indent)


def _draw_statements(assessment: Assessment, console: Console) -> None:
    found = statements(assessment)
    if not found:
        return
    heading(console, "What holds")
    for statement in found:
        style = "green" if statement.is_whole else ""
        say(console, plain(statement.text, style), indent=2, hang=2)


def _draw_controls(assessment: Assessment, console: Console) -> None:
    for catalog, controls in controls_of(assessment):
        heading(console, f"{line(catalog.name)}, {line(catalog.version)}")
        for control in controls:
            if control.state in LISTED:
                say(console, _control(control), indent=2, hang=4)
        _draw_named(console, "Not tested", [each for each in controls if each.state is ControlState.NOT_TESTED])
        _draw_named(
            console, "Outside, for people and paper", [each for each in controls if each.state is ControlState.OUTSIDE]
        )


def _control(control: ControlResult) -> Text:
    text = plain(f"{control.control} — {control.title} — ").append(" ").append_text(word(line(control.word)))
    return text.append(f" — {line(control.summary)}") if control.summary else text


def _draw_named(console: Console, title: str, controls: Sequence[ControlResult]) -> None:
    if controls:
        names = ", ".join(line(control.control) for control in controls)
        say(console, Text(f"{title} ({len(controls)}): ").append(names, style="dim"), indent=2, hang=4)


def _draw_suppressed(assessment: Assessment, console: Console) -> None:
    found = suppressed(assessment)
    if not found:
        return
    heading(console, f"Suppressed ({len(found)})")
    for finding in found:
        verdict = finding.verdict
        name = f"{line(verdict.rule)} {line(verdict.subject.name)}"
        say(console, Text(name).append(f": {suppression_text(finding)}", style="dim"), indent=2, hang=2)


def _draw_coverage(assessment: Assessment, console: Console) -> None:
    coverage = assessment.coverage
    heading(console, "Coverage")
    for each in coverage.lines:
        note = f" ({line(each.note)})" if each.note else ""
        say(console, f"{line(each.name)}: {each.tested} of {each.total}{note}", indent=2, hang=2)
    for reason, count in coverage.not_tested:
        say(console, f"Not tested, {count}: {line(reason)}", indent=2, hang=2)
    files = assessment.inventory.files
    if not files.found and _is_live(assessment):
        return
    said = (
        f"Files: {files.found} found, {files.read} read, {files.passed_over} without a word that a web framework needs"
    )
    say(console, f"{said}, {files.left_out} left out, {files.skipped} skipped", indent=2, hang=2)


def _is_live(assessment: Assessment) -> bool:
    """Whether a running API was to be asked."""
    is_asked = any(skipped.kind == "target" for skipped in assessment.inventory.skipped)
    return is_asked or any("live" in endpoint.views for endpoint in assessment.inventory.endpoints)


def _draw_skipped(assessment: Assessment, console: Console, most: int) -> None:
    found = omissions(assessment)
    if not found:
        return
    heading(console, "Not looked at")
    for omission in found:
        shown = omission.places[:most] if most else omission.places
        say(console, f"{line(omission.kind)}, {len(omission.places)}: {omission.reason}", indent=2, hang=2)
        for place in shown:
            say(console, Text(place, style="dim"), indent=4, hang=2)
        _draw_rest(console, len(omission.places) - len(shown), indent=4)
