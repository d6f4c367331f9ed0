"""Small projects for the evaluator: write files, run all of them, look at values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import Const, Deferred, Either, External, Items, Made, Template, Value, result
from assay.source.files import discover
from assay.source.program import Program
from assay.source.project import Project

Plain = str | int | float | bool | None | list["Plain"]


def program(folder: Path, files: Mapping[str, str]) -> Program:
    """The program of these files, each run from top to bottom in sorted order."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    project = Project.over(discover(folder))
    run = Evaluator(project)
    language = "csharp" if any(name.endswith(".cs") for name in files) else "python"
    run.run(project.paths(language))
    return Program(project, run, language)


def value(made: Program, path: str, name: str) -> Value:
    """The value of a top-level name."""
    found = made.value_at(path, name)
    assert found is not None, f"{path} has no {name}"
    return result(found)


def plain(found: Value | None) -> Plain:
    """A value in plain words: constants as they are, lists as lists, everything else by what it is."""
    match found:
        case Deferred():
            return plain(found.resolve())
        case Const():
            return found.value
        case Items():
            return [plain(item) for item in found.items]
        case Template():
            return "".join(piece if isinstance(piece, str) else "?" for piece in found.pieces)
        case Either():
            return " or ".join(sorted(str(plain(option)) for option in found.options))
        case External(name=name):
            return f"<{name}>"
        case Made():
            return f"<{found.name}()>"
        case None:
            return "absent"
    return f"<{type(found).__name__}>"


def evaluated(folder: Path, source: str, name: str = "x") -> Plain:
    """What a name of one file is."""
    return plain(value(program(folder, {"main.py": source}), "main.py", name))


def shown(made: Program, name: str) -> list[list[Plain]]:
    """The arguments of every call of an outside function, in order."""
    return [[plain(argument) for argument in call.positional] for call in made.run.made if call.name == name]
