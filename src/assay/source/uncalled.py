"""Functions that map routes and that nothing calls: what they map is not served."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assay.model.place import Skipped
from assay.source import facts
from assay.source.evaluate.values import FunctionValue
from assay.source.looks import LOOKS
from assay.source.program import Program
from assay.source.project import Project

STARTING = (b"WebApplication.Create", b"CreateDefaultBuilder", b"WebHostBuilder")
"""What starts an application of ASP.NET Core."""
REFLECTING = (b"GetMethod", b"CreateDelegate", b".Invoke(null")
"""What calls methods that nobody names."""
BUILDERS = frozenset({"IEndpointRouteBuilder", "WebApplication", "RouteGroupBuilder"})
"""Types of parameters on which routes are mapped."""
COMMENT = re.compile(r"(?:^|(?<=[\s;{}]))(?://[^\n]*|/\*.*?\*/)", re.MULTILINE | re.DOTALL)


class Texts:
    """The files in which routes may stand, each read once, without their comments, and only if it is asked for."""

    def __init__(self, project: Project, paths: Iterable[str]) -> None:
        self.project = project
        self.paths = tuple(paths)
        self.read: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The text of one."""
        if path not in self.read:
            with LOOKS.own():  # whether somebody calls is asked anew at every scan
                self.read[path] = COMMENT.sub("", self.project.text(path) or "")
        return self.read[path]

    def stands_only(self, name: str, own: str) -> bool:
        """Whether a name stands once in the file that declares it, and in no other of the program."""
        written = re.compile(rf"\b{re.escape(name)}\b")
        if len(written.findall(self.of(own))) > 1 or any(
            written.search(self.of(path)) for path in self.paths if path != own
        ):
            return False
        others = self.project.holding(self.project.paths("csharp"), (name.encode(),))
        return not any(written.search(self.of(path)) for path in others if path != own)


def is_left(program: Program, found: FunctionValue, texts: Texts) -> bool:
    """Whether it maps routes and nothing calls it, in a tree that starts an application: an extension method of C# whose name stands
    nowhere else, or a method that is handed a builder of routes, where its name or that of its class does. The program says so.
    """
    if program.language != "csharp" or not may_be_left(program, found):
        return False
    function, own = found.function, found.module.path
    names = [function.name]
    if not is_extension(function) and found.owner is not None:
        names.append(found.owner.type.name)
    if not any(texts.stands_only(name, own) for name in names) or not program.project.gated("csharp", STARTING):
        return False
    does = "maps routes" if function.name.startswith("Map") else "sets up what is served"
    reason = f"{function.name} {does} and is never called"
    program.run.skipped.append(Skipped(own, reason, "route", function.line))
    return True


def is_extension(function: facts.Function) -> bool:
    """Whether it is an extension method of C#."""
    return any(each.kind == "this" for each in function.parameters[:1])


def may_be_left(program: Program, found: FunctionValue) -> bool:
    """Whether only a call by name could reach a function: nothing looks for such by reflection, by a base or by an attribute."""
    function, owner = found.function, found.owner
    if is_extension(function):
        return True
    if owner is None or owner.type.bases or owner.type.annotations or function.annotations or len(owner.parts) > 1:
        return False
    is_handed = any(type_name(each.annotation) in BUILDERS for each in function.parameters)
    return is_handed and not program.project.gated("csharp", REFLECTING)


def type_name(annotation: facts.Expr | None) -> str:
    """The simple name of a declared type."""
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    match annotation:
        case facts.Name(id=name) | facts.Attr(name=name):
            return name
    return ""
