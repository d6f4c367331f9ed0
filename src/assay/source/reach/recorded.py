"""Which stored types have every change of theirs recorded: registered for auditing, with a history, under events and signals that log."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.values import ClassValue, External
from assay.source.inside import inside
from assay.source.program import Program, flat_statements
from assay.source.reach.marks import last_of, written_as
from assay.source.reach.noted import kind_of, records

GATE = (
    b"post_delete",
    b"pre_delete",
    b"listens_for",
    b"auditlog",
    b"HistoricalRecords",
    b"reversion",
    b"pghistory",
    b"before_flush",
    b"user_logged_in",
    b"__versioned__",
)
"""Words without which a file of Python registers nothing."""
MEMBERS = {"HistoricalRecords": "django-simple-history", "AuditlogHistoryField": "django-auditlog"}
NAMES = {"__versioned__": "sqlalchemy-continuum", "__audit__": "an audit mark", "__audited__": "an audit mark"}
REGISTERING = {
    "auditlog": "django-auditlog",
    "reversion": "django-reversion",
    "pghistory": "django-pghistory",
    "simple_history": "django-simple-history",
}
SIGNALS = frozenset({"post_delete", "pre_delete"})
ENTRIES = {"user_logged_in": "success", "user_login_failed": "failure", "user_authenticated": "success"}
"""Signals of sign-ins, and which end of them they tell."""
EVENTS = frozenset(
    {
        "after_delete",
        "before_delete",
        "before_flush",
        "after_flush",
        "before_commit",
        "after_commit",
        "after_bulk_delete",
    }
)
MARKS = frozenset({"Audited", "AuditInclude", "Auditable"})
BASES = ("FullAudited", "VersionedModel", "AuditedModel", "HistoricalModel")
"""Beginnings of the names of bases whose objects keep who deleted them, or their versions."""


class Recorded:
    """Knows the stored types that are recorded."""

    def __init__(self, program: Program, levels: frozenset[str]) -> None:
        self.program = program
        self.levels = levels
        self.types: dict[str, str] = {}
        """Simple name of a stored type -> by what."""
        self.everywhere: list[tuple[str, Place]] = []
        """What records for every type."""
        self.entries: list[tuple[str, str, Place]] = []
        """Which end of sign-ins is logged, by what, where."""
        if program.language == "python":
            for path in program.project.holding(program.project.paths("python"), GATE):
                file = program.project.file(path)
                if file is not None:
                    self.read(file)

    def of(self, cls: ClassValue) -> str:
        """What records every change of a type; "" when nothing was seen."""
        for base in self.program.mro(cls):
            name = (
                base.type.name
                if isinstance(base, ClassValue)
                else base.name.rpartition(".")[2]
                if isinstance(base, External)
                else ""
            )
            if name in self.types:
                return self.types[name]
            if name.startswith(BASES):
                return f"{name} keeps who deleted it"
            for part, _ in base.parts if isinstance(base, ClassValue) else ():
                if any(last_of(mark.value).removesuffix("Attribute") in MARKS for mark in part.annotations):
                    return f"{part.name} is marked to be audited"
                for made in part.bases:
                    if isinstance(made, facts.Call) and (by := self.types.get(f"{last_of(made)}()")):
                        return by
        return ""

    # --- files of Python

    def read(self, file: facts.File) -> None:
        """Everything that one file registers."""
        for statement in flat_statements(file.body):
            match statement:
                case facts.Declare(type=type_):
                    self.declared(type_)
                case facts.Define(function=function):
                    self.hooked(function, file.path)
                    for inner in function.body or ():
                        if isinstance(inner, facts.Declare):
                            self.declared(inner.type, f"{function.name}()")
                case facts.Do(value=facts.Call() as call):
                    self.registered(call)
                case _:
                    pass
        functions = {part.name: part for part in inside(file.body) if isinstance(part, facts.Function)}
        for part in inside(file.body):
            if isinstance(part, facts.Function):
                self.inner(part, file.path)
            elif isinstance(part, facts.Call):
                self.connected(part, functions, file.path)

    def declared(self, type_: facts.Type, called: str = "") -> None:
        """A class with a history of its own; one that a function makes goes by the call of that."""
        for member in type_.body:
            if isinstance(member, facts.Assign) and isinstance(member.target, facts.Name):
                made = last_of(member.value) if isinstance(member.value, facts.Call) else ""
                known = next((by for name, by in MEMBERS.items() if made.endswith(name)), None)
                by = known or NAMES.get(member.target.id)
                if by:
                    self.types[called or type_.name] = by
        for mark in type_.annotations:
            root, _, last = written_as(mark.value).partition(".")
            if root in REGISTERING and last in {"register", "track"}:
                self.types[type_.name] = REGISTERING[root]

    def registered(self, call: facts.Call) -> None:
        """`auditlog.register(Order)`, `reversion.register(Order)`."""
        root, _, last = written_as(call.function).partition(".")
        if root in REGISTERING and last == "register" and call.arguments:
            self.types[written_as(call.arguments[0].value).rpartition(".")[2]] = REGISTERING[root]

    def inner(self, function: facts.Function, path: str) -> None:
        """Registrations inside a function, as in `AppConfig.ready`."""
        for statement in flat_statements(function.body or ()):
            if isinstance(statement, facts.Do) and isinstance(statement.value, facts.Call):
                self.registered(statement.value)
            elif isinstance(statement, facts.Define):
                self.hooked(statement.function, path)

    def hooked(self, function: facts.Function, path: str) -> None:
        """`@receiver(post_delete, sender=Order)`, `@event.listens_for(Session, "before_flush")` on a function that records."""
        for mark in function.annotations:
            self.entered(function, mark, path)
            if not isinstance(mark.value, facts.Call) or not self.is_recording(function):
                continue
            name = last_of(mark.value.function)
            if name == "receiver" and SIGNALS & set(signals(mark.value)):
                self.keep(senders(mark.value), f"the signal receiver {function.name}", path, function.line)
            elif name == "listens_for" and any(
                isinstance(a.value, facts.Text) and a.value.value in EVENTS for a in mark.value.arguments
            ):
                target = written_as(mark.value.arguments[0].value).rpartition(".")[2]
                is_session = target.lower().endswith(("session", "mapper", "sessionmaker", "engine"))
                self.keep([] if is_session else [target], f"the event listener {function.name}", path, function.line)

    def connected(self, call: facts.Call, functions: dict[str, facts.Function], path: str) -> None:
        """`user_logged_in.connect(log_sign_in)`, `post_delete.connect(handlers.write_history, sender=Order)`."""
        signal, _, last = written_as(call.function).rpartition(".")
        name = signal.rpartition(".")[2]
        if not last.startswith("connect") or not call.arguments or name not in {*ENTRIES, *SIGNALS}:
            return
        written = written_as(call.arguments[0].value).rpartition(".")[2]
        function = functions.get(written)
        if kind_of(written) != "audit" and (function is None or not self.is_recording(function)):
            return
        if name in ENTRIES:
            self.entries.append((ENTRIES[name], written, Place(path, call.line)))
        else:
            self.keep(senders(call), f"the signal receiver {written}", path, call.line)

    def entered(self, function: facts.Function, mark: facts.Annotation, path: str) -> None:
        """`@user_logged_in.connect`, `@receiver(user_login_failed)` on a function that records."""
        written = written_as(mark.value)
        names = list(signals(mark.value)) if isinstance(mark.value, facts.Call) and written.endswith("receiver") else []
        names += [written.rpartition(".")[0].rpartition(".")[2]] if ".connect" in written else []
        for end in (ENTRIES[name] for name in names if name in ENTRIES):
            if self.is_recording(function):
                self.entries.append((end, function.name, Place(path, function.line)))

    def is_recording(self, function: facts.Function) -> bool:
        """Whether a function logs or writes a record."""
        return any(isinstance(part, facts.Call) and records(part, self.levels) for part in inside(function.body))

    def keep(self, senders: list[str], text: str, path: str, line: int) -> None:
        """Remember for what types something records; for every one where none is named."""
        if not senders:
            self.everywhere.append((text, Place(path, line)))
        for sender in senders:
            self.types[sender] = text


def senders(call: facts.Call) -> list[str]:
    """The types whose signals are received: `sender=Order`, `sender=apps.get_model("shop", "Order")`."""
    found = []
    for argument in call.arguments:
        if argument.name != "sender":
            continue
        named = (
            argument.value.arguments[-1].value
            if isinstance(argument.value, facts.Call) and argument.value.arguments
            else None
        )
        found.append((named.value if isinstance(named, facts.Text) else written_as(argument.value)).rpartition(".")[2])
    return found


def signals(call: facts.Call) -> Iterator[str]:
    """The signals that `receiver` is given: one, or a list."""
    for argument in call.arguments[:1]:
        held = argument.value.items if isinstance(argument.value, facts.Sequence) else (argument.value,)
        yield from (last_of(each) for each in held)
