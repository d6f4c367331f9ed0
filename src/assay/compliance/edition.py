"""The files that weigh, as bytes: kept with each run, so that a later export weighs with what was in force then."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from assay.compliance.compendium import Compendium
from assay.compliance.load import compendium
from assay.errors import CatalogError

HOME = Path(__file__).parent
CATALOGS = "catalogs"
MAPPING, DEMANDS = "mapping.yaml", "demands.yaml"


def shipped() -> Mapping[str, bytes]:
    """The files of this version by their names: mapping, demands and every catalog."""
    catalogs = sorted((HOME / CATALOGS).glob("*.yaml"))
    return {path.name: path.read_bytes() for path in (HOME / MAPPING, HOME / DEMANDS, *catalogs)}


def compendium_of(files: Mapping[str, bytes]) -> Compendium:
    """What such files say. Raises `CatalogError` if one is missing, or not as this version reads it."""
    if files == shipped():
        return compendium()
    from assay.compliance import read  # noqa: PLC0415 - YAML costs a scan 80 ms, and is needed for earlier versions only

    missing = {MAPPING, DEMANDS} - files.keys()
    if missing:
        raise CatalogError(f"{min(missing)}: is not among the files of the run. Mend: restore the ledger from a copy.")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / CATALOGS).mkdir()
        for file, content in files.items():
            place = folder if file in {MAPPING, DEMANDS} else folder / CATALOGS
            (place / Path(file).name).write_bytes(content)
        return read.compendium(folder)
