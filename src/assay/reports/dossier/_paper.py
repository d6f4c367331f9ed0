"""The report on paper: a tagged PDF/A-3a with the evidence attached as JSON, made by typst without a network or the machine's own fonts.

The template is filled from JSON, so nothing that a project's author wrote is read as markup. PDF/A refuses a character that its fonts do
not have; then all of the text is written in ASCII, with escapes for the rest.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Literal

import typst

from assay.model.dossier import Case, Dossier
from assay.reports.dossier._sheets import sheets
from assay.reports.outline.text import line
from assay.reports.outline.views import WRITTEN

STANDARD: Literal["a-3a"] = "a-3a"
"""PDF/A-3 (ISO 19005-3), level A: archivable, tagged, with attachments. Source: typst's list of standards."""
MOST = 300
"""Findings with their chain in full; the others are counted, and attached like all."""
Json = dict[str, object]


def paper(dossier: Dossier) -> bytes:
    """The report as PDF; the same dossier gives the same bytes."""
    told: Json = {"title": line(_title(dossier)), "date": _date(dossier), "parts": list(_parts(dossier))}
    attached = json.dumps({path: json.loads(text) for path, text in sheets(dossier)}, sort_keys=True, indent=1)
    try:
        return _compiled(told, attached)
    except typst.TypstError:
        return _compiled(_in_ascii(told), attached)


def _compiled(told: object, attached: str) -> bytes:
    template = files("assay.reports.dossier").joinpath("report.typ").read_bytes()
    inputs = {"told": json.dumps(told), "evidence": attached}
    return typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=STANDARD, ignore_system_fonts=True)


def _in_ascii(value: object) -> object:
    match value:
        case str():
            return value.encode("ascii", "backslashreplace").decode()
        case dict():
            return {key: _in_ascii(each) for key, each in value.items()}
        case list():
            return [_in_ascii(each) for each in value]
    return value


def _title(dossier: Dossier) -> str:
    return f"Evidence: {dossier.kind} {dossier.subject}"


def _date(dossier: Dossier) -> list[int]:
    return [dossier.as_of.year, dossier.as_of.month, dossier.as_of.day]


def _parts(dossier: Dossier) -> Iterator[Json]:
    window = (
        f"{dossier.window[0]:%Y-%m-%d} until before {dossier.window[1]:%Y-%m-%d}"
        if dossier.window
        else "all that is recorded"
    )
    ledger = f"Ledger {dossier.origin}, {dossier.size} entries, as of {dossier.as_of:%Y-%m-%d %H:%M} UTC."
    states = ", ".join(f"{count} {state}" for state, count in Counter(case.state for case in dossier.cases).items())
    opening = (
        f"Window: {window}. {ledger} {len(dossier.looks)} scans. Findings: {states or 'none'}. Late: {_late(dossier)}."
    )
    yield _part("What this is", f"{opening} Verify it as README.md of the pack says: a page alone proves nothing.")
    gaps = [week for week in dossier.weeks if week.state in {"missed", "late"}]
    counts = ", ".join(
        f"{count} {state}" for state, count in sorted(Counter(week.state for week in dossier.weeks).items())
    )
    rows = [(f"{week.start:%Y-%m-%d}", f"{week.end:%Y-%m-%d}", week.scope, week.state, week.why) for week in gaps]
    columns = ("From", "Until before", "Scope", "State", "Why")
    yield _part("Expected scans", f"{counts or 'No schedule was in force'}.", columns, (2, 2, 3, 1, 5), rows)
    if dossier.amiss:
        amiss = [(each.rule, each.outcome, each.scope, each.message) for each in dossier.amiss[:MOST]]
        yield _part("What is amiss in the evidence itself", "", ("Rule", "Says", "Scope", "What"), (1, 1, 2, 6), amiss)
    yield from _held(dossier)
    yield from _scans(dossier)
    yield from _written(dossier)
    for case in dossier.cases[:MOST]:
        yield _case(case)
    rest = len(dossier.cases) - MOST
    if rest > 0:
        yield _part("Further findings", f"{rest} more, none of them worse; all are attached as JSON.")


def _late(dossier: Dossier) -> int:
    return sum(case.is_late for case in dossier.cases)


def _held(dossier: Dossier) -> Iterator[Json]:
    held = [each for each in dossier.operations if not each.is_beyond_tools]
    rows = [(f"{each.catalog} {each.control}", each.title, each.state.replace("_", " "), each.summary) for each in held]
    if not dossier.operations:
        touched = dict.fromkeys(f"{catalog} {control}" for case in dossier.cases for catalog, control in case.controls)
        yield _part("Controls that it touches", ", ".join(touched) or "None.")
        return
    outside = f"{len(dossier.operations) - len(held)} more are outside of what a tool can test."
    yield _part("Controls", outside, ("Control", "Title", "State", "What it rests on"), (2, 3, 2, 5), rows)


def _scans(dossier: Dossier) -> Iterator[Json]:
    scans = [
        (
            f"{look.at:%Y-%m-%d %H:%M}",
            str(look.sequence),
            look.record.scope,
            look.record.commit[:12],
            f"{look.record.coverage:.0%}",
            look.id[:12],
        )
        for look in dossier.looks
    ]
    columns = ("When (UTC)", "Entry", "Scope", "Commit", "Coverage", "Run")
    yield _part("Scans", "", columns, (3, 1, 3, 2, 1, 2), scans)


def _written(dossier: Dossier) -> Iterator[Json]:
    """What live scans wrote to their targets, what was not put back first."""
    rows = [
        (str(look.sequence), each.what, each.identity, WRITTEN.get(each.standing, each.standing), each.mend or each.of)
        for look in dossier.looks
        for each in look.record.writes
    ]
    if rows:
        rows.sort(key=lambda row: row[3] != WRITTEN["changed"])
        columns = ("Entry", "Request", "As", "What became of it", "What, or what to mend by hand")
        rest = f"The first {MOST} of {len(rows)}; populations/writes.csv has all." if len(rows) > MOST else ""
        yield _part("Written to the targets", rest, columns, (1, 3, 1, 2, 5), rows[:MOST])


def _case(case: Case) -> Json:
    due = f", due {case.due:%Y-%m-%d}{' (late)' if case.is_late else ''}" if case.due else ""
    state = case.state.replace("_", " ")
    text = f"{case.severity}, {state} in {case.scope}{due}. {case.message} {case.why} Fingerprint {case.fingerprint}."
    rows = [
        (f"{each.at:%Y-%m-%d %H:%M}", str(each.sequence), each.state, each.actor, each.text) for each in case.milestones
    ]
    return _part(
        f"{case.endpoint}: {case.weakness}", text, ("When (UTC)", "Entry", "State", "By", "What"), (2, 1, 2, 2, 6), rows
    )


def _part(
    title: str, text: str, columns: Sequence[str] = (), widths: Sequence[int] = (), rows: Sequence[Sequence[str]] = ()
) -> Json:
    cells = [[line(cell) for cell in row] for row in rows]
    return {
        "title": line(title) or "unnamed",
        "text": line(text),
        "columns": [*columns],
        "widths": [*widths],
        "rows": cells,
    }
