"""Gives a scan what `read` checked, from the compact form: milliseconds where YAML costs a scan 80."""

from functools import cache
from pathlib import Path

import msgspec

from assay.compliance.compendium import Compendium
from assay.errors import CatalogError

COMPACT = Path(__file__).with_name("compact.json")
"""Written by `make snap` from the YAML files; a test holds the two together."""


@cache
def compendium() -> Compendium:
    """The catalogs, weaknesses and demands that this version ships."""
    return decoded(COMPACT)


def decoded(path: Path) -> Compendium:
    """The compendium of a compact file. Raises `CatalogError` naming the file and the mend."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Compendium)
    except OSError as error:
        raise CatalogError(f"{path.name}: cannot be read: {error.strerror}; run `make snap`, or reinstall.") from error
    except msgspec.MsgspecError as error:
        raise CatalogError(f"{path.name}: is damaged: {error}; run `make snap`, or reinstall.") from error


def encoded(content: Compendium) -> bytes:
    """The bytes of a compact file; same content, same bytes."""
    return msgspec.json.encode(content) + b"\n"
