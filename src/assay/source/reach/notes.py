"""What a handler leaves behind: log lines, audit records, published events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assay.model.entity import PASSWORDS
from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Action, Note, Origin
from assay.source.evaluate.tested import TestKey, key_of
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    Exit,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Template,
    Value,
    options,
    undecorated,
)
from assay.source.mentions import dotted, walk
from assay.source.reach.accesses import symbol_of
from assay.source.reach.examination import Examination
from assay.source.reach.library import log_words
from assay.source.reach.noted import ends_like_logger, is_of_own_log, is_trail, kind_of, wraps_logger
from assay.source.refusal import ABORTING
from assay.source.status import status_of
from assay.source.vocabulary import parts_of

FAILURE = re.compile(
    r"fail|invalid|incorrect|wrong|denied|unauthori|forbidden|locked|not found|unknown user|attempt|reject|mismatch",
    re.IGNORECASE,
)
SUCCESS = re.compile(
    r"succe|logged|signed|created|deleted|removed|updated|changed|registered|granted|reset|revoked", re.IGNORECASE
)
SECRETS = PASSWORDS | {"secret", "token", "apikey", "otp", "pin", "credential", "credentials"}
DEFINING = frozenset({"Define", "DefineScope"})
"""Methods of `LoggerMessage` that give a function which logs: `_deleted = LoggerMessage.Define<string>(LogLevel.Information, ...)`."""
CONSOLE = re.compile(r"(^|\.)Console(\.(Out|Error))?\.Write(Line)?(Async)?$|^builtins\.print$")
"""Calls that write a line for whoever watches."""
FILING = frozenset(
    {"AppendAllText", "AppendAllTextAsync", "AppendAllLines", "WriteAllText", "WriteLine", "WriteLineAsync", "Write"}
)
"""Calls by which a log of the project's own writes its lines."""
GRAVE = frozenset({"warning", "error"})
BAD_REQUEST = 400
TEXT = 80
"""Characters of a note's words that are kept."""


def files_own_log(made: Made) -> str:
    """The function of a log of the project's own that a call writes a line of; "" for every other call."""
    return next((name for name, _ in made.way[1:] if is_of_own_log(name)), "") if made.name in FILING else ""


