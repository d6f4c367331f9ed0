"""Writes the compact form of the catalogs, the mapping and the demands: `make snap` runs it."""

from assay.compliance import load, read

if __name__ == "__main__":
    load.COMPACT.write_bytes(load.encoded(read.compendium(load.COMPACT.parent)))
