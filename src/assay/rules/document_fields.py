"""Walks what a contract lets callers send: every field of a body, with its way, once and no deeper than shapes go."""

from collections.abc import Iterator

from msgspec import Struct

from assay.model.contract import Contract, Operation, Shape

MOST = 2000
"""Fields of one body; nobody reads on."""


class Field(Struct, frozen=True):
    """A part of what an operation takes."""

    operation: Operation
    way: str
    """`items[].name`; a parameter by its name; "" for the body itself."""
    shape: Shape


def written(contract: Contract) -> Iterator[Field]:
    """The fields of the bodies of operations that change state; what is shared by several operations comes once."""
    seen: set[int] = set()
    for operation in contract.operations:
        if operation.is_write and operation.body:
            for _, shape in operation.body.media:
                yield from _fields(operation, shape, seen)


def examples(contract: Contract) -> Iterator[Field]:
    """Everything that has an example: parameters, bodies and answers."""
    seen: set[int] = set()
    for operation in contract.operations:
        for given in operation.inputs:
            yield Field(operation, given.name, given.shape)
        media = [*(operation.body.media if operation.body else ())]
        media += [each for answer in operation.answers for each in answer.media]
        for _, shape in media:
            yield from _fields(operation, shape, seen)


def _fields(operation: Operation, top: Shape, seen: set[int]) -> Iterator[Field]:
    waiting = [("", top)]
    count = 0
    while waiting and count < MOST:
        way, shape = waiting.pop()
        if id(shape) in seen:
            continue
        seen.add(id(shape))
        count += 1
        yield Field(operation, way, shape)
        inner = [(f"{way}.{member.name}".lstrip("."), member.shape) for member in shape.members]
        inner += [(way, each) for each in shape.alternatives]
        inner += [(f"{way}[]", shape.items)] if shape.items else []
        waiting += reversed(inner)
