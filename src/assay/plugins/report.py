"""The header of a report."""

from collections.abc import Callable

from msgspec import Struct

from assay.model.assessment import Assessment


class Report(Struct, frozen=True):
    """A report: writes an assessment in one format, as text that ends with a newline; same assessment, same bytes."""

    name: str
    """What `--format` takes: `json`, `sarif`, `gitlab-sast`."""
    title: str
    extension: str
    """Of a file: `sarif`, `json`, `html`."""
    write: Callable[[Assessment], str]
