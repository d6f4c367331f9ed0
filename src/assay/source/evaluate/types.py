"""Types of C# by name: namespaces, usings, partial types, extension methods, over the declaration index of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate.scope import Module, Scope
from assay.source.evaluate.values import ClassValue, FunctionValue

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator


class Types:
    """Finds types; what it gives depends on the declaration index alone, never on what happens to be loaded."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.by_name: dict[str, tuple[ClassValue, ...]] = {}
        self.by_module: dict[tuple[str, str, str], ClassValue | None] = {}
        self.usings: dict[str, frozenset[str]] = {}
        self.aliases: dict[str, dict[str, facts.Expr]] = {}
        self.statics: dict[str, tuple[ClassValue, ...]] = {}
        self.by_extension: dict[str, tuple[FunctionValue, ...]] = {}
        self.namespaces: set[str] | None = None
        self.globals: dict[str, tuple[facts.File, ...]] | None = None
        self.projects = sorted(
            (path.rpartition("/")[0] for path in run.project.other_paths(".csproj")), key=len, reverse=True
        )

    # --- by name

    def all(self, name: str) -> tuple[ClassValue, ...]:
        """Every type of a simple name, parts of one partial type joined, nested ones included; sorted by path."""
        if name not in self.by_name:
            self.by_name[name] = ()  # cuts circles
            groups: dict[tuple[str, str, tuple[str, ...], int], list[tuple[facts.Type, Module]]] = {}
            for path in self.run.project.declaring("csharp", name):
                module = self.run.module(path)
                for found in declared(module.file.body if module else (), name):
                    if self.run.csharp.symbols.excludes(found.modifiers):
                        continue
                    key = (self.project_of(path), found.namespace, found.outer, len(found.type_parameters))
                    assert module is not None
                    groups.setdefault(key, []).append((found, module))
            self.by_name[name] = tuple(
                ClassValue(parts[0][0], parts[0][1], Scope(parts[0][1]), tuple(parts)) for parts in groups.values()
            )
        return self.by_name[name]

    def named(self, name: str, module: Module, owner: ClassValue | None = None) -> ClassValue | None:
        """The type that a simple name means in a file."""
        namespace = owner.type.namespace if owner is not None else file_namespace(module.file)
        key = (name, module.path, namespace)
        if key not in self.by_module:
            self.by_module[key] = None
            self.by_module[key] = self._named(name, module, namespace)
        return self.by_module[key]

    def _named(self, name: str, module: Module, namespace: str) -> ClassValue | None:
        self._read_usings(module)
        alias = self.aliases[module.path].get(name)
        if alias is not None:
            value = self.run.csharp.type_value(alias, Scope(module))
            return value if isinstance(value, ClassValue) else None
        candidates = self.all(name)
        if not candidates:
            return None
        visible = self.usings[module.path]
        home = self.project_of(module.path)

        def rank(cls: ClassValue) -> tuple[int, bool, int, int]:
            own = cls.type.namespace
            is_around = namespace == own or namespace.startswith(own + ".") or own == ""
            nearness = 2 if is_around else 1 if own in visible else 0
            return (nearness, self.project_of(cls.module.path) == home, -len(cls.type.type_parameters), len(own))

        best = max(candidates, key=rank)
        nearness, is_home, _, _ = rank(best)
        if nearness or is_home:
            return best
        # Global usings may stand in project files and SDKs: a type out of sight is taken when it shares the root namespace.
        return best if best.type.namespace.partition(".")[0] == namespace.partition(".")[0] and namespace else None

    def qualified(self, namespace: str, name: str, module: Module | None = None) -> ClassValue | None:
        """`Namespace.Name`; the namespace may be written from an enclosing one on, the nearest of which is meant."""
        fits = [
            c for c in self.all(name) if c.type.namespace == namespace or c.type.namespace.endswith("." + namespace)
        ]
        if len(fits) < 2 or module is None:
            return fits[0] if fits else None
        spaces = [f"{outer}.{namespace}" for own in namespaces_of(module.file) for outer in around(own)]
        home = self.project_of(module.path)

        def rank(cls: ClassValue) -> tuple[int, bool]:
            own = cls.type.namespace
            place = spaces.index(own) if own in spaces else len(spaces) if own == namespace else len(spaces) + 1
            return (place, self.project_of(cls.module.path) != home)

        return min(fits, key=rank)

    def unaliased(self, name: str, module: Module) -> str:
        """The namespace that a name stands for in a file: `using Messages = Shop.Api.Messages;`; the name itself otherwise."""
        self._read_usings(module)
        meant = self.aliases[module.path].get(name)
        if meant is None:
            return name
        parts: list[str] = []
        while isinstance(meant, facts.Attr):
            parts.append(meant.name)
            meant = meant.value
        return ".".join([meant.id, *reversed(parts)]) if isinstance(meant, facts.Name) else name

    def is_namespace(self, dotted: str) -> bool:
        """Whether some type stands in this namespace, or it ends like one."""
        if self.namespaces is None:
            self.namespaces = set()
            for path in self.run.project.paths("csharp"):
                for namespace in self.run.project.namespaces(path):
                    parts = namespace.split(".")
                    for start in range(len(parts)):
                        for end in range(start + 1, len(parts) + 1):
                            self.namespaces.add(".".join(parts[start:end]))
        return dotted in self.namespaces

    def overloads(self, cls: ClassValue) -> tuple[ClassValue, ...]:
        """Types of the same name and namespace with another number of type parameters, itself first."""
        others = [
            c for c in self.all(cls.type.name) if c.type.namespace == cls.type.namespace and c.type is not cls.type
        ]
        return (cls, *others)

    def constructed(self, cls: ClassValue, written: facts.Expr, count: int, module: Module) -> ClassValue | None:
        """The type with that many type parameters that the name of a type means; None when only outside types have as many."""
        fits = [one for one in self.overloads(cls) if len(one.type.type_parameters) == count]
        if not fits and isinstance(written, facts.Name) and not cls.type.outer:
            self._read_usings(module)
            seen = {*self.usings[module.path], "", *around(cls.type.namespace), *around(file_namespace(module.file))}
            others = [c for c in self.all(cls.type.name) if c.type.namespace in seen and not c.type.outer]
            fits = [one for one in others if len(one.type.type_parameters) == count]
        return fits[0] if fits else cls if cls.type.outer or cls.type.type_parameters else None

    def outer(self, cls: ClassValue) -> ClassValue | None:
        """The type around a nested type."""
        if not cls.type.outer:
            return None
        fits = [
            c
            for c in self.all(cls.type.outer[-1])
            if c.type.namespace == cls.type.namespace and c.type.outer == cls.type.outer[:-1]
        ]
        return fits[0] if fits else None

    # --- files

    def project_of(self, path: str) -> str:
        """The folder of the project file that a source belongs to, "" without one."""
        return next((folder for folder in self.projects if not folder or path.startswith(folder + "/")), "")

    def _read_usings(self, module: Module) -> None:
        if module.path in self.usings:
            return
        seen = {file_namespace(module.file)}
        self.aliases[module.path] = {}
        self.usings[module.path] = frozenset()
        statics: list[str] = []
        for source in (module.file, *self.globals_of(self.project_of(module.path))):
            for statement in source.body:
                if isinstance(statement, facts.Import) and (source is module.file or statement.is_global):
                    if statement.is_static:
                        statics.append(statement.module)
                    elif statement.alias:
                        self.aliases[module.path][statement.alias] = dotted_name(statement.module)
                    else:
                        seen.add(statement.module)
        self.usings[module.path] = frozenset(seen)
        found = [self.qualified(*split_name(name), module) for name in statics]
        self.statics[module.path] = tuple(cls for cls in found if cls is not None)

    def globals_of(self, project: str) -> tuple[facts.File, ...]:
        """Files of a project that hold `global using`."""
        if self.globals is None:
            self.globals = {}
            for path in self.run.project.gated("csharp", (b"global using ",)):
                file = self.run.project.file(path)
                if file is not None:
                    held = self.globals.setdefault(self.project_of(path), ())
                    self.globals[self.project_of(path)] = (*held, file)
        return self.globals.get(project, ())

    def static_imports(self, module: Module) -> tuple[ClassValue, ...]:
        """The types of `using static`."""
        self._read_usings(module)
        return self.statics.get(module.path, ())

    def extensions(self, name: str) -> tuple[FunctionValue, ...]:
        """Every extension method of a name, sorted by path."""
        if name not in self.by_extension:
            found: list[FunctionValue] = []
            for path in self.run.project.extending(name):
                module = self.run.module(path)
                for cls in self._types_in(module):
                    scope = Scope(cls.module, owner=cls)
                    found += [
                        FunctionValue(member.function, cls.module, scope, cls)
                        for member in cls.type.body
                        if isinstance(member, facts.Define) and is_extension(member.function, name)
                    ]
            self.by_extension[name] = tuple(found)
        return self.by_extension[name]

    def in_sight(self, functions: list[FunctionValue], path: str) -> list[FunctionValue]:
        """Those of several extension methods that a file can mean: of its namespaces and usings, of its project; all of them in doubt."""
        module = self.run.module(path) if len(functions) > 1 else None
        if module is None:
            return functions
        self._read_usings(module)
        seen = {*self.usings[path], "", *around(file_namespace(module.file))}
        seen |= {space for own in namespaces_of(module.file) for space in around(own)}
        known = [one for one in functions if one.owner is not None and one.owner.type.namespace in seen] or functions
        home = self.project_of(path)
        return [one for one in known if self.project_of(one.module.path) == home] or known

    def _types_in(self, module: Module | None) -> tuple[ClassValue, ...]:
        if module is None:
            return ()
        names = [statement.type.name for statement in module.file.body if isinstance(statement, facts.Declare)]
        return tuple(
            ClassValue(part, part_module, cls.scope, cls.parts)
            for name in dict.fromkeys(names)
            for cls in self.all(name)
            for part, part_module in cls.parts
            if part_module is module
        )


