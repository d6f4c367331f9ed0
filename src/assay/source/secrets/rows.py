"""Passwords of accounts in statements that fill a table of people: `INSERT INTO users (name, password) VALUES ('admin', '...')`."""

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.secret import Proof
from assay.source.secrets.shape import is_chosen, is_stand_in

CODE = frozenset({".cs", ".py"})
"""Endings of files whose statements the program runs by itself."""
MARK = b"insert into"
INSERT = re.compile(
    rb"(?i)insert\s+into\s+[`\"'\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?(\w{3,60})[`\"'\]]?\s*\(([^()]{3,1500})\)\s*[\"']?\s*(?:\+\s*[\"']\s*)?values?\s*"
)
PEOPLE = re.compile(
    rb"(?i)user|account|member|admin|login|customer|employee|staff|person|people|usuario|client|student|doctor|patient|teacher|credential"
)
PASSWORD = re.compile(rb"(?i)^[`\"'\[]?\w*(?:password|passwd|pwd|passwort|senha|contrasena|pass)[`\"'\]]?$")
TUPLE = re.compile(rb"\s*,?\s*\(((?:[^()']|'(?:[^'\\]|''|\\.)*'|\([^()]*\))*)\)")
VALUE = re.compile(rb"\s*(N?'(?:[^'\\]|''|\\.)*'|(?:[^,'()]|\([^()]*\))*)\s*(?:,|\Z)")
TEXT = re.compile(rb"N?'([^'\\]{4,100})'\Z")
HASH = re.compile(r"\$2[abxy]\$|\$argon2|\$[156]\$|pbkdf2|scrypt:|[0-9a-fA-F]{32,128}|[A-Za-z0-9+/]{40,}={0,2}|\{\w+\}")
ROWS = 20
"""Rows of one statement that are looked at."""


class Row(Struct, frozen=True):
    """A password in a row."""

    column: str
    value: str
    at: int
    proof: Proof


def inserted(source: bytes, lowered: bytes, *, is_code: bool) -> Iterator[Row]:
    """The passwords that statements of a file give to people; a hash is none, for it opens nothing by itself.

    `lowered` is the file in lower case.
    """
    at = lowered.find(MARK)
    while at >= 0:
        yield from _rows(source, at, is_code=is_code)
        at = lowered.find(MARK, at + len(MARK))


def _rows(source: bytes, at: int, *, is_code: bool) -> Iterator[Row]:
    head = INSERT.match(source, at)
    if head is None or PEOPLE.search(head[1]) is None:
        return
    columns = [column.strip() for column in head[2].split(b",")]
    wanted = next((place for place, column in enumerate(columns) if PASSWORD.match(column)), None)
    begin = head.end()
    for _ in range(ROWS):
        row = TUPLE.match(source, begin) if wanted is not None else None
        if row is None or wanted is None:
            return
        begin = row.end()
        yield from _password(row, wanted, columns[wanted], is_code=is_code)


def _password(row: re.Match[bytes], place: int, column: bytes, *, is_code: bool) -> Iterator[Row]:
    values = list(VALUE.finditer(row[1]))
    text = TEXT.match(values[place][1]) if place < len(values) else None
    if text is None:
        return
    value = text[1].decode("utf-8", "replace")
    if is_stand_in(value) or HASH.match(value) or any(one.isspace() for one in value):
        return
    proof = Proof.ENTROPY if is_chosen(value) else Proof.GUESSABLE if is_code else Proof.WEAK
    at = row.start(1) + values[place].start(1) + text.start(1)
    yield Row(column.decode("ascii", "ignore").strip("`\"'[]"), value, at, proof)
