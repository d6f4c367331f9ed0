"""One quote in a value brings out an error of the database.

## What it finds

Error texts of databases that a value with one quote brings out, and that neither the plain value, nor two quotes, nor
another odd value does. GET routes, each parameter in path and query.

## Why it matters

A value that ends the text of a query is part of the query: what follows it can read and change everything.

## Bad

```http
# route: GET /search query:q=book
GET /search?q=book

HTTP/1.1 200 OK
Content-Type: application/json

[]
###
GET /search?q=book%27

HTTP/1.1 500 Internal Server Error
Content-Type: application/json

{"error": "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version"}
###
GET /search?q=book%27%27

HTTP/1.1 200 OK
Content-Type: application/json

[]
###
GET /search?q=book~odd*

HTTP/1.1 200 OK
Content-Type: application/json

[]
```

## Good

```http
# route: GET /search query:q=book
GET /search?q=book*

HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error": "You have an error in your SQL syntax, say our docs, when a value is odd"}
```

```http
# route: GET /search query:q=book
GET /search?q=book*

HTTP/1.1 200 OK
Content-Type: application/json

[]
```

## How to fix

Pass values as parameters of the statement, never as parts of its text.

## What it cannot see

Only errors that are shown are seen. No test by time, and none that changes the meaning of a query.

## References

CWE-89; OWASP API8:2023, A03:2021.
"""

import re

from assay.live.ruling import failed
from assay.live.trying import Seat, taking, trial
from assay.model.exchange import Exchange
from assay.model.verdict import Severity
from assay.plugins.probe import Mode, Probe, Ruling

TEXTS = re.compile(
    r"SQL syntax[^\n]{0,80}(?:MySQL|MariaDB)|valid MySQL result|MySqlException|com\.mysql\.jdbc"
    r"|PostgreSQL[^\n]{0,40}ERROR|psycopg2?\.|unterminated quoted string|PG::SyntaxError|Npgsql\.|org\.postgresql\.util"
    r"|SQLite3?::|sqlite3\.(?:Operational|Programming)Error|SQLITE_ERROR|unrecognized token: \?\""
    r"|Unclosed quotation mark after|SqlException|Incorrect syntax near|ODBC SQL Server Driver|OLE DB Provider"
    r"|ORA-\d{5}|quoted string not properly terminated|oracle\.jdbc|SQLSTATE\[\w+\]|syntax error at or near",
    re.IGNORECASE,
)


def values(seat: Seat) -> tuple[str, ...]:
    """One quote, and as controls the plain value, two quotes, and another odd value."""
    return (f"{seat.value}'", seat.value, f"{seat.value}''", f"{seat.value}~odd\u00e9")


def is_telling(exchange: Exchange) -> bool:
    """Whether an answer has the text of a database: if not, its controls need not be asked."""
    return bool(TEXTS.search(exchange.answer.text))


def judged(seat: Seat, exchanges: tuple[Exchange, ...]) -> Ruling | None:
    """A finding, when one quote alone brings out an error."""
    single, plain, double, odd = exchanges
    match = TEXTS.search(single.answer.text)
    if not match or any(TEXTS.search(each.answer.text) for each in (plain, double, odd)):
        return None
    return failed(
        f"{seat.route.name} answers one quote in {seat.slot.name} with an error of the database.",
        single,
        double,
        fix="Pass values as parameters of the statement, never as parts of its text.",
    )


PROBE = Probe(
    id="AP540",
    name="sql-error",
    title="One quote brings out an error of the database",
    weakness="sql-injection",
    severity=Severity.CRITICAL,
    family="sql",
    mode=Mode.SAFE,
    order=70,
    subjects=taking,
    run=trial(values, judged, "One quote brings out no error of a database.", is_telling),
    statement="endpoints take a quote for a quote",
)
