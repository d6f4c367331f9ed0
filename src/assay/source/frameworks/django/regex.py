"""Regular expressions of routes as path templates."""

from __future__ import annotations

import re

from msgspec import Struct, field

from assay.source.paths import join

LIMIT = 8
"""Templates that one expression may give."""
CONVERTER = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")
NAMED = re.compile(r"\?P<(\w+)>")
ANYTHING = "{any}"
CONVERTED = re.compile(r"<(\w+):(\w+)>")
DIGITS = re.compile(r"\(\?P<(\w+)>(?:\\d|\[0-9\])(?:\+|\{[\d,]+\})?\)")


def from_path(route: str) -> str:
    """`users/<int:pk>/` is `users/{pk}/`."""
    return CONVERTER.sub(r"{\1}", route)


def types(route: str) -> dict[str, str]:
    r"""What the parameters of a route may hold, as far as it says so: `<int:pk>`, `(?P<year>\d{4})`."""
    return {name: kind for kind, name in CONVERTED.findall(route)} | dict.fromkeys(DIGITS.findall(route), "int")


def templates(regex: str) -> tuple[str, ...]:
    r"""The templates that an expression stands for: `^a/(?P<pk>\d+)?$` is `a/{pk}` and `a/`."""
    reader = _Reader(regex)
    found = reader.alternatives()
    return tuple(dict.fromkeys(re.sub(r"(\{any\})+", ANYTHING, one) for one in found))[:LIMIT]


class _Reader(Struct):
    """One pass over an expression."""

    text: str
    position: int = 0
    groups: int = 0
    names: list[str] = field(default_factory=list)

    def alternatives(self) -> list[str]:
        """Up to the end or a closing parenthesis."""
        found = [""]
        done: list[str] = []
        while self.position < len(self.text) and self.text[self.position] != ")":
            if self.text[self.position] == "|":
                self.position += 1
                done += found
                found = [""]
                continue
            pieces = self.repeated(self.atom())
            found = [before + piece for before in found for piece in pieces][:LIMIT]
        return [*done, *found][:LIMIT]

    def atom(self) -> list[str]:
        """One piece without its repetition."""
        character = self.text[self.position]
        self.position += 1
        match character:
            case "^" | "$":
                return [""]
            case ".":
                return [ANYTHING]
            case "\\":
                return [self.escaped()]
            case "[":
                return [self.set()]
            case "(":
                return self.group()
        return [character]

    def escaped(self) -> str:
        """What follows a backslash."""
        character = self.text[self.position : self.position + 1]
        self.position += 1
        if character in {"A", "Z", "z", "b", "B"}:
            return ""
        return ANYTHING if character in {"d", "D", "w", "W", "s", "S"} else character

    def set(self) -> str:
        """A set of characters: the character itself when it is one."""
        start = self.position
        if self.text[self.position : self.position + 1] == "^":
            self.position += 1
        self.position += 1  # a closing bracket in first place is a character
        while self.position < len(self.text) and self.text[self.position] != "]":
            self.position += 2 if self.text[self.position] == "\\" else 1
        inside = self.text[start : self.position].replace("\\", "")
        self.position += 1
        return inside if len(inside) == 1 else ANYTHING

    def group(self) -> list[str]:
        """A group, after its opening parenthesis."""
        named = NAMED.match(self.text, self.position)
        if named:
            self.position = named.end()
            return self.parameter(named[1])
        for mark in ("?=", "?!", "?<=", "?<!", "?#", "?P="):
            if self.text.startswith(mark, self.position):
                self.close()
                return [""]
        if self.text.startswith("?", self.position):
            return self.flagged()
        self.groups += 1
        name = f"{{arg{self.groups}}}"
        inside = self.alternatives()
        self.position += 1
        holds_names = any("{" in piece.replace(ANYTHING, "").replace("{arg", "") for piece in inside)
        return inside if holds_names else [name]

    def flagged(self) -> list[str]:
        """`(?:...)`, `(?i)`, `(?i:...)`."""
        while self.position < len(self.text) and self.text[self.position] not in ":)":
            self.position += 1
        self.position += 1
        if self.text[self.position - 1 : self.position] == ")":
            return [""]
        found = self.alternatives()
        self.position += 1
        return found

    def parameter(self, name: str) -> list[str]:
        """A capturing group is a parameter, whatever is in it."""
        self.close()
        return [f"{{{name}}}"]

    def close(self) -> None:
        """Go behind the parenthesis that ends this group."""
        self.alternatives()
        self.position += 1

    def repeated(self, pieces: list[str]) -> list[str]:
        """The pieces with what follows them: `?`, `*`, `+`, `{1,3}`."""
        is_optional = False
        while self.position < len(self.text) and self.text[self.position] in "?*+{":
            mark = self.text[self.position]
            end = self.text.find("}", self.position) if mark == "{" else self.position
            if end < 0:
                break
            amount = self.text[self.position : end + 1]
            is_optional |= (mark in "?*" and pieces[0] != ANYTHING) or amount.startswith("{0")
            self.position = end + 1
        if not is_optional or pieces == ["/"]:
            return pieces
        if all(piece.startswith((".", "{format")) for piece in pieces):
            return [""]
        return [*pieces, ""] if any("{" in piece for piece in pieces) else [""]


def joined(prefix: str, route: str) -> str:
    """A prefix and what follows it, as Django joins them: as they are."""
    return join("/" + (prefix + route).lstrip("/"))