def namespaces_of(file: facts.File) -> set[str]:
    """The namespaces of the types of a file."""
    return {statement.type.namespace for statement in file.body if isinstance(statement, facts.Declare)}


def around(namespace: str) -> list[str]:
    """A namespace and those that it stands in."""
    parts = namespace.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


def is_extension(function: facts.Function, name: str) -> bool:
    """Whether a method of that name has a `this` parameter."""
    return function.name == name and bool(function.parameters) and function.parameters[0].kind == "this"


def declared(block: facts.Block, name: str) -> list[facts.Type]:
    """The types of a name in a block, nested ones too."""
    found: list[facts.Type] = []
    waiting = [statement.type for statement in block if isinstance(statement, facts.Declare)]
    while waiting:
        current = waiting.pop(0)
        if current.name == name:
            found.append(current)
        waiting.extend(member.type for member in current.body if isinstance(member, facts.Declare))
    return found


def file_namespace(file: facts.File) -> str:
    """The namespace of the first type of a file, "" without one."""
    return next((s.type.namespace for s in file.body if isinstance(s, facts.Declare)), "")


def dotted_name(text: str) -> facts.Expr:
    """`A.B.C` as an expression."""
    first, *rest = text.split(".")
    value: facts.Expr = facts.Name(first)
    for part in rest:
        value = facts.Attr(value, part)
    return value


def split_name(text: str) -> tuple[str, str]:
    """Namespace and simple name."""
    namespace, _, name = text.rpartition(".")
    return namespace, name
