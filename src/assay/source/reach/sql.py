"""SQL as text: the verb, the table, the columns that select and what they are compared with.

A reader for what decides about access, not a parser of SQL: it never fails, and what it does not understand gives no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from assay.model.reach import Action
from assay.source.evaluate.values import Const, Items, Made, Table, Template, Value, options

TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
  | (?P<text>'(?:[^']|'')*')
  | (?P<hole>\x00\d+\x00)
  | (?P<mark>\?(?!\?)|%\(\w+\)s|%s|(?<![:\w]):\w+|@\w+|\$\w+)
  | (?P<name>(?:"[^"]+"|`[^`]+`|\[[A-Za-z_][^\]]*\]|[A-Za-z_][\w$]*)(?:\s*\.\s*(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[A-Za-z_*][\w$]*))*)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<operator><=|>=|<>|!=|==|\|\||::|[=<>])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
VERBS = {
    "select": Action.LIST,
    "insert": Action.CREATE,
    "replace": Action.CREATE,
    "merge": Action.UPDATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
    "truncate": Action.DELETE,
}
BEGIN = re.compile(
    r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(?\s*(?:select|insert|replace|merge|update|delete|truncate|with|exec|call)\s",
    re.IGNORECASE | re.DOTALL,
)
AFTER_TABLE = {
    "select": "from",
    "delete": "from",
    "insert": "into",
    "replace": "into",
    "merge": "into",
    "update": "update",
    "truncate": "truncate",
}
ENDS = frozenset({"group", "order", "limit", "returning", "having", "offset", "fetch", "for", "window"})
SKIPPED = frozenset({"only", "ignore", "low_priority", "table", "lateral", "or", "abort", "rollback", "fail", "top"})
COMPARING = frozenset({"=", "==", "in", "like", "ilike", "is", "<>", "!=", "<", ">", "<=", ">="})
NOISE = frozenset({"(", "not", "any", "all", "lower", "upper", "cast", "trim"})
LONG = 20_000


class Comparison(Struct, frozen=True):
    """`column operator value`; the value is a placeholder (`?`, `:name`), a piece of the text that is a value, or nothing known."""

    column: str
    operator: str
    mark: str = ""
    """The placeholder as written, "" for none."""
    number: int = -1
    """The how-manieth placeholder of the statement it is."""
    hole: Value | None = None
    """The value that was put into the text."""
    is_alternative: bool = False


class Statement(Struct, frozen=True):
    """One statement."""

    action: Action
    table: str
    comparisons: tuple[Comparison, ...]
    columns: tuple[str, ...] = ()
    """Those that are written."""
    is_bounded: bool = False
    is_single: bool = False
    """Whether it surely gives one row: `LIMIT 1`, `count(*)`."""
    has_holes: bool = False
    naming: tuple[Value, ...] = ()
    """What was put into the text where it names the columns that are written."""
    writes: tuple[Comparison, ...] = ()
    """What columns are set to, where that is a placeholder or was put into the text."""


class Token(Struct, frozen=True):
    """One word of a statement."""

    kind: str
    text: str
    number: int = -1


def is_sql(value: Value | None) -> bool:
    """Whether a value is the text of a statement."""
    for option in options(value):
        if isinstance(option, Made) and option.positional:
            return option.name in TEXTS and is_sql(option.positional[0])
        written, _ = flattened(option)
        if written and BEGIN.match(written):
            return True
    return False


TEXTS = frozenset({"text", "SQL", "RawSQL", "dedent", "literal_sql"})
"""Calls that mark text as SQL."""
WHOLLY = re.compile(
    r"^(Sql|Npgsql|Sqlite|SQLite|MySql|Oracle|OleDb|Odbc)(Command|DataAdapter)$|SqlRaw(Async)?$|^SqlQueryRaw$"
)
"""Calls whose text is a statement, whatever stands in it."""


def takes_text(name: str) -> bool:
    """Whether a call takes the text of a statement and nothing else: `new SqlCommand(text, connection)`, `FromSqlRaw(text)`."""
    return WHOLLY.search(name) is not None


def statements(value: Value | None) -> Iterator[Statement]:
    """What a text may say, one for each of several texts that it may be."""
    for option in options(value):
        if isinstance(option, Made) and option.positional and option.name in TEXTS:
            yield from statements(option.positional[0])
            continue
        written, holes = flattened(option)
        if written and BEGIN.match(written):
            found = read(written[:LONG], holes)
            if found is not None:
                yield found


def flattened(value: Value) -> tuple[str, tuple[Value, ...]]:
    """The text of a value with numbered holes for what is not known of it; "" for what is no text."""
    if isinstance(value, Const):
        return (value.value, ()) if isinstance(value.value, str) else ("", ())
    if not isinstance(value, Template):
        return "", ()
    holes: list[Value] = []
    written = ""
    for piece in value.pieces:
        if isinstance(piece, str):
            written += piece
        else:
            written += f"\0{len(holes)}\0"
            holes.append(piece)
    return written, tuple(holes)


def read(written: str, holes: tuple[Value, ...] = ()) -> Statement | None:
    """The first statement of a text."""
    tokens = list(tokens_of(written))
    words = [token.text.lower() if token.kind == "name" else token.text for token in tokens]
    verb = next((word for word in words if word in VERBS), None)
    if verb is None:
        return None
    start = words.index(verb)
    comparisons = tuple(compared(tokens, words, holes))
    is_counting = "count" in words[start : start + 4]
    limit = words.index("limit") if "limit" in words else -1
    single = limit >= 0 and words[limit + 1 : limit + 2] == ["1"]
    return Statement(
        VERBS[verb],
        table_of(tokens, words, start, verb, holes),
        comparisons,
        columns_of(tokens, words, verb, start),
        limit >= 0 or "top" in words or "fetch" in words,
        single or is_counting or words[start + 1 : start + 3] == ["top", "1"],
        bool(holes),
        tuple(holes[int(word.strip("\0"))] for word in naming(words, verb, start)),
        tuple(written_to(tokens, words, verb, start, holes)),
    )


def tokens_of(written: str) -> Iterator[Token]:
    """The words of a text, comments left out, placeholders counted."""
    number = 0
    for match in TOKEN.finditer(written):
        kind, text = match.lastgroup or "other", match.group()
        if kind == "comment" or text.isspace():
            continue
        if kind == "text" and (inside := re.fullmatch(r"'%?(\x00\d+\x00)%?'", text)):
            kind, text = "hole", inside.group(1)  # `'" + id + "'`
        if kind == "mark":
            yield Token(kind, text, number)
            number += 1
        else:
            yield Token(kind, text)


def table_of(tokens: list[Token], words: list[str], start: int, verb: str, holes: tuple[Value, ...]) -> str:
    """The table that a statement is about: the first that it names."""
    wanted, depth = AFTER_TABLE[verb], 0
    for at in range(start, len(words)):
        depth += {"(": 1, ")": -1}.get(words[at], 0)
        if words[at] != wanted or depth > 0:
            continue
        for token, word in zip(tokens[at + 1 : at + 6], words[at + 1 : at + 6], strict=False):
            if word in SKIPPED or word == "(":
                continue
            if word == "select":
                break
            return plain(token.text) if token.kind == "name" else ""
    return ""


def columns_of(tokens: list[Token], words: list[str], verb: str, start: int) -> tuple[str, ...]:
    """The columns that a statement writes, as they are written."""
    values = next((at for at, word in enumerate(words) if word in {"values", "select"} and at > start), len(words))
    if verb in {"insert", "replace"} and "(" in words[start:values]:
        begin = words.index("(", start)
        end = words.index(")", begin) if ")" in words[begin:] else begin
        inside = (token.text for token in tokens[begin + 1 : end])
        return tuple(plain(word) for word in inside if word[0].isalpha() or word[0] in '"`[_')
    if verb == "update" and "set" in words[start:]:
        begin = words.index("set", start)
        end = words.index("where", begin) if "where" in words[begin:] else len(words)
        pairs = pairwise(token.text for token in tokens[begin:end])
        return tuple(plain(word) for word, after in pairs if after == "=" and word[0] != "\0")
    return ()


def written_to(
    tokens: list[Token], words: list[str], verb: str, start: int, holes: tuple[Value, ...]
) -> Iterator[Comparison]:
    """What each column is set to: `SET role = ?`, `(name, role) VALUES (?, ?)`."""
    if verb == "update" and "set" in words[start:]:
        begin = words.index("set", start)
        end = words.index("where", begin) if "where" in words[begin:] else len(words)
        for at in range(begin, end):
            if words[at] == "=" and (found := one(tokens, words, at, holes, is_alternative=False)) is not None:
                yield found
    elif verb in {"insert", "replace"} and "values" in words[start:]:
        columns = columns_of(tokens, words, verb, start)
        given = list(items_of(tokens, words, words.index("values", start) + 1))
        for column, token in zip(columns, given, strict=True) if len(columns) == len(given) else ():
            if token is not None and token.kind in {"mark", "hole"}:
                hole = holes[int(token.text.strip("\0"))] if token.kind == "hole" else None
                yield Comparison(column, "==", token.text if hole is None else "", token.number, hole)


def items_of(tokens: list[Token], words: list[str], begin: int) -> Iterator[Token | None]:
    """The items of a list in brackets; None for one that is more than a word."""
    depth, held = 0, list[Token]()
    for token, word in zip(tokens[begin:], words[begin:], strict=True):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if (word == "," and depth == 1) or (word == ")" and depth == 0):
            yield held[0] if len(held) == 1 else None
            held = []
        elif depth > 1 or word != "(":
            held.append(token)
        if depth <= 0:
            return


def naming(words: list[str], verb: str, start: int) -> Iterator[str]:
    """The holes of a text that stand for names of columns that are written, or for whole lists of `name = value`."""
    if verb == "update" and "set" in words[start:]:
        begin = words.index("set", start)
        end = words.index("where", begin) if "where" in words[begin:] else len(words)
        yield from (word for before, word in pairwise(words[begin:end]) if word[0] == "\0" and before in {"set", ","})
    elif verb in {"insert", "replace"} and "(" in words[start:]:
        begin = words.index("(", start)
        end = words.index(")", begin) if ")" in words[begin:] else begin
        is_values = any(word in {"values", "select"} for word in words[start:begin])
        yield from (word for word in words[begin:end] if word[0] == "\0" and not is_values)


def compared(tokens: list[Token], words: list[str], holes: tuple[Value, ...]) -> Iterator[Comparison]:
    """The comparisons behind `WHERE` and `ON`."""
    is_selecting, is_alternative = False, alternatives(words)
    for at, word in enumerate(words):
        if word in {"where", "on"}:
            is_selecting = True
        elif word in ENDS or word == "set":
            is_selecting = False
        elif is_selecting and word in COMPARING:
            found = one(tokens, words, at, holes, is_alternative=at in is_alternative)
            if found is not None:
                yield found


def alternatives(words: list[str]) -> frozenset[int]:
    """The positions that stand under an `OR`."""
    depth, groups = 0, {0: [0, False]}
    found: set[int] = set()
    starts = {0: 0}
    for at, word in enumerate(words):
        if word == "(":
            depth += 1
            groups[depth], starts[depth] = [at, False], at
        elif word == ")" and depth:
            if groups[depth][1]:
                found |= set(range(starts[depth], at))
            depth -= 1
        elif word == "where" and not depth:
            starts[0] = at
        elif word == "or":
            groups[depth][1] = True
    if groups[0][1]:
        found |= set(range(starts[0], len(words)))
    return frozenset(found)


def one(
    tokens: list[Token], words: list[str], at: int, holes: tuple[Value, ...], *, is_alternative: bool
) -> Comparison | None:
    """The comparison around an operator."""
    left = at - 1
    while left >= 0 and (words[left] == ")" or words[left] == "not"):
        left -= 1
    right = at + 1
    while right < len(words) and words[right] in NOISE:
        right += 1
    if left < 0 or right >= len(words):
        return None
    sides = (tokens[left], tokens[right])
    operator = {"=": "==", "<>": "!=", "like": "==", "ilike": "=="}.get(words[at], words[at])
    for column, value in (sides, sides[::-1]):
        if column.kind != "name" or value.kind not in {"mark", "hole", "text", "number"}:
            continue
        hole = holes[int(value.text.strip("\0"))] if value.kind == "hole" else None
        mark = value.text if value.kind == "mark" else ""
        return Comparison(plain(column.text), operator, mark, value.number, hole, is_alternative)
    return None


def plain(name: str) -> str:
    """A column or table without schema and quotes."""
    return re.split(r"\s*\.\s*", name)[-1].strip('"`[]')


def bound(comparison: Comparison, given: tuple[Value, ...], named: dict[str, Value]) -> Value | None:
    """The value of a placeholder among what was handed over with the text: a list, a tuple, a mapping, or one by one."""
    if comparison.hole is not None:
        return comparison.hole
    if not comparison.mark:
        return None
    name = comparison.mark.strip("%():@$s") if comparison.mark.startswith("%(") else comparison.mark.lstrip(":@$")
    number = int(name) - 1 if comparison.mark[:1] in {"$", ":"} and name.isdigit() else comparison.number
    if name in named:
        return named[name]
    for value in given:
        for option in options(value):
            match option:
                case Table(entries=entries) if name in entries:
                    return entries[name][1]
                case Table(entries=entries) if name and (
                    same := [key for key in entries if key.lower() == name.lower()]
                ):
                    return entries[same[0]][1]  # names of parameters are compared so on .NET
                case Items(items=listed) if 0 <= number < len(listed):
                    return listed[number]
    if 0 <= number < len(given) and not any(isinstance(o, Items | Table) for value in given for o in options(value)):
        return given[number]
    return None
