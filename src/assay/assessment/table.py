"""Reads one table of assay.toml: every value with its type, every mistake with file, key and mend."""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

from assay.errors import ConfigurationError

Value = dict[str, object]


class Table:
    """A table whose keys are taken one by one; `close` refuses those that nobody took.

    `-` and `_` in keys are the same.
    """

    def __init__(self, file: str, values: Value, prefix: str = "") -> None:
        self._file = file
        self._prefix = prefix
        self._values = {key.replace("_", "-"): value for key, value in values.items()}
        self._known: set[str] = set()

    def refuse(self, key: str, fault: str, mend: str) -> NoReturn:
        """Raise `ConfigurationError` for a key."""
        message = f"{self._file}: {self._prefix}{key} {fault}. Mend: {mend}."
        raise ConfigurationError(message)

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(key, f"is {_kind(value)}, not a string", f'write {key} = "..."')
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; one string alone is a list of one."""
        value = self._take(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        texts = tuple(item.strip() for item in items if isinstance(item, str))
        if len(texts) != len(items) or not all(texts):
            self.refuse(key, "is no list of strings", f'write {key} = ["...", "..."]')
        return texts

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number between two bounds."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.refuse(key, f"is not a number from {low:g} to {high:g}", f"write {key} = {high:g} or less")
        return float(value)

    def plain(self, key: str) -> str:
        """Any plain value as text: a string, number, date or truth, or a list of them with commas between."""
        value = self._take(key)
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) for item in items):
            self.refuse(key, "is no plain value", f'write {key} = "..."')
        return ", ".join(_spelled(item) for item in items if item is not None)

    def truth(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, f"is {_kind(value)}, neither true nor false", f"write {key} = true")
        return value

    def choice(self, key: str, options: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self.text(key, default)
        if value not in options:
            near = nearest(value, options)
            self.refuse(key, f"is {value!r}", f"write {near!r}" if near else f"write one of {', '.join(options)}")
        return value

    def day(self, key: str) -> str:
        """A date as ISO text; a TOML date or a string. What is no date is given back as it stands, for `suppressions` to judge."""
        value = self._take(key)
        if value is None:
            return ""
        return value.isoformat()[:10] if isinstance(value, date) else str(value).strip()

    def table(self, key: str) -> "Table":
        """A table; empty when it is not there."""
        value = self._take(key)
        if value is None:
            return Table(self._file, {}, f"{self._prefix}{key}.")
        if not isinstance(value, dict):
            self.refuse(key, f"is {_kind(value)}, not a table", f"write [{key}] on a line of its own")
        return Table(self._file, value, f"{self._prefix}{key}.")

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables."""
        value = self._take(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [None]
        tables = [item for item in items if isinstance(item, dict)]
        if len(tables) != len(items):
            self.refuse(key, "is no list of tables", f"write [[{key}]] on a line of its own before each entry")
        return tuple(
            Table(self._file, item, f"{self._prefix}{key}[{number}].") for number, item in enumerate(tables, start=1)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are written, sorted: of a table whose keys are names that its author gives."""
        return tuple(sorted(self._values))

    def close(self) -> None:
        """Refuse the first key that nobody took."""
        for key in sorted(self._values.keys() - self._known):
            near = nearest(key, self._known)
            options = ", ".join(sorted(self._known))
            self.refuse(key, "is not known", f"write {near}" if near else f"use one of {options}")

    def _take(self, key: str) -> object:
        self._known.add(key)
        return self._values.get(key)


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip() if isinstance(value, str) else str(value)


def nearest(word: str, options: Sequence[str] | set[str]) -> str:
    """The option that a mistyped word most likely means, "" when none is near."""
    return next(iter(get_close_matches(word, sorted(options), n=1, cutoff=0.6)), "")


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), "a date")
