"""Names as they are written: what `nameof` gives."""

from assay.source import facts


def last_name(expression: facts.Expr) -> str:
    """The last identifier of a dotted or generic name."""
    match expression:
        case facts.Name(id=name):
            return name
        case facts.Attr(name=name):
            return name
        case facts.Index(value=value):
            return last_name(value)
        case facts.Call(arguments=(argument, *_)):
            return last_name(argument.value)
    return ""
