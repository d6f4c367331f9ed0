"""Statements of Python: what stands in the source, and the facts that it gives."""

import pytest
from tests.source.languages.python_reading import ONE, TWO, A, B, C, D, F, X, Y, read, statement, statements

from assay.source.facts import (
    Argument,
    Assign,
    Attr,
    Binary,
    Block,
    Call,
    Case,
    Comment,
    Constant,
    Do,
    File,
    Handler,
    If,
    Import,
    Index,
    Jump,
    Loop,
    Mapping,
    Name,
    Opaque,
    Raise,
    Return,
    Sequence,
    Stmt,
    Switch,
    Text,
    Try,
    Unary,
    With,
)
from assay.source.languages.python import extract

NONE = Constant(None)


def do(name: Name, line: int) -> Do:
    """The fact of `name()`."""
    return Do(Call(name, (), line), line)


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("a = 1", (Assign(A, ONE, 1),)),
        ("a.b = 1", (Assign(Attr(A, "b"), ONE, 1),)),
        ("a[b] = 1", (Assign(Index(A, (B,)), ONE, 1),)),
        ("a \\\n = 1", (Assign(A, ONE, 1),)),
        ("a, b = x", (Assign(Sequence("tuple", (A, B)), X, 1),)),
        ("(a, b) = x", (Assign(Sequence("tuple", (A, B)), X, 1),)),
        ("[a, *b] = x", (Assign(Sequence("list", (A, Unary("*", B))), X, 1),)),
        ("a = x, y", (Assign(A, Sequence("tuple", (X, Y)), 1),)),
        ("a = yield x", (Assign(A, Unary("yield", X), 1),)),
        ("a += 1", (Assign(A, ONE, 1, None, "+="),)),
        ("a.b //= x", (Assign(Attr(A, "b"), X, 1, None, "//="),)),
        ("a: int", (Assign(A, None, 1, Name("int")),)),
        ("a: int = 1", (Assign(A, ONE, 1, Name("int")),)),
        ("a: 'B' = 1", (Assign(A, ONE, 1, Text("B", 1)),)),
        ("a: list[b] | None", (Assign(A, None, 1, Binary("|", Index(Name("list"), (B,)), NONE)),)),
        ("a: b.C[d]", (Assign(A, None, 1, Index(Attr(B, "C"), (D,))),)),
        ("a = 1; b = 2", (Assign(A, ONE, 1), Assign(B, TWO, 1))),
        ("type X = a", (Assign(Name("X"), A, 1, Name("TypeAlias")),)),
        ("type X[T] = a[T]", (Assign(Name("X"), Index(A, (Name("T"),)), 1, Name("TypeAlias")),)),
    ],
)
def test_assignments(source: str, facts: Block) -> None:
    assert statements(source) == facts


def test_a_value_with_several_targets_is_made_once() -> None:
    made = Call(F, (), 1)
    assert statements("a = b = f()") == (Assign(A, made, 1), Assign(B, A, 1))
    assert statements("x.y = a = f()") == (Assign(A, made, 1), Assign(Attr(X, "y"), A, 1))
    assert statements("x.y = a[1] = 2") == (Assign(Attr(X, "y"), TWO, 1), Assign(Index(A, (ONE,)), TWO, 1))


