"""Names as they are written."""

from assay.source import facts


def last_name(expression: facts.Expr) -> str:
    """The simple name of a type or a base."""
    while isinstance(expression, facts.Index):
        expression = expression.value
    match expression:
        case facts.Name(id=name) | facts.Attr(name=name):
            return name
    return ""


def named_by(expression: facts.Expr) -> str:
    """What `nameof` gives: the last identifier of a dotted or generic name, or of what a call is handed."""
    while True:
        match expression:
            case facts.Index(value=value) | facts.Call(arguments=(facts.Argument(value=value), *_)):
                expression = value
            case _:
                return last_name(expression)
