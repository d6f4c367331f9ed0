"""Kills writers at any moment, without mercy, and prints what they were told is kept.

`python -m tests.ledger.killing FOLDER KILLS`: each writer is a fork of this process, so that 200 take seconds. One half appends to
the store alone, the other records as a project does: session, entries, signed head, file of the head.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tests.ledger.samples import fact

from assay.ledger.chain import Sealed
from assay.ledger.opening import opened
from assay.ledger.session import Places, writing


def main(folder: str, kills: str) -> int:
    for number in range(int(kills)):
        sys.stdout.buffer.write(_killed(Path(folder), number))
    sys.stdout.buffer.flush()
    return 0


def _killed(folder: Path, number: int) -> bytes:
    reading, writing_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing_end, "wb") as told:
            _write(folder, told, is_session=bool(number % 2))
        os._exit(0)
    os.close(writing_end)
    with os.fdopen(reading, "rb") as said:
        first = said.readline()
        time.sleep(number % 10 * 0.002)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return first + said.read()


def _write(folder: Path, told: BinaryIO, *, is_session: bool) -> None:
    places = Places(folder / "ledger.sqlite", folder / "key")
    for number in range(100_000):
        if is_session:
            with writing(places, "ci", "1.0.0", lambda: datetime.now(UTC)) as session:
                _tell(session.remember([fact(number), fact(number + 1)]), told)
        else:
            with opened(places.ledger) as ledger:
                _tell(ledger.append([fact(number)], lambda: datetime.now(UTC)), told)


def _tell(sealed: tuple[Sealed, ...], told: BinaryIO) -> None:
    told.write(b"".join(f"{each.sequence} {each.hash}\n".encode() for each in sealed))
    told.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
