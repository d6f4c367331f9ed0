"""What fields and properties of C# hold before anybody sets them, going by how they are written."""

from __future__ import annotations

from assay.source import facts
from assay.source.evaluate.values import ClassValue
from assay.source.inside import inside


def is_filled_in(member: facts.Assign) -> bool:
    """Whether a library fills a property in that is written as null: `public DbSet<Order> Orders { get; set; } = null!;`."""
    value = member.value
    while isinstance(value, facts.Unary):
        value = value.value
    is_null = value in {facts.Constant(None), facts.Name("default")}
    return is_null and isinstance(member.annotation, facts.Index) and "property" in member.modifiers


def is_never_set(cls: ClassValue, member: facts.Assign, name: str) -> bool:
    """Whether it is a property that only its own type could set, and nothing there does: it is null."""
    modifiers = set(member.modifiers)
    if "property" not in modifiers or modifiers & {"setter", "abstract", "required"} or cls.type.kind == "interface":
        return False
    targets: set[facts.Expr] = {facts.Name(name), facts.Attr(facts.Name("this"), name)}
    bodies = [member.function for part, _ in cls.parts for member in part.body if isinstance(member, facts.Define)]
    return not any(
        (not isinstance(statement, facts.Assign) if function.name == ".ctor" else sets(statement, targets))
        or (isinstance(statement, facts.Assign) and statement.target in targets)
        for function in bodies
        for statement in function.body or ()
    )


def sets(statement: facts.Stmt, targets: set[facts.Expr]) -> bool:
    """Whether a statement of a method, or one inside it, sets one of these: `private set` is for methods too."""
    return any(isinstance(part, facts.Assign) and part.target in targets for part in inside((statement,)))
