"""The population of all entries: one row each, tombstones and corrections included, so that every other list can be held against it."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from assay.ledger.canonical import canonical, digest
from assay.ledger.chain import instant
from assay.ledger.pack.manifest import PackFile
from assay.ledger.recall import Recall
from assay.version import VERSION

COLUMNS = ("entry", "recorded_at", "type", "actor", "subject", "payload")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP: CSV Injection)."""
PATH = "populations/entries"


def entry_population(recall: Recall, size: int) -> Iterator[PackFile]:
    """The table of the first `size` entries with its IPE sheet."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    counts: Counter[str] = Counter()
    for sealed in recall.store.entries():
        if sealed.sequence > size:
            break
        entry = sealed.entry
        counts[entry.type] += 1
        row = (sealed.sequence, instant(sealed.recorded_at), entry.type, entry.actor, entry.subject, entry.payload)
        writer.writerow([_inert(str(cell)) for cell in row])
    text = target.getvalue().encode("utf-8", "replace")
    first = recall.store.entry(1)
    sheet = canonical(
        {
            "population": "entries",
            "system": f"assay {VERSION}",
            "source": f"ledger {first.entry.subject if first else ''}, entries 1 to {size}",
            "query": "every entry, tombstones and corrections included",
            "time_zone": "UTC",
            "rows": counts.total(),
            "rows_by_type": dict(sorted(counts.items())),
            "sha256": digest(text),
            "again": "ledger/entries.jsonl has the same entries in the same order; export a pack of the same size",
        }
    )
    yield PackFile(f"{PATH}.csv", text, "text/csv", "ledger")
    yield PackFile(f"{PATH}.ipe.json", sheet, "application/json", "ledger")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
