"""The header of a report."""

from collections.abc import Callable
from dataclasses import dataclass

from assay.model.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Report:
    """A report: writes an assessment in one format, as text that ends with a newline; same assessment, same bytes."""

    name: str
    """What `--format` takes: `json`, `sarif`, `gitlab-sast`."""
    title: str
    extension: str
    """Of a file: `sarif`, `json`, `html`."""
    write: Callable[[Assessment], str]
