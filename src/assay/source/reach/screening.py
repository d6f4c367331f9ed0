"""Tests that request data has to pass before it reaches a place: what only allowed values pass makes it harmless."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source import facts
from assay.source.evaluate.values import Condition, Const, Exit, Made, Member, Operation, Value, options
from assay.source.mentions import dotted, walk
from assay.source.reach.origins import Source
from assay.source.reach.sinks import OWN_ADDRESS
from assay.source.reach.spelling import told
from assay.source.reach.stripped import keeps_text
from assay.source.reach.taint import ENDING, PLAIN, Taints
from assay.source.reach.trace import Trace
from assay.source.refusal import ABORTING
from assay.source.vocabulary import parts_of

DEPTH = 8
NEAR = 12
"""Lines between a call and what answers its failure."""
CHECKING = frozenset(
    {"validate", "sanitize", "sanitise", "check", "ensure", "verify", "clean", "assert", "guard", "escape"}
)
ALLOWING = frozenset(
    {"allowed", "safe", "trusted", "whitelisted", "permitted", "allowlist", "whitelist", "allowlisted"}
)
VALID = frozenset({"valid", "validate", "validated"})
"""Words of a test that only what the server allows passes; a valid URL may still be any."""
LOOKING_UP = frozenset({"get_object_or_404", "aget_object_or_404", "get_or_404"})
"""Calls that answer 404 to every value by which nothing is stored."""
UPWARDS = ("..", "/", "\\")
FOLDERS = frozenset({"parent", "dirname", "GetDirectoryName"})
"""What gives the folder of a path: compared with the one that is meant, nothing else is left."""
ORDER = frozenset({"<", ">", "<=", ">="})


class Screening:
    """Knows the tests of one trace."""

    def __init__(self, trace: Trace, taints: Taints) -> None:
        self.trace = trace
        self.taints = taints
        self.refusals: list[Exit | Made] = [
            exit_ for exit_ in trace.exits if exit_.kind == "raise" and exit_.conditions
        ]
        self.refusals += [made for made in trace.made if made.name in ABORTING and made.conditions]
        self.returns = [
            exit_
            for exit_ in trace.exits
            if exit_.kind == "return" and exit_.conditions and exit_.depth > trace.surface
        ]

    def of(self, source: Source, kind: str, made: Made) -> str:
        """The test that lets only allowed values of request data through to a call; "" when there is none."""
        if proof := self.proof(source, made) or (self.located(source, made) if kind == "path" else ""):
            return proof
        for condition in made.conditions:
            if self.lets(condition, condition.is_then, source, kind):
                return f"only what passes `{told(condition)}` gets there"
        for condition in self.refused(made.index):
            if self.lets(condition, not condition.is_then, source, kind):
                return f"what does not pass `{told(condition)}` is refused"
        for exit_ in self.returns:
            if exit_.index < made.index and self.is_about(exit_.value, source):
                for condition in exit_.conditions:
                    if self.lets(condition, condition.is_then, source, kind):
                        return f"only what passes `{told(condition)}` is handed on"
        return ""

    def is_signed(self, source: Source, made: Made) -> bool:
        """Whether the data was read as a signed token before, which fails for everything else."""
        return any(
            other.index < made.index
            and other.name in {"decode", "jwt_decode"}
            and dotted(other.callee).partition(".")[0] in {"jwt", "jose", "authlib"}
            and any(self.is_about(value, source) for value in other.positional[:1])
            for other in self.trace.made
        )

    def proof(self, source: Source, made: Made) -> str:
        """What the data was read as before, so that it can be nothing else; "" when that is not known."""
        if self.is_signed(source, made):
            return "only a token gets there whose signature was verified"
        if self.is_number(source, made):
            return "it was compared with a number, and a text would have failed"
        tried = self.tried(source, made)
        return f"what {tried.name}() cannot read is refused" if tried is not None else ""

    def located(self, source: Source, made: Made) -> str:
        """Where the path was asked for its way from a folder before, which fails for what lies outside: `path.relative_to(base)`."""
        for other in self.trace.made:
            if other.index < made.index and other.name == "relative_to" and other.receiver is not None:
                is_ended = any(is_failure_of(each, other) for each in (*self.trace.exits, *self.refusals))
                if is_ended and self.is_about(other.receiver, source):
                    return "what relative_to() cannot place is refused"
        return ""

    def tests(self, made: Made) -> Iterator[Condition]:
        """The tests around a call, and those of the refusals before it."""
        yield from made.conditions
        yield from self.refused(made.index)

    def is_number(self, source: Source, made: Made) -> bool:
        """Whether the data was ordered among numbers, which fails for a text in Python."""
        parts = (part for condition in self.tests(made) for part in walk(condition.value))
        return made.place.path.endswith(".py") and any(
            self.is_about(left, source)
            for part in parts
            if isinstance(part, Operation) and part.operator in ORDER
            for left, right in (part.operands, part.operands[::-1])
            if isinstance(right, Const) and type(right.value) in {int, float}
        )

    def tried(self, source: Source, made: Made) -> Made | None:
        """A conversion of the data that was tried before, and whose failure ends the request: `try: UUID(id)` / `except: return 400`."""
        for other in self.trace.made:
            if other.index > made.index or other.name not in PLAIN or not other.positional:
                continue
            if self.is_about(other.positional[0], source) and any(
                is_failure_of(each, other) for each in (*self.trace.exits, *self.refusals)
            ):
                return other
        return None

    def lets(self, condition: Condition, is_true: bool, source: Source, kind: str) -> bool:  # noqa: FBT001  # an outcome of a test
        """Whether a test that came out so lets only allowed values through, by what it does or by what its author calls it."""
        if is_said(condition.test, is_true) and not self.is_of_ending(condition.value, source):
            return True
        each = list(options(condition.value))
        match condition.test:
            case facts.Binary(operator="and" | "or" as operator) if len(each) > 1:  # what either side gave
                found = [self.holds(option, is_true, source, kind) for option in each]
                return any(found) if (operator == "and") == is_true else all(found)
        return self.holds(condition.value, is_true, source, kind)

    def refused(self, index: int) -> Iterator[Condition]:
        """The innermost tests of the refusals before some call."""
        for refusal in self.refusals:
            if refusal.index < index:
                yield refusal.conditions[-1]

    def is_checked(self, source: Source, made: Made) -> bool:
        """Whether some call that is named like a check, or that knows nothing but what is stored, was given the data before."""
        if any(is_called_valid(each.test) and self.is_tested(each.value, source) for each in self.tests(made)):
            return True
        return any(
            (CHECKING & set(parts_of(other.name)) or other.name in LOOKING_UP)
            and any(
                taint.source == source
                for value in (*other.positional, *other.named.values())
                for taint in self.taints.of(value)
            )
            for other in self.trace.made
            if other.index < made.index
        )

    def holds(self, value: Value, is_true: bool, source: Source, kind: str, depth: int = 0) -> bool:  # noqa: C901, PLR0911, FBT001  # one case an operator
        """Whether a test that came out so lets only allowed values of the data through."""
        each = [option for option in options(value) if not is_decided(option, is_true)]
        if depth > DEPTH or not each:
            return False
        if len(each) > 1:
            return all(self.holds(option, is_true, source, kind, depth + 1) for option in each)
        inner = each[0]
        match inner:
            case Operation(operator="not", operands=(operand,)):
                return self.holds(operand, not is_true, source, kind, depth + 1)
            case Operation(operator="and" | "or" as operator, operands=operands):
                found = [self.holds(operand, is_true, source, kind, depth + 1) for operand in operands]
                return any(found) if (operator == "and") == is_true else all(found)
            case Operation(
                operator="is" | "isnot" | "==" | "!=" as operator,
                operands=(left, Const(value=None | True | False as const)),
            ):
                is_same = (operator in {"is", "=="}) == is_true
                return self.holds(left, is_same == bool(const), source, kind, depth + 1)
            case Operation(operator="==" | "!=" as operator, operands=(left, right)):
                if (operator == "==") != is_true:
                    return False
                if kind == "path" and any(self.is_folder(side, source) for side in (left, right)):
                    return True
                return self.is_named(left, right, source) or self.is_named(right, left, source)
            case Operation(operator="in" | "notin" as operator, operands=(left, right)):
                if isinstance(left, Const):
                    return (
                        kind == "path"
                        and (operator == "notin") == is_true
                        and left.value in UPWARDS
                        and self.is_about(right, source)
                    )
                return (operator == "in") == is_true and self.is_named(left, right, source)
            case Operation(operator="decides", operands=tests):
                return any(self.holds(test, way, source, kind, depth + 1) for test in tests for way in (True, False))
            case Made():
                return (
                    self.is_screen(inner, source, kind) if is_true else kind == "path" and self.is_upward(inner, source)
                )
        return False

    def is_named(self, value: Value, allowed: Value, source: Source) -> bool:
        """Whether a value is the data, and what it is compared with is not the request's."""
        own = (taint.harmless or taint.source.name in OWN_ADDRESS for taint in self.taints.of(allowed))
        return self.is_about(value, source) and all(own)

    def is_folder(self, value: Value, source: Source) -> bool:
        """Whether a value is the folder of a path that holds the data: `local.parent`."""
        match value:
            case Member(name=name, value=inner) if name in FOLDERS:
                return self.is_about(inner, source)
            case Made(positional=(inner, *_)) if value.name in FOLDERS:
                return self.is_about(inner, source)
        return False

    def is_about(self, value: Value, source: Source) -> bool:
        """Whether a value holds the data, and not only the ending of a name in it."""
        return any(
            taint.source == source and not taint.harmless and ENDING not in taint.through
            for taint in self.taints.of(value)
        )

    def is_tested(self, value: Value, source: Source) -> bool:
        """Whether a test looks at the data, and at more than the ending of a name in it."""
        parts = (part for option in options(value) for part in walk(option))
        return any(self.is_about(part, source) for part in parts) and not self.is_of_ending(value, source)

    def is_of_ending(self, value: Value, source: Source) -> bool:
        """Whether a test that could be followed compares nothing but the ending of a name: `allowed_file("../../x.png")` holds."""
        compared = [
            taint
            for part in walk(value)
            if isinstance(part, Operation) and part.operator in {"in", "notin", "==", "!="}
            for taint in self.taints.of(part.operands[0])
            if taint.source == source
        ]
        return bool(compared) and all(ENDING in taint.through for taint in compared)

    def is_screen(self, made: Made, source: Source, kind: str) -> bool:
        """Whether a call is a test that only allowed values pass."""
        screens = self.taints.words.screens
        parts = {part.lower() for part in parts_of(made.name)}
        is_named = bool(parts & ALLOWING) or (kind != "url" and bool(parts & VALID))
        if keeps_text(made) or (
            not is_named and made.name not in screens["any"] and made.name not in screens.get(kind, ())
        ):
            return False
        if made.name == "Contains" and made.receiver is not None and self.taints.of(made.receiver):
            return False
        given = made.parts
        return any(self.is_about(part, source) for part in given)

    def is_upward(self, made: Made, source: Source) -> bool:
        """`name.Contains("..")`, which is refused."""
        first = made.positional[0] if made.positional else None
        is_up = isinstance(first, Const) and first.value in UPWARDS
        return (
            is_up
            and made.name in {"Contains", "IndexOf", "count", "find"}
            and self.is_about(made.receiver or made, source)
        )


