"""Texts that need no tree: words and dots, as `this.context.Orders`, and lists of them.

Their facts depend on the text alone, so they are shared by all files and made from the text when it is met first.
"""

import re

from assay.source.facts import Argument, Attr, Constant, Expr, Number
from assay.source.languages.csharp.reader import MEMORY, NAMES, SHARED

TRUE = Constant(value=True)
FALSE = Constant(value=False)
NONE = Constant(None)
SMALL = 48
"""Longer texts are rare, so looking at them does not pay."""

# A word may not begin with a digit: `5.ToString` is no chain of names.
WORDS = rb"@?[^\W\d]\w*(?:\.@?[^\W\d]\w*)*"
PURE = re.compile(WORDS)
PURE_LIST = re.compile(rb"\((?:%s|\d+)(?:, ?(?:%s|\d+))*\)" % (WORDS, WORDS))
CONSTANTS: dict[bytes, Expr] = {b"true": TRUE, b"false": FALSE, b"null": NONE, b"default": NONE}


class Pure(dict[bytes, Expr | None]):
    """Texts that are nothing but words and dots, as `this.context.Orders`; None for texts that are more than that."""

    def __missing__(self, text: bytes) -> Expr | None:
        """The fact of a text that was not seen before."""
        self[text] = value = dotted(text) if PURE.fullmatch(text) else None
        return value


class Lists(dict[bytes, tuple[Argument, ...] | None]):
    """Argument lists of nothing but words, dots and whole numbers, as `(id, request.Body, 0)`; None for others."""

    def __missing__(self, text: bytes) -> tuple[Argument, ...] | None:
        """The fact of a list that was not seen before."""
        value = None
        if PURE_LIST.fullmatch(text):
            value = tuple(Argument(_word(part.strip())) for part in text[1:-1].split(b","))
        self[text] = value
        return value


def dotted(text: bytes) -> Expr:
    """The fact of a text of words and dots."""
    first, *rest = text.split(b".")
    value: Expr = NAMES[first]
    for word in rest:
        value = Attr(value, NAMES[word].id)
    return value


def _word(text: bytes) -> Expr:
    if text[:1].isdigit():
        return Number(whole(text.decode()))
    return CONSTANTS.get(text) or dotted(text)


MEMBERS = Pure()
LISTS = Lists()
"""Shared by all files: their facts depend on their texts alone."""


def whole(text: str) -> str:
    """A whole number without underscores and suffix."""
    return text.replace("_", "").rstrip("uUlL")


def forget() -> None:
    """Keep the memory of a long run bounded."""
    for memory in (NAMES, MEMBERS, LISTS, SHARED.types, SHARED.parameters, SHARED.members):
        if len(memory) > MEMORY:
            memory.clear()
