"""What `assay scan` takes besides the places that it is of."""

from pathlib import Path

from assay.cli.flags import WeighFlags
from assay.cli.live_flags import LiveFlags


class ScanFlags(WeighFlags, LiveFlags):
    """Everything that `assay scan` takes besides PATH and URL."""

    format: str
    output: tuple[str, ...]
    new_only: bool
    baseline: str
    since: str
    write_baseline: Path | None
    min_coverage: float | None
    show: tuple[str, ...]
    history: bool
    change: bool
    no_record: bool
