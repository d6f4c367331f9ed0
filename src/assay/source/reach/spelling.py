"""Expressions as people write them, short."""

from __future__ import annotations

from assay.source import facts

LONG = 90
WORDS = {"notin": "not in", "isnot": "is not"}


def spelled(expression: facts.Expr | None, depth: int = 0) -> str:  # noqa: C901, PLR0911  # one case a form
    """An expression as text; what is deep or long is cut with dots."""
    if depth > 8 or expression is None:
        return "..."
    inner = depth + 1
    match expression:
        case facts.Name(id=name):
            return name
        case facts.Attr(value=value, name=name):
            return f"{spelled(value, inner)}.{name}"
        case facts.Text(value=value):
            return f'"{value[:24]}"'
        case facts.Number(value=value):
            return value
        case facts.Constant(value=value):
            return str(value)
        case facts.Call(function=function, arguments=arguments):
            given = ", ".join(
                f"{argument.name}={spelled(argument.value, inner)}" if argument.name else spelled(argument.value, inner)
                for argument in arguments[:4]
            )
            return cut(f"{spelled(function, inner)}({given})")
        case facts.Unary(operator=operator, value=value):
            return spelled(value, inner) if operator == "await" else f"{operator} {spelled(value, inner)}"
        case facts.Binary(operator=operator, left=left, right=right):
            return cut(f"{spelled(left, inner)} {WORDS.get(operator, operator)} {spelled(right, inner)}")
        case facts.Index(value=value, keys=keys):
            return f"{spelled(value, inner)}[{', '.join(spelled(key, inner) for key in keys)}]"
        case facts.Sequence(items=items):
            return cut(f"[{', '.join(spelled(item, inner) for item in items[:4])}]")
    return "..."


def cut(text: str) -> str:
    """A text that is not long."""
    return text if len(text) <= LONG else text[: LONG - 3] + "..."
