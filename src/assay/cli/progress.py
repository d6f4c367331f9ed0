"""Progress on standard error: a moving line on a terminal, nothing elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from assay.assessment.rooms import Progress


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nothing."""


@contextmanager
def shown(*, is_quiet: bool) -> Iterator[Progress]:
    """Something to tell progress to while a run lasts; the line is gone afterwards."""
    if is_quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Line
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Line(*columns, console=Console(stderr=True), transient=True) as line:
        task = line.add_task("starting", total=None)

        def tell(what: str, done: int, total: int) -> None:
            line.update(task, description=f"{what} ({done} of {total})" if total else what)

        yield tell
