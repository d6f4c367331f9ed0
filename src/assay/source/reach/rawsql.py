"""SQL that a handler runs as text: `cursor.execute("SELECT ...", [id])`, `conn.fetchrow("... $1", id)`, queries kept in `.sql` files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from assay.model.reach import Action
from assay.source.evaluate.values import Assigned, ClassValue, Const, Given, Instance, Made, Member, Value, options
from assay.source.reach.commands import Commands
from assay.source.reach.library import Words
from assay.source.reach.procedures import CALLED, procedure
from assay.source.reach.selection import Query, Test
from assay.source.reach.sql import Statement, bound, flattened, is_sql, statements
from assay.source.reach.stored import Stored

NAMED = re.compile(
    r"^--\s*name:\s*([\w-]+)(?:\([^)]*\))?\s*([\^$!*#<]*)[^\n]*\n(.*?)(?=^--\s*name:|\Z)", re.MULTILINE | re.DOTALL
)
"""A query of a file: `-- name: get-user-by-id^`, then its text."""
LOADERS = frozenset({"from_path", "from_str"})
KEY = re.compile(r"^(id|pk|uuid|guid|(.+?)_?id)$", re.IGNORECASE)
SOMETIMES = "sometimes"
"""The operator of a comparison that only one of several possible texts makes: it ties nothing."""
COMMANDS = frozenset({"CommandDefinition", "QueryDefinition"})
"""What a statement and its parameters are put together into before they are run."""
TEXT = ("sql", "commandText")
GIVEN = ("param", "params", "parameters")
"""How the text of a statement and its values are handed over by name: `QueryAsync(sql: text, param: new { id })`."""
PLACES = 2
"""Arguments among which the text of a statement is looked for: some calls are given the connection first."""


class Chains(Protocol):
    """What recognises queries of every kind."""

    words: Words
    stored: Stored
    known: dict[int, tuple[Made, Query | None]]

    def of(self, made: Made) -> Query | None:
        """The query that a call ends."""
        ...


class RawSql:
    """Recognises statements that are text, and the rows that they gave."""

    def __init__(self, queries: Chains) -> None:
        self.queries = queries
        self.words = queries.words
        self.ran: dict[int, list[Made]] = {}
        """Statements by the identity of what they were run on."""
        self.single: set[int] = set()
        self.commands = Commands()
        self.files: dict[str, tuple[str, str]] | None = None

    def see(self, calls: Sequence[Made], assigned: Sequence[Assigned] = ()) -> None:
        """Learn which rows belong to which statement: a cursor gives those of the statement that it ran last."""
        self.commands.see(calls, assigned)
        for command in (*self.commands.held, *self.commands.said):
            self.queries.known.pop(command, None)  # it was asked for before everything was said
        for made in calls:
            receiver = made.receiver
            if receiver is None:
                continue
            if made.name in self.words.sql and self.text_of(made) is not None:
                self.ran.setdefault(id(receiver), []).append(made)
                if any(id(value) in self.commands.held for value in arguments(made)):
                    self.queries.known.pop(id(made), None)  # the same
            elif (
                made.name in self.words.rows & self.words.row and (last := self.last(receiver, made.index)) is not None
            ):
                self.single.add(id(last))

    def last(self, receiver: Value, index: int) -> Made | None:
        """The statement that was run last on a cursor before some call."""
        return next((made for made in reversed(self.ran.get(id(receiver), ())) if made.index < index), None)

    def rows(self, made: Made) -> Query | None:
        """The statement whose rows a call gives."""
        if made.name not in self.words.rows or made.receiver is None:
            return None
        last = self.last(made.receiver, made.index)
        return self.queries.of(last) if last is not None else None

    def iterated(self, cursor: Value) -> Query | None:
        """The statement whose rows a loop over a cursor gives."""
        ran = self.ran.get(id(cursor))
        return self.queries.of(ran[-1]) if ran else None

    def of(self, made: Made) -> Query | None:
        """The query that a call runs."""
        said = self.commands.text(made)
        if said is not None and is_sql(said) and not is_call(said):
            return self.query(made, list(statements(said)), (self.commands.parameters(made),), None)
        if said is not None:
            return self.called(made, said, (self.commands.parameters(made),))
        if made.name in self.words.sql:
            handed = tuple(self.commands.opened(value) for value in arguments(made))
            at = self.text_of(made)
            if at is None or is_call(handed[at]):
                at = at or 0
                return self.called(made, handed[at] if handed else None, handed[at + 1 :])
            if at is not None:
                given = tuple(value for position, value in enumerate(handed) if position > at)
                found = self.query(made, list(statements(handed[at])), given, self.receiver_class(made))
                if found is not None and found.cls is None and found.action in {Action.READ, Action.LIST}:
                    found.cls = self.row_class(made)
                return found
        return self.kept(made)

    def called(self, made: Made, text: Value | None, given: tuple[Value, ...]) -> Query | None:
        """What a stored procedure does that a call runs, as far as its name says it."""
        found = procedure(made, text, (*given, self.commands.parameters(made)), is_row=made.name in self.words.row)
        if found is None:
            return None
        cls = self.row_class(made) if found.action in {Action.READ, Action.LIST} else None
        entity = cls.name if cls is not None else found.entity
        if not entity:
            return None
        limits = ("limit",) if found.is_paged else ()
        is_told = found.action is not Action.LIST  # how much of it a list gives stands in the procedure
        return Query(entity, cls, found.action, made, (made,), found.tests, True, is_told, limits=limits)

    def of_object(self, mark: str, given: tuple[Value, ...]) -> Value | None:
        """The member of an object that is handed over for the parameters of a statement: `ExecuteAsync(sql, order)`."""
        run, name = self.queries.stored.run, mark.lstrip("@:$").lower()
        if not name or self.queries.stored.program.language != "csharp":
            return None
        for value in given:
            for option in options(value):
                cls = run.class_of(option) if isinstance(option, Instance | Given | Made) else None
                fields = (field for field, _ in self.queries.stored.fields(cls)) if cls is not None else ()
                member = next((field for field in fields if field.lower() == name), "")
                if member:
                    return run.attribute(option, member)
        return None

    def text_of(self, made: Made) -> int | None:
        """The position of the argument that is the text of a statement."""
        return next((at for at, value in enumerate(arguments(made)[:PLACES]) if is_sql(value)), None)

    def receiver_class(self, made: Made) -> ClassValue | None:
        """The stored type that `Model.objects.raw(...)` gives."""
        for option in options(made.receiver):
            owner = option.value if isinstance(option, Member) else option
            found = self.queries.stored.entity(owner) if isinstance(owner, ClassValue) else None
            if found is not None:
                return found
        return None

    def row_class(self, made: Made) -> ClassValue | None:
        """The type that rows are read as: `QueryAsync<Order>(sql)`, the last one of several."""
        types = [self.queries.stored.class_of_type(type_) for type_ in made.type_arguments]
        return types[-1] if types else None

    def query(
        self, made: Made, found: list[Statement], given: tuple[Value, ...], cls: ClassValue | None
    ) -> Query | None:
        """What a call does that runs one of these statements; what only some of them compare selects in some cases only."""
        if not found:
            return None
        first = found[0]
        always = set.intersection(*({each.column for each in statement.comparisons} for statement in found))
        tests = tuple(
            Test(each.column, value, each.operator if each.column in always else SOMETIMES, each.is_alternative)
            for statement in found
            for each in statement.comparisons
            if (value := self.of_object(each.mark, given) or bound(each, given, made.named)) is not None
        )
        by_key = any(is_key(test, first.table) for test in tests)
        is_single = by_key or first.is_single or id(made) in self.single or made.name in self.words.row
        action = Action.READ if first.action is Action.LIST and is_single else first.action
        limits = ("limit",) if first.is_bounded else ()
        return Query(
            cls.name if cls is not None else first.table,
            cls,
            action,
            made,
            (made,),
            tests,
            limits=limits,
            fields=first.columns,
            naming=tuple(value for statement in found for value in statement.naming),
            writes=tuple(
                (each.column, value)
                for each in first.writes
                if (value := self.of_object(each.mark, given) or bound(each, given, made.named)) is not None
            ),
        )

    # --- queries in files

    def kept(self, made: Made) -> Query | None:
        """`queries.get_user(conn, id=1)` of a set of queries that was loaded from files."""
        receiver = made.receiver
        if not isinstance(receiver, Made) or receiver.name not in LOADERS:
            return None
        held = self.all_kept().get(made.name.replace("-", "_"))
        if held is None:
            return None
        kind, written = held
        query = self.query(made, list(statements(Const(written))), made.positional[1:], None)
        if query is not None and query.action is Action.LIST and kind[:1] in {"^", "$"}:
            query.action = Action.READ
        return query

    def all_kept(self) -> dict[str, tuple[str, str]]:
        """Every named query of the `.sql` files of the project: name -> (what it gives, its text)."""
        if self.files is None:
            self.files = dict(self.in_files())
        return self.files

    def in_files(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The named queries of the files, in order."""
        project = self.queries.stored.program.project
        for path in sorted(project.other_paths(".sql")):
            for name, kind, written in NAMED.findall(project.text(path) or ""):
                yield name.replace("-", "_"), (kind, written)


