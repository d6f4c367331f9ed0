"""Short ways to read Python in tests: a whole file, statements, one expression, one function, one class."""

from assay.source.facts import Assign, Block, Declare, Define, Expr, File, Function, Name, Number, Stmt, Type
from assay.source.languages.python import extract

A, B, C, D, F, X, Y = Name("a"), Name("b"), Name("c"), Name("d"), Name("f"), Name("x"), Name("y")
ONE, TWO = Number("1"), Number("2")


def read(source: str, *, bodies: bool = True) -> File:
    """The facts of a file, whether or not all of it could be read."""
    file = extract("app/main.py", source.encode(), bodies=bodies)
    assert isinstance(file, File)
    return file


def statements(source: str) -> Block:
    """The facts of a file of which everything could be read."""
    file = read(source)
    assert file.unread == ()
    return file.body


def statement(source: str) -> Stmt:
    """The only statement of a source."""
    (found,) = statements(source)
    return found


def value(source: str) -> Expr:
    """The fact of an expression."""
    assigned = statement(f"_ = {source}\n")
    assert isinstance(assigned, Assign)
    assert assigned.value is not None
    return assigned.value


def function(source: str) -> Function:
    """The only function of a source."""
    defined = statement(source)
    assert isinstance(defined, Define)
    return defined.function


def type_of(source: str) -> Type:
    """The only class of a source."""
    declared = statement(source)
    assert isinstance(declared, Declare)
    return declared.type
