"""Where reports go: `--format` names the one on standard output, `--output` files in any format."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from assay.assessment.table import nearest
from assay.cli.stdout import say
from assay.errors import UsageError
from assay.model.assessment import Assessment
from assay.plugins.report import Report

PREFERRED = {"json": "json", "xml": "junit", "md": "markdown", "txt": "terminal"}
"""What a file's extension means where several reports have it, or none."""


class Target(Struct, frozen=True):
    """A file and the report that goes there."""

    report: Report
    path: Path


def report(name: str, reports: Sequence[Report]) -> Report:
    """The report of a name. Raises `UsageError` listing those that there are."""
    found = next((report for report in reports if report.name == name), None)
    if found is None:
        names = [report.name for report in reports]
        near = nearest(name, names)
        mend = f"did you mean {near}?" if near else f"choose from {', '.join(names)}."
        message = f"--format {name}: there is no such report; {mend}"
        raise UsageError(message)
    return found


def targets(outputs: Iterable[str], reports: Sequence[Report]) -> tuple[Target, ...]:
    """The files that `--output` asks for, as FORMAT=FILE or as a FILE whose extension says the format."""
    found = []
    for text in outputs:
        name, separator, path = text.partition("=")
        names = {report.name for report in reports}
        if separator and (name in names or "/" not in name) and path:
            found.append(Target(report(name, reports), Path(path)))
        else:
            found.append(Target(_by_extension(text, reports), Path(text)))
    paths = [target.path for target in found]
    if twice := sorted({str(path) for path in paths if paths.count(path) > 1}):
        message = f"--output: {twice[0]} is named twice. Mend: give each report a file of its own."
        raise UsageError(message)
    return tuple(found)


def write(assessment: Assessment, asked: Iterable[Target]) -> None:
    """Write the reports. Raises `UsageError` for a file that cannot be written."""
    for target in asked:
        write_text(target.path, target.report.write(assessment))


def write_text(path: Path, text: str) -> None:
    """Write one file; its folder is made. A device, as `/dev/stdout`, is written to and never replaced."""
    try:
        if str(path) == "-":
            say(text)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}. Mend: name another file, or change permissions."
        raise UsageError(message) from error


def _by_extension(path: str, reports: Sequence[Report]) -> Report:
    extension = Path(path).suffix.lstrip(".").lower()
    named = PREFERRED.get(extension, extension)
    matching = [report for report in reports if report.name == named] or [
        report for report in reports if report.extension == extension
    ]
    if len(matching) != 1:
        names = ", ".join(report.name for report in reports)
        message = (
            f"--output {path}: the extension does not say which report. Mend: write FORMAT={path}; formats are {names}."
        )
        raise UsageError(message)
    return matching[0]
