"""Run one plug-in: its crash becomes a `Skipped`, so that the run goes on and every report says what was not looked at."""

from collections.abc import Callable
from typing import TypeVar

from assay.errors import AssayError
from assay.model.place import Skipped

Given = TypeVar("Given")


def guarded(name: str, kind: str, work: Callable[[], Given]) -> Given | Skipped:
    """What the work gives, or why it gave nothing; errors that the user can mend pass through."""
    try:
        return work()
    except AssayError:
        raise
    except Exception as crash:  # noqa: BLE001  # one of the two places: a plug-in's crash must not end the run
        trace = crash.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f" at {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
        return Skipped(name, f"{kind} {name} crashed: {type(crash).__name__}: {crash}{where}", kind)
