"""Puts a document together from the pieces that a parser meets, without recursion, so that no nesting is too deep for it."""

from assay.contract.table import Row, Table, Value

MERGES = 100_000
"""Keys copied by YAML merges in one document; beyond that they are left out, as nobody writes so many."""
MERGE = "<<"


class Broken(Exception):
    """The text ends to be what it should be at a line."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class Building:
    """A document under construction."""

    def __init__(self, home: str = "") -> None:
        self.home = home
        """The file, as places name it."""
        self.root: Value = None
        self.has_root = False
        self.twice: list[tuple[int, str]] = []
        """(line, key) of keys that stand twice in one table; the last one counts."""
        self._stack: list[Table | Row] = []
        self._keys: list[tuple[str, int, bool] | None] = []
        self._merged = 0

    @property
    def depth(self) -> int:
        """How many tables and lists are open."""
        return len(self._stack)

    @property
    def is_table(self) -> bool:
        """Whether what was opened last is a table."""
        return bool(self._stack) and isinstance(self._stack[-1], Table)

    @property
    def awaits_key(self) -> bool:
        """Whether a table is open that next needs a key."""
        return self.is_table and self._keys[-1] is None

    def key(self, text: str, line: int, *, may_merge: bool = False) -> None:
        """The key of the next value; in YAML the bare `<<` merges that value into its table."""
        is_merge = may_merge and text == MERGE
        if text in self._stack[-1] and not is_merge:
            self.twice.append((line, text))
        self._keys[-1] = (text, line, is_merge)

    def line(self, own: int) -> int:
        """The line of a value that is about to be put: of its key where it has one."""
        key = self._keys[-1] if self._keys else None
        return key[1] if key else own

    def put(self, value: Value) -> None:
        """A finished value, or one that is about to be filled."""
        if not self._stack:
            if not self.has_root:
                self.root, self.has_root = value, True
            return
        top, key = self._stack[-1], self._keys[-1]
        if isinstance(top, Row):
            top.append(value)
        elif key is not None:
            if key[2] and isinstance(value, Table | Row):
                self._merge(top, value)
            else:
                top[key[0]] = value
            self._keys[-1] = None

    def open(self, value: Table | Row) -> None:
        """A table or list that the next pieces belong to."""
        self.put(value)
        self._stack.append(value)
        self._keys.append(None)

    def close(self) -> None:
        """The end of the table or list opened last."""
        self._stack.pop()
        self._keys.pop()

    def _merge(self, top: Table, value: Table | Row) -> None:
        """`<<: *defaults`: keys that the table does not have itself. What is written later in the table overwrites them."""
        for source in value if isinstance(value, Row) else (value,):
            if isinstance(source, Table) and self._merged + len(source) <= MERGES:
                self._merged += len(source)
                for key, inner in list(source.items()):
                    top.setdefault(key, inner)