def is_failure_of(exit_: Exit | Made, made: Made) -> bool:
    """Whether an exit stands in the `except` of the `try` in which a call stands."""
    around = exit_.conditions[-1] if exit_.conditions else None
    if around is None or not isinstance(around.test, facts.Opaque) or around.test.kind != "except":
        return False
    is_same = around.place.path == made.place.path == exit_.place.path
    return is_same and around.place.line <= made.place.line < exit_.place.line <= made.place.line + NEAR


def is_said(test: facts.Expr, is_true: bool, depth: int = 0) -> bool:  # noqa: FBT001  # an outcome of a test
    """Whether a test calls something that is named as saying what is allowed: `is_safe_url(target)`."""
    match test:
        case facts.Unary(operator="not", value=inner):
            return is_said(inner, not is_true, depth + 1)
        case facts.Unary(operator="await", value=inner):
            return is_said(inner, is_true, depth + 1)
        case facts.Binary(operator="and" | "or" as operator, left=left, right=right) if depth < DEPTH:
            return (operator == "and") == is_true and (
                is_said(left, is_true, depth + 1) or is_said(right, is_true, depth + 1)
            )
        case facts.Call(function=facts.Name(id=name)) | facts.Call(function=facts.Attr(name=name)):
            return is_true and bool(ALLOWING & {part.lower() for part in parts_of(name)})
    return False


def is_called_valid(test: facts.Expr, depth: int = 0) -> bool:
    """Whether a test asks what is named as saying that something is valid: `!IsValidName(name) || names.Contains(name)`."""
    match test:
        case facts.Unary(value=inner):
            return is_called_valid(inner, depth + 1)
        case facts.Binary(left=left, right=right) if depth < DEPTH:
            return is_called_valid(left, depth + 1) or is_called_valid(right, depth + 1)
        case facts.Call(function=facts.Name(id=name), arguments=(_, *_)):
            return bool(VALID & {part.lower() for part in parts_of(name)})
        case facts.Call(function=facts.Attr(name=name), arguments=(_, *_)):
            return bool(VALID & {part.lower() for part in parts_of(name)})
    return False


def is_decided(value: Value, is_true: bool) -> bool:  # noqa: FBT001  # an outcome of a test
    """Whether a constant cannot come out so."""
    return isinstance(value, Const) and bool(value.value) != is_true
