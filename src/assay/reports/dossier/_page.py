"""The page for people: what stood when, worst first, every statement with the file that it rests upon. It loads nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape

from assay.model.dossier import Case, Dossier, Operation
from assay.reports.dossier._sheets import name
from assay.reports.outline.text import counted, line
from assay.reports.outline.views import WRITTEN

STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;
border-bottom:1px solid #8886}th{font-weight:600}caption{text-align:left;font-weight:600;padding:.4rem 0}code{font-size:.9em;
overflow-wrap:anywhere}.bad{font-weight:700}section{margin-top:2.5rem}
@media(max-width:45rem){body{overflow-wrap:anywhere}
table,tbody,tr,th,td{display:block}th[scope=col]{display:none}th,td{border:0;padding:.1rem 0}
tr{border-bottom:1px solid #8886;padding:.4rem 0}}
@media print{body{max-width:none;margin:0}a{color:inherit}}
"""
MOST = 500
"""Findings on the page; all of them stand in files of their own."""
BAD = frozenset({"deviation", "missed", "late", "regressed", "detected", "confirmed", "not_observed", "not_tested"})
"""States that are set in bold; their words say the same."""


def page(dossier: Dossier) -> str:
    """The page as one HTML document."""
    title = escape(f"Evidence: {dossier.kind} {line(dossier.subject)}")
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )
    parts = (
        _opening(dossier),
        _gaps(dossier),
        _amiss(dossier),
        _controls(dossier),
        _findings(dossier),
        _scans(dossier),
        _written(dossier),
        _limits(),
    )
    return head + "".join(parts) + "</main>\n</body>\n</html>\n"


def _opening(dossier: Dossier) -> str:
    window = (
        f"{dossier.window[0]:%Y-%m-%d} until before {dossier.window[1]:%Y-%m-%d}"
        if dossier.window
        else "all that is recorded"
    )
    states = Counter(case.state for case in dossier.cases)
    rows = [
        ("Window", window),
        (
            "Ledger",
            f"{dossier.origin}, {counted(dossier.size, 'entry', 'entries')}, as of {dossier.as_of:%Y-%m-%d %H:%M} UTC",
        ),
        ("Scans", str(len(dossier.looks))),
        ("Findings", ", ".join(f"{count} {_words(state)}" for state, count in states.items()) or "none"),
        ("Late", str(sum(case.is_late for case in dossier.cases))),
        ("Catalogs", ", ".join(dossier.catalogs) or "none"),
    ]
    body = "".join(f'<tr><th scope="row">{escape(key)}</th><td>{escape(line(text))}</td></tr>\n' for key, text in rows)
    return f"<p>README.md beside this page says how to verify all of it.</p>\n<table>\n{body}</table>\n"


def _gaps(dossier: Dossier) -> str:
    """First of all, what is missing: gaps are never hidden."""
    missing = [week for week in dossier.weeks if week.state in {"missed", "late"}]
    if not dossier.weeks:
        return _section("Expected scans", "<p>No schedule was in force, so no scan can be said to be missing.</p>\n")
    counts = Counter(week.state for week in dossier.weeks)
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    rows = [(week.scope, f"{week.start:%Y-%m-%d}", f"{week.end:%Y-%m-%d}", week.state, week.why) for week in missing]
    table = _table(("Scope", "From", "Until before", "State", "Why"), rows) if rows else ""
    return _section(
        "Expected scans", f'<p>{escape(told)}. All of them: <a href="cadence.csv">cadence.csv</a></p>\n{table}'
    )


def _amiss(dossier: Dossier) -> str:
    if not dossier.amiss:
        return ""
    rows = [(each.rule, each.outcome, each.scope, each.message) for each in dossier.amiss]
    return _section("What is amiss in the evidence itself", _table(("Rule", "Says", "Scope", "What"), rows))


def _controls(dossier: Dossier) -> str:
    if not dossier.operations:
        touched = dict.fromkeys(f"{catalog} {control}" for case in dossier.cases for catalog, control in case.controls)
        return _section("Controls that it touches", f"<p>{escape(', '.join(touched)) or 'None.'}</p>\n")
    held = [each for each in dossier.operations if not each.is_beyond_tools]
    outside = len(dossier.operations) - len(held)
    rows = "".join(_control(each) for each in held)
    columns = "".join(f'<th scope="col">{each}</th>' for each in ("Control", "Title", "State", "What it rests on"))
    rest = f"<p>{counted(outside, 'control')} more are outside of what a tool can test.</p>\n" if outside else ""
    return _section("Controls", f"<table>\n<tr>{columns}</tr>\n{rows}</table>\n{rest}")


