"""What stands in `vocabulary.toml`, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from assay.model.endpoint import Demand


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "vocabulary.toml").read_text("utf-8"))


@cache
def attributes() -> dict[str, Demand]:
    """Attributes of libraries by simple name, with their demand."""
    return {name: Demand(entry["demand"]) for name, entry in _read()["attributes"].items()}


@cache
def identity_endpoints() -> tuple[tuple[str, str, bool], ...]:
    """Method, path and whether it demands a known caller, of what `MapIdentityApi` maps."""
    return tuple((one["method"], one["path"], bool(one.get("is_protected", False))) for one in _read()["identity"])