def test_a_target_that_begins_with_a_call_of_type_is_no_type_alias() -> None:
    called = Call(Name("type"), (Argument(A),), 1)
    assert statement("type(a).b = c") == Assign(Attr(called, "b"), C, 1)
    assert statement("type(a)[b] = c") == Assign(Index(called, (B,)), C, 1)


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("import a", (Import("a", "", "", 0, 1),)),
        ("import a.b as c, d", (Import("a.b", "", "c", 0, 1), Import("d", "", "", 0, 1))),
        ("from a.b import c", (Import("a.b", "c", "", 0, 1),)),
        ("from a import (b as x, # why\n c,)", (Import("a", "b", "x", 0, 1), Import("a", "c", "", 0, 1))),
        ("from a import *", (Import("a", "*", "", 0, 1),)),
        ("from . import a", (Import("", "a", "", 1, 1),)),
        ("from ...a.b import c", (Import("a.b", "c", "", 3, 1),)),
        ("from .été import *", (Import("été", "*", "", 1, 1),)),
        ("from __future__ import annotations", (Import("__future__", "annotations", "", 0, 1),)),
        ("import a . b", (Import("a.b", "", "", 0, 1),)),
    ],
)
def test_imports(source: str, facts: Block) -> None:
    assert statements(source) == facts


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("pass", ()),
        ("global a", (Do(Unary("global", A), 1),)),
        ("global a, b", (Do(Unary("global", A), 1), Do(Unary("global", B), 1))),
        ("nonlocal a", ()),
        ("return", (Return(None, 1),)),
        ("return a, b", (Return(Sequence("tuple", (A, B)), 1),)),
        ("raise", (Raise(None, 1),)),
        ("raise a", (Raise(A, 1),)),
        ("raise a from b", (Raise(A, 1),)),
        ("raise a from f()", (do(F, 1), Raise(A, 1))),
        ("raise a, 'b'", (Raise(Sequence("tuple", (A, Text("b", 1))), 1),)),
        ("del a", (Do(Opaque("del", (A,)), 1),)),
        ("del a[b], c", (Do(Opaque("del", (Index(A, (B,)), C)), 1),)),
        ("print 'a', b", (Do(Opaque("print_statement", (Text("a", 1), B)), 1),)),
        ("exec 'a' in b", (Do(Opaque("exec_statement", (Text("a", 1), B)), 1),)),
    ],
)
def test_simple_statements(source: str, facts: Block) -> None:
    assert statements(source) == facts


def test_an_assertion_is_a_branch_that_raises() -> None:
    assert statement("assert a, 'b'") == If(
        Unary("not", A), (Raise(Call(Name("AssertionError"), (Argument(Text("b", 1)),), 1), 1),), (), 1
    )
    assert statement("assert a") == If(Unary("not", A), (Raise(Call(Name("AssertionError"), (), 1), 1),), (), 1)


def test_branches_nest() -> None:
    source = "if a:\n f()\nelif b:\n pass\n# why\nelif c: x()\nelse:\n y()\n"
    last = If(C, (do(X, 6),), (do(Y, 8),), 6)
    assert statement(source) == If(A, (do(F, 2),), (If(B, (), (last,), 3),), 1)


def test_many_branches_are_cases_with_tests() -> None:
    fact = statement("if a: f()\n" + "elif b: x()\n" * 3000 + "else: y()\n")
    assert isinstance(fact, Switch)
    assert fact.subject == Constant(True)
    assert len(fact.cases) == 3002
    wildcard = (Name("_"),)
    assert fact.cases[0] == Case(wildcard, A, (do(F, 1),))
    assert fact.cases[3000] == Case(wildcard, B, (do(X, 3001),))
    assert fact.cases[3001] == Case(wildcard, None, (do(Y, 3002),))


def test_loops_are_followed_by_their_else() -> None:
    assert statements("for a in b:\n f()\nelse:\n x()\n") == (Loop(A, B, (do(F, 2),), 1), do(X, 4))
    assert statements("while a:\n break\nelse: x()\n") == (Loop(None, A, (Jump("break", 2),), 1), do(X, 3))
    assert statement("for a, b in c, d: continue") == Loop(
        Sequence("tuple", (A, B)), Sequence("tuple", (C, D)), (Jump("continue", 1),), 1
    )
    assert statement("async for a in b: pass") == Loop(A, B, (), 1)


def test_with() -> None:
    assert statement("with a: f()") == With(((A, None),), (do(F, 1),), 1)
    assert statement("with a as b, c: pass") == With(((A, B), (C, None)), (), 1)
    assert statement("with (a as b,\n c as d): pass") == With(((A, B), (C, D)), (), 1)
    assert statement("async with f() as (a, b): pass") == With(((Call(F, (), 1), Sequence("tuple", (A, B))),), (), 1)


def test_try_has_its_else_at_the_end_of_its_body() -> None:
    source = "try:\n a()\nexcept (x, y) as b:\n c()\nexcept: pass\nelse:\n d()\nfinally:\n f()\n"
    assert statement(source) == Try(
        (do(A, 2), do(D, 7)),
        (Handler(Sequence("tuple", (X, Y)), "b", (do(C, 4),)), Handler(None, "", ())),
        (do(F, 9),),
        1,
    )