def _control(held: Operation) -> str:
    path = f"controls/{name(held.catalog)}/{name(held.control)}.json"
    link = f'<a href="{escape(path)}">{escape(line(held.catalog))} {escape(line(held.control))}</a>'
    cells = (link, escape(line(held.title)), _state(held.state), escape(line(held.summary)))
    return "<tr>" + "".join(f"<td>{each}</td>" for each in cells) + "</tr>\n"


def _findings(dossier: Dossier) -> str:
    if not dossier.cases:
        return _section("Findings", "<p>None in the window.</p>\n")
    rest = len(dossier.cases) - MOST
    link = '<a href="populations/findings.csv">populations/findings.csv</a>'
    more = f"<p>{counted(rest, 'finding')} more, none of them worse: {link}</p>\n" if rest > 0 else ""
    return _section("Findings", "".join(_case(case) for case in dossier.cases[:MOST]) + more)


def _case(case: Case) -> str:
    due = f", due {case.due:%Y-%m-%d}{' (late)' if case.is_late else ''}" if case.due else ""
    link = f'<a href="findings/{case.fingerprint}.json"><code>{case.fingerprint}</code></a>'
    title = escape(f"{line(case.endpoint)}: {line(case.weakness)}, {case.severity}{due}")
    rows = [
        (f"{each.at:%Y-%m-%d %H:%M}", str(each.sequence), each.state, each.actor, each.text, each.commit[:12])
        for each in case.milestones
    ]
    why = f"<p>{escape(line(case.why))}</p>\n" if case.why else ""
    columns = ("When (UTC)", "Entry", "State", "By", "What", "Commit")
    return f"<h3>{title}</h3>\n<p>{_state(case.state)} in {escape(line(case.scope))}. {link}</p>\n{why}{_table(columns, rows)}"


def _scans(dossier: Dossier) -> str:
    columns = "".join(
        f'<th scope="col">{each}</th>'
        for each in ("When (UTC)", "Entry", "Scope", "Commit", "Coverage", "Complete", "Run")
    )
    rows = []
    for look in dossier.looks:
        run = look.record
        link = f'<a href="runs/{look.id}/run.json"><code>{look.id[:12]}</code></a>'
        plain = (
            f"{look.at:%Y-%m-%d %H:%M}",
            str(look.sequence),
            run.scope,
            run.commit[:12],
            f"{run.coverage:.0%}",
            "yes" if run.is_complete else "no",
        )
        rows.append("<tr>" + "".join(f"<td>{escape(line(each))}</td>" for each in plain) + f"<td>{link}</td></tr>\n")
    return _section("Scans", f"<table>\n<tr>{columns}</tr>\n{''.join(rows)}</table>\n")


def _written(dossier: Dossier) -> str:
    """What live scans changed of their targets, if any wrote: what was not put back, and how many were."""
    found = [(look, each) for look in dossier.looks for each in look.record.writes]
    if not found:
        return ""
    counts = Counter(WRITTEN.get(each.standing, each.standing) for _, each in found)
    told = ", ".join(f"{count} {words}" for words, count in sorted(counts.items()))
    rows = [
        (f"{look.at:%Y-%m-%d %H:%M}", str(look.sequence), each.what, each.identity, each.of, each.mend)
        for look, each in found
        if each.standing == "changed"
    ]
    table = _table(("When (UTC)", "Entry", "Request", "As", "Not put back", "To mend by hand"), rows) if rows else ""
    link = '<a href="populations/writes.csv">populations/writes.csv</a>'
    return _section("Written to the targets", f"<p>{escape(told)}. All of them: {link}</p>\n{table}")


def _limits() -> str:
    text = (
        "This page is derived from the entries in this pack and draws no conclusion for its reader. It shows what was recorded; that the "
        "right systems were looked at, and that what was recorded is true, no signature can show."
    )
    return _section("What this does not prove", f"<p>{text}</p>\n")


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{body}</section>\n"


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    return f"<table>\n<tr>{head}</tr>\n{''.join(_row(row) for row in rows)}</table>\n"


def _row(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{each}</td>" for each in _cells(cells)) + "</tr>\n"


def _cells(cells: Iterable[str]) -> Iterator[str]:
    for each in cells:
        yield _state(each) if each in BAD else escape(line(each))


def _state(state: str) -> str:
    return f'<span class="bad">{_words(state)}</span>' if state in BAD else escape(_words(state))


def _words(state: str) -> str:
    return state.replace("_", " ")
