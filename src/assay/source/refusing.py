"""Whether a function can refuse a caller at all, seen from what stands in it: a look before the long way of running it.

A function may refuse when it names a refusal (an exception, an answer, a status, a redirection to a login), or calls something of the
project that may and hands it the request, the caller or itself. What is not found so cannot tell one caller from another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assay.source import facts
from assay.source.program import Program, words
from assay.source.reached import mentioned
from assay.source.status import BY_NAME, LOGIN, REDIRECTS, by_name

HANDED_ON = frozenset({"self", "cls", "super", "request", "req", "user", "info", "context", "args", "kwargs", "principal"})
"""Names of what tells callers apart."""
NUMBERS = {"401", "403", "405", "501"}
ENDING = frozenset({"abort", "unauthorized", "redirect_to_login", "needs_login"})


@dataclass(slots=True)
class Refusing:
    """Which functions of a program may refuse, by their simple names."""

    program: Program
    names: frozenset[str] | None = None
    direct: dict[int, bool] = field(default_factory=dict)

    def may(self, function: facts.Function) -> bool:
        """Whether a function may refuse."""
        if self.names is None:
            self.names = self.spread()
        return self.directly(function) or bool(handed(function) & self.names)

    def directly(self, function: facts.Function) -> bool:
        """Whether a refusal stands in a function itself."""
        key = id(function)
        if key not in self.direct:
            self.direct[key] = any(is_refusal(part) for part in parts(function.body))
        return self.direct[key]

    def spread(self) -> frozenset[str]:
        """The names of all functions that may refuse, and of classes whose objects do when they are made."""
        calls: list[tuple[str, frozenset[str]]] = []
        found: set[str] = set()
        for name, function in self.functions():
            if self.directly(function):
                found.add(name)
            else:
                calls.append((name, handed(function)))
        while True:
            more = {name for name, called in calls if name not in found and called & found}
            if not more:
                return frozenset(found)
            found |= more

    def functions(self) -> Iterator[tuple[str, facts.Function]]:
        """Every function of the files that were run."""
        for path in sorted(self.program.run.modules):
            module = self.program.run.modules[path]
            if module is not None:
                for owner, function in declared(module.file.body, ""):
                    yield (owner if function.name in {"__init__", "__call__", "__new__"} else function.name), function


def declared(block: facts.Block, owner: str) -> Iterator[tuple[str, facts.Function]]:
    """The functions of a block, of its branches and types, with the name of the type."""
    for part in parts(block):
        if isinstance(part, facts.Declare):
            for statement in parts(part.type.body):
                if isinstance(statement, facts.Define) and statement.function.name.startswith("__"):
                    yield part.type.name, statement.function
        elif isinstance(part, facts.Define) and not part.function.name.startswith("__"):
            yield owner, part.function


def parts(root: object) -> Iterator[object]:
    """Everything in a piece of facts."""
    waiting: list[object] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif hasattr(part, "__struct_fields__"):
            yield part
            waiting.extend(getattr(part, key) for key in part.__struct_fields__)


def is_refusal(part: object) -> bool:
    """Whether a piece of facts names a refusal."""
    match part:
        case facts.Name(id=name) | facts.Attr(name=name):
            plain = name.lower()
            return (
                name in ENDING
                or name in REDIRECTS
                or by_name(name) is not None
                or any(number in name for number in NUMBERS)
                or (LOGIN.search(plain) is not None and "login" in plain)
            )
        case facts.Number(value=value):
            return value in NUMBERS
    return False


def handed(function: facts.Function) -> frozenset[str]:
    """The names of what a function calls with something that tells callers apart."""
    found: set[str] = set()
    for part in parts(function.body):
        if isinstance(part, facts.Call):
            said = [*words(part.function), *(word for argument in part.arguments for word in words(argument.value))]
            if not part.arguments or HANDED_ON & set(said) or any(argument.star for argument in part.arguments):
                match part.function:
                    case facts.Name(id=name) | facts.Attr(name=name):
                        found.add(name)
        elif isinstance(part, facts.Attr) and isinstance(part.value, facts.Name) and part.value.id == "self":
            found.add(part.name)
    return frozenset(found)


__all__ = ["BY_NAME", "Refusing", "mentioned"]
