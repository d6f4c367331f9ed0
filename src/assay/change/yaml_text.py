"""Reads YAML with the line of every key, as far as CI files need it: plain values, anchors expanded within limits, unknown tags as text."""

from collections.abc import Iterator
from typing import TypeAlias

import yaml
from msgspec import Struct

MOST_NODES = 50_000
"""An alias may stand for a tree of aliases; what is larger is no CI file."""
DEEPEST = 60
LONGEST, LARGEST = 4000, 400_000
"""Characters of a line and of a script."""
Value: TypeAlias = "str | list[Node] | dict[str, Node]"


class TooLargeError(Exception):
    """It unfolds into more than a CI file holds."""


class Node(Struct, frozen=True):
    """A value and the line where it begins."""

    value: "Value"
    line: int
    is_truth: bool = False
    """Whether it is a plain yes: `true`."""

    def get(self, key: str) -> "Node":
        """What stands under a key; an empty text where nothing does."""
        return self.value.get(key, NOTHING) if isinstance(self.value, dict) else NOTHING

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The keys with what stands under them, in their order; none for anything but a mapping."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def each(self) -> "Iterator[Node]":
        """The values of a list; a single value is a list of one, nothing is an empty one."""
        if isinstance(self.value, list):
            yield from self.value
        elif self.value != "":
            yield self

    @property
    def text(self) -> str:
        """The text of a plain value; "" for anything else."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def is_there(self) -> bool:
        """Whether anything is stated."""
        return self.value != ""


NOTHING = Node("", 0)


def tree(text: str) -> Node | str:
    """The first document of a text; why it cannot be read otherwise."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return _Reader().node(root, 0) if root is not None else NOTHING
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is no YAML"
        return f"line {mark.line + 1}: {problem}" if mark else str(problem)
    except (TooLargeError, RecursionError):
        return "it unfolds into more than a CI file holds"


def script(text: str) -> str:
    """A script as far as it is judged: lines that are too long to have been written by a person are cut."""
    return "\n".join(line[:LONGEST] for line in text[:LARGEST].splitlines())


class _Reader:
    """Counts what it unfolds."""

    def __init__(self) -> None:
        self._count = 0

    def node(self, found: yaml.Node, depth: int) -> Node:
        self._count += 1
        if self._count > MOST_NODES or depth > DEEPEST:
            raise TooLargeError
        line = found.start_mark.line + 1
        if isinstance(found, yaml.MappingNode):
            return Node(dict(self._pairs(found, depth)), line)
        if isinstance(found, yaml.SequenceNode):
            return Node([self.node(each, depth + 1) for each in found.value], line)
        text = str(found.value)
        is_plain = found.tag == "tag:yaml.org,2002:bool"
        return Node(
            "" if found.tag == "tag:yaml.org,2002:null" else text,
            line,
            is_plain and text.lower() in {"true", "yes", "on"},
        )

    def _pairs(self, found: yaml.MappingNode, depth: int) -> Iterator[tuple[str, Node]]:
        """The pairs of a mapping; what `<<` merges comes first, so that its own keys win."""
        own = []
        for key, value in found.value:
            if key.tag == "tag:yaml.org,2002:merge":
                merged = self.node(value, depth + 1)
                for each in merged.each():
                    yield from each.items()
            else:
                own.append(
                    (
                        str(key.value),
                        Node(self.node(value, depth + 1).value, key.start_mark.line + 1, self._is_truth(value)),
                    )
                )
        yield from own

    @staticmethod
    def _is_truth(value: yaml.Node) -> bool:
        return value.tag == "tag:yaml.org,2002:bool" and str(value.value).lower() in {"true", "yes", "on"}
