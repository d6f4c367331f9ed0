"""Whole objects that go into a log line with the secrets that they hold: a model that was sent, or an object as it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.entity import is_secret
from assay.model.reach import OF_REQUEST, Action, Origin
from assay.source import facts
from assay.source.declared import type_text
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Operation,
    Table,
    Template,
    Value,
    options,
)
from assay.source.reach.examination import Examination
from assay.source.reach.exposures import OF_COLUMNS, SHAPING
from assay.source.reach.secrecy import is_secret as is_spoken_secret
from assay.source.reach.sinks import chain
from assay.source.reach.taint import TEXTUAL, Taints, bare

DEPTH = 5
DUMPING = frozenset(
    """
    dumps Serialize SerializeObject dict model_dump model_dump_json json asdict vars str repr jsonable_encoder to_dict ToJson format
    """.split()
)
"""Calls that write an object with every field."""
MINTING = frozenset(
    {
        "WriteToken",
        "create_access_token",
        "create_refresh_token",
        "GeneratePasswordResetTokenAsync",
        "GenerateEmailConfirmationTokenAsync",
    }
)
"""Calls that give a token which opens an account."""
NAMING = frozenset({"str", "repr", "format"})
"""Those that only write what the object says of itself."""
SPEAKING = (
    "pydantic.BaseModel",
    "BaseModel",
    "SQLModel",
    "Schema",
    "msgspec.Struct",
    "Struct",
    "NamedTuple",
    "TypedDict",
)
"""Types of Python whose text holds every field."""
HIDDEN = ("SecretStr", "SecretBytes", "repr=False", "JsonIgnore")
"""What a field is declared with that does not show itself."""
DESTRUCTURED = "{@"
"""A message of Serilog and its kin that asks for every field."""


def whole_objects(
    seen: Examination, taints: Taints, made: Made, written: Sequence[Value]
) -> Iterator[tuple[Origin, str]]:
    """(origin, name) of the secrets that go into a log line inside of an object."""
    message = next(
        (option.value for value in made.positional[:1] for option in options(value) if isinstance(option, Const)), ""
    )
    is_dumped = isinstance(message, str) and DESTRUCTURED in message
    for value in written:
        for inner, is_whole in _texts(value, 0, is_dumped=is_dumped):
            yield from _inside(seen, taints, inner, is_whole=is_whole)


def _texts(value: Value, depth: int, *, is_dumped: bool) -> Iterator[tuple[Value, bool]]:
    """The values that a text is made of, with whether each is written with every field."""
    for option in options(value) if depth < DEPTH else ():
        match option:
            case Template(pieces=pieces):
                for piece in pieces:
                    if not isinstance(piece, str):
                        yield from _texts(piece, depth + 1, is_dumped=is_dumped)
            case Operation(operator=operator, operands=operands) if operator in TEXTUAL:
                for operand in operands:
                    yield from _texts(operand, depth + 1, is_dumped=is_dumped)
            case Member(value=inner, name="__dict__"):
                yield from _texts(inner, depth + 1, is_dumped=True)
            case Made(name=name) if name in DUMPING and not {"include", "exclude"} & set(option.named):
                is_own = name in {"to_dict", "ToJson"} or not option.positional
                dumped = option.receiver if is_own else option.positional[0]
                if dumped is not None:
                    yield from _texts(dumped, depth + 1, is_dumped=is_dumped or name not in NAMING)
                yield option, is_dumped
            case _:
                yield option, is_dumped


def _inside(seen: Examination, taints: Taints, value: Value, *, is_whole: bool) -> Iterator[tuple[Origin, str]]:
    """The secrets of one value that is written."""
    match value:
        case Given():
            cls = bare(taints.declared(value))
            sent = next((taint.source for taint in taints.of(value) if taint.source.origin in OF_REQUEST), None)
            if cls is not None and sent is not None and (is_whole or _is_speaking(seen, cls)):
                yield from ((sent.origin, f"{value.name}.{name}") for name in _secrets(seen, cls))
                return
        case Made() if value.name in MINTING or (value.name == "encode" and "jwt" in chain(value.callee)):
            yield Origin.LOADED, "a token"
            return
        case Table() if is_whole:
            yield from ((Origin.LOADED, name) for name in _under_names(value))
            return
        case Instance():
            if is_whole or _is_speaking(seen, value.cls):
                held = (*value.attributes, *value.named)
                yield from ((Origin.LOADED, f"{value.cls.name}.{name}") for name in held if _is_password(name))
            return
    query = seen.queries.behind(value) if is_whole and isinstance(value, Made | Given | Generic) else None
    if query is None or query.cls is None or query.action not in {Action.READ, Action.LIST}:
        return
    if not any(link.name in SHAPING | OF_COLUMNS or link.name == "select" for link in query.links):
        yield from ((Origin.LOADED, f"{query.entity}.{name}") for name in _secrets(seen, query.cls))


def _under_names(table: Table) -> Iterator[str]:
    """The names under which an object without a type holds passwords: `new { Password = reader["Password"] }`."""
    for key, item in table.entries.values():
        name = str(key.value) if isinstance(key, Const) else ""
        if _is_password(name) and isinstance(next(options(item), None), Given | Member | Generic):
            yield name


def _is_speaking(seen: Examination, cls: ClassValue) -> bool:
    """Whether the text of an object holds every field of it."""
    if seen.program.language == "csharp":
        return cls.type.kind == "record"
    return seen.program.derives(cls, *SPEAKING)


def _secrets(seen: Examination, cls: ClassValue) -> list[str]:
    """The first field of a type that says that it is a password."""
    fields = [*seen.stored.fields(cls), *_of_record(cls)]
    shown = (name for name, text in fields if _is_password(name) and not any(one in text for one in HIDDEN))
    return list(shown)[:1]


def _of_record(cls: ClassValue) -> Iterator[tuple[str, str]]:
    """(name, declared type) of what a record of C# is made of: `record Login(string Name, string Password)`."""
    for statement in cls.type.body if cls.type.kind == "record" else ():
        if isinstance(statement, facts.Define) and "primary" in statement.function.modifiers:
            for parameter in statement.function.parameters:
                yield parameter.name, type_text(parameter.annotation) if parameter.annotation is not None else ""


def _is_password(name: str) -> bool:
    """Whether a field holds a secret, or the hash of one."""
    return is_secret(name) and (is_spoken_secret(name) or "hash" in name.lower())
