"""What applications load their configuration from: `app.config.from_object("config.Production")`, a class, a module."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.scope import Module
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Given,
    Instance,
    Made,
    ModuleValue,
    Value,
    options,
    undecorated,
)
from assay.source.program import Program
from assay.source.vocabulary import parts_of

DEVELOPMENT = frozenset({"dev", "develop", "development", "debug", "test", "testing", "tests", "local"})
"""Words of names of settings that no production uses."""
NAMING = frozenset({"config", "configuration", "settings", "application", "app", "base", "default"})
"""Words of names of classes of settings that say nothing of what for."""
FIXED, LEFT, TESTED = "fixed", "left", "tested"


class Loaded(Struct, frozen=True):
    """One setting of what is loaded."""

    name: str
    value: Value
    place: Place
    is_for_developers: bool
    """Whether it stands in something that is named after development."""
    choice: str
    """What decides that just this is loaded: the code alone, that unless a deployment chooses another, or a test."""


def loaded(program: Program, call: Made, names: tuple[str, ...]) -> Iterator[Loaded]:
    """The settings of these names that a call brings."""
    given = tuple(stated(program, option) for option in options(call.argument(0, "obj", "object_name")))
    for option in given:
        written = option.value if isinstance(option, Const) and isinstance(option.value, str) else None
        is_written = written is not None and not (isinstance(option, Const) and option.is_default)
        held = named(program, written, call.place.path) if written is not None else undecorated(option)
        choice = TESTED if len(given) > 1 else FIXED if is_written or is_named_at(program, held, call.place) else LEFT
        yield from _settings(program, held, names, choice)


def stated(program: Program, value: Value) -> Value:
    """What a parameter is where nobody says anything else: `def create_app(config=DevelopmentConfig)`."""
    if not isinstance(value, Given) or value.function is None:
        return value
    function = value.function
    default = next((each.default for each in function.function.parameters if each.name == value.name), None)
    return undecorated(program.run.evaluate(default, function.scope)) if default is not None else value


def named(program: Program, written: str, importer: str) -> Value | None:
    """What a dotted text means: a module, or what stands in one."""
    python = program.run.python
    if (module := python.find(written, importer)) is not None:
        return module
    head, _, last = written.replace(":", ".").rpartition(".")
    owner = python.find(head, importer) if head else None
    return undecorated(python.member_of_module(owner, last)) if owner is not None else None


def _settings(program: Program, held: Value | None, names: tuple[str, ...], choice: str) -> Iterator[Loaded]:
    """The settings of a class, an object of one or a module."""
    match held:
        case ClassValue() | Instance():
            cls = held.cls if isinstance(held, Instance) else held
            is_named = bool(DEVELOPMENT & set(parts_of(cls.name)))
            is_only = choice == LEFT and not any(is_choice(cls, each) for each in cls.module.scope.names.values())
            for name in names:
                declared = program.class_attribute(cls, name)
                if declared is not None:
                    yield Loaded(name, declared[0], declared[1].place, is_named, FIXED if is_only else choice)
        case ModuleValue():
            module = program.run.python.module_of(held)
            is_named = bool(DEVELOPMENT & set(parts_of(held.name.rpartition(".")[2])))
            for name in names if module is not None else ():
                if module is not None and name in module.scope.names:
                    value = attributes.attribute(program.run, held, name)
                    yield Loaded(name, value, written_at(module, name), is_named, choice)


def is_named_at(program: Program, held: Value | None, place: Place) -> bool:
    """Whether a call names a class itself, so that nothing else can be loaded there: `from_object(config.DevelopmentConfig)`."""
    if not isinstance(held, ClassValue):
        return False
    lines = (program.project.text(place.path) or "").splitlines()[place.line - 1 : place.line]
    return any(re.search(rf"from_object\([\w.]*\b{re.escape(held.type.name)}\b(\(\))?\)", line) for line in lines)


def is_choice(cls: ClassValue, other: Value) -> bool:
    """Whether something beside a class of settings is one that a deployment could choose instead."""
    held = undecorated(other)
    if not isinstance(held, ClassValue) or held.module is not cls.module or held.type is cls.type:
        return False
    parts = set(parts_of(held.name))
    return not parts & DEVELOPMENT and bool(parts & NAMING) and bool(parts - NAMING)


def written_at(module: Module, name: str) -> Place:
    """Where a module sets a name at its top level."""
    lines = (
        each.line
        for each in module.file.body
        if isinstance(each, facts.Assign) and isinstance(each.target, facts.Name) and each.target.id == name
    )
    return Place(module.path, next(lines, 1))
