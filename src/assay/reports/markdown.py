"""Markdown for the comment on a pull request: standing, new findings first, then the rest in folds.

GitHub refuses comments of more than 65,536 characters, so the text stays below `MOST` bytes: rows that do not fit are counted, never
dropped in silence. Nothing that a project's author wrote can make markup, mention a person or link anywhere.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from assay.model.assessment import Assessment
from assay.model.catalog import ControlResult, ControlState
from assay.model.verdict import Finding
from assay.plugins.report import Report
from assay.reports.outline.text import counted, decimal, line
from assay.reports.outline.views import (
    WRITTEN,
    api_name,
    controls_of,
    groups,
    omissions,
    opened,
    place_of,
    refuted,
    reviewed,
    severities,
    sheet,
    standing,
    statements,
    suppressed,
    suppression_text,
    unrestored,
)

MOST = 64_000
MOST_CELL = 600
JOINER = "&#8288;"
"""A word joiner, which nobody sees: it keeps `@name`, `#12` and addresses from becoming links."""
SPECIAL = re.compile(r"([\\`*_\[\]~|$!])")
AUTOLINK = re.compile(r"(@|#(?=\w)|:(?=//)|\bwww(?=\.))", re.IGNORECASE)
MARKER = re.compile(r"^(?=(?:[-+]|\d+[.)])(?:\s|$))")

LISTED = {ControlState.DEVIATION, ControlState.PARTLY_TESTED, ControlState.OPERATING}
"""Controls with a row of their own; the others are named."""


class Section(Struct, frozen=True):
    """A part of the comment: rows between a head and a tail; rows may be cut."""

    head: str
    rows: tuple[str, ...]
    tail: str = ""


def write(assessment: Assessment) -> str:
    """The assessment as a comment, most important first."""
    sections = [
        _summary(assessment),
        *_new(assessment),
        *_groups(assessment),
        *_refuted(assessment),
        *_holds(assessment),
        *_controls(assessment),
        *_written(assessment),
        *_skipped(assessment),
        *_suppressed(assessment),
    ]
    return _bounded(sections)


def code(text: str) -> str:
    """Text as a code span that nothing inside can close, for tables too."""
    clean = _cut(line(text)).replace("|", "\\|")
    if not clean:
        return ""
    longest = max((len(run) for run in re.findall("`+", clean)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if clean[0] == "`" or clean[-1] in "`\\" else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def prose(text: str) -> str:
    """Text as itself: no markup, no mention, no link."""
    clean = _cut(line(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linkless = AUTOLINK.sub(lambda match: match[0] + JOINER, SPECIAL.sub(r"\\\1", clean))
    return MARKER.sub(JOINER, linkless)


def _summary(assessment: Assessment) -> Section:
    run = assessment.run
    score = assessment.score
    rows = [f"**Score: {standing(score)}**\n", _counts(assessment) + "\n"]
    if score is not None:
        rows += [f"> {prose(cap)}\n" for cap in score.caps]
        rows += [
            f"Fix this first: **{prose(factor.rule)} {prose(factor.title)}** "
            f"({counted(factor.places, 'place')}): **+{decimal(factor.gain)}**\n"
            for factor in score.ledger[:1]
            if factor.gain > 0
        ]
    if not run.is_complete:
        rows.append("**The run ended early: what it did not reach is not tested.**\n")
    commit = f", commit {code(run.commit)}" if run.commit else ""
    rows.append(f"{prose(run.tool)} {prose(run.version)}, as of {prose(run.as_of)}{commit}\n")
    return Section(f"## Assay: {prose(run.target)}\n", tuple(rows))


def _counts(assessment: Assessment) -> str:
    found = opened(assessment)
    by_severity = ", ".join(f"{count} {severity}" for severity, count in severities(found)) or "no open findings"
    parts = [by_severity]
    if any(finding.is_new is not None for finding in found):
        parts.append(f"{sum(finding.is_new is True for finding in found)} new")
    parts += [f"{count} {word}" for count, word in _asides(assessment) if count]
    parts.append(counted(len(assessment.inventory.endpoints), "endpoint"))
    return " · ".join(parts)


def _asides(assessment: Assessment) -> list[tuple[int, str]]:
    return [(len(suppressed(assessment)), "suppressed"), (len(reviewed(assessment)), "for review")]


def _new(assessment: Assessment) -> list[Section]:
    found = [finding for finding in opened(assessment) if finding.is_new]
    return [_table(assessment, f"### New findings ({len(found)})", found)] if found else []


def _table(assessment: Assessment, title: str, found: Sequence[Finding], tail: str = "") -> Section:
    head = f"{title}\n\n| severity | rule | where | place |\n| --- | --- | --- | --- |"
    return Section(head, tuple(_row(assessment, finding) for finding in found), "\n" + tail)


def _row(assessment: Assessment, finding: Finding) -> str:
    verdict = finding.verdict
    place = place_of(assessment, verdict)
    api = f"{prose(api_name(assessment, verdict.subject.api))}: " if len(assessment.inventory.apis) > 1 else ""
    title = prose(sheet(assessment, verdict.rule).title)
    where = f"{api}{code(verdict.subject.name)}"
    return f"| {verdict.severity} | {prose(verdict.rule)} {title} | {where} | {code(str(place or ''))} |"


def _groups(assessment: Assessment) -> list[Section]:
    sections = []
    for title, found in (
        ("Findings", opened(assessment)),
        ("For review: suspicions, which count nowhere", reviewed(assessment)),
    ):
        if found:
            sections.append(Section(f"### {title} ({len(found)})\n", ()))
        for group in groups(assessment, found):
            head = f"{group.severity} {prose(group.rule.id)} {prose(group.rule.title)} ({len(group.findings)})"
            rows = tuple(_told(assessment, finding) for finding in group.findings)
            sections.append(_fold(head, rows))
    return sections


def _told(assessment: Assessment, finding: Finding) -> str:
    verdict = finding.verdict
    place = place_of(assessment, verdict)
    mark = "**new** " if finding.is_new else ""
    where = f" ({code(str(place))})" if place else ""
    fix = f"<br>Fix: {prose(verdict.fix)}" if verdict.fix else ""
    repeat = f"<br>Repeat: {code(verdict.exchanges[0].curl)}" if verdict.exchanges else ""
    return f"- {mark}{code(verdict.subject.name)}{where}<br>{prose(verdict.message)}{fix}{repeat}"


def _refuted(assessment: Assessment) -> list[Section]:
    rows = tuple(
        f"- {prose(verdict.message)}<br>Repeat: {code(verdict.exchanges[0].curl)}" for verdict in refuted(assessment)
    )
    return [_fold(f"Refuted by live calls ({len(rows)})", rows)] if rows else []


def _holds(assessment: Assessment) -> list[Section]:
    found = statements(assessment)
    rows = tuple(f"- {prose(statement.text)}" for statement in found)
    return [_fold(f"What holds ({len(found)})", rows)] if rows else []


def _controls(assessment: Assessment) -> list[Section]:
    sections = []
    for catalog, controls in controls_of(assessment):
        told = [control for control in controls if control.state in LISTED]
        failed = sum(control.state is ControlState.DEVIATION for control in told)
        head = f"{prose(catalog.name)}: {counted(failed, 'deviation')} in {counted(len(controls), 'control')}"
        rows = [
            f"| {prose(control.control)} | {prose(control.title)} | {prose(control.word)} | {prose(control.summary)} |"
            for control in told
        ]
        table = "| control | title | state | why |\n| --- | --- | --- | --- |" if rows else ""
        tail = [_named("Not tested", ControlState.NOT_TESTED, controls)]
        tail += [_named("Outside, for people and paper", ControlState.OUTSIDE, controls)]
        sections.append(_fold(head, tuple(rows), table=table, tail="".join(tail)))
    return sections


def _named(title: str, state: ControlState, controls: Iterable[ControlResult]) -> str:
    names = [prose(control.control) for control in controls if control.state is state]
    return f"\n{title} ({len(names)}): {', '.join(names)}\n" if names else ""


def _skipped(assessment: Assessment) -> list[Section]:
    coverage = assessment.coverage
    rows = [f"- {prose(each.name)}: {each.tested} of {each.total}{_note(each.note)}" for each in coverage.lines]
    rows += [f"- not tested: {prose(reason)} ({count})" for reason, count in coverage.not_tested]
    rows += [
        f"- {prose(omission.kind)}: {prose(omission.reason)}: {', '.join(code(place) for place in omission.places[:20])}"
        + (f" and {len(omission.places) - 20} more" if len(omission.places) > 20 else "")
        for omission in omissions(assessment)
    ]
    return [_fold("Coverage, and what was not looked at", tuple(rows))] if rows else []


def _note(note: str) -> str:
    return f" ({prose(note)})" if note else ""


def _written(assessment: Assessment) -> list[Section]:
    """What a live scan wrote; what could not be put back goes first."""
    left = unrestored(assessment)
    rows = [f"- **NOT PUT BACK: {code(each.of)}.** Mend by hand: {code(each.mend)}" for each in left]
    rows += [
        f"- {code(each.what)} as {prose(each.identity)}: {prose(each.outcome)}, {WRITTEN[each.standing]}"
        for each in assessment.writes
    ]
    return [_fold(f"Written to the target ({len(assessment.writes)})", tuple(rows))] if rows else []


def _suppressed(assessment: Assessment) -> list[Section]:
    found = suppressed(assessment)
    rows = tuple(
        f"- {prose(finding.verdict.rule)} {code(finding.verdict.subject.name)}: {prose(suppression_text(finding))}"
        for finding in found
    )
    return [_fold(f"Suppressed ({len(rows)})", rows)] if rows else []


def _fold(summary: str, rows: tuple[str, ...], *, table: str = "", tail: str = "") -> Section:
    return Section(
        f"<details><summary>{_plain_summary(summary)}</summary>\n\n{table}".rstrip(" "), rows, f"{tail}\n</details>\n"
    )


def _plain_summary(text: str) -> str:
    """Prose inside an HTML element, where Markdown is not read: backslashes before marks would be shown."""
    return re.sub(r"\\([\\`*_\[\]~|$!])", r"\1", text)


def _bounded(sections: Iterable[Section]) -> str:
    """The sections as one text below `MOST` bytes; a section's rows are cut where they no longer fit, and counted."""
    written: list[str] = []
    left = MOST
    for section in sections:
        note = f"\n{len(section.rows)} more, which did not fit here: see the other reports."
        frame = _size(section.head) + _size(section.tail) + _size(note)
        if frame > left:
            written.append("\nMore did not fit here: see the other reports.")
            break
        rows, left = _fitting(section.rows, left - frame)
        cut = len(section.rows) - len(rows)
        more = [f"\n{cut} more, which did not fit here: see the other reports."] if cut else []
        written += [section.head, *rows, *more, *([section.tail] if section.tail else [])]
    return "\n".join(written).rstrip("\n") + "\n"


def _fitting(rows: Sequence[str], room: int) -> tuple[list[str], int]:
    """The first rows that fit, and the room that is left."""
    kept = []
    for row in rows:
        if _size(row) > room:
            break
        room -= _size(row)
        kept.append(row)
    return kept, room


def _size(text: str) -> int:
    return len(text.encode("utf-8")) + 1


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CELL else text[: MOST_CELL - 1] + "…"


REPORT = Report(name="markdown", title="Markdown, for the comment on a pull request", extension="md", write=write)
