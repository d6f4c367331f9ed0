"""What a pack tells people and other tools about a window: written from a dossier, while the other reports are written from one run.

`written` gives every file of text: a page for people (`_page`), OSCAL assessment plan, results and plan of action (`_oscal`), one
finding and one control a file (`_sheets`), tables of slots, runs and populations and those that GRC platforms import (`_tables`);
`printed` gives the report on paper (`_paper`).
May import `model`, `errors` and `outline`. To add a file: a writer beside these, and its line in `written`.
"""

from collections.abc import Iterator

from msgspec import Struct

from assay.model.dossier import Dossier


class Written(Struct, frozen=True):
    """A file with its text."""

    path: str
    text: str
    media: str


def written(dossier: Dossier) -> tuple[Written, ...]:
    """All files, by path; the same dossier gives the same text."""
    return tuple(sorted(_all(dossier), key=lambda each: each.path))


def printed(dossier: Dossier) -> bytes:
    """The report as PDF/A."""
    from assay.reports.dossier._paper import paper  # noqa: PLC0415 - a large library, loaded when a pack is made

    return paper(dossier)


def _all(dossier: Dossier) -> Iterator[Written]:
    from assay.reports.dossier import _decisions, _oscal, _page, _sheets, _tables  # noqa: PLC0415 - loaded when a pack is made

    yield Written("report.html", _page.page(dossier), "text/html")
    for path, text in (*_oscal.documents(dossier), *_sheets.sheets(dossier), *_decisions.decisions(dossier)):
        yield Written(path, text, "application/json")
    for path, text in _tables.tables(dossier):
        yield Written(path, text, "text/csv" if path.endswith(".csv") else "application/json")
