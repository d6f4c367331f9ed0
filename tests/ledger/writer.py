"""A process that appends to a ledger and says, after each append, what it was told has been kept.

`python -m tests.ledger.writer LEDGER COUNT NAME [LIMIT]`; a limit is the largest size of a file in bytes, as if the disk
were full beyond it.
"""

import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.ledger.samples import fact

from assay.errors import LedgerError
from assay.ledger.opening import opened


def main(path: str, count: str, name: str, limit: str = "") -> int:
    with opened(Path(path)) as ledger:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        for number in range(int(count)):
            try:
                (sealed,) = ledger.append([fact(number, name)], lambda: datetime.now(UTC))
            except LedgerError as error:
                print(error, file=sys.stderr, flush=True)
                return 2
            print(sealed.sequence, sealed.hash, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