class Notes:
    """Finds the notes of one trace."""

    def __init__(self, seen: Examination, place: Place) -> None:
        self.trace, self.origins = seen.trace, seen.origins
        self.accesses = seen.accesses
        self.words = log_words(seen.program.language)
        self.own_names = seen.program.vocabulary.audit
        self.entered = place if any(made.way and made.way[0][1] == place for made in self.trace.made) else None
        """Where the handler is entered, if that can be told from what runs before it."""
        begun = self.trace.begun
        self.roots = {made.way[0][1] for made in self.trace.made if made.way and made.index >= begun}
        """Where what runs after the handler began is entered: the handler, or what its decorators put around it."""
        self.refused = tuple((keys_of(each.conditions), each.index, depth_of(each)) for each in self.refusals())

    def all(self) -> tuple[Note, ...]:
        """In order of execution; what differs in nothing, once."""
        found: list[tuple[int, Note]] = []
        seen: set[str] = set()
        for made in self.trace.made:
            if self.entered is not None and (not made.way or made.way[0][1] != self.entered):
                continue  # a dependency or hook that runs before the handler says nothing of what it does
            if made.index < self.trace.begun and made.way and made.way[0][1] not in self.roots:
                continue
            found += [(made.index, note) for note in self.of(made, seen)]
        for access in self.accesses:
            if access.action is Action.CREATE and is_trail(access.entity):
                branch, text = self.branch(access.conditions, access.index, len(access.way)), f"creates {access.entity}"
                found.append((access.index, Note("audit", "", access.symbol, access.place, text, ("object",), branch)))
        found.sort(key=lambda each: each[0])
        return tuple(dict.fromkeys(note for _, note in found))

    def refusals(self) -> Iterator[Exit | Made]:
        """What ends the request with a refusal."""
        yield from (exit_ for exit_ in self.trace.exits if is_failing(exit_, self.trace.surface))
        yield from (made for made in self.trace.made if made.name in ABORTING)

    # --- one call

    def of(self, made: Made, seen: set[str]) -> Iterator[Note]:
        """The notes that a call leaves, or that a function of the project leaves that makes it."""
        for name, _ in made.way[1:]:
            if name not in seen:
                seen.add(name)
                if kind := kind_of(name, self.own_names):
                    yield self.note(kind, "", made, name)
                elif wraps_logger(name):
                    yield self.note("log", "info", made, name)
        level = self.level(made)
        if level:
            yield self.note("log", level, made)
            return
        if own := files_own_log(made):
            yield self.note("log", self.words.levels.get(own.rpartition(".")[2], "info"), made, own)
            return
        outer = made.callee.name.rpartition(".")[0] if isinstance(made.callee, External) else ""
        receiver = last_word(made.receiver) or outer.rpartition(".")[2]
        kind = kind_of(f"{receiver}.{made.name}", self.own_names)
        if kind or made.name in self.words.publishing or (made.name == "send" and "signal" in parts_of(receiver)):
            yield self.note(kind or "event", "", made)
            return
        for value in made.positional[:3]:
            handed = undecorated(value)
            if isinstance(handed, FunctionValue | External) and (kind := kind_of(handed.name, self.own_names)):
                yield self.note(kind, "", made)

    def level(self, made: Made) -> str:
        """The level of a log line, "" for every other call."""
        name, receiver = made.name, made.receiver
        if isinstance(made.callee, Made) and made.callee.name in DEFINING and "LoggerMessage" in dotted(made.callee):
            return self.words.levels.get(last_word(made.callee.argument(0, "logLevel")), "info")
        if isinstance(made.callee, External):
            if CONSOLE.search(made.callee.name) and tells_what_happened(made):
                return "console"
            outer = made.callee.name.rpartition(".")[0]
            receiver = External(outer) if outer else None
        if not name or name in self.words.mute or name in self.words.binding:
            return ""
        said = self.words.levels.get(name, "")
        if said and name.startswith("Log") and len(name) > 3:
            return said  # `LogInformation` is told by its name
        if receiver is not None and self.is_logger(receiver):
            return said or ("info" if self.is_declared_logger(receiver) else "")
        if any(self.is_declared_logger(value) for value in made.positional[:1]):
            return said or "info"  # `Log.UserDeleted(logger, id)`, made by a source generator
        return ""

    def is_logger(self, value: Value) -> bool:
        """Whether a value is what logs."""
        return any(self.is_one(option) for option in options(value))

    def is_one(self, value: Value) -> bool:
        """Whether one value is what logs, by its name, its type or where it was got."""
        match value:
            case External(name=name):
                return f"{name}.".startswith(self.words.roots) or ends_like_logger(name)
            case Member(value=inner, name=name):
                return ends_like_logger(name) or (name in self.words.binding and self.is_logger(inner))
            case Made(receiver=receiver, name=name):
                is_bound = name in self.words.binding and receiver is not None and self.is_logger(receiver)
                return is_bound or f"{dotted(value)}.".startswith(self.words.roots) or ends_like_logger(name)
            case Given(name=name):
                return ends_like_logger(name) or self.is_declared_logger(value)
            case Instance(cls=cls):
                return ends_like_logger(cls.type.name)
        return False

    def is_declared_logger(self, value: Value) -> bool:
        """Whether a value is of a type that logs."""
        for option in options(value):
            type_ = option.type if isinstance(option, Given) else None
            while isinstance(type_, Generic):
                type_ = type_.value
            match type_:
                case External(name=name):
                    return name.rpartition(".")[2] in self.words.types
                case ClassValue():
                    return type_.type.name in self.words.types
        return False

    # --- what it says

    def note(self, kind: str, level: str, made: Made, symbol: str = "") -> Note:
        """The noun."""
        text = said_by(made)
        branch = self.branch(made.conditions, made.index, len(made.way))
        if branch == "success" and (level in GRAVE or FAILURE.search(text)):
            branch = "failure"
        return Note(kind, level, symbol or symbol_of(made), made.place, text, self.mentions(made, text), branch)

    def mentions(self, made: Made, text: str) -> tuple[str, ...]:
        """What a note tells of."""
        values = [*made.positional, *made.named.values()]
        receiver = made.receiver
        if isinstance(receiver, Made) and receiver.name in self.words.binding:
            values += [*receiver.positional, *receiver.named.values()]
        sources = [source for value in values for source in self.origins.of(value)]
        kinds = {source.origin for source in sources}
        found = []
        if kinds & {Origin.PRINCIPAL, Origin.TENANT}:
            found.append("principal")
        if kinds & {*OF_REQUEST, Origin.LOADED}:
            found.append("object")
        if FAILURE.search(text) or SUCCESS.search(text):
            found.append("outcome")
        if any(SECRETS & set(parts_of(source.name)) for source in sources):
            found.append("secret")
        return tuple(found)

    def branch(self, conditions: Sequence[Condition], index: int, depth: int) -> str:
        """Whether it is run where the request fails or where it succeeds; "" when always. What refuses in a function that is called
        after it, where that is not seen from here, does not count.
        """
        if not conditions:
            return ""
        own = keys_of(conditions)
        return (
            "failure"
            if any(keys == own and at > index and deep <= depth for keys, at, deep in self.refused)
            else "success"
        )


def is_failing(exit_: Exit, surface: int) -> bool:
    """Whether an exit tells the caller that it did not work: an exception, an answer of 4xx or 5xx."""
    if exit_.kind == "raise":
        return True
    return exit_.depth <= surface + 1 and (status_of(exit_.value) or 0) >= BAD_REQUEST


def keys_of(conditions: Sequence[Condition]) -> tuple[tuple[TestKey, bool], ...]:
    """Tests by identity and branch."""
    return tuple((key_of(condition), condition.is_then) for condition in conditions)


def depth_of(refusal: Exit | Made) -> int:
    """How deep in the project's functions something ends the request."""
    return refusal.depth if isinstance(refusal, Exit) else len(refusal.way)


def last_word(value: Value | None) -> str:
    """The name of what is called."""
    for option in options(value):
        match option:
            case Member(name=name) | External(name=name) | Given(name=name):
                declared = option.type if isinstance(option, Given) else None
                return (
                    f"{name.rpartition('.')[2]}_{declared.type.name}"
                    if isinstance(declared, ClassValue)
                    else name.rpartition(".")[2]
                )
            case Instance(cls=cls):
                return cls.type.name
            case Made():
                return option.name
    return ""


def tells_what_happened(made: Made) -> bool:
    """Whether a call says how something went, and of what: `print(f"user {id} deleted")`."""
    text = said_by(made)
    is_about = any(not isinstance(option, Const) for value in made.positional for option in options(value))
    return is_about and (SUCCESS.search(text) or FAILURE.search(text)) is not None


def said_by(made: Made) -> str:
    """The constant words of a call, short."""
    found: list[str] = []
    for value in (*made.positional[:3], *made.named.values()):
        for part in walk(value):
            match part:
                case Const(value=str() as text):
                    found.append(text)
                case Template(pieces=pieces):
                    found.append("{}".join(piece for piece in pieces if isinstance(piece, str)))
        if found:
            break
    return " ".join(found)[:TEXT].strip()
