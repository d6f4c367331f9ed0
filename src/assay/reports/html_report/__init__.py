"""HTML in one file, for people: findings with their path of evidence, endpoints, controls, score ledger, coverage, rule pages.

It asks nothing of any server: its policy allows only its own style and script, by hash. It filters, prints with everything open,
follows the reader's light or dark mode, and says severity in words as well as colour. Jinja escapes whatever is put in; rule pages
are Markdown, rendered by markdown-it with HTML and images off.
"""

from assay.model.assessment import Assessment
from assay.plugins.report import Report


def write(assessment: Assessment) -> str:
    """The assessment as one HTML document."""
    from assay.reports.html_report._document import document  # noqa: PLC0415 - the template engine is loaded when needed

    return document(assessment)


REPORT = Report(name="html", title="HTML in one file, for people", extension="html", write=write)
