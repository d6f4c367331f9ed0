"""Each form of a C# expression, and its fact."""

import pytest
from tests.source.languages.csharp_reading import INT, STRING, A, B, C, X, Y, statements, value

from assay.source.facts import (
    Annotation,
    Argument,
    Attr,
    Binary,
    Call,
    Conditional,
    Constant,
    Do,
    Expr,
    Function,
    Index,
    Joined,
    Lambda,
    Name,
    New,
    Number,
    Opaque,
    Parameter,
    Raise,
    Return,
    Sequence,
    Text,
    Unary,
)

ONE, TWO, THREE = Number("1"), Number("2"), Number("3")
NONE = Constant(None)


def call(function: Expr, *values: Expr, line: int = 1) -> Call:
    return Call(function, tuple(Argument(one) for one in values), line)


def lambda_of(parameters: tuple[Parameter, ...], result: Expr) -> Lambda:
    return Lambda(Function("", parameters, (Return(result, 1),), 1, 1))


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("a", A),
        ("@class", Name("class")),
        ("this", Name("this")),
        ("a.b", Attr(A, "b")),
        ("this.b", Attr(Name("this"), "b")),
        ("base.b", Attr(Name("base"), "b")),
        ("a . b", Attr(A, "b")),
        ("a/* why */.b", Attr(A, "b")),
        ("this/* why */.b", Attr(Name("this"), "b")),
        ("global::System.Uri", Attr(Name("System"), "Uri")),
        ("int.MaxValue", Attr(INT, "MaxValue")),
        ("a?.b", Attr(A, "b")),
        ("a?.b?.c", Attr(Attr(A, "b"), "c")),
        ("this?.b", Attr(Name("this"), "b")),
        ("a!.b!", Attr(A, "b")),
        ("a->b", Attr(A, "b")),
        ("List<int>.Empty", Attr(Index(Name("List"), (INT,)), "Empty")),
        ("a.List<int>.Empty", Attr(Index(Attr(A, "List"), (INT,)), "Empty")),
        ("a.very.long_chain.of_names.that_is.not_remembered.at_all", None),
    ],
)
def test_names_and_members(source: str, fact: Expr | None) -> None:
    expected = fact
    if expected is None:
        first, *rest = source.split(".")
        expected = Name(first)
        for word in rest:
            expected = Attr(expected, word)
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("1", ONE),
        ("1_000", Number("1000")),
        ("0xFFul", Number("0xFF")),
        ("0b1010", Number("0b1010")),
        ("2.5m", Number("2.5")),
        ("1e3f", Number("1e3")),
        ("true", Constant(value=True)),
        ("false", Constant(value=False)),
        ("null", NONE),
        ("default", NONE),
        ("default(int)", NONE),
    ],
)
def test_numbers_and_constants(source: str, fact: Expr) -> None:
    assert value(source) == fact


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('"plain"', "plain"),
        ('""', ""),
        (r'"a\n\t\"\\"', 'a\n\t"\\'),
        (r'"\u0041\x41\U00000041\0\e"', "AAA\0\x1b"),
        (r'"\ud800"', "\ufffd"),
        ('"bytes"u8', "bytes"),
        ('"grüße"', "grüße"),
        ('@"C:\\dir ""quoted"""', 'C:\\dir "quoted"'),
        ('@"two\nlines"', "two\nlines"),
        ('"""raw "x" """', 'raw "x" '),
        ('"""\n    first\n      second\n    """', "first\n  second"),
        ('""""with """ inside""""', 'with """ inside'),
        ('"""raw bytes"""u8', "raw bytes"),
        ("'c'", "c"),
        (r"'\n'", "\n"),
        (r"'\''", "'"),
        ('$"no holes"', "no holes"),
        ('$"{{braces}}"', "{braces}"),
        ('$@"a""b"', 'a"b'),
    ],
)
def test_texts(source: str, text: str) -> None:
    assert value(source) == Text(text, 1)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ('$"a{b}c"', (Text("a", 1), B, Text("c", 1))),
        ('$"{a}{b}"', (A, B)),
        ('$"{a,-10:yyyy-MM}"', (A,)),
        ('$"{this}"', (Name("this"),)),
        ('$"{{{a}}}\\n"', (Text("{", 1), A, Text("}\n", 1))),
        ('$@"x\\{a}""y"""', (Text("x\\", 1), A, Text('"y"', 1))),
        ('@$"{a}"', (A,)),
        ('$"""raw {a} "q" """', (Text("raw ", 1), A, Text(' "q" ', 1))),
        ('$$"""{not} {{a}}"""', (Text("{not} ", 1), A)),
        ('$"""\n  one {a}\n    two\n  """', (Text("one ", 1), A, Text("\n  two", 1))),
        ('$"{(b ? "x" : "y")}"', (Conditional(B, Text("x", 1), Text("y", 1)),)),
        ('$"{a.Run($"{b}")}"', (call(Attr(A, "Run"), Joined((B,), 1)),)),
    ],
)
def test_interpolated_texts(source: str, parts: tuple[Expr, ...]) -> None:
    assert value(source) == Joined(parts, 1)


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("a()", call(A)),
        ("a(b, 1, null)", call(A, B, ONE, NONE)),
        ("a.b(c)", call(Attr(A, "b"), C)),
        ("this.b()", call(Attr(Name("this"), "b"))),
        ("a?.b(c)?.x", Attr(call(Attr(A, "b"), C), "x")),
        ("a!.b()", call(Attr(A, "b"))),
        ("a[1]", Index(A, (ONE,))),
        ("a[1, b]", Index(A, (ONE, B))),
        ("a?[1]", Index(A, (ONE,))),
        ("a.b[1].c()", call(Attr(Index(Attr(A, "b"), (ONE,)), "c"))),
        ("a()()", call(call(A))),
        ("5.ToString()", call(Attr(Number("5"), "ToString"))),
        ("a<int>(b)", Call(A, (Argument(B),), 1, (INT,))),
        ("a.b<int, string>()", Call(Attr(A, "b"), (), 1, (INT, STRING))),
        ("a.b().c<int>()", Call(Attr(call(Attr(A, "b")), "c"), (), 1, (INT,))),
        ("a(x: 1, b)", Call(A, (Argument(ONE, "x"), Argument(B)), 1)),
        ("a(out var x, ref y, in b, out int c, out _)", call(A, X, Y, B, C, Name("_"))),
        ("a(this)", call(A, Name("this"))),
        ("a(name: this)", Call(A, (Argument(Name("this"), "name"),), 1)),
        ("a(/* why */ b /* not */)", call(A, B)),
        ("a.b/* why */(c)", call(Attr(A, "b"), C)),
        ("nameof(a.b.c)", Unary("nameof", Attr(Attr(A, "b"), "c"))),
        ("typeof(List<int>)", Unary("typeof", Index(Name("List"), (INT,)))),
        ("typeof(Dictionary<,>)", Unary("typeof", Index(Name("Dictionary"), ()))),
        ("sizeof(int)", Unary("sizeof", INT)),
    ],
)
def test_calls_and_subscripts(source: str, fact: Expr) -> None:
    assert value(source) == fact


