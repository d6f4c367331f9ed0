"""Find plug-ins: walk a package, take the one constant of each file, give a sorted, validated, immutable tuple."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import TypeVar

from assay.errors import PluginError

T = TypeVar("T")


def modules(package: str, constant: str) -> tuple[tuple[ModuleType, object], ...]:
    """(module, value of its constant) of every file below a package that binds it, by module name.

    A folder's plug-in is the constant of its `__init__`, and what else is in the folder is not imported; files whose name
    begins with `_` are passed over.
    """
    found: list[tuple[ModuleType, object]] = []
    waiting = [load(package)]
    while waiting:
        module = waiting.pop()
        if constant in vars(module) and module.__name__ != package:
            found.append((module, vars(module)[constant]))
            continue
        names = [each.name for each in pkgutil.iter_modules(getattr(module, "__path__", ()), module.__name__ + ".")]
        waiting += [load(name) for name in names if not name.rpartition(".")[2].startswith("_")]
    return tuple(sorted(found, key=lambda pair: pair[0].__name__))


def load(name: str) -> ModuleType:
    """A plug-in file, imported. Raises `PluginError` for one that cannot be."""
    try:
        return importlib.import_module(name)
    except (ImportError, SyntaxError) as error:
        message = f"{name} cannot be imported: {error}; mend the file or remove it."
        raise PluginError(message) from error


@cache
def registry(package: str, constant: str, kind: type[T], key: str) -> tuple[T, ...]:
    """The plug-ins of a package, sorted by their field `key`. Raises `PluginError` naming the file and the mend."""
    seen: dict[str, str] = {}
    found: list[T] = []
    for module, value in modules(package, constant):
        if not isinstance(value, kind):
            message = f"{module.__name__}: {constant} is a {type(value).__name__}; bind it to a {kind.__name__}."
            raise PluginError(message)
        name = str(getattr(value, key))
        if name in seen:
            message = f"{module.__name__}: {key} {name!r} is taken by {seen[name]}; choose another."
            raise PluginError(message)
        seen[name] = module.__name__
        found.append(value)
    return tuple(sorted(found, key=lambda value: str(getattr(value, key))))
