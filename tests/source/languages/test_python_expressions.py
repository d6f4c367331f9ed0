"""Expressions of Python: what stands in the source, and the fact that it gives."""

import pytest
from tests.source.languages.python_reading import ONE, TWO, A, B, C, D, F, X, Y, statements, value

from assay.source.facts import (
    Argument,
    Attr,
    Binary,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Do,
    Expr,
    Function,
    Index,
    Joined,
    Lambda,
    Mapping,
    Name,
    Number,
    Opaque,
    Parameter,
    Return,
    Sequence,
    Text,
    Unary,
)

NONE = Constant(None)


def call(*arguments: Argument, line: int = 1) -> Call:
    return Call(F, arguments, line)


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("a", A),
        ("(a)", A),
        ("((a))", A),
        ("( # why\n a)", A),
        ("überall", Name("überall")),
        ("ﬁne", Name("fine")),
        ("a.b.c", Attr(Attr(A, "b"), "c")),
        ("a . b", Attr(A, "b")),
        ("a.été", Attr(A, "été")),
        ("f().b", Attr(call(), "b")),
        ("(a).b", Attr(A, "b")),
        ("True", Constant(True)),
        ("False", Constant(False)),
        ("None", NONE),
        ("...", NONE),
        ("None.a", Attr(NONE, "a")),
        ("1", ONE),
        ("1_000", Number("1000")),
        ("0x_FF", Number("0xFF")),
        ("2.5e-3", Number("2.5e-3")),
        ("3j", Number("3")),
        ("10L", Number("10")),
    ],
)
def test_names_and_constants(source: str, fact: Expr) -> None:
    assert value(source) == fact


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("'a'", "a"),
        ('"a"', "a"),
        ("''", ""),
        ("'é'", "é"),
        ('"""a"""', "a"),
        ("'''a\nb'''", "a\nb"),
        ('""""a"""', '"a'),
        ('""""""', ""),
        ("'it\\'s'", "it's"),
        (r"'\n\t\\'", "\n\t\\"),
        (r"'\x41\101\u00e9\U0001F600\N{BULLET}'", "AAé😀•"),
        (r"'\q \N{no such name} \xZZ'", r"\q \N{no such name} \xZZ"),
        ("'a\\\nb'", "ab"),
        (r"r'\n'", r"\n"),
        (r"R'\d'", r"\d"),
        (r"b'\xff\u00e9'", "\xff\\u00e9"),
        (r"rb'\x00'", r"\x00"),
        ("u'a'", "a"),
        (r"'\ud800'", "\ufffd"),
        ("'a' 'b'\t\"c\"", "abc"),
        ("('a'\n # why\n 'b')", "ab"),
        ("f'a'", "a"),
        ("f'{{}}'", "{}"),
        (r"rf'\d'", r"\d"),
    ],
)
def test_texts_are_unescaped_and_joined(source: str, text: str) -> None:
    fact = value(source)
    assert isinstance(fact, Text)
    assert fact.value == text


def test_a_text_knows_its_line() -> None:
    assert value("[\n 'a',\n '''b\n''']") == Sequence("list", (Text("a", 2), Text("b\n", 3)))


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("f'{a}'", (A,)),
        ("f'a{b}c'", (Text("a", 1), B, Text("c", 1))),
        ("f'{a}{b}'", (A, B)),
        ("f'{a!r:>10}'", (A,)),
        ("f'{a:{b}.{c}}'", (A, B, C)),
        ("f'{a=}'", (Text("a=", 1), A)),
        ("f'{{{a}}}'", (Text("{", 1), A, Text("}", 1))),
        (r"f'\t{a}'", (Text("\t", 1), A)),
        (r"rf'\t{a}'", (Text(r"\t", 1), A)),
        ("f'{a, b}'", (Sequence("tuple", (A, B)),)),
        ("f'{f(1)}'", (call(Argument(ONE)),)),
        ("""f'{a["b"]}'""", (Index(A, (Text("b", 1),)),)),
        ("""f'{f"{a}"}'""", (Joined((A,), 1),)),
        ("'a' f'{b}' 'c'", (Text("a", 1), B, Text("c", 1))),
        ("t'a{b}'", (Text("a", 1), B)),
    ],
)
def test_interpolated_texts_keep_their_parts_in_order(source: str, parts: tuple[Expr, ...]) -> None:
    assert value(source) == Joined(parts, 1)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("f()", ()),
        ("f(a)", (Argument(A),)),
        ("f(a, 1)", (Argument(A), Argument(ONE))),
        ("f(x=a)", (Argument(A, "x"),)),
        ("f(x = 1, y=2)", (Argument(ONE, "x"), Argument(TWO, "y"))),
        ("f(été=1)", (Argument(ONE, "été"),)),
        ("f(*a)", (Argument(A, "", "*"),)),
        ("f(a, **b)", (Argument(A), Argument(B, "", "**"))),
        ("f(a, # why\n b)", (Argument(A), Argument(B))),
        ("f(# why\n)", ()),
        ("f(x= # why\n a)", (Argument(A, "x"),)),
        ("f(a for a in b)", (Argument(Comprehension("generator", A, ((A, B, ()),))),)),
        ("f(a := 1)", (Argument(Binary(":=", A, ONE)),)),
    ],
)
def test_calls(source: str, arguments: tuple[Argument, ...]) -> None:
    assert value(source) == Call(F, arguments, 1)


def test_a_call_stands_on_the_line_where_its_function_begins() -> None:
    assert value("(a\n .b()\n .c(\n 'x'))") == Call(Attr(Call(Attr(A, "b"), (), 1), "c"), (Argument(Text("x", 4)),), 1)