def test_the_line_of_a_call_is_that_of_the_name_called() -> None:
    source = """
        app
            .MapGroup("/orders")
            .MapGet(
                "/",
                handler);
    """
    group = call(Attr(Name("app"), "MapGroup"), Text("/orders", 3), line=3)
    (statement,) = statements(source)
    assert statement == Do(call(Attr(group, "MapGet"), Text("/", 5), Name("handler"), line=4), 2)


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("a + b", Binary("+", A, B)),
        ("a - b * c", Binary("-", A, Binary("*", B, C))),
        ("a + b + c", Binary("+", Binary("+", A, B), C)),
        ("a && b || c", Binary("or", Binary("and", A, B), C)),
        ("a == null", Binary("==", A, NONE)),
        ("a ?? b ?? c", Binary("??", A, Binary("??", B, C))),
        ("a >>> 1", Binary(">>>", A, ONE)),
        ("a < b", Binary("<", A, B)),
        ("!a", Unary("not", A)),
        ("-a", Unary("-", A)),
        ("~a", Unary("~", A)),
        ("^1", Unary("^", ONE)),
        ("&a", Unary("&", A)),
        ("a++", Unary("++", A)),
        ("--a", Unary("--", A)),
        ("(a)", A),
        ("((a + b))", Binary("+", A, B)),
        ("(this)", Name("this")),
        ("a ? b : c", Conditional(A, B, C)),
        ("(string)a", Binary("as", A, STRING)),
        ("a as string", Binary("as", A, STRING)),
        ("a is string", Binary("is", A, STRING)),
        ("await a", Unary("await", A)),
        ("a ?? throw b", Binary("??", A, Unary("throw", B))),
        ("checked(a + b)", Binary("+", A, B)),
        ("1..^2", Binary("..", ONE, Unary("^", TWO))),
        ("..", Binary("..", NONE, NONE)),
        ("a..", Binary("..", A, NONE)),
        ("(a, b: 2)", Sequence("tuple", (A, TWO))),
        ("f(a = b)", call(Name("f"), Binary(":=", A, B))),
        ("f(a ??= b)", call(Name("f"), Binary(":=", A, Binary("??", A, B)))),
    ],
)
def test_operators(source: str, fact: Expr) -> None:
    assert value(source) == fact


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("new A()", New(Name("A"), (), (), 1)),
        ("new A<int>(b)", New(Index(Name("A"), (INT,)), (Argument(B),), (), 1)),
        ("new a.B(x: 1)", New(Attr(A, "B"), (Argument(ONE, "x"),), (), 1)),
        ("new()", New(NONE, (), (), 1)),
        ("new(1)", New(NONE, (Argument(ONE),), (), 1)),
        ("new A { B = 1, C = { 2, 3 } }", New(Name("A"), (), (("B", ONE), ("C", Sequence("list", (TWO, THREE)))), 1)),
        ("new() { B = this }", New(NONE, (), (("B", Name("this")),), 1)),
        ("new A { B = { C = 1 } }", New(Name("A"), (), (("B", New(NONE, (), (("C", ONE),), 1)),), 1)),
        ("new List<int> { 1, 2 }", New(Index(Name("List"), (INT,)), (), (("", ONE), ("", TWO)), 1)),
        ("new D { [a] = 1, { b, 2 } }", New(Name("D"), (), (), 1, ((A, ONE), (B, TWO)))),
        ("new { a.b, c, X = 1 }", New(NONE, (), (("b", Attr(A, "b")), ("c", C), ("X", ONE)), 1)),
        ("new { a = b.c(), x }", New(NONE, (), (("a", call(Attr(B, "c"))), ("x", X)), 1)),
        ("new[] { 1, 2 }", Sequence("list", (ONE, TWO))),
        ("new int[] { 1 }", Sequence("list", (ONE,))),
        ("new int[,] { { 1 }, { 2 } }", Sequence("list", (Sequence("list", (ONE,)), Sequence("list", (TWO,))))),
        ("new int[3]", New(Index(Name("[]"), (INT,)), (Argument(THREE),), (), 1)),
        ("stackalloc int[3]", New(Index(Name("[]"), (INT,)), (Argument(THREE),), (), 1)),
        ("[a, ..b, this]", Sequence("list", (A, Unary("*", B), Name("this")))),
        ("[]", Sequence("list", ())),
        ("a with { B = 1 }", New(Opaque("with_expression", (A,)), (), (("B", ONE),), 1)),
        ("this with { B = 1 }", New(Opaque("with_expression", (Name("this"),)), (), (("B", ONE),), 1)),
    ],
)
def test_creations(source: str, fact: Expr) -> None:
    assert value(source) == fact


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("x => a", lambda_of((Parameter("x"),), A)),
        ("(x) => a", lambda_of((Parameter("x"),), A)),
        ("(x, y) => a", lambda_of((Parameter("x"), Parameter("y")), A)),
        ("() => this", lambda_of((), Name("this"))),
        ("x => this", lambda_of((Parameter("x"),), Name("this"))),
        ("(int x) => a", lambda_of((Parameter("x", INT),), A)),
        ("(int x = 1) => a", lambda_of((Parameter("x", INT, ONE),), A)),
        ("(ref int x) => a", lambda_of((Parameter("x", INT, None, "ref"),), A)),
        (
            "(params int[] x) => a",
            lambda_of((Parameter("x", Index(Name("[]"), (INT,)), None, "params"),), A),
        ),
        ("string (int x) => a", Lambda(Function("", (Parameter("x", INT),), (Return(A, 1),), 1, 1, STRING))),
        ("async x => a", Lambda(Function("", (Parameter("x"),), (Return(A, 1),), 1, 1, modifiers=("async",)))),
        (
            "static async () => a",
            Lambda(Function("", (), (Return(A, 1),), 1, 1, modifiers=("async", "static"))),
        ),
        ("x => throw a", Lambda(Function("", (Parameter("x"),), (Raise(A, 1),), 1, 1))),
        ("x => { a(); return b; }", Lambda(Function("", (Parameter("x"),), (Do(call(A), 1), Return(B, 1)), 1, 1))),
        ("delegate { a(); }", Lambda(Function("", (), (Do(call(A), 1),), 1, 1))),
        ("delegate (int x) { }", Lambda(Function("", (Parameter("x", INT),), (), 1, 1))),
        (
            "[A] ([B] int x) => a",
            Lambda(
                Function(
                    "",
                    (Parameter("x", INT, annotations=(Annotation(Name("B"), 1),)),),
                    (Return(A, 1),),
                    1,
                    1,
                    annotations=(Annotation(Name("A"), 1),),
                )
            ),
        ),
        ("x => y => a", lambda_of((Parameter("x"),), lambda_of((Parameter("y"),), A))),
        ("o => o.x = 1", lambda_of((Parameter("o"),), Binary(":=", Attr(Name("o"), "x"), ONE))),
    ],
)
def test_lambdas(source: str, fact: Expr) -> None:
    assert value(source) == fact


def test_a_lambda_parameter_may_have_a_modifier_without_a_type() -> None:
    assert value("(x, out y) => a") == lambda_of((Parameter("x"), Parameter("y")), A)


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("a && b?.C != d", "a && b.C != d"),
        ("a == b?.C", "a == b.C"),
        ("a is not null && b?.C != a", "a is not null && b.C != a"),
        ("a is null || b?.C() == 1", "a is null || b.C() == 1"),
        ("a ?? b?.C ?? d?.E", "a ?? b.C ?? d.E"),
        ("!b?.C", "!b.C"),
        ("(int)b?.C", "(int)b.C"),
        ("a && b?.C?[0] == 1", "a && b.C[0] == 1"),
        ("a && b?[0].C", "a && b[0].C"),
        ('a && b?.C == "x?.y"', 'a && b.C == "x?.y"'),
        ("a?.5m : b", "a ? .5m : b"),
        ("a?[1] : [2]", "a ? [1] : [2]"),
    ],
)
def test_what_is_only_asked_of_something_that_is_there_binds_as_tightly_as_a_dot(asked: str, plain: str) -> None:
    assert value(asked) == value(plain)
