"""C# patterns, switch expressions, queries and types, and their facts."""

import pytest
from tests.source.languages.csharp_reading import INT, STRING, A, B, C, X, Y, statements, value

from assay.source.facts import (
    Argument,
    Assign,
    Attr,
    Binary,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    Function,
    Index,
    Lambda,
    Mapping,
    Name,
    Number,
    Opaque,
    Parameter,
    Return,
    Sequence,
    Unary,
)

ONE, TWO, THREE = Number("1"), Number("2"), Number("3")
NONE = Constant(None)


def call(function: Expr, *values: Expr, line: int = 1) -> Call:
    return Call(function, tuple(Argument(one) for one in values), line)


@pytest.mark.parametrize(
    ("pattern", "fact"),
    [
        ("null", NONE),
        ("1", ONE),
        ("Kind.A", Attr(Name("Kind"), "A")),
        ("string s", Binary(":=", Name("s"), STRING)),
        ("var s", Binary(":=", Name("s"), Name("_"))),
        ("> 3", Unary(">", THREE)),
        ("<= 3", Unary("<=", THREE)),
        ("> 1 and < 3", Binary("and", Unary(">", ONE), Unary("<", THREE))),
        ("1 or 2 or 3", Binary("or", Binary("or", ONE, TWO), THREE)),
        ("1 or not null", Binary("or", ONE, Unary("not", NONE))),
        ("(1 or 2)", Binary("or", ONE, TWO)),
        ("{ }", Mapping(())),
        ("{ B: > 1, C.D: null }", Mapping(((Name("B"), Unary(">", ONE)), (Attr(Name("C"), "D"), NONE)))),
        ("A { B: 1 } s", Binary(":=", Name("s"), Binary("and", Name("A"), Mapping(((Name("B"), ONE),))))),
        ("A(1, _)", call(Name("A"), ONE, Name("_"))),
        ("A(1, > 2)", Binary("and", Name("A"), Sequence("tuple", (ONE, Unary(">", TWO))))),
        ("(> 1, var s)", Sequence("tuple", (Unary(">", ONE), Binary(":=", Name("s"), Name("_"))))),
        ("[1, .., 2]", Sequence("list", (ONE, Unary("*", Name("_")), TWO))),
        ("[.., 2]", Sequence("list", (Unary("*", Name("_")), TWO))),
        ("[1, .. var rest]", Sequence("list", (ONE, Unary("*", Name("_"))))),
    ],
)
def test_patterns(pattern: str, fact: Expr) -> None:
    assert value(f"x is {pattern}") == Binary("is", X, fact)


@pytest.mark.parametrize(
    ("test", "fact"),
    [
        ("x is null || a", Binary("or", Binary("is", X, NONE), A)),
        ("x is not null && a && b", Binary("and", Binary("and", Binary("isnot", X, NONE), A), B)),
        ("x is null || a && b", Binary("or", Binary("is", X, NONE), Binary("and", A, B))),
        ("x is A || y", Binary("or", Binary("is", X, Name("A")), Y)),
        ("x is 1 or 2", Binary("is", X, Binary("or", ONE, TWO))),
    ],
)
def test_what_binds_less_than_a_pattern_is_no_part_of_it(test: str, fact: Expr) -> None:
    assert value(test) == fact


def test_a_negated_test_is_isnot() -> None:
    assert value("x is not null") == Binary("isnot", X, NONE)


def test_a_switch_expression_is_a_chain_of_choices() -> None:
    source = "x switch { 1 => a, string s when b => c, not null => 2, _ => throw y }"
    third = Conditional(Binary("isnot", X, NONE), TWO, Unary("throw", Y))
    guarded = Binary("and", Binary("is", X, Binary(":=", Name("s"), STRING)), B)
    assert value(source) == Conditional(Binary("is", X, ONE), A, Conditional(guarded, C, third))


def test_a_switch_expression_that_may_find_no_arm_ends_in_something_unknown() -> None:
    assert value("x switch { 1 => a }") == Conditional(Binary("is", X, ONE), A, Opaque("switch_expression"))


def test_a_query_of_several_sources_is_a_comprehension() -> None:
    source = "from a in b where a.c from int x in a.d let y = x select y"
    clauses = (
        (A, B, (Attr(A, "c"),)),
        (X, Attr(A, "d"), ()),
        (Y, Sequence("list", (X,)), ()),
    )
    assert value(source) == Comprehension("generator", Y, clauses)


def test_a_query_of_one_source_is_the_calls_that_it_is_short_for() -> None:
    def through(inside: Expr) -> Argument:
        return Argument(Lambda(Function("", (Parameter("a"),), (Return(inside, 1),), 1, 1)))

    found: Expr = Call(Attr(B, "Where"), (through(Attr(A, "c")),), 1)
    assert value("from a in b where a.c select a") == found
    shown = Call(Attr(found, "Select"), (through(Attr(A, "d")),), 1)
    assert value("from a in b where a.c select a.d") == shown
    assert value("from a in b where a.c orderby a.e select a") == Call(
        Attr(found, "OrderBy"), (through(Attr(A, "e")),), 1
    )


def test_a_query_that_joins_or_sorts_keeps_its_expressions() -> None:
    fact = value("from a in b join c in f(1) on a.x equals c.y orderby g(a) descending select a")
    assert isinstance(fact, Opaque)
    assert call(Name("f"), ONE) in fact.parts
    assert call(Name("g"), A) in fact.parts


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("int", INT),
        ("List<int>", Index(Name("List"), (INT,))),
        ("Dictionary<string, List<int>>", Index(Name("Dictionary"), (STRING, Index(Name("List"), (INT,))))),
        ("A.B<int>", Index(Attr(Name("A"), "B"), (INT,))),
        ("A<int>.B", Attr(Index(Name("A"), (INT,)), "B")),
        ("global::A.B", Attr(Name("A"), "B")),
        ("alias::B", Attr(Name("alias"), "B")),
        ("int[]", Index(Name("[]"), (INT,))),
        ("int[][]", Index(Name("[]"), (Index(Name("[]"), (INT,)),))),
        ("int[,]", Index(Name("[]"), (INT,))),
        ("int?", Unary("?", INT)),
        ("string?[]", Index(Name("[]"), (Unary("?", STRING),))),
        ("(int, string)", Sequence("tuple", (INT, STRING))),
        (
            "(int Id, string Name)",
            Sequence(
                "tuple",
                (Opaque("tuple_element", (Name("Id"), INT)), Opaque("tuple_element", (Name("Name"), STRING))),
            ),
        ),
        ("int*", Unary("*", INT)),
        ("ref int", INT),
        ("delegate*<int, void>", Opaque("function_pointer_type")),
    ],
)
def test_types(source: str, fact: Expr) -> None:
    (declared,) = statements(f"{source} x;")
    assert declared == Assign(X, None, 1, fact)
