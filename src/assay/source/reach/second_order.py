"""What one request stored and another one puts into a command or statement: `os.system(f"rm -r {user.username}")`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import Flow, Origin
from assay.source.evaluate.values import ClassValue, Given, Made, Member, Value, options
from assay.source.reach.belonging import is_account
from assay.source.reach.examination import Examination
from assay.source.reach.flows import Flows
from assay.source.reach.origins import Source
from assay.source.reach.screening import Screening
from assay.source.reach.sinks import matching, sinks
from assay.source.reach.taint import Taint, Taints

KINDS = frozenset({"command", "sql", "code"})
"""What is told of: a path or an address that was stored is mostly meant."""
TEXTS = re.compile(r"\b(str|String|Text|VARCHAR|Unicode|CharField|TextField|AutoString|EmailStr)\b")
"""Declared types of fields that hold any text."""
FIXED = re.compile(r"(^|_)(id|uuid|guid|hash|role|status|type|kind|state|schema|table)$", re.IGNORECASE)
"""Fields whose text the program itself chose."""


class StoredTaints(Taints):
    """Takes the texts of stored objects for what somebody sent, and nothing else."""

    def leaf(self, value: Value) -> list[Taint]:  # noqa: ARG002  # the same question
        """A parameter is none."""
        return []

    def member(self, value: Member, owner: Value, name: str, depth: int) -> list[Taint]:  # noqa: ARG002  # the same question
        """`user.username`, of the caller or of an object that was loaded."""
        cls = self.class_of(owner)
        if cls is None or FIXED.search(name):
            return []
        declared = next((text for field, text in self.origins.queries.stored.fields(cls) if field == name), "")
        source = Source(Origin.LOADED, f"{cls.name}.{name}")
        return [Taint(source)] if TEXTS.search(declared) else []

    def class_of(self, owner: Value) -> ClassValue | None:
        """The stored type of an object that was loaded."""
        for option in options(owner):
            if isinstance(option, Made) and option.name == "merge" and option.positional:
                return self.class_of(option.positional[0])
            if isinstance(option, Given) and option.origin == Origin.PRINCIPAL:
                return self.account(option.type)
            query = self.origins.queries.behind(option)
            if query is not None:
                return query.cls
        return None

    def account(self, declared: Value | None) -> ClassValue | None:
        """The stored type of the caller: the declared one, else the only one that holds accounts."""
        stored = self.origins.queries.stored
        if isinstance(declared, ClassValue):
            return declared if stored.is_entity(declared) else None
        found = [
            cls for name, cls in sorted(stored.by_name.items()) if stored.is_entity(cls) and is_account(stored, name)
        ]
        return found[0] if len(found) == 1 else None

    def read(self, made: Made) -> list[Taint] | None:  # noqa: ARG002  # the same question
        """Nothing is read from the request."""
        return None


def second_order(seen: Examination) -> Iterator[Flow]:
    """The flows of stored texts into the dangerous calls of one trace."""
    words = sinks(seen.program.language)
    called = [(made, sink) for made in seen.trace.made if (sink := matching(made, words)) and sink.kind in KINDS]
    if not called or seen.queries.orm is None:
        return
    taints = StoredTaints(seen.program, seen.origins, words)
    finder = Flows(taints, Screening(seen.trace, taints), seen.program.project.text, seen)
    for made, sink in called:
        yield from (flow for flow in finder.at(made, sink) if not flow.is_safe)
