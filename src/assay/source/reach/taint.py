"""How request data gets into a value: from which part of the request, through which calls, and whether it still can do harm."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.model.reach import OF_REQUEST, Origin
from assay.source import facts
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    Either,
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
from assay.source.program import Program
from assay.source.reach.origins import Origins, Source
from assay.source.reach.segments import BEHIND, cut_by_django, told_apart, without_slashes
from assay.source.reach.sinks import Sinks
from assay.source.reach.stripped import keeps_text, stripped
from assay.source.reach.unsent import is_sent
from assay.source.refusal import checks_nothing

DEPTH = 20
PARTS = 24
FILLING = frozenset(
    {"Load", "LoadXml", "Append", "AppendLine", "AppendFormat", "append", "write", "update", "Add", "feed", "Insert"}
)
READERS = frozenset(
    "get getlist pop GetValue Get getfirst get_json TryGetValue GetProperty GetValueOrDefault SelectToken".split()
)
PLAIN = frozenset(
    """
    int float bool complex Decimal decimal UUID UUID1 UUID3 UUID4 UUID5 datetime date time timedelta Guid DateTime
    DateTimeOffset DateOnly TimeOnly
    TimeSpan long short byte double sbyte ushort uint ulong single Int16 Int32 Int64 UInt32 Boolean Double Single conint
    confloat PositiveInt
    NonNegativeInt NegativeInt PositiveFloat ObjectId PydanticObjectId AwareDatetime NaiveDatetime PastDate FutureDate
    StrictInt StrictBool Literal
    char ULID
    """.split()
)
"""Types whose values can do no harm in a text."""
TRANSPARENT = frozenset(
    {
        "Optional",
        "Union",
        "Nullable",
        "list",
        "List",
        "set",
        "Set",
        "tuple",
        "Sequence",
        "IEnumerable",
        "ICollection",
        "frozenset",
    }
)


class Taint(Struct, frozen=True):
    """Request data within a value."""

    source: Source
    harmless: str = ""
    """What made it harmless for every purpose: `int()`, "it is declared as int"; "" when nothing did."""
    through: tuple[str, ...] = ()
    """Calls on the way that may have changed it."""
    is_certain: bool = True
    """False when it went through a call of which it is not known what it gives."""


class Taints:
    """Works out taints; kept by the identity of the value while one trace is read."""

    def __init__(self, program: Program, origins: Origins, words: Sinks) -> None:
        self.program = program
        self.origins = origins
        self.words = words
        self.known: dict[int, tuple[Value, tuple[Taint, ...]]] = {}
        self.filled: dict[int, list[Value]] = {}
        """What objects were filled with by calls on them, by their identity."""

    def see(self, calls: Sequence[Made]) -> None:
        """Learn what is put into objects: `document.Load(stream)`, `text.Append(name)`."""
        for made in calls:
            if made.name in FILLING and isinstance(made.receiver, Made):
                self.filled.setdefault(id(made.receiver), []).extend(made.positional)

    def of(self, value: Value | None, depth: int = 0) -> tuple[Taint, ...]:
        """The request data in a value, once each, in order."""
        if value is None or depth > DEPTH:
            return ()
        held = self.known.get(id(value))
        if held is not None:
            return held[1]
        self.known[id(value)] = (value, ())  # cuts circles
        found = tuple(dict.fromkeys(self._of(value, depth)))[:PARTS]
        self.known[id(value)] = (value, found)
        return found

    def _of(self, value: Value, depth: int) -> list[Taint]:  # noqa: C901, PLR0911, PLR0912  # one case a kind of value
        match value:
            case Given() | External():
                return self.leaf(value)
            case Instance():
                return self.leaf(value) if self.program.stand_in(value) is not None else []
            case Made() if self.program.stand_in(value) is not None:
                return self.leaf(value)  # a field of a form: `url = URLField()`
            case Member(value=Instance() as owner, name=name) if self.program.stand_in(owner) is None:
                held = owner.attributes.get(name) or owner.named.get(name)
                return list(self.of(held, depth + 1))
            case Member(value=owner, name=name):
                return self.member(value, owner, name, depth)
            case Generic(value=owner, keys=keys):
                return self.subscript(owner, keys, depth)
            case Made():
                return self.made(value, depth)
            case Template(pieces=pieces) | Operation(operator="+", operands=pieces):
                return [
                    replace(taint, through=(*taint.through, BEHIND)) if is_behind else taint
                    for piece, is_behind in told_apart(pieces)
                    for taint in self.of(piece, depth + 1)
                ]
            case Operation(operator=operator, operands=operands):
                return self.all(operands, depth) if operator in TEXTUAL else []
            case Either(options=each):
                return self.all(each, depth)
            case Items(items=held):
                return self.all(held[:PARTS], depth)
            case Table(entries=entries):
                return self.all([item for _, item in list(entries.values())[:PARTS]], depth)
            case Decorated(result=inner):
                return self.all([inner], depth)
        return []

    def all(self, values: object, depth: int) -> list[Taint]:
        """The taints of several values."""
        return [taint for value in values for taint in self.of(value, depth + 1)]  # type: ignore[attr-defined]

    def leaf(self, value: Value) -> list[Taint]:
        """What comes from the request itself."""
        if isinstance(value, Given) and value.call is not None and not value.origin:
            call = value.call
            return [] if self.is_stored(call) else self.all([call.receiver, *call.positional], 1)
        how = self.declared_plain(value)
        return [Taint(source, how) for source in self.origins.of(value) if is_sent(source)]

    def member(self, value: Member, owner: Value, name: str, depth: int) -> list[Taint]:
        """`owner.name`."""
        if name == OF_PARAMETER or self.origins.queries.behind(value) is not None:
            return []
        how = self.declared_plain(value)
        sources = [source for source in self.origins.of(value) if is_sent(source)]
        if not isinstance(next(options(owner), owner), Made | Member | Generic | Operation):
            return [Taint(source, how, cut_by_django(source, name)) for source in sources]
        made = next(options(owner), owner)
        if isinstance(made, Made) and made.attributes:
            held = [made.receiver, *made.positional] if made.receiver is not None else made.positional
            inner = tuple(self.all(held, depth))
        else:
            inner = self.of(owner, depth + 1)
        if not inner:
            is_request = isinstance(next(options(owner), owner), Member)
            return [Taint(source, how) for source in sources] if is_request else []
        is_changing = any(name in held for held in self.words.harmless.values())
        through = (name,) if is_changing else ()
        kept = [
            replace(
                taint,
                harmless=taint.harmless or how or LENGTH.get(name, ""),
                through=(*taint.through, *through, *cut_by_django(taint.source, name)),
            )
            for taint in inner
        ]
        if is_whole(owner) and len(sources) == 1:
            return [replace(taint, source=sources[0]) for taint in kept]
        return kept

    def subscript(self, owner: Value, keys: tuple[Value, ...], depth: int) -> list[Taint]:
        """`owner[key]`."""
        key = keys[0].value if keys and isinstance(keys[0], Const) else None
        inner = next(options(owner), owner)
        if isinstance(inner, Member) and inner.name == "__dict__" and isinstance(inner.value, Instance):
            return list(self.of(inner.value.attributes.get(str(key)), depth + 1))
        is_ending = isinstance(inner, Made) and key in {1, -1} and is_split_at_dot(inner)
        is_slice = bool(keys) and isinstance(keys[0], Operation) and keys[0].operator == ".."
        through = (ENDING,) if is_ending else (SLICE,) if is_slice else ()
        found = [replace(taint, through=(*taint.through, *through)) for taint in self.of(owner, depth + 1)]
        if isinstance(key, str) and key != "*":
            return [replace(taint, source=Source(taint.source.origin, key)) for taint in found]
        return found

    def made(self, made: Made, depth: int) -> list[Taint]:
        """The result of an outside call."""
        if checks_nothing(made):
            return self.all(made.positional, depth)  # nobody knows who signed it
        if self.is_stored(made) or self.is_signed(made):
            return []
        name, receiver = made.name, made.receiver
        how = self.converted(made)
        read = self.read(made)
        if read is not None:
            return [replace(taint, harmless=taint.harmless or how) for taint in read]
        inner = self.all([receiver], depth) if receiver is not None else []
        if (
            inner
            and name in READERS
            and made.positional
            and isinstance(key := made.positional[0], Const)
            and isinstance(key.value, str)
        ):
            return [
                replace(taint, source=Source(taint.source.origin, key.value), harmless=taint.harmless or how)
                for taint in inner
            ]
        if not inner and name in self.words.answers:
            return []
        given = self.all(
            [*made.positional, *made.named.values(), *made.attributes.values(), *self.filled.get(id(made), ())], depth
        )
        is_known = (
            name in self.words.carriers
            or name in self.words.harmless["any"]
            or any(name in held for held in self.words.harmless.values())
        )
        return [
            Taint(
                taint.source,
                taint.harmless or how,
                (*taint.through, *without_slashes(made), name)[:12],
                taint.is_certain and is_known,
            )
            for taint in (*inner, *given)
        ]

    def is_stored(self, made: Made) -> bool:
        """Whether a call gives what is stored: that is not what this request sent."""
        queries = self.origins.queries
        return queries.of(made) is not None or queries.behind(made) is not None

    def is_signed(self, made: Made) -> bool:
        """Whether a call finds out who is calling, or gives what the server signed."""
        found = self.origins.of(made)
        return len(found) == 1 and found[0].origin in {Origin.PRINCIPAL, Origin.TENANT}

    def read(self, made: Made) -> list[Taint] | None:
        """What a call reads from the request by its own name: `request.args.get("q")`."""
        path = dotted(made.callee)
        if not path or isinstance(made.receiver, Made) or not self.origins.outside(path):
            return None
        return [Taint(source) for source in self.origins.of(made) if source.origin in OF_REQUEST]

    def converted(self, made: Made) -> str:
        """What a call turns a text into that can do no harm; "" when it does not."""
        if made.name in self.words.harmless["any"] and (made.positional or made.receiver is not None):
            return f"{made.name}() leaves nothing of its text" if not keeps_text(made) else ""
        type_ = made.named.get("type")
        if type_ is not None and self.is_plain(type_):
            return "it is converted when it is read"
        return stripped(made)

    # --- declared types

    def declared_plain(self, value: Value) -> str:
        """Why a value can do no harm by its declared type; "" when it can."""
        types = [self.declared(value)]
        inner = next(options(value), value)
        if isinstance(inner, Member):
            types.append(self.declared(inner.value))  # `unit.value` of an enumeration
        return (
            "its declared type holds no text"
            if any(type_ is not None and self.is_plain(type_) for type_ in types)
            else ""
        )

    def declared(self, value: Value, depth: int = 0) -> Value | None:
        """The declared type of a parameter, or of a field of a declared model."""
        inner = next(options(value), value)
        match inner:
            case Given(type=type_):
                return type_
            case Member(value=owner, name=name) if depth < 6:
                cls = bare(self.declared(owner, depth + 1))
                return self.field(cls, name) if cls is not None else None
        return None

    def field(self, cls: ClassValue, name: str) -> Value | None:
        """The declared type of a field, own or inherited."""
        for base in self.program.mro(cls):
            if isinstance(base, ClassValue):
                for type_, module in base.parts or ((base.type, base.module),):
                    for statement in type_.body:
                        if annotation := annotated(statement, name):
                            scope = base.scope
                            if module.file.language == "csharp":
                                return self.program.run.csharp.type_value(annotation, scope)
                            return self.program.run.evaluate(annotation, scope)
        return None

    def is_plain(self, type_: Value, depth: int = 0) -> bool:
        """Whether values of a type can do no harm in a text: numbers, dates, identifiers, enumerations."""
        inner = next(options(type_), type_)
        if depth > 6:
            return False
        match inner:
            case External(name=name):
                return name.rpartition(".")[2] in PLAIN
            case ClassValue():
                return inner.type.kind == "enum" or self.program.derives(
                    inner, "enum.Enum", "Enum", "IntEnum", "StrEnum", "TextChoices"
                )
            case Generic(value=outer, keys=keys):
                name = dotted(outer).rpartition(".")[2]
                parts = keys[:1] if name == "Annotated" else keys
                is_open = name == "Annotated" or name in TRANSPARENT
                return name == "Literal" or (
                    is_open and all(self.is_nothing(part) or self.is_plain(part, depth + 1) for part in parts)
                )
            case Operation(operator="|", operands=operands):
                return all(self.is_nothing(part) or self.is_plain(part, depth + 1) for part in operands)
            case Made(callee=callee):
                return dotted(callee).rpartition(".")[2] in PLAIN
        return False

    @staticmethod
    def is_nothing(value: Value) -> bool:
        """Whether it is None in a union of types."""
        return isinstance(value, Const) and value.value is None


TEXTUAL = frozenset({"+", "%", "/", "??", "or", "and", "|", "as", "await", "*"})
"""Operators whose result holds their operands."""
OF_PARAMETER = "ParameterName"
"""What a parameter of a statement is called: nothing of what it holds."""
LENGTH = {
    "Length": "only its length is used",
    "Count": "only its length is used",
    "size": "only its size is used",
    "Size": "only its size is used",
}


def annotated(statement: facts.Stmt, name: str) -> facts.Expr | None:
    """The annotation of a field in the body of a type."""
    if isinstance(statement, facts.Assign) and isinstance(statement.target, facts.Name) and statement.target.id == name:
        return statement.annotation
    return None


def bare(type_: Value | None) -> ClassValue | None:
    """The project class of a type, behind `Optional` and the like."""
    for option in options(type_):
        match option:
            case ClassValue():
                return option
            case Generic(keys=keys) | Operation(operands=keys):
                return next((found for key in keys if (found := bare(key)) is not None), None)
            case Decorated(inner=inner):
                return bare(inner)
    return None


def is_split_at_dot(made: Made) -> bool:
    """`splitext(name)`, `name.rsplit(".", 1)`: the last part holds no dots and so leads no folder up."""
    first = made.positional[0] if made.positional else None
    is_split = made.name in {"split", "rsplit", "Split"} and isinstance(first, Const) and first.value == "."
    return made.name == "splitext" or is_split


ENDING = "(the ending of a name)"
"""What a taint has gone through that is only the ending of a file's name."""
SLICE = "Substring"
"""What taking a part of a text is called: `token[..10]`."""


def is_whole(value: Value) -> bool:
    """Whether a value is a parameter or the request, so that a member of it has its own name."""
    return isinstance(next(options(value), value), Given | External | Member)
