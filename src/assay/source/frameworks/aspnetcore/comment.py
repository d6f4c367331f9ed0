"""Guards that stand in comments: `// [Authorize]` right above an action or controller."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.scope import Module

COMMENTED = re.compile(r"^\[\s*(?:\w+\s*,\s*)*(Authorize\w*|RequiresClaim|RequirePermission\w*)\b[^\]]*\]")
DEFEAT = "commented-out: it stands in a comment and does nothing"
CALLED = re.compile(r"^\.RequireAuthorization\([^)]*\)")
NEAR = 2
"""Lines above the first attribute in which a comment still belongs to a declaration."""


def commented(module: Module, declared: facts.Function | facts.Type, level: Level) -> Iterator[Guard]:
    """The guards in comments between what stands above a declaration and its name."""
    first = min([declared.line, *(annotation.line for annotation in declared.annotations)])
    for comment in module.file.comments:
        if not first - NEAR <= comment.line <= declared.line:
            continue
        found = COMMENTED.match(comment.text)
        if found is not None:
            name = f"// {comment.text[: found.end()]}"
            yield Guard(
                name,
                "attribute",
                Demand.AUTHENTICATED,
                level,
                Place(module.path, comment.line),
                is_effective=False,
                defeat=DEFEAT,
            )


def uncalled(module: Module, first: int, last: int, level: Level) -> Iterator[Guard]:
    """`// .RequireAuthorization()` in the lines of a mapping."""
    for comment in module.file.comments:
        found = CALLED.match(comment.text) if first <= comment.line <= last else None
        if found is not None:
            place = Place(module.path, comment.line)
            name = f"// {found[0]}"
            yield Guard(name, "convention", Demand.AUTHENTICATED, level, place, is_effective=False, defeat=DEFEAT)
