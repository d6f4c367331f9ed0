"""What a reader of evidence is told when evidence cannot be read, verified or kept."""

from assay.errors import AssayError


class LedgerError(AssayError):
    """An entry, checkpoint, envelope, key or ledger file is not what it must be."""