def test_newer_handlers() -> None:
    assert statement("try: f()\nexcept* a as b: pass") == Try((do(F, 1),), (Handler(A, "b", ()),), (), 1)
    both = Sequence("tuple", (A, B))
    assert statement("try: f()\nexcept a, b: pass") == Try((do(F, 1),), (Handler(both, "", ()),), (), 1)


@pytest.mark.parametrize(
    ("pattern", "case"),
    [
        ("1", Case((ONE,), None, ())),
        ("-1", Case((Unary("-", ONE),), None, ())),
        ("'a' | b'b'", Case((Text("a", 2), Text("b", 2)), None, ())),
        ("None | True", Case((NONE, Constant(True)), None, ())),
        ("_", Case((Name("_"),), None, ())),
        ("a if b", Case((A,), B, ())),
        ("a.b", Case((Attr(A, "b"),), None, ())),
        ("a, *_", Case((Sequence("tuple", (A, Unary("*", Name("_")))),), None, ())),
        ("[a, _]", Case((Sequence("list", (A, Name("_"))),), None, ())),
        ("(a, [b])", Case((Sequence("tuple", (A, Sequence("list", (B,)))),), None, ())),
        ("(a,)", Case((Sequence("tuple", (A,)),), None, ())),
        ("(a)", Case((A,), None, ())),
        ("[1 | 2 | a]", Case((Sequence("list", (Binary("|", Binary("|", ONE, TWO), A),)),), None, ())),
        ("{'a': b, **c}", Case((Mapping(((Text("a", 2), B), (NONE, Unary("**", C)))),), None, ())),
        ("{-1: _}", Case((Mapping(((Unary("-", ONE), Name("_")),)),), None, ())),
        ("a() as b", Case((Binary("as", Opaque("class_pattern", (A,)), B),), None, ())),
        (
            "a.b(c, x=1)",
            Case((Opaque("class_pattern", (Attr(A, "b"), C, Opaque("keyword_pattern", (X, ONE)))),), None, ()),
        ),
    ],
)
def test_patterns(pattern: str, case: Case) -> None:
    assert statement(f"match x:\n case {pattern}: pass\n") == Switch(X, (case,), 1)


def test_match() -> None:
    assert statement("match a, b:\n case 1:\n  f()\n # why\n case _: pass\n") == Switch(
        Sequence("tuple", (A, B)), (Case((ONE,), None, (do(F, 3),)), Case((Name("_"),), None, ())), 1
    )


@pytest.mark.parametrize(
    ("source", "comments"),
    [
        ("# assay: ignore AP001", (Comment("assay: ignore AP001", 1),)),
        ("a = 1  # see assay for why", (Comment("see assay for why", 1),)),
        ("\n#@public\n", (Comment("@public", 2),)),
        ("f(a, #  @x\n b)", (Comment("@x", 1),)),
        ("a = '#'  # assay: été", (Comment("assay: été", 1),)),
        ("# an ordinary comment", ()),
        ("'# assay: no comment'", ()),
        ("'''\n# @text\n'''", ()),
    ],
)
def test_comments_that_may_matter_are_kept(source: str, comments: tuple[Comment, ...]) -> None:
    assert read(source).comments == comments


@pytest.mark.parametrize(
    "source",
    [
        b"a = 'caf\xc3\xa9'\n",
        b"\xef\xbb\xbfa = 'caf\xc3\xa9'\n",
        b"# -*- coding: latin-1 -*-\na = 'caf\xe9'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\na = 'caf\xe9'\n",
    ],
)
def test_the_encoding_of_a_file_is_understood(source: bytes) -> None:
    file = extract("a.py", source)
    assert isinstance(file, File)
    (assigned,) = file.body
    assert isinstance(assigned, Assign)
    assert assigned.value == Text("café", assigned.line)


def test_line_ends_of_other_systems_are_line_ends() -> None:
    facts: tuple[Stmt, ...] = (Assign(A, Text("x\ny", 1), 1), do(F, 3))
    assert statements("a = '''x\r\ny'''\r\nf()\r\n") == facts
    assert statements("a = '''x\ry'''\rf()\r") == facts
