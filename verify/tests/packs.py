"""The packs that were handed out before, and how to change one."""

from functools import cache
from pathlib import Path
from zlib import crc32

from assay_verify import archive
from assay_verify.archive import CENTRAL, DAY, END, LOCAL, MADE_BY, MODE, VERSION

FOLDER = Path(__file__).parent / "packs"
FINGERPRINT = next(
    line.strip() for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if len(line.strip()) == 64
)


@cache
def raw(kind: str = "finding") -> bytes:
    """The bytes of a pack."""
    return (FOLDER / f"{kind}.zip").read_bytes()


@cache
def files(kind: str = "finding") -> dict[str, bytes]:
    """What is in it."""
    return dict(archive.files(FOLDER / f"{kind}.zip"))


def zipped(content: list[tuple[str, bytes]], *, method: int = 0, tail: bytes = b"") -> bytes:
    """A zip with these files in this order; fields as a pack has them."""
    body, rows = b"", b""
    for name, each in content:
        fields = (VERSION, 0, method, 0, DAY, crc32(each), len(each), len(each), len(name.encode()), 0)
        rows += CENTRAL.pack(b"PK\1\2", MADE_BY, *fields, 0, 0, 0, MODE, len(body)) + name.encode()
        body += LOCAL.pack(b"PK\3\4", *fields) + name.encode() + each
    end = END.pack(b"PK\5\6", 0, 0, len(content), len(content), len(rows), len(body), 0)
    return body + rows + end + tail
