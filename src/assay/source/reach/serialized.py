"""What a serializer writes of an object of .NET: not what is marked to be left out, but what it inherits from outside."""

from __future__ import annotations

from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, External, Generic
from assay.source.mentions import dotted
from assay.source.reach.stored import Stored

LEAVING_OUT = frozenset(
    {"JsonIgnore", "IgnoreDataMember", "NonSerialized", "XmlIgnore", "JsonIgnoreAttribute", "BsonIgnore"}
)
"""Attributes of members that do not go out; the last one keeps them out of the store."""
HIDDEN = frozenset({"private", "protected", "internal", "static", "const"})
INHERITED = {"IdentityUser": ("PasswordHash", "SecurityStamp")}
"""Secret members of types from outside that objects of the project inherit."""


def inherited(stored: Stored, cls: ClassValue) -> tuple[str, ...]:
    """The secret members that a type has of a base from outside."""
    found: dict[str, None] = {}
    for base in attributes.mro(stored.run, cls):
        outside = base.value if isinstance(base, Generic) else base
        if isinstance(outside, External):
            found |= dict.fromkeys(INHERITED.get(dotted(outside).rpartition(".")[2], ()))
    return tuple(found)


def shown(stored: Stored, cls: ClassValue) -> tuple[str, ...]:
    """The names of the members of an object that go out when it is answered with as it is."""
    names = [name for name, _ in stored.fields(cls)]
    if cls.module.file.language != "csharp":
        return tuple(names)
    out = {
        statement.target.id
        for base in attributes.mro(stored.run, cls)
        for part, _ in (base.parts if isinstance(base, ClassValue) else ())
        for statement in part.body
        if isinstance(statement, facts.Assign) and isinstance(statement.target, facts.Name) and is_left_out(statement)
    }
    return tuple(dict.fromkeys((*(name for name in names if name not in out), *inherited(stored, cls))))


def is_left_out(member: facts.Assign) -> bool:
    """Whether a member never goes out."""
    if HIDDEN & set(member.modifiers):
        return True
    return any(leaves_out(annotation.value) for annotation in member.annotations)


def leaves_out(attribute: facts.Expr) -> bool:
    """Whether an attribute leaves a member out whatever it holds: `[JsonIgnore]`, and not one with a condition of another kind."""
    given = attribute.arguments if isinstance(attribute, facts.Call) else ()
    called = attribute.function if isinstance(attribute, facts.Call) else attribute
    last = called.id if isinstance(called, facts.Name) else called.name if isinstance(called, facts.Attr) else ""
    is_always = any(isinstance(each.value, facts.Attr) and each.value.name == "Always" for each in given)
    return last in LEAVING_OUT and (not given or is_always)
