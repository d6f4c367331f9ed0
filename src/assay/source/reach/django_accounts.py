"""The user model of a Django project: what `get_user_model()` and `django.contrib.auth.models.User` mean while the program is run."""

from __future__ import annotations

import re
from functools import cache

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.scope import Module
from assay.source.evaluate.values import ClassValue, Deferred, External, Value, undecorated
from assay.source.extraction import visitor
from assay.source.program import Program

PATH = "django/contrib/auth/models.py"
TEXT = b"""
from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    pass


def get_user_model():
    return User
"""
NAMED = re.compile(r"^\s*AUTH_USER_MODEL\s*(?::\s*\w+\s*)?=\s*[\"']([\w.]+)[\"']", re.MULTILINE)
BASE = {"password": "CharField", "last_login": "DateTimeField"}
RIGHTS = {"is_superuser": "BooleanField", "groups": "ManyToManyField", "user_permissions": "ManyToManyField"}
PERSON = {
    "username": "CharField",
    "first_name": "CharField",
    "last_name": "CharField",
    "email": "EmailField",
    "is_staff": "BooleanField",
    "is_active": "BooleanField",
    "date_joined": "DateTimeField",
}
INHERITED = {"AbstractBaseUser": BASE, "PermissionsMixin": RIGHTS, "AbstractUser": {**BASE, **RIGHTS, **PERSON}}
"""The columns that a model of a user inherits from Django."""
USED = (b"get_user_model", b"django.contrib.auth.models", b"dj_rest_auth", b"djoser")


@cache
def _facts() -> facts.File:
    """The facts of the text."""
    file = visitor("python")(PATH, TEXT, seconds=10.0)
    assert isinstance(file, facts.File)
    return file


def settle_accounts(program: Program) -> None:
    """Give the names of the user model a meaning, before any module is run that asks for one."""
    project, run = program.project, program.run
    if not any(True for _ in project.holding(project.paths("python"), USED)):
        return
    module = Module(PATH, _facts(), is_outside=True)
    module.state = "done"
    run.apart(Place(PATH, 1), lambda: run.execute(module.file.body, module.scope))
    names = module.scope.names
    run.overrides["django.contrib.auth.models.User"] = names["User"]
    if (label := named(program)) is not None:
        kept = names["User"]
        names["User"] = Deferred(lambda: declared(program, label) or kept)
    run.overrides["django.contrib.auth.get_user_model"] = names["get_user_model"]


def is_user_model(run: Evaluator, cls: ClassValue) -> bool:
    """Whether a model is one of users, whatever it is called."""
    return any(
        isinstance(base, External) and base.name.rpartition(".")[2] in {"AbstractBaseUser", "AbstractUser"}
        for base in attributes.mro(run, cls)
    )


def named(program: Program) -> str | None:
    """The model that the settings name."""
    project = program.project
    for path in sorted(project.holding(project.paths("python"), (b"AUTH_USER_MODEL",))):
        if found := NAMED.search(project.text(path) or ""):
            return found[1]
    return None


def declared(program: Program, label: str) -> Value | None:
    """The class that a label means: `accounts.Member` is `Member` in the models of `accounts`."""
    application, _, name = label.rpartition(".")
    word = application.rpartition(".")[2]
    paths = [p for p in program.project.paths("python") if "models" in p.removesuffix(".py").split("/")]
    for path in sorted(paths, key=lambda p: (word not in p.split("/"), p)):
        if f"class {name}(" not in (program.project.text(path) or ""):
            continue
        module = program.run.module(path)
        found = module.scope.names.get(name) if module is not None else None
        inner = undecorated(found) if found is not None and not isinstance(found, Deferred) else None
        if isinstance(inner, ClassValue):
            return found
        for statement in module.file.body if module is not None else ():
            if isinstance(statement, facts.Declare) and statement.type.name == name and module is not None:
                return ClassValue(statement.type, module, module.scope, ((statement.type, module),))  # it is being run
    return None
