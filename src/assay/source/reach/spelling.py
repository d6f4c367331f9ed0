"""Expressions as people write them, short."""

from __future__ import annotations

from assay.source import facts
from assay.source.evaluate.values import Condition

LONG = 90
WORDS = {"notin": "not in", "isnot": "is not"}
PYTHON = {None: "None", True: "True", False: "False"}
CSHARP = {None: "null", True: "true", False: "false"}


def told(condition: Condition) -> str:
    """A test as its author wrote it, short."""
    return spelled(condition.test, CSHARP if condition.place.path.endswith((".cs", ".cshtml", ".razor")) else PYTHON)


def spelled(  # noqa: C901, PLR0911  # one case a form
    expression: facts.Expr | None, constants: dict[bool | None, str] = PYTHON, depth: int = 0
) -> str:
    """An expression as text; what is deep or long is cut with dots."""
    if depth > 8 or expression is None:
        return "..."
    inner = depth + 1

    def said(part: facts.Expr | None) -> str:
        return spelled(part, constants, inner)

    match expression:
        case facts.Name(id=name):
            return name
        case facts.Attr(value=value, name=name):
            return f"{said(value)}.{name}"
        case facts.Text(value=value):
            return f'"{value[:24]}"'
        case facts.Number(value=value):
            return value
        case facts.Constant(value=value):
            return constants[value]
        case facts.Call(function=function, arguments=arguments):
            given = ", ".join(
                f"{argument.name}={said(argument.value)}" if argument.name else said(argument.value)
                for argument in arguments[:4]
            )
            return cut(f"{said(function)}({given})")
        case facts.Unary(operator=operator, value=value):
            return said(value) if operator == "await" else f"{operator} {said(value)}"
        case facts.Binary(operator=operator, left=left, right=right):
            return cut(f"{said(left)} {WORDS.get(operator, operator)} {said(right)}")
        case facts.Index(value=value, keys=keys):
            return f"{said(value)}[{', '.join(said(key) for key in keys)}]"
        case facts.Sequence(items=items):
            return cut(f"[{', '.join(said(item) for item in items[:4])}]")
    return "..."


def cut(text: str) -> str:
    """A text that is not long."""
    return text if len(text) <= LONG else text[: LONG - 3] + "..."
