"""What a setting is where the environment says nothing: `os.environ.get("DEBUG", "True") == "True"`."""

from __future__ import annotations

from assay.source.evaluate.values import Const, External, Items, Made, Operation, Value, options

NESTED = 6
FALSE = frozenset({"", "0", "f", "n", "no", "off", "false", "none"})
READING = frozenset({"eval", "literal_eval", "strtobool", "str2bool", "str_to_bool", "to_bool", "loads"})
"""Functions that read a switch out of a text."""
SPELLING = frozenset({"lower", "upper", "strip", "title", "casefold", "capitalize"})
Held = bool | int | float | str | bytes | None


def by_default(value: Value | None, depth: int = 0) -> Held:
    """The known value, None for every other and for what may be one or the other."""
    found = [of_one(option, depth) for option in options(value)] if depth < NESTED else []
    return found[0] if found and all(held == found[0] for held in found) else None


def of_one(value: Value, depth: int) -> Held:
    """The known value of one case."""
    match value:
        case Const(value=known):
            return known
        case Operation(operator="==" | "!=" | "is" | "isnot", operands=(left, right)):
            one, other = by_default(left, depth + 1), by_default(right, depth + 1)
            return None if one is None or other is None else (one == other) is (value.operator in {"==", "is"})
        case Operation(operator="in" | "notin", operands=(left, Items(items=items))):
            one, each = by_default(left, depth + 1), [by_default(item, depth + 1) for item in items]
            return None if one is None or None in each else (one in each) is (value.operator == "in")
        case Operation(operator="not", operands=(inner,)):
            inverted = by_default(inner, depth + 1)
            return None if inverted is None else not inverted
        case Made(callee=External(name=name), positional=(inner, *_)):
            return called(name.rpartition(".")[2], by_default(inner, depth + 1))
        case Made(name=name, receiver=inner) if inner is not None and name in SPELLING:
            text = by_default(inner, depth + 1)
            return str(getattr(text, name)()) if isinstance(text, str) else None
    return None


def called(name: str, given: Held) -> Held:
    """What a call makes of a known value."""
    if given is None:
        return None
    if name == "bool":
        return bool(given)  # of a text that is not empty it is always true
    if name == "str":
        return str(given)
    if name == "int":
        return int(given) if isinstance(given, int) or (isinstance(given, str) and given.isdigit()) else None
    return str(given).strip().lower() not in FALSE if name in READING else None
