"""Which languages Assay reads: their names, their files, and how to load their visitors."""

import importlib
from collections.abc import Callable

from msgspec import Struct

from assay.source.languages.parse import Extract


class Language(Struct, frozen=True):
    """One language, not yet loaded: a grammar costs memory and up to 25 ms, so only languages that are present are loaded."""

    name: str
    """As in `File.language`."""
    extensions: tuple[str, ...]
    """Endings of file names, with the dot, in lower case."""
    load: Callable[[], Extract]
    """Imports the visitor; cheap from the second call on."""


def _visitor(module: str) -> Callable[[], Extract]:
    def load() -> Extract:
        extract: Extract = importlib.import_module(f"assay.source.languages.{module}").extract
        return extract

    return load


LANGUAGES = (
    Language("csharp", (".cs",), _visitor("csharp")),
    Language("python", (".py", ".pyw"), _visitor("python")),
)
"""Sorted by name."""
