"""The one JSON form of each fact: the body of an entry, made from the nouns of `model.evidence` and `model.decision` and read back.

Field names are keys, tuples are arrays, `Pairs` an object, moments are written as in entries. Reading is strict: a key that the noun
does not have is refused, as is one that is missing without a default.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Never, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from assay.errors import LedgerError
from assay.ledger.canonical import Json
from assay.ledger.chain import instant, moment
from assay.model.access import AccessReview, AccessSnapshot, Deployment
from assay.model.decision import (
    Acceptance,
    Assignment,
    Audit,
    Boundary,
    Confirmation,
    Correction,
    Deviation,
    Excuse,
    FixClaim,
    Hold,
    KeyRevocation,
    Pause,
    PolicyMove,
    Removal,
    Response,
    Resumption,
    Schedule,
    Sla,
)
from assay.model.evidence import (
    ChangeRecord,
    FindingChange,
    KeyRotation,
    Opening,
    PackExport,
    Pairs,
    RunRecord,
    Sample,
    Timestamp,
)

KINDS: Mapping[str, type] = MappingProxyType(
    {
        "acceptance": Acceptance,
        "access-review": AccessReview,
        "access-snapshot": AccessSnapshot,
        "assignment": Assignment,
        "audit": Audit,
        "boundary": Boundary,
        "change": ChangeRecord,
        "confirmation": Confirmation,
        "correction": Correction,
        "deployment": Deployment,
        "deviation": Deviation,
        "excuse": Excuse,
        "finding": FindingChange,
        "fix-claim": FixClaim,
        "hold": Hold,
        "key-revocation": KeyRevocation,
        "key-rotation": KeyRotation,
        "ledger": Opening,
        "pack": PackExport,
        "pause": Pause,
        "policy": PolicyMove,
        "removal": Removal,
        "response": Response,
        "resumption": Resumption,
        "run": RunRecord,
        "sample": Sample,
        "schedule": Schedule,
        "sla": Sla,
        "timestamp": Timestamp,
    }
)
"""The noun of each type of entry."""
TYPES = {noun: type_ for type_, noun in KINDS.items()}
N = TypeVar("N")
Reader: TypeAlias = "Callable[[Json, str], object]"
PLAIN: Mapping[object, str] = {str: "string", int: "integer", bool: "boolean", float: "number"}


def encoded(noun: object) -> dict[str, Json]:
    """The body of the entry that remembers a fact."""
    type_ = TYPES.get(type(noun))
    if type_ is None:
        raise LedgerError(f"{type(noun).__name__} is no fact of a ledger. Mend: use a noun of the model.")
    return {"schema": f"assay/{type_}/v1", **plain(noun)}


def plain(noun: object) -> dict[str, Json]:
    """A noun as the object of its fields."""
    hints = _hints(type(noun))
    return {name: _form(getattr(noun, name), hint) for name, hint in hints.items()}


def decoded(noun: type[N], body: Json) -> N:
    """The fact that a body states. Raises `LedgerError` if it is of another type, or not as this version writes it."""
    type_ = TYPES.get(noun)
    if not isinstance(body, Mapping) or body.get("schema") != f"assay/{type_}/v1":
        raise LedgerError(f"This is no entry of type {type_}. Mend: read it with the version of Assay that wrote it.")
    return read(noun, {key: value for key, value in body.items() if key != "schema"})


def read(noun: type[N], value: Json, where: str = "") -> N:
    """The noun of an object of its fields."""
    if not isinstance(value, Mapping):
        _refuse(where or noun.__name__, "is no object")
    taken = {}
    for name, reader, is_needed in _plan(noun):
        if name in value:
            taken[name] = reader(value[name], f"{where}{name}")
        elif is_needed:
            _refuse(f"{where}{name}", "is missing")
    if len(taken) < len(value):
        _refuse(f"{where}{min(value.keys() - taken.keys())}", "is not known")
    return noun(**taken)


def sound(text: str) -> str:
    """The text without halves of surrogates; they come from names of files that are no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def schema(type_: str) -> dict[str, Json]:
    """The JSON Schema of the bodies of one type of entry."""
    noun = KINDS[type_]
    found = _object(noun)
    properties = found["properties"]
    required = found["required"]
    assert isinstance(properties, Mapping)
    assert isinstance(required, list)
    return {
        **found,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:assay:schema:entry:{type_}:1",
        "title": (noun.__doc__ or "").strip().splitlines()[0],
        "properties": {"schema": {"const": f"assay/{type_}/v1"}, **properties},
        "required": ["schema", *required],
    }


def _form(value: object, hint: object) -> Json:
    if hint == Pairs:
        assert isinstance(value, tuple)
        return {sound(key): sound(each) for key, each in value}
    match value:
        case str():
            return sound(value)
        case bool() | int() | float():
            return value
        case datetime():
            return instant(value)
        case tuple():
            return [_form(each, get_args(hint)[0]) for each in value]
    return plain(value)


@cache
def _reader(hint: Hashable) -> Reader:
    """What reads values of a type."""
    if hint == Pairs:
        return _pairs
    if get_origin(hint) is tuple:
        inner = _reader(get_args(hint)[0])
        return lambda value, where: tuple(inner(each, where) for each in _array(value, where))
    if hint is datetime:
        return lambda value, where: moment(_text(value, where))
    if hint in PLAIN:
        return lambda value, where: _plain(value, hint, where)
    assert isinstance(hint, type)
    noun = hint
    return lambda value, where: read(noun, value, f"{where}.")


def _pairs(value: Json, where: str) -> Pairs:
    if not isinstance(value, Mapping):
        _refuse(where, "is no object")
    return tuple((key, _text(each, f"{where}.{key}")) for key, each in sorted(value.items()))


def _array(value: Json, where: str) -> list[Json]:
    if not isinstance(value, list):
        _refuse(where, "is no array")
    return value


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        _refuse(where, "is no text")
    return value


def _plain(value: Json, hint: object, where: str) -> Json:
    is_flag = isinstance(value, bool)
    if hint is float and isinstance(value, int | float) and not is_flag:
        return float(value)
    if (hint is bool) != is_flag or not isinstance(value, hint if isinstance(hint, type) else str):
        _refuse(where, f"is no {PLAIN[hint]}")
    return value


def _refuse(where: str, fault: str) -> Never:
    raise LedgerError(f"{where} {fault}. Mend: read it with the version of Assay that wrote it.")


def _object(noun: type) -> dict[str, Json]:
    hints = _hints(noun)
    properties: dict[str, Json] = {name: _shape(hint) for name, hint in hints.items()}
    required: list[Json] = [field.name for field in _fields(noun) if field.default is NODEFAULT]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _shape(hint: object) -> Json:
    if hint == Pairs:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _shape(get_args(hint)[0])}
    if hint is datetime:
        return {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z$"}
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    assert isinstance(hint, type)
    return _object(hint)


def _plan(noun: type) -> tuple[tuple[str, Reader, bool], ...]:
    """Name and reader of every field, and whether it must be there."""
    return _read_plan(noun)


@cache
def _read_plan(noun: type) -> tuple[tuple[str, Reader, bool], ...]:
    hints = _hints(noun)
    return tuple((field.name, _reader(hints[field.name]), field.default is NODEFAULT) for field in _fields(noun))


def _hints(noun: type) -> dict[str, Hashable]:
    return _read_hints(noun)


@cache
def _read_hints(noun: type) -> dict[str, Hashable]:
    return dict(get_type_hints(noun))


def _fields(noun: type) -> tuple[FieldInfo, ...]:
    assert issubclass(noun, Struct)
    return fields(noun)