def test_a_function_that_is_no_plain_name_can_be_called() -> None:
    assert value("f()(a)") == Call(call(), (Argument(A),), 1)
    assert value("a[1](b)") == Call(Index(A, (ONE,)), (Argument(B),), 1)
    assert value("f (a)") == call(Argument(A))
    assert value("a.b (c)") == Call(Attr(A, "b"), (Argument(C),), 1)


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("[]", Sequence("list", ())),
        ("[a, *b]", Sequence("list", (A, Unary("*", B)))),
        ("()", Sequence("tuple", ())),
        ("(a,)", Sequence("tuple", (A,))),
        ("a, b", Sequence("tuple", (A, B))),
        ("{a, *b}", Sequence("set", (A, Unary("*", B)))),
        ("{}", Mapping(())),
        ("{a: b, **c}", Mapping(((A, B), (NONE, Unary("**", C))))),
        ("{'k': [a], # why\n}", Mapping(((Text("k", 1), Sequence("list", (A,))),))),
        ("a[b]", Index(A, (B,))),
        ("a[b, c]", Index(A, (B, C))),
        ("a[1:2]", Index(A, (Opaque("slice", (ONE, TWO)),))),
        ("a[::b, 1]", Index(A, (Opaque("slice", (B,)), ONE))),
        ("[a for a in b]", Comprehension("list", A, ((A, B, ()),))),
        ("{a for a in b if c if d}", Comprehension("set", A, ((A, B, (C, D)),))),
        (
            "{a: b for a, b in c}",
            Comprehension("dict", Sequence("tuple", (A, B)), ((Sequence("tuple", (A, B)), C, ()),)),
        ),
        ("(a for b in c for d in b if d)", Comprehension("generator", A, ((B, C, ()), (D, B, (D,))))),
        ("[*a for a in b]", Comprehension("list", Unary("*", A), ((A, B, ()),))),
    ],
)
def test_collections(source: str, fact: Expr) -> None:
    assert value(source) == fact


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("not a", Unary("not", A)),
        ("-a", Unary("-", A)),
        ("~a", Unary("~", A)),
        ("-a ** b", Unary("-", Binary("**", A, B))),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("(a + # why\n b)", Binary("+", A, B)),
        ("a \\\n + b", Binary("+", A, B)),
        ("a and b or c", Binary("or", Binary("and", A, B), C)),
        ("a or b or c", Binary("or", Binary("or", A, B), C)),
        ("a == b", Binary("==", A, B)),
        ("a <> b", Binary("!=", A, B)),
        ("a is None", Binary("is", A, NONE)),
        ("a is not b", Binary("isnot", A, B)),
        ("a not in b", Binary("notin", A, B)),
        ("a < b <= c", Binary("and", Binary("<", A, B), Binary("<=", B, C))),
        ("(a # why\n < b)", Binary("<", A, B)),
        ("a if b else c", Conditional(B, A, C)),
        ("a @ b // c", Binary("//", Binary("@", A, B), C)),
        ("(a := 1)", Binary(":=", A, ONE)),
    ],
)
def test_operators(source: str, fact: Expr) -> None:
    assert value(source) == fact


def test_a_long_sum_keeps_every_term_without_nesting_deep() -> None:
    fact = value(" + ".join(["a"] * 5000))
    terms, deepest, stack = 0, 0, [(fact, 1)]
    while stack:
        one, depth = stack.pop()
        deepest = max(deepest, depth)
        if isinstance(one, Binary):
            stack += [(one.left, depth + 1), (one.right, depth + 1)]
        else:
            terms += 1
    assert (terms, deepest) == (5000, 14)


def test_a_long_chain_of_mixed_operators_is_flat() -> None:
    fact = value("a" + " + b - c" * 30)
    assert fact == Opaque("binary_operator", (A, *(B, C) * 30))


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("await a", Unary("await", A)),
        ("yield", Unary("yield", NONE)),
        ("(yield a)", Unary("yield", A)),
        ("yield a, b", Unary("yield", Sequence("tuple", (A, B)))),
        ("yield from a", Unary("yield", Unary("*", A))),
    ],
)
def test_await_and_yield(source: str, fact: Expr) -> None:
    assert value(source) == fact


def lambda_of(parameters: tuple[Parameter, ...], returned: Expr, *modifiers: str) -> Lambda:
    return Lambda(Function("", parameters, (Return(returned, 1),), 1, 1, modifiers=modifiers))


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("lambda: a", lambda_of((), A)),
        ("lambda a, b=1: c", lambda_of((Parameter("a"), Parameter("b", None, ONE)), C)),
        (
            "lambda *a, b, **c: d",
            lambda_of((Parameter("a", kind="*"), Parameter("b", kind="keyword"), Parameter("c", kind="**")), D),
        ),
        ("lambda: (yield)", lambda_of((), Unary("yield", NONE), "generator")),
        ("lambda: lambda: a", lambda_of((), lambda_of((), A))),
    ],
)
def test_lambdas(source: str, fact: Expr) -> None:
    assert value(source) == fact


def test_an_expression_without_effect_is_no_statement() -> None:
    assert statements("'text'\na\n1\n...\n") == ()
    assert statements("f'{f()}'\na.b\n") == (Do(Joined((call(),), 1), 1), Do(Attr(A, "b"), 2))
    assert statements("a, f()") == (Do(Sequence("tuple", (A, call())), 1),)


def test_keywords_of_newer_pythons_are_still_names() -> None:
    assert value("match.case") == Attr(Name("match"), "case")
    assert value("type(x)") == Call(Name("type"), (Argument(X),), 1)
    assert value("match(y)") == Call(Name("match"), (Argument(Y),), 1)
    assert value("print") == Name("print")
