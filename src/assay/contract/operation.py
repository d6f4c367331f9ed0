"""Reads one operation: its parameters, body, answers and demand."""

from collections.abc import Collection, Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.contract.reference import References
from assay.contract.security import access
from assay.contract.server import base, servers
from assay.contract.shape import Shapes, json_text
from assay.contract.table import Table, Value
from assay.model.contract import Answer, Body, Input, Member, Operation, Shape

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LOCATIONS = frozenset({"path", "query", "header", "cookie", "body", "formData"})
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Surroundings(Struct, frozen=True):
    """What an operation takes from its document."""

    root: Table
    references: References
    shapes: Shapes
    schemes: Collection[str]
    base: str


def operations(template: str, item: Table, around: Surroundings) -> Iterator[Operation]:
    """The operations of a path, in the order of `METHODS`."""
    for method in METHODS:
        if method not in item:
            continue
        table = item[method]
        if isinstance(table, Table):
            yield _operation(template, method, (table, item), around)
        else:
            around.references.fault(f"{method} {template}", item, f"{method.upper()} {template} is no table")


def _operation(template: str, method: str, tables: tuple[Table, Table], around: Surroundings) -> Operation:
    table, _ = tables
    inputs, body = _inputs(f"{method.upper()} {template}", tables, around)
    own = next((found for each in tables if (found := _base_of(each)) is not None), around.base)
    return Operation(
        method=method.upper(),
        path=_joined(own, template),
        template=template,
        place=table.place,
        access=access(table.get("security"), around.root.get("security"), around.schemes),
        id=table.text("operationId"),
        summary=table.text("summary"),
        tags=table.texts("tags"),
        inputs=inputs,
        body=body or _body(around.references.table(table.get("requestBody")), around),
        answers=tuple(_answers(table, around)),
        is_deprecated=table.flag("deprecated"),
    )


def _base_of(table: Table) -> str | None:
    """The path that the servers of an operation or a path put in front; None when it has no servers of its own."""
    found = servers(table) if table.row("servers") else ()
    return base(found[0].url) if found else None


def _joined(front: str, template: str) -> str:
    path = f"{front}/{template.lstrip('/')}"
    return path.partition("?")[0].partition("#")[0]


def _inputs(name: str, tables: tuple[Table, Table], around: Surroundings) -> tuple[tuple[Input, ...], Body | None]:
    """The parameters, those of the operation before those of its path; what version 2.0 has as parameters becomes the body."""
    found: dict[tuple[str, str], tuple[Table, Input]] = {}
    for each in (value for table in tables for value in table.row("parameters")):
        table = around.references.table(each)
        if table is None or not table.text("name") or table.text("in") not in LOCATIONS:
            where = each if isinstance(each, Table) else tables[0]
            around.references.fault(f"parameter {name}", where, f"a parameter of {name} lacks its name or its place")
            continue
        given = _input(table, around)
        found.setdefault((given.location, given.name), (table, given))
    inputs = tuple(given for _, given in found.values() if given.location not in {"body", "formData"})
    return inputs, _older_body(list(found.values()), tables[0], around)


def _input(table: Table, around: Surroundings) -> Input:
    content = next(iter(table.table("content").values()), None)
    described = table.get("schema") or (content.get("schema") if isinstance(content, Table) else None)
    shape = around.shapes.shape(described if described is not None else table)
    example = table.get("example")
    if example is None:
        named = next(iter(table.table("examples").values()), None)
        example = named.get("value") if isinstance(named, Table) else None
    if example is not None and (text := json_text(example)):
        shape = replace(shape, example=text)
    location = table.text("in")
    return Input(
        name=table.text("name"),
        location=location,
        shape=shape,
        place=table.place,
        is_required=location == "path" or table.flag("required"),
        is_deprecated=table.flag("deprecated"),
    )


def _older_body(found: list[tuple[Table, Input]], table: Table, around: Surroundings) -> Body | None:
    media = table.texts("consumes") or around.root.texts("consumes")
    for _, given in found:
        if given.location == "body":
            return Body(tuple((each, given.shape) for each in media or (JSON,)), given.is_required)
    fields = [given for _, given in found if given.location == "formData"]
    if not fields:
        return None
    members = tuple(
        Member(each.name, each.shape, each.is_required) for each in sorted(fields, key=lambda one: one.name)
    )
    shape = Shape(type="object", members=members, line=table.line, path=table.home)
    return Body(tuple((each, shape) for each in media or (FORM,)), any(each.is_required for each in fields))


def _body(table: Table | None, around: Surroundings) -> Body | None:
    if table is None:
        return None
    return Body(_media(table, around), table.flag("required"))


def _media(table: Table, around: Surroundings) -> tuple[tuple[str, Shape], ...]:
    found = []
    for kind, value in table.table("content").items():
        inner = around.references.table(value)
        shape = around.shapes.shape(inner.get("schema") if inner is not None else None)
        if inner is not None and not shape.example and inner.get("example") is not None:
            shape = replace(shape, example=json_text(inner["example"]))
        found.append((kind, shape))
    return tuple(found)


def _answers(table: Table, around: Surroundings) -> Iterator[Answer]:
    for status, value in sorted(table.table("responses").items()):
        if status.startswith("x-"):
            continue
        found = around.references.table(value)
        if found is None:
            yield Answer(status)
            continue
        media = _media(found, around) or _older_media(found.get("schema"), table, around)
        yield Answer(status, media, tuple(sorted(found.table("headers"))))


def _older_media(schema: Value, table: Table, around: Surroundings) -> tuple[tuple[str, Shape], ...]:
    if schema is None:
        return ()
    shape = around.shapes.shape(schema)
    return tuple((each, shape) for each in table.texts("produces") or around.root.texts("produces") or (JSON,))
