"""The zip of a pack: files stored as they are, in the order of their names, every other field fixed.

Compression is left to files themselves: what a zip compresses depends on the version of a library, and has bytes that can be changed
unseen. Source of the layout: PKWARE APPNOTE 6.3.10, §4.3.
"""

import os
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32

from assay.errors import LedgerError

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
LONGEST_NAME = 240
MOST_FILES = 65_535
LARGEST = 2**31 - 1
"""Bytes of a whole pack: what every reader of zips takes."""
LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = struct.Struct("<4sHHHHIIH")
VERSION = 20
UNIX = 3 << 8
"""Made on Unix, so that the mode of a file counts."""
FIRST_DAY = 1 << 5 | 1
"""1980-01-01, the first day that a zip can name."""
MODE = 0o100644 << 16


def write(path: Path, files: Mapping[str, bytes]) -> int:
    """The size of the archive, which is at that path whole, or not at all. Raises `LedgerError` if it cannot be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    size = 0
    try:
        try:
            with beside.open("xb") as target:
                for piece in pieces(files):
                    size += target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise LedgerError(f"{path}: the pack cannot be written: {error.strerror}. Mend: name another place.") from error
    return size


def pieces(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The bytes of the archive, one after the other."""
    _refuse_excess(files)
    rows: list[bytes] = []
    at = 0
    for name in sorted(files):
        content, coded = files[name], _coded(name)
        crc, size = crc32(content), len(content)
        yield LOCAL.pack(b"PK\3\4", VERSION, 0, 0, 0, FIRST_DAY, crc, size, size, len(coded), 0) + coded
        yield content
        fixed = (b"PK\1\2", UNIX | VERSION, VERSION, 0, 0, 0, FIRST_DAY)
        rows.append(CENTRAL.pack(*fixed, crc, size, size, len(coded), 0, 0, 0, 0, MODE, at) + coded)
        at += LOCAL.size + len(coded) + size
    directory = b"".join(rows)
    yield directory + END.pack(b"PK\5\6", 0, 0, len(rows), len(rows), len(directory), at, 0)


def _coded(name: str) -> bytes:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME or any(part.endswith(".") for part in name.split("/")):
        raise LedgerError(f"{name[:300]!r} cannot be a file of a pack. Mend: letters, digits, dots and dashes only.")
    return name.encode("ascii")


def _refuse_excess(files: Mapping[str, bytes]) -> None:
    size = sum(len(content) + 2 * len(name) + LOCAL.size + CENTRAL.size for name, content in files.items())
    if len(files) > MOST_FILES or size > LARGEST:
        raise LedgerError(
            f"The pack would have {len(files)} files, {size} bytes. Mend: choose a shorter window, or one control."
        )
