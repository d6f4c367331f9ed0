"""Read a plug-in's page: headings, sections and fenced examples of a Markdown docstring."""

import re
from inspect import cleandoc

from msgspec import Struct

FENCE = re.compile(r"^(`{3,})([\w.+-]*)([^\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^## +(.+?)[ \t]*$", re.MULTILINE)
CONTRACT = "openapi"
"""What a fence that holds a contract names."""


class Example(Struct, frozen=True):
    """A fenced example: the framework it names, its file name if given (```` ```fastapi app/main.py ````), its text.

    `openapi` names a contract, which may stand beside the code of a framework.
    Consecutive fences of one section that name files and stand without text between them make one project; see `projects`.
    """

    framework: str
    path: str
    text: str


class Page(Struct, frozen=True):
    """A page: title line, introduction, sections in order."""

    title: str
    introduction: str
    sections: tuple[tuple[str, str], ...]
    text: str

    def section(self, heading: str) -> str:
        """The Markdown under a heading, "" when there is none."""
        return dict(self.sections).get(heading, "")

    def projects(self, heading: str) -> tuple[tuple[Example, ...], ...]:
        """The examples under a heading, grouped into projects in order.

        A fence starts a new project, unless it names a file and the fence just before (only blank lines between) named one too.
        """
        section = self.section(heading)
        groups: list[list[Example]] = []
        end = -1
        for match in FENCE.finditer(section):
            example = Example(match[2], match[3].strip(), match[4])
            joined = end >= 0 and not section[end : match.start()].strip()
            if joined and example.path and groups[-1][-1].path and _are_of_one(groups[-1][0], example):
                groups[-1].append(example)
            else:
                groups.append([example])
            end = match.end()
        return tuple(tuple(group) for group in groups)


def _are_of_one(first: Example, other: Example) -> bool:
    return other.framework in {first.framework, CONTRACT}


def page(docstring: str) -> Page:
    """The page of a docstring: the first line is the title, `## ` lines are headings (those inside fences are not)."""
    text = cleandoc(docstring) + "\n"
    fenced = [(match.start(), match.end()) for match in FENCE.finditer(text)]
    marks = [match for match in HEADING.finditer(text) if not any(a <= match.start() < b for a, b in fenced)]
    head = text[: marks[0].start()] if marks else text
    title, _, introduction = head.partition("\n")
    bounds = [*(mark.start() for mark in marks[1:]), len(text)]
    sections = tuple((mark[1], text[mark.end() : end].strip("\n")) for mark, end in zip(marks, bounds, strict=False))
    return Page(title.strip(), introduction.strip(), sections, text)
