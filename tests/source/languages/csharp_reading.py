"""Short ways to read C# in tests: a whole file, top-level statements, one expression, the members of a class."""

from assay.source.facts import Assign, Block, Declare, Define, Expr, File, Function, Name, Type
from assay.source.languages.csharp import extract

A, B, C, X, Y = Name("a"), Name("b"), Name("c"), Name("x"), Name("y")
INT, STRING, VOID = Name("int"), Name("string"), Name("void")


def read(source: str, *, bodies: bool = True) -> File:
    """The facts of a file, whether or not all of it could be read."""
    file = extract("src/Program.cs", source.encode(), bodies=bodies)
    assert isinstance(file, File)
    return file


def whole(source: str) -> File:
    """The facts of a file of which everything could be read."""
    file = read(source)
    assert file.unread == ()
    return file


def statements(source: str) -> Block:
    """The facts of top-level statements."""
    return whole(source).body


def value(source: str) -> Expr:
    """The fact of an expression."""
    (statement,) = statements(f"_ = {source};")
    assert isinstance(statement, Assign)
    assert statement.value is not None
    return statement.value


def type_of(source: str) -> Type:
    """The only type of a source."""
    (declared,) = whole(source).body
    assert isinstance(declared, Declare)
    return declared.type


def members(source: str) -> Block:
    """The facts of members, which are put into a class."""
    return type_of("class Holder { " + source + " }").body


def functions(source: str) -> tuple[Function, ...]:
    """The functions among the members of a class."""
    return tuple(member.function for member in members(source) if isinstance(member, Define))


def function(source: str) -> Function:
    """The only function among the members of a class."""
    (found,) = functions(source)
    return found
