"""Functions and classes of Python: what stands in the source, and the facts that it gives."""

import pytest
from tests.source.languages.python_reading import ONE, A, B, C, D, F, X, function, read, statements, type_of

from assay.source.facts import (
    Annotation,
    Argument,
    Assign,
    Attr,
    Call,
    Declare,
    Define,
    Do,
    Function,
    If,
    Index,
    Name,
    Parameter,
    Return,
    Text,
    Type,
    Unary,
)

INT = Name("int")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("", ()),
        ("a", (Parameter("a"),)),
        ("a: int", (Parameter("a", INT),)),
        ("a=1", (Parameter("a", None, ONE),)),
        ("a: int = 1", (Parameter("a", INT, ONE),)),
        ("*a", (Parameter("a", kind="*"),)),
        ("*a: int, **b: int", (Parameter("a", INT, None, "*"), Parameter("b", INT, None, "**"))),
        ("a, b=1, /, c=1", (Parameter("a", kind="/"), Parameter("b", None, ONE, "/"), Parameter("c", None, ONE))),
        ("*, a, b=1", (Parameter("a", kind="keyword"), Parameter("b", None, ONE, "keyword"))),
        ("*a, b: int", (Parameter("a", kind="*"), Parameter("b", INT, None, "keyword"))),
        (
            "a: b[c], # why\n d: 'x' = f(1)",
            (Parameter("a", Index(B, (C,))), Parameter("d", Text("x", 2), Call(F, (Argument(ONE),), 2))),
        ),
        ("*a: *b", (Parameter("a", Unary("*", B), None, "*"),)),
        ("été", (Parameter("été"),)),
    ],
)
def test_parameters(source: str, parameters: tuple[Parameter, ...]) -> None:
    assert function(f"def f({source}): pass").parameters == parameters


def test_a_function() -> None:
    source = 'def f(a) -> int:\n    """What it does."""\n    return a\n'
    assert function(source) == Function("f", (Parameter("a"),), (Return(A, 3),), 1, 3, INT)


def test_decorators_of_any_expression_are_kept_from_top_to_bottom() -> None:
    source = "@a.b('/x', y=1)\n# why\n@c\n@d[0]\n@(yield)\nasync def f(): pass\n"
    found = function(source)
    assert (found.line, found.end_line, found.modifiers) == (6, 6, ("async",))
    assert [annotation.line for annotation in found.annotations] == [1, 3, 4, 5]
    assert found.annotations[0] == Annotation(Call(Attr(A, "b"), (Argument(Text("/x", 1)), Argument(ONE, "y")), 1), 1)
    assert found.annotations[1] == Annotation(C, 3)


@pytest.mark.parametrize(
    ("source", "modifiers"),
    [
        ("def f(): pass", ()),
        ("async def f(): await a", ("async",)),
        ("def f(): yield a", ("generator",)),
        ("def f(): a = yield", ("generator",)),
        ("def f():\n for a in b:\n  if c: yield from d", ("generator",)),
        ("async def f(): yield a", ("async", "generator")),
        ("def f():\n def g(): yield a", ()),
        ("def f(): return lambda: (yield)", ()),
        ("def f():\n def g(): yield\n yield", ("generator",)),
        ("def f(): return 'yield'", ()),
    ],
)
@pytest.mark.parametrize("bodies", [True, False])
def test_a_generator_is_a_function_whose_own_body_yields(source: str, modifiers: tuple[str, ...], bodies: bool) -> None:
    (found,) = read(source, bodies=bodies).body
    assert isinstance(found, Define)
    assert found.function.modifiers == modifiers


def test_type_parameters_are_named_without_stars_and_bounds() -> None:
    assert function("def f[T: int, *Ts, **P](): pass").type_parameters == ("T", "Ts", "P")
    assert type_of("class X[T](a): pass").type_parameters == ("T",)


def test_a_default_of_a_type_parameter_is_beyond_the_grammar_but_its_name_is_read() -> None:
    file = read("def f[T = int, U = str](): return a")
    (found,) = file.body
    assert isinstance(found, Define)
    assert found.function.type_parameters == ("T", "U")
    assert found.function.body == (Return(A, 1),)
    assert file.unread != ()


def test_functions_inside_functions_are_in_their_place() -> None:
    inner = Define(Function("g", (), (Return(X, 3),), 2, 3))
    assert function("def f():\n def g():\n  return x\n return g\n").body == (inner, Return(Name("g"), 4))


def test_a_class() -> None:
    source = 'class A(a.B, c[d], metaclass=f, **x):\n "What it is."\n y: int = 1\n def f(self): pass\n'
    assert type_of(source) == Type(
        "A",
        "class",
        (Attr(A, "B"), Index(C, (D,))),
        (Assign(Name("y"), ONE, 3, INT), Define(Function("f", (Parameter("self"),), (), 4, 4))),
        1,
        4,
        keywords=(Argument(F, "metaclass"), Argument(X, "", "**")),
    )


def test_a_class_knows_the_classes_around_it() -> None:
    outer = type_of("@a\nclass A:\n class B:\n  def f(self):\n   class C: pass\n class D: pass\n")
    assert (outer.line, outer.annotations) == (2, (Annotation(A, 1),))
    first, second = (member.type for member in outer.body if isinstance(member, Declare))
    (method,) = first.body
    assert isinstance(method, Define)
    assert method.function.body is not None
    (inner,) = method.function.body
    assert isinstance(inner, Declare)
    assert (first.outer, inner.type.outer, second.outer) == (("A",), ("A", "B"), ("A",))


def test_a_spread_base_is_starred() -> None:
    assert type_of("class A(*a): pass").bases == (Unary("*", A),)


def test_the_index_tier_has_everything_but_bodies_of_functions() -> None:
    source = "a = f(1)\nclass A:\n b = 1\n @c\n def f(self, d=x()): return g()\nif a:\n def h(): i()\n"
    file = read(source, bodies=False)
    assert file.is_full is False
    assert statements("a = f(1)") == file.body[:1]
    _, declared, branch = file.body
    method = Function(
        "f", (Parameter("self"), Parameter("d", None, Call(X, (), 5))), None, 5, 5, annotations=(Annotation(C, 4),)
    )
    assert declared == Declare(Type("A", "class", (), (Assign(B, ONE, 3), Define(method)), 2, 5))
    assert branch == If(A, (Define(Function("h", (), None, 7, 7)),), (), 6)


def test_full_facts_differ_from_the_index_only_in_bodies() -> None:
    source = "def f(a: int = g()) -> int:\n h()\n"
    full, index = function(source), read(source, bodies=False).body[0]
    assert full.body == (Do(Call(Name("h"), (), 2), 2),)
    assert index == Define(Function("f", full.parameters, None, 1, 2, INT))