def is_call(value: Value | None) -> bool:
    """Whether a text calls a procedure."""
    return any(CALLED.match(flattened(option)[0]) is not None for option in options(value))


def arguments(made: Made) -> tuple[Value, ...]:
    """What a call is handed; of a command that was put together before it what that was: `new CommandDefinition(sql, new { id })`."""
    first = made.positional[0] if made.positional else None
    held = first if isinstance(first, Made) and first.name in COMMANDS else made
    texts = (held.named[name] for name in TEXT if name in held.named)
    return (*texts, *held.positional, *(held.named[name] for name in GIVEN if name in held.named))


def is_key(test: Test, table: str) -> bool:
    """Whether a comparison selects one row: by `id`, by `order_id` of a table of orders."""
    match = KEY.match(test.field)
    if match is None or test.operator != "==" or test.is_alternative:
        return False
    return match.group(2) is None or table.lower().startswith(match.group(2).lower())


def continued(statement: Query | None, chain: Query) -> Query:
    """A chain that begins with a statement touches what that one touches: `connection.Query<User>(sql, new { id }).SingleOrDefault()`."""
    if statement is None:
        return chain
    is_read = statement.action in {Action.READ, Action.LIST}
    return replace(
        statement,
        cls=chain.cls,
        action=chain.action if is_read else statement.action,
        made=chain.made,
        links=chain.links,
        tests=(*statement.tests, *chain.tests),
        limits=(*statement.limits, *chain.limits),
    )
