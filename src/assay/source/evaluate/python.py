"""Python's names: imports over the files of the tree, built-ins, class bodies."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate.scope import Module, Scope
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    External,
    FunctionValue,
    ModuleValue,
    Parent,
    Unknown,
    Value,
    items,
    text,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

BUILTINS = frozenset(dir(builtins))

PACKAGES = frozenset(
    """
    asyncio collections concurrent ctypes curses dbm distutils email encodings ensurepip html http idlelib importlib json lib2to3 logging
    multiprocessing os pydoc_data re sqlite3 sys test tkinter tomllib turtledemo unittest urllib venv wsgiref xml xmlrpc zipfile zoneinfo
    """.split()
)
"""Modules of the standard library that hold others; `profile.api` can only be a project's own."""


class Python:
    """Looks names up as Python does."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.paths = run.project.paths("python")
        self.folders = {folder for path in self.paths for folder in ancestors(path)}
        self.packages = {path.rpartition("/")[0] for path in self.paths if path.rpartition("/")[2] == "__init__.py"}
        self.by_last: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for path in self.paths:
            parts = module_parts(path)
            self.by_last.setdefault(parts[-1] if parts else "", []).append((parts, path))
        self.found: dict[tuple[str, str], ModuleValue | None] = {}
        self.started: dict[str, bool] = {}

    # --- modules

    def begin(self, module: Module) -> None:
        """Give a fresh module its own names."""
        parts = module_parts(module.path)
        module.dotted = ".".join(parts)
        module.scope.names["__name__"] = Unknown("__name__")
        module.scope.names["__file__"] = Const(module.path)

    def find(self, dotted: str, importer: str) -> ModuleValue | None:
        """The module or package folder of an absolute import, None when it lies outside the tree."""
        folder, _, file = importer.rpartition("/")
        is_itself = file.removesuffix(".py") == dotted.rpartition(".")[2]  # a module never means itself
        key = (dotted, importer if is_itself else folder)
        if key not in self.found:
            self.found[key] = self._find(tuple(dotted.split(".")), importer)
        return self.found[key]

    def _find(self, parts: tuple[str, ...], importer: str) -> ModuleValue | None:
        if parts[0] in sys.stdlib_module_names and (len(parts) == 1 or parts[0] in PACKAGES):
            return None
        home = importer.split("/")[:-1]
        ranked = []
        for candidate, path in self.by_last.get(parts[-1], ()):
            rank = self._rank(parts, candidate, home)
            if rank is not None:
                ranked.append((rank, path))
        if len(ranked) == 1 or not importer.endswith("/__init__.py"):  # a package beside a module `app.py` means itself
            ranked = [pair for pair in ranked if pair[1] != importer]
        if ranked:
            # A package hides a module of the same name.
            path = max(
                ranked, key=lambda pair: (pair[0], pair[1].endswith("/__init__.py"), [-ord(c) for c in pair[1]])
            )[1]
            return ModuleValue(".".join(parts), Module(path, _NO_FILE), self._folder(path))
        return self._namespace(parts, home)

    def _rank(
        self, parts: tuple[str, ...], candidate: tuple[str, ...], home: list[str]
    ) -> tuple[bool, bool, int] | None:
        """How well a file fits an import: its root is no package, its root is above the importer, and how near it is."""
        own = candidate
        if len(parts) > len(candidate):
            # The scanned folder may itself be the package: its name then is the first part of every import.
            root = self.run.project.root.name
            if parts[0] != root or parts[1:] != candidate:
                return None
            return (True, True, 0)
        if own[len(own) - len(parts) :] != parts:
            return None
        prefix = list(own[: len(own) - len(parts)])
        is_root = "/".join(prefix) not in self.packages
        is_above = home[: len(prefix)] == prefix
        if len(parts) == 1 and not (is_root and is_above) and not (is_above and self.is_started_inside(prefix)):
            return None
        if not is_root and not is_above:
            return None
        common = 0
        for left, right in zip(prefix, home, strict=False):
            if left != right:
                break
            common += 1
        return (is_root, is_above, common)

    def is_importable(self, folder: str) -> bool:
        """Whether what lies in a folder is imported by its bare name: it is no package, or is started from inside."""
        return folder not in self.packages or self.is_started_inside(folder.split("/"))

    def is_started_inside(self, home: list[str]) -> bool:
        """Whether the files of a package call its modules by their bare names, and hardly by the package: it is started from inside."""
        folder = "/".join(home)
        if folder not in self.started:
            beside = set(self.children(folder))
            bare: list[str] = []
            called = 0
            for path in [path for path in self.paths if path.startswith(f"{folder}/")][:LOOKED_INTO]:
                file = self.run.project.file(path)
                is_direct = path.rpartition("/")[0] == folder
                for each in file.body if file is not None else ():
                    if isinstance(each, facts.Import):
                        first = each.module.partition(".")[0]
                        bare += [first] if not each.level and first in beside else []
                        called += bool(each.level and is_direct) or (not each.level and first == home[-1])
            self.started[folder] = len(set(bare)) >= BARE and len(bare) >= OFTENER * called
        return self.started[folder]

    def _namespace(self, parts: tuple[str, ...], home: list[str]) -> ModuleValue | None:
        """A folder without `__init__` that modules are imported from."""
        tail = "/".join(parts)
        if parts == (self.run.project.root.name,) and parts[0] not in self.folders:
            return ModuleValue(parts[0], None, "")
        fits = [f for f in self.folders if f == tail or f.endswith("/" + tail)]
        above = [f for f in fits if home[: len(f.split("/")) - len(parts)] == f.split("/")[: -len(parts)]]
        if (
            len(parts) == 1
        ):  # what lies in a package is called by the package's name first: its `fastapi` is not FastAPI
            above = [f for f in above if self.is_importable(f.rpartition("/")[0])]
        if not above:
            return None
        return ModuleValue(".".join(parts), None, max(above, key=lambda f: (len(f), f)))

    def _folder(self, path: str) -> str | None:
        folder, _, name = path.rpartition("/")
        return folder if name == "__init__.py" else None

    def import_named(self, dotted: str, importer: str) -> Value:
        """The module of a dotted name, or `External`."""
        return self.find(dotted, importer) or External(dotted)

    def children(self, folder: str) -> tuple[str, ...]:
        """The names of the modules and packages that lie directly in a folder, sorted."""
        start = f"{folder}/" if folder else ""
        inside = (path[len(start) :] for path in self.run.project.paths("python") if path.startswith(start))
        names = {path.partition("/")[0].removesuffix(".py") for path in inside}
        return tuple(sorted(names - {"__init__", "__main__"}))

    def module_of(self, value: ModuleValue) -> Module | None:
        """The module behind a module value, run."""
        return self.run.module(value.module.path) if value.module is not None else None

    # --- imports

    def bind_import(self, statement: facts.Import, scope: Scope) -> None:
        """Bind what an import statement binds; the module is run when the name is first used."""
        importer = scope.module.path
        dotted = self.absolute(statement, scope.module)
        if statement.name == "*":
            self._bind_star(dotted, scope)
        elif statement.name:
            name = statement.alias or statement.name
            scope.names[name] = Deferred(lambda: self.imported(dotted, statement.name, importer))
        elif statement.alias:
            scope.names[statement.alias] = self._module(dotted, importer)
        else:
            top = dotted.partition(".")[0]
            scope.names[top] = self._module(top, importer)

    def absolute(self, statement: facts.Import, module: Module) -> str:
        """The dotted name that an import means; relative ones are marked by a leading slash path."""
        if not statement.level:
            return statement.module
        folder = module.path.split("/")[:-1]
        kept = folder[: len(folder) - (statement.level - 1)] if statement.level > 1 else folder
        inner = statement.module.split(".") if statement.module else []
        return "/" + "/".join([*kept, *inner])

    def _module(self, dotted: str, importer: str) -> Value:
        if not dotted.startswith("/"):
            return self.import_named(dotted, importer)
        base = dotted[1:]
        for path in (f"{base}/__init__.py" if base else "__init__.py", f"{base}.py"):
            if self.run.project.has(path):
                return ModuleValue(base.replace("/", "."), Module(path, _NO_FILE), self._folder(path))
        if base in self.folders or not base:
            return ModuleValue(base.replace("/", "."), None, base)
        return External(base.replace("/", "."))

    def module_of_import(self, dotted: str, importer: str) -> Value:
        """The module that an absolute or relative (leading slash) import means, or `External`."""
        return self._module(dotted, importer)

    def imported(self, dotted: str, name: str, importer: str) -> Value:
        """`from dotted import name`; a package that imports from itself means its submodule."""
        value = self._module(dotted, importer)
        if isinstance(value, ModuleValue) and value.module is not None and value.module.path == importer:
            submodule = self._submodule(value, name)
            if submodule is not None:
                return submodule
        return self.run.attribute(value, name)

    def _bind_star(self, dotted: str, scope: Scope) -> None:
        value = self._module(dotted, scope.module.path)
        module = self.module_of(value) if isinstance(value, ModuleValue) else None
        stars = module.stars if module is not None else (value.name,) if isinstance(value, External) else ()
        scope.module.stars = tuple(dict.fromkeys((*scope.module.stars, *stars)))
        if module is None:
            return
        listed = items(module.scope.names.get("__all__"))
        names = [text(item) for item in listed] if listed is not None else None
        for name, item in list(module.scope.names.items()):
            if name in names if names is not None else not name.startswith("_"):
                scope.names[name] = item

    def member_of_module(self, value: ModuleValue, name: str) -> Value:
        """`module.name`: its own name, else a submodule."""
        module = self.module_of(value)
        if module is not None:
            found = module.scope.names.get(name)
            if found is not None:
                return found.resolve() if isinstance(found, Deferred) else found
        submodule = self._submodule(value, name)
        if submodule is not None:
            return submodule
        if module is not None and module.state == "running":
            return self._early(module, name)
        return Unknown(f"{value.name} has no {name}")

    def _submodule(self, value: ModuleValue, name: str) -> ModuleValue | None:
        if value.folder is None:
            return None
        base = f"{value.folder}/{name}" if value.folder else name
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if self.run.project.has(path):
                return ModuleValue(f"{value.name}.{name}", Module(path, _NO_FILE), self._folder(path))
        return ModuleValue(f"{value.name}.{name}", None, base) if base in self.folders else None

    def _early(self, module: Module, name: str) -> Value:
        """A name of a module that is still being run (a circular import): its declaration, without decorators."""
        for statement in module.file.body:
            match statement:
                case facts.Define(function=function) if function.name == name:
                    return FunctionValue(function, module, module.scope)
                case facts.Declare(type=type_) if type_.name == name:
                    return ClassValue(type_, module, module.scope, ((type_, module),))
        return Unknown(f"{module.dotted} has no {name} yet")

    # --- names

    def lookup(self, name: str, scope: Scope) -> Value:
        """A name in its scope, a built-in, or unknown."""
        found = scope.find(name)
        if found is not None:
            return found.resolve() if isinstance(found, Deferred) else found
        if name in BUILTINS:
            return External(f"builtins.{name}")
        if scope.module.stars and not name.startswith("_"):  # `from peewee import *`
            return External(f"{scope.module.stars[0]}.{name}")
        return Unknown(f"{name} is not bound")

    def super_of(self, scope: Scope) -> Value:
        """`super`: a callable that gives the parent view."""
        holder: Scope | None = scope
        while holder is not None:
            if holder.owner is not None and holder.receiver is not None:
                return Parent(holder.owner, holder.receiver)
            holder = holder.parent
        return Unknown("super outside a method")

    def fill(self, cls: ClassValue) -> None:
        """Run a class body."""
        scope = Scope(cls.module, parent=cls.scope, owner=cls, is_class=True)
        cls.names = scope.names
        stack, self.run.stack = self.run.stack, []
        conditions, self.run.conditions = self.run.conditions, []
        self.run.execute(cls.type.body, scope)
        self.run.stack, self.run.conditions = stack, conditions
        cls.names = scope.names


BARE = 2
"""So many of its own modules a package must call by their bare names: one alone may have the name of a library."""
OFTENER = 8
"""So much oftener than the package itself they must be called: a script of a migration or a test may stand outside."""
LOOKED_INTO = 60
"""Files of a package that are looked at for that."""
_NO_FILE = facts.File("", "python", ())
"""Module values name a path; the module itself is made when it is run."""


def module_parts(path: str) -> tuple[str, ...]:
    """`a/b/__init__.py` is (a, b), `a/b.py` is (a, b)."""
    parts = path.removesuffix(".py").split("/")
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


def ancestors(path: str) -> list[str]:
    """The folders above a path."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]
