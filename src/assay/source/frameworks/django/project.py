"""Django projects of a tree: which settings modules belong to one, and what they say."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    External,
    Given,
    Member,
    ModuleValue,
    Table,
    Unknown,
    Value,
    options,
    text,
)
from assay.source.program import Program, flat_statements

SETTINGS = "django.conf.settings"
NAMED = re.compile(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""")
TAKEN_OVER = re.compile(r"^\s*from\s+[\w.]+\s+import\s+\*", re.MULTILINE)
INCLUDED = re.compile(r"""(?<!optional\()["']((?:\.\.?/)*[\w/*-]+\.py)["']""")
"""A file that django-split-settings is told to run: `include("./base.py", "components/*.py")`."""
STARTERS = ("manage.py", "wsgi.py", "asgi.py")
ENVIRONMENTS = {
    "dev": "development",
    "devel": "development",
    "develop": "development",
    "development": "development",
    "debug": "development",
    "local": "development",
    "localhost": "development",
    "docker_compose": "development",
    "example": "development",
    "test": "testing",
    "tests": "testing",
    "testing": "testing",
    "ci": "testing",
    "travis": "testing",
    "staging": "staging",
}
PRODUCTION = {"prod", "production", "live", "deploy", "deployment", "heroku"}
WORD = re.compile(r"[a-z]+")


class Settings(Struct, frozen=True, eq=False):
    """One settings module."""

    program: Program
    path: str
    """Its file."""
    cls: ClassValue | None = None
    """The class whose attributes are the settings, where a class holds them."""

    def value(self, name: str) -> Value | None:
        """The value of a setting."""
        if self.cls is not None:
            found = self.program.run.attribute(Given("self", type=self.cls), name)
            return None if isinstance(found, Member | Unknown) else found
        own = self.program.value_at(self.path, name)
        if own is not None:
            return own
        return next(
            (held for part in reversed(self.parts()) if (held := self.program.value_at(part, name)) is not None), None
        )

    def parts(self) -> list[str]:
        """The files that django-split-settings runs here, in their order; one that may be missing says nothing for sure."""
        including = self.program.value_at(self.path, "include")
        if not isinstance(including, External) or not including.name.startswith("split_settings."):
            return []
        source = self.program.project.text(self.path) or ""
        folder = self.path.rpartition("/")[0]
        known = self.program.project.paths("python")
        named = (posixpath.normpath(f"{folder}/{part}".lstrip("/")) for part in INCLUDED.findall(source))
        return [path for each in named for path in known if fnmatchcase(path, each) and path != self.path]

    def entry(self, table: str, key: str) -> Value | None:
        """One entry of a setting that is a dictionary, such as `REST_FRAMEWORK`."""
        for option in options(self.value(table)):
            if isinstance(option, Table) and (found := option.get(key)) is not None:
                return found
        return None

    def resolve(self, value: Value | None) -> Value | None:
        """A value with `settings.NAME` replaced by what the settings say."""
        for option in options(value):
            if isinstance(option, External) and option.name.startswith(f"{SETTINGS}."):
                return self.value(option.name.removeprefix(f"{SETTINGS}.")) or option
        return value

    @property
    def environment(self) -> str:
        """The environment that the name of the file speaks of; "" for any."""
        words = WORD.findall(self.path.rpartition("/")[2].removesuffix(".py").lower())
        return next((ENVIRONMENTS[word] for word in words if word in ENVIRONMENTS), "")

    @property
    def is_production(self) -> bool:
        """Whether the name of the file says production."""
        return bool(PRODUCTION & set(WORD.findall(self.path.rpartition("/")[2].lower())))

    def declared(self, name: str) -> Place | None:
        """Where this very file sets a name."""
        module = self.program.run.modules.get(self.path)
        found: Place | None = None
        for statement in flat_statements(module.file.body) if module is not None else ():
            if isinstance(statement, facts.Assign) and statement.target == facts.Name(name):
                found = Place(self.path, statement.line)
        return found

    def place(self, name: str) -> Place:
        """Where a setting is made: here or in the module that this one takes its names from."""
        seen: set[str] = set()
        waiting = [self]
        while waiting:
            settings = waiting.pop(0)
            if settings.path in seen:
                continue
            seen.add(settings.path)
            if (found := settings.declared(name)) is not None:
                return found
            waiting += settings.parents()
        return Place(self.path, 1)

    def parents(self) -> list[Settings]:
        """The modules whose names this one takes over whole."""
        module = self.program.run.modules.get(self.path)
        found: list[Settings] = []
        for statement in flat_statements(module.file.body) if module is not None else ():
            if isinstance(statement, facts.Import) and statement.name == "*" and module is not None:
                dotted = self.program.run.python.absolute(statement, module)
                value = self.program.run.python.module_of_import(dotted, self.path)
                if isinstance(value, ModuleValue) and value.module is not None:
                    found.append(Settings(self.program, value.module.path))
        return [*found, *(Settings(self.program, path) for path in reversed(self.parts()))]


