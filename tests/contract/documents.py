"""Contracts for tests: written as YAML in a few lines, and read as users get them."""

from textwrap import dedent

from assay.contract.read import contract
from assay.model.contract import Contract, Operation

HEAD = "openapi: 3.0.3\ninfo: {title: Shop, version: 1.2.0}\n"


def read(text: str, path: str = "openapi.yaml") -> Contract:
    """The contract of a text, indentation taken away."""
    return contract(dedent(text).encode(), path)


def of(*lines: str) -> Contract:
    """The contract of a document of version 3.0 with these lines after its head."""
    return read(HEAD + "\n".join(lines))


def operation(found: Contract, name: str) -> Operation:
    """An operation by its method and path."""
    return next(each for each in found.operations if each.name == name)


def names(found: Contract) -> list[str]:
    """Method and path of all operations."""
    return [each.name for each in found.operations]


def messages(found: Contract) -> list[str]:
    """What is broken."""
    return [fault.message for fault in found.faults]
