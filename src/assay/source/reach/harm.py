"""What a dangerous call does with request data: whether it is harmed by it, and why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from assay.model.reach import Origin
from assay.source.evaluate.values import (
    Const,
    External,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Template,
    Value,
    options,
)
from assay.source.mentions import dotted
from assay.source.reach.folders import BELOW, is_below
from assay.source.reach.pieces import comes_from, opening, pieces
from assay.source.reach.setups import SETUPS
from assay.source.reach.sinks import OWN_ADDRESS, Sink, chain, dangerous
from assay.source.reach.sql import TEXTS, is_sql, takes_text
from assay.source.reach.taint import Taint, Taints

HOST = re.compile(r"^[\w+.-]+://[^/?#{}\s]+[/?#]")
SHELLS = re.compile(r"(^|[/\\])(sh|bash|zsh|cmd|cmd\.exe|powershell|powershell\.exe|pwsh)$", re.IGNORECASE)
DATABASES = frozenset(
    {
        "cursor",
        "connect",
        "connection",
        "engine",
        "session",
        "Session",
        "AsyncSession",
        "db",
        "database",
        "conn",
        "cur",
        "Connection",
        "pool",
    }
)
JOINING = frozenset({"join", "Combine", "joinpath"})


class Harm(Struct, frozen=True):
    """Request data at a dangerous call."""

    taint: Taint
    how: str
    """How it gets there."""
    safe: str = ""
    """What makes it harmless there; "" when nothing does."""
    is_certain: bool = True


class Harms:
    """Decides about calls of one program; `text` gives the source of a file."""

    def __init__(self, taints: Taints, text: Callable[[str], str | None]) -> None:
        self.taints = taints
        self.text = text

    def of(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """Everything of the request that a call is given."""
        decide = (
            getattr(self, WAYS[sink.way])
            if sink.way
            else self.address
            if sink.kind in {"url", "redirect"}
            else self.plain
        )
        yield from decide(made, sink)

    def plain(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A call that is harmed by whatever it is given."""
        values = tuple(value for value in dangerous(made, sink) if sink.kind != "path" or not is_stream(value))
        told = TOLD.get(sink.kind, "it is handed over as it is")
        for value in values:
            yield from self.each((value,), BELOW if sink.kind == "path" and is_below(value, self.taints) else told)

    def harmless(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A call that protects itself."""
        yield from self.each(dangerous(made, sink), sink.how, safe=sink.how)

    def uploaded(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """`file.save(path)`."""
        if made.receiver is not None and any(
            taint.source.origin is Origin.FILE for taint in self.taints.of(made.receiver)
        ):
            yield from self.plain(made, sink)

    def opened(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A reader that is given a name or a stream."""
        for value in filter(self.is_name, dangerous(made, sink)):
            yield from self.each((value,), BELOW if is_below(value, self.taints) else TOLD["path"])

    def each(self, values: tuple[Value, ...], how: str, *, safe: str = "", is_certain: bool = True) -> Iterator[Harm]:
        """Every taint of some values."""
        for value in values:
            for taint in self.taints.of(value):
                yield Harm(taint, how, safe, is_certain)

    def is_name(self, value: Value) -> bool:
        """Whether a value is the name of a file, and no stream."""
        inner = next(options(value), value)
        if isinstance(inner, Made):
            return inner.name in JOINING or inner.name == "GetFullPath"
        type_ = self.taints.declared(inner)
        return isinstance(inner, Template | Operation) or (
            isinstance(type_, External) and type_.name.lower().endswith("string")
        )

    # --- statements

    def statement(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A statement as text: what is put into the text, and what is handed over beside it."""
        values = dangerous(made, sink)
        texts = [value for value in values if is_sql(value)]
        for value in texts:
            if not isinstance(next(options(value), value), Made):  # `text(...)` is judged by itself
                yield from self.each((value,), "it is put into the text of the statement")
        if texts:
            rest = [
                value for value in (*made.positional, *made.named.values()) if not any(value is each for each in texts)
            ]
            yield from self.each(tuple(rest), "", safe="it is a parameter of the statement")
        elif values and (takes_text(made.name) or is_run_by_database(made)):
            plain = tuple(
                value
                for value in values[:1]
                if not is_marked(value) and not isinstance(next(options(value), value), Table | Items)
            )
            yield from self.each(plain, "it is the statement itself", is_certain=takes_text(made.name))

    def interpolated(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A statement whose interpolated values become parameters, if the string is written right there."""
        values = dangerous(made, sink)
        is_there = "Interpolated" in made.name or self.is_written(made)
        safe = "the interpolated values become parameters" if is_there else ""
        yield from self.each(values, "it is put into the text of the statement", safe=safe)
        yield from self.each(made.positional[1:], "", safe="it is a parameter of the statement")

    def is_written(self, made: Made) -> bool:
        """Whether an interpolated string stands in the call itself."""
        lines = (self.text(made.place.path) or "").splitlines()[made.place.line - 1 : made.place.line + 5]
        return bool(re.search(rf"\b{re.escape(made.name)}(<[^>]*>)?\(\s*(sql:\s*)?(\$|@\$)", "\n".join(lines)))

    def document(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A filter of a document database."""
        for value in dangerous(made, sink):
            inner = next(options(value), value)
            if isinstance(inner, Table):
                where = inner.get("$where")
                if where is not None:
                    yield from self.each((where,), "it is put into code that the database runs")
                for key, (_, item) in inner.entries.items():
                    if key != "$where":
                        yield from self.of_field(item)
            elif is_json(inner, self.taints):
                yield from self.each(
                    (inner,), "the whole filter is what was sent, operators included", is_certain=False
                )

    def of_field(self, value: Value) -> Iterator[Harm]:
        """A value of a filter: JSON of no declared type may be an operator such as `{"$ne": ""}`."""
        if is_json(next(options(value), value), self.taints):
            yield from self.each((value,), "it may be an operator instead of a text", is_certain=False)
        else:
            yield from self.each((value,), "", safe=IS_VALUE)

    # --- commands

    def process(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """`subprocess.run(...)`: a shell reads a text, a list is handed over as it is."""
        shell = made.named.get("shell")
        is_shell = isinstance(shell, Const) and shell.value is True
        for value in dangerous(made, sink):
            inner = next(options(value), value)
            if not isinstance(inner, Items):
                if is_shell:
                    yield from self.each((value,), TOLD["command"])
                else:
                    yield from self.program(value)
                continue
            held = inner.items
            through_shell = is_shell or (len(held) > 1 and is_shell_name(held[0]))
            yield from self.each(tuple(held[:1]), "it names the program that is run")
            safe = "" if through_shell else "it is an argument of its own, which no shell reads"
            yield from self.each(tuple(held[1:]), TOLD["command"], safe=safe)

    def program(self, value: Value) -> Iterator[Harm]:
        """A command that no shell reads: harm is done by what stands first."""
        parts = pieces(value)
        first = parts[0] if parts else ""
        if not isinstance(first, str) and self.taints.of(first):
            yield from self.each((first,), "it names the program that is run")
        else:
            yield from self.each((value,), "", safe="no shell reads it, and the program is fixed")

    def front(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A call whose first argument is a program."""
        yield from self.each(dangerous(made, sink), "it names the program that is run")
        yield from self.each(made.positional[1:], "", safe="it is an argument of its own, which no shell reads")

    def start(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """`Process.Start(name, arguments)`."""
        given = {**dict(zip(sink.names, made.positional, strict=False)), **made.named, **made.attributes}
        name = given.get("FileName") or given.get("fileName")
        arguments = given.get("Arguments") or given.get("arguments")
        if isinstance(name, Made):
            return  # a `ProcessStartInfo` is judged by itself
        if name is not None:
            yield from self.each((name,), "it names the program that is run")
        if arguments is not None:
            through_shell = name is not None and is_shell_name(name)
            if isinstance(arguments, Items) and not through_shell:
                yield from self.each((arguments,), "", safe="it is an argument of its own, which no shell reads")
            else:
                yield from self.each(
                    (arguments,), "it is put into the arguments of a program", is_certain=through_shell
                )

    # --- addresses

    def address(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A URL: harm is done by its host."""
        for value in dangerous(made, sink):
            for option in options(value):
                yield from self.of_address(option, sink, is_certain=not has_own_transport(made))

    def of_address(self, value: Value, sink: Sink, *, is_certain: bool) -> Iterator[Harm]:
        """One URL."""
        opened = opening(value, self.taints)
        for taint in self.taints.of(value):
            if sink.kind == "redirect" and (
                (taint.source.name in OWN_ADDRESS and taint.source.origin is Origin.REQUEST)
                or taint.source.origin in {Origin.HEADER, Origin.COOKIE}
            ):
                continue
            if any(comes_from(taint, each) for each in opened):
                yield Harm(taint, TOLD[sink.kind], is_certain=is_certain)
            else:
                yield Harm(taint, "", "the host is not taken from the request")

    # --- parsers

    def parsed(self, made: Made, sink: Sink) -> Iterator[Harm]:
        """A parser that is only dangerous as it is set up."""
        decided = SETUPS[sink.way](made)
        if decided is None:
            return
        safe, is_certain = decided
        yield from self.each(dangerous(made, sink), TOLD[sink.kind], safe=safe, is_certain=is_certain)


WAYS = {
    "statement": "statement",
    "fragment": "plain",
    "interpolated": "interpolated",
    "document": "document",
    "process": "process",
    "front": "front",
    "start": "start",
    "safe": "harmless",
    "upload": "uploaded",
    "named-file": "opened",
    "yaml": "parsed",
    "lxml": "parsed",
    "typed-json": "parsed",
    "xml-document": "parsed",
}
"""How a way of the file is decided."""
IS_VALUE = "it is a value in a filter whose shape is fixed"
TOLD = {
    "command": "a shell reads it",
    "code": "it is run as code",
    "template": "it is part of the template that is rendered",
    "path": "it is part of the path of a file",
    "url": "it says which host is asked",
    "redirect": "it says where the caller is sent",
    "deserialization": "it says which objects are made",
    "xml": "the parser loads what its entities name",
    "ldap": "it is put into the filter of a directory",
    "sql": "it is put into the text of the statement",
    "log": "it is written into the log",
}


def has_own_transport(made: Made) -> bool:
    """Whether a client was made with a transport or handler of the project's own, which may refuse hosts."""
    receiver = made.receiver
    for _ in range(4):
        inner = next(options(receiver), None)
        if not isinstance(inner, Made):
            return False
        if any(
            isinstance(option, Instance)
            for value in (*inner.positional, *inner.named.values())
            for option in options(value)
        ):
            return True
        receiver = inner.receiver
    return False


def is_stream(value: Value) -> bool:
    """Whether a value is an open file and not the name of one."""
    inner = next(options(value), value)
    return isinstance(inner, Made) and inner.name in {
        "MemoryStream",
        "OpenRead",
        "OpenReadStream",
        "FileStream",
        "BytesIO",
        "open",
    }


def is_shell_name(value: Value) -> bool:
    """Whether a program is a shell."""
    inner = next(options(value), value)
    return isinstance(inner, Const) and isinstance(inner.value, str) and bool(SHELLS.search(inner.value))


def is_run_by_database(made: Made) -> bool:
    """`connection.execute(text)`, and its like."""
    return made.name.lower().startswith("exec") and bool(DATABASES & set(chain(made.callee)))


def is_marked(value: Value) -> bool:
    """Whether a text was marked as SQL, which is judged where that is done."""
    inner = next(options(value), value)
    return isinstance(inner, Made) and inner.name in TEXTS


LOOSE = frozenset({"dict", "Dict", "Any", "object", "Mapping", "JsonElement", "JObject"})
"""Declared types that hold whatever was sent."""


def is_json(value: Value, taints: Taints) -> bool:
    """Whether a value is the body as it was sent, of no declared type."""
    inner = value.receiver if isinstance(value, Made) and value.name in {"dict", "model_dump"} else value
    declared = taints.declared(inner) if isinstance(inner, Given | Member) else None
    if declared is not None and dotted(declared).rpartition(".")[2] not in LOOSE:
        return False
    found = taints.of(value)
    return (
        isinstance(value, Given | Made | External | Member | Generic)
        and bool(found)
        and all(taint.source.origin is Origin.BODY and not taint.harmless for taint in found)
    )
