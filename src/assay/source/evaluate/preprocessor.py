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
MARK = "#if "
"""How the modifiers of a declaration say under what directive it stands."""
TOKEN = re.compile(r"\w+|&&|\|\||[!()]")
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
            self.known = frozenset(
                word for text in texts for found in DEFINED.findall(text) for word in WORD.findall(found)
            )
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

    def excludes(self, modifiers: tuple[str, ...]) -> bool:
        """Whether a declaration stands under an `#if` that surely does not hold."""
        return any(self.of_text(word[len(MARK) :]) is False for word in modifiers if word.startswith(MARK))

    def of_text(self, text: str) -> bool | None:
        """Whether the text of a directive's test holds; None when a build decides."""
        return self._either(TOKEN.findall(text))

    def _either(self, tokens: list[str]) -> bool | None:
        value = self._both(tokens)
        while tokens and tokens[0] == "||":
            tokens.pop(0)
            other = self._both(tokens)
            value = True if True in (value, other) else None if None in (value, other) else False
        return value

    def _both(self, tokens: list[str]) -> bool | None:
        value = self._single(tokens)
        while tokens and tokens[0] == "&&":
            tokens.pop(0)
            other = self._single(tokens)
            value = False if False in (value, other) else None if None in (value, other) else True
        return value

    def _single(self, tokens: list[str]) -> bool | None:
        if not tokens:
            return None
        token = tokens.pop(0)
        if token == "!":
            value = self._single(tokens)
            return None if value is None else not value
        if token == "(":
            value = self._either(tokens)
            if tokens:
                tokens.pop(0)
            return value
        return self.truth(facts.Name(token)) if WORD.fullmatch(token) else None
