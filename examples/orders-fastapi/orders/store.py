"""Where everything is kept: one SQLite database in memory."""

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, role TEXT, salt BLOB, password BLOB);
CREATE TABLE stock (sku TEXT PRIMARY KEY, amount INTEGER NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, sku TEXT, amount INTEGER, state TEXT, note TEXT);
CREATE TABLE reviews (order_id INTEGER, stars INTEGER, words TEXT);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, order_id INTEGER, cents INTEGER, state TEXT);
CREATE TABLE audit (id INTEGER PRIMARY KEY, who TEXT, what TEXT);
"""
ROUNDS = 60_000


@dataclass(frozen=True)
class User:
    id: int
    email: str
    name: str
    role: str


class Store:
    """The database, behind one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(SCHEMA)
        self.add_user("ada@example.com", "Ada", "customer", "correct-horse")
        self.add_user("grace@example.com", "Grace", "admin", "battery-staple")
        self.add_user("bob@example.com", "Bob", "customer", "paper-clip")
        self.run("INSERT INTO stock VALUES ('paper', 500), ('ink', 20)")
        self.run(
            "INSERT INTO orders VALUES (1, 1, 'paper', 3, 'placed', ''), (2, 2, 'ink', 1, 'placed', ''), (3, 3, 'ink', 2, 'placed', '')"
        )
        self.run("INSERT INTO invoices VALUES (1, 1, 1290, 'open')")

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def row(self, statement: str, *values: Any) -> dict[str, Any] | None:
        found = self.rows(statement, *values)
        return found[0] if found else None

    def run(self, statement: str, *values: Any) -> int:
        """Run a statement; gives the new row's id, or the number of rows that it changed."""
        with self._lock:
            done = self._connection.execute(statement, values)
            return done.lastrowid if statement.startswith("INSERT") else done.rowcount

    def add_user(self, email: str, name: str, role: str, password: str) -> int:
        salt = secrets.token_bytes(16)
        digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
        statement = "INSERT INTO users (email, name, role, salt, password) VALUES (?, ?, ?, ?, ?)"
        return self.run(statement, email, name, role, salt, digest)

    def user(self, user_id: int) -> User | None:
        row = self.row("SELECT id, email, name, role FROM users WHERE id = ?", user_id)
        return User(**row) if row else None

    def authenticated(self, email: str, password: str) -> User | None:
        """The user whose password this is."""
        row = self.row("SELECT * FROM users WHERE email = ?", email)
        if row is None:
            return None
        digest = hashlib.pbkdf2_hmac("sha256", password.encode(), row["salt"], ROUNDS)
        return self.user(row["id"]) if secrets.compare_digest(digest, row["password"]) else None


STORE = Store()


def get_store() -> Iterator[Store]:
    yield STORE


StoreDep = Annotated[Store, Depends(get_store)]
