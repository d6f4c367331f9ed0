"""Where facts and answers are kept between runs."""

import os
from pathlib import Path


def cache_folder() -> Path | None:
    """Where facts are kept between runs: ASSAY_CACHE, else below XDG_CACHE_HOME or ~/.cache; None without a home."""
    if given := os.environ.get("ASSAY_CACHE"):
        return Path(given)
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return Path(shared) / "assay"
    home = os.environ.get("HOME")
    return Path(home) / ".cache" / "assay" if home else None
