"""Symbols of C#'s `#if`: what no project file and no build defines is not compiled.

Source: learn.microsoft.com/dotnet/csharp/language-reference/preprocessor-directives
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assay.source import facts

if TYPE_CHECKING:
    from assay.source.project import Project

DEFINED = re.compile(r"<DefineConstants[^>]*>([^<]*)</DefineConstants>", re.IGNORECASE)
WORD = re.compile(r"\w+")
OPEN = re.compile(r"DEBUG|TRACE|RELEASE|NET.*|WINDOWS.*|LINUX|OSX|MACOS|ANDROID|IOS|UNIX|MONO|UNITY.*")
"""Symbols that a build or the platform sets."""
FILES = (".csproj", ".props", ".targets")


class Symbols:
    """The symbols that the project files of a tree may define."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.known: frozenset[str] | None = None

    def defined(self) -> frozenset[str]:
        """Every symbol that some project file names."""
        if self.known is None:
            texts = (self.project.text(path) or "" for ending in FILES for path in self.project.other_paths(ending))
            self.known = frozenset(word for text in texts for found in DEFINED.findall(text) for word in WORD.findall(found))
        return self.known

    def truth(self, test: facts.Expr) -> bool | None:
        """Whether a directive's test holds; None when a build decides."""
        match test:
            case facts.Constant(value=bool(value)):
                return value
            case facts.Name(id="true" | "false" as word):
                return word == "true"
            case facts.Name(id=name):
                return None if OPEN.fullmatch(name) or name in self.defined() else False
            case facts.Unary(operator="not", value=inner):
                decided = self.truth(inner)
                return None if decided is None else not decided
            case facts.Binary(operator="and" | "or" as operator, left=left, right=right):
                sides = (self.truth(left), self.truth(right))
                if (operator == "or") in sides:
                    return operator == "or"
                return None if None in sides else operator == "and"
        return None