class Project(Struct, frozen=True, eq=False):
    """What runs as one: settings modules that share a root URL configuration."""

    root: str
    """Its folder."""
    urls: ModuleValue
    urls_path: str
    main: Settings
    settings: tuple[Settings, ...]


def projects(program: Program) -> Iterator[Project]:
    """Every project, by the path of its root URL configuration."""
    found: dict[str, list[Settings]] = {}
    modules: dict[str, ModuleValue] = {}
    named = set(started(program))
    for path in sorted(named):
        program.run.module(path)  # one that takes nearly everything over from another may have been left out so far
    for path in beside(program):
        program.run.module(path)
    for path in sorted(program.run.modules):
        settings = settings_in(program, path)
        dotted = text(settings.value("ROOT_URLCONF"))
        module = program.run.python.import_named(dotted, path) if dotted else None
        if isinstance(module, ModuleValue) and module.module is not None:
            found.setdefault(module.module.path, []).append(settings)
            modules[module.module.path] = module
    for urls_path, several in sorted(found.items()):
        main = min(several, key=lambda settings: preference(settings, named))
        yield Project(root_of(program, main.path), modules[urls_path], urls_path, main, tuple(several))


def beside(program: Program) -> list[str]:
    """The modules beside settings that take their names over whole: `production.py` beside `base.py`, which may name nothing of Django."""
    folders = {
        path.rpartition("/")[0]
        for path in tuple(program.run.modules)
        if text(settings_in(program, path).value("ROOT_URLCONF")) is not None
    }
    return [
        path
        for path in program.project.paths("python")
        if path.rpartition("/")[0] in folders
        and path not in program.run.modules
        and TAKEN_OVER.search(program.project.text(path) or "")
    ]


def settings_in(program: Program, path: str) -> Settings:
    """The settings of a file: its names, or the attributes of the last of its classes that says where the routes are."""
    module = program.run.modules[path]
    found = None
    for held in module.scope.names.values() if module is not None and "ROOT_URLCONF" not in module.scope.names else ():
        if isinstance(held, ClassValue) and held.module is module and program.class_attribute(held, "ROOT_URLCONF"):
            found = held
    return Settings(program, path, found)


def preference(settings: Settings, named: set[str]) -> tuple[bool, bool, bool, int, str]:
    """The settings that count most come first: those for production, then those that the starters name."""
    return (
        bool(settings.environment),
        not settings.is_production,
        settings.path not in named,
        settings.path.count("/"),
        settings.path,
    )


def started(program: Program) -> Iterator[str]:
    """The files of the settings modules that `manage.py`, `wsgi.py` and `asgi.py` name."""
    for path in program.project.paths("python"):
        if path.rpartition("/")[2] in STARTERS:
            for dotted in NAMED.findall(program.project.text(path) or ""):
                module = program.run.python.import_named(dotted, path)
                if isinstance(module, ModuleValue) and module.module is not None:
                    yield module.module.path


def root_of(program: Program, path: str) -> str:
    """The nearest folder above with a `manage.py`, else the one above the settings package."""
    folder = path.rpartition("/")[0]
    while True:
        if program.project.has(f"{folder}/manage.py".lstrip("/")):
            return folder or "."
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    folder = path.rpartition("/")[0]
    if folder.rpartition("/")[2] == "settings":
        folder = folder.rpartition("/")[0]
    return folder.rpartition("/")[0] or "."


def known_constants(settings: Settings) -> Iterator[tuple[str, Value]]:
    """The settings whose values are fixed in the source, for `run.overrides`."""
    module = settings.program.run.modules.get(settings.path)
    names: dict[str, Value] = {}
    for path in settings.parts():
        part = settings.program.run.module(path)
        names |= part.scope.names if part is not None else {}
    names |= module.scope.names if module is not None else {}
    for base in reversed(settings.program.mro(settings.cls)) if settings.cls is not None else ():
        for name in class_names(settings.program.run, base) if isinstance(base, ClassValue) else ():
            if name.isupper() and (held := settings.value(name)) is not None:
                names[name] = held
    for name, value in sorted(names.items()):
        found = value.resolve() if isinstance(value, Deferred) else value
        # A switch that the environment may set is open; a text keeps its default, which is how most run.
        if name.isupper() and not (isinstance(found, Const) and found.is_default and not isinstance(found.value, str)):
            yield f"{SETTINGS}.{name}", found
