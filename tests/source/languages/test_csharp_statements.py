"""Each form of a C# statement, and its facts."""

import pytest
from tests.source.languages.csharp_reading import INT, STRING, A, B, C, X, Y, function, statements

from assay.source.facts import (
    Annotation,
    Argument,
    Assign,
    Attr,
    Binary,
    Block,
    Call,
    Case,
    Constant,
    Define,
    Do,
    Function,
    Handler,
    If,
    Index,
    Jump,
    Loop,
    Name,
    New,
    Number,
    Opaque,
    Parameter,
    Raise,
    Return,
    Sequence,
    Switch,
    Try,
    Unary,
    With,
)

ONE, TWO = Number("1"), Number("2")


def run(name: str) -> Do:
    return Do(Call(Name(name), (), 1), 1)


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("a();", (run("a"),)),
        ("a(); ; b();", (run("a"), run("b"))),
        ("await a;", (Do(Unary("await", A), 1),)),
        ("a = b;", (Assign(A, B, 1),)),
        ("this.a = b;", (Assign(Attr(Name("this"), "a"), B, 1),)),
        ("a = this;", (Assign(A, Name("this"), 1),)),
        ("a = b = c;", (Assign(B, C, 1), Assign(A, B, 1))),
        ("a += 1;", (Assign(A, ONE, 1, None, "+="),)),
        ("a ??= b;", (Assign(A, B, 1, None, "??="),)),
        ("a[1] = b;", (Assign(Index(A, (ONE,)), B, 1),)),
        ("a?.b = c;", (Assign(Attr(A, "b"), C, 1),)),
        ("a?[1] += c;", (Assign(Index(A, (ONE,)), C, 1, None, "+="),)),
        ("a++;", (Assign(A, ONE, 1, None, "+="),)),
        ("--a;", (Assign(A, ONE, 1, None, "-="),)),
        ("(a, b) = c;", (Assign(Sequence("tuple", (A, B)), C, 1),)),
        ("(int a, var b) = c;", (Assign(Sequence("tuple", (A, B)), C, 1),)),
        ("(a, _) = c;", (Assign(Sequence("tuple", (A, Name("_"))), C, 1),)),
        ("var a = b;", (Assign(A, B, 1),)),
        ("var a = this;", (Assign(A, Name("this"), 1),)),
        ("var a = /* why */ b;", (Assign(A, B, 1),)),
        ("int a = 1, b;", (Assign(A, ONE, 1, INT), Assign(B, None, 1, INT))),
        ("const int a = 1;", (Assign(A, ONE, 1, INT),)),
        ("var (a, (b, _)) = c;", (Assign(Sequence("tuple", (A, Sequence("tuple", (B, Name("_"))))), C, 1),)),
        ("ref int a = ref b;", (Assign(A, B, 1, INT),)),
        ("using var a = b;", (With(((B, A),), (), 1),)),
        ("await using var a = b;", (With(((B, A),), (), 1),)),
        ("return;", (Return(None, 1),)),
        ("return a;", (Return(A, 1),)),
        ("return this;", (Return(Name("this"), 1),)),
        ("throw;", (Raise(None, 1),)),
        ("throw new E();", (Raise(New(Name("E"), (), (), 1), 1),)),
        ("yield return a;", (Do(Unary("yield", A), 1),)),
        ("yield break;", (Return(None, 1),)),
        ("goto a;", (Do(Opaque("goto_statement", (A,)), 1),)),
        ("a: b();", (run("b"),)),
        ("{ a(); { b(); } }", (run("a"), run("b"))),
        ("unsafe { a(); }", (run("a"),)),
        ("checked { a(); }", (run("a"),)),
    ],
)
def test_simple_statements(source: str, facts: Block) -> None:
    assert statements(source) == facts


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("if (a) b();", (If(A, (run("b"),), (), 1),)),
        ("if (a) { b(); } else { c(); }", (If(A, (run("b"),), (run("c"),), 1),)),
        (
            "if (a) b(); else if (x) c(); else y();",
            (If(A, (run("b"),), (If(X, (run("c"),), (run("y"),), 1),), 1),),
        ),
        ("while (a) b();", (Loop(None, A, (run("b"),), 1),)),
        ("do { b(); } while (a);", (Loop(None, A, (run("b"),), 1),)),
        ("foreach (var x in y) { b(); }", (Loop(X, Y, (run("b"),), 1),)),
        ("await foreach (var x in y) { break; }", (Loop(X, Y, (Jump("break", 1),), 1),)),
        ("foreach (var (a, b) in c) continue;", (Loop(Sequence("tuple", (A, B)), C, (Jump("continue", 1),), 1),)),
        ("foreach ((int a, var b) in c) { }", (Loop(Sequence("tuple", (A, B)), C, (), 1),)),
        (
            "for (int a = 1; a < b; a++) c();",
            (
                Assign(A, ONE, 1, INT),
                Loop(None, Binary("<", A, B), (run("c"), Assign(A, ONE, 1, None, "+=")), 1),
            ),
        ),
        ("for (a = 1, b = 2; ; ) { }", (Assign(A, ONE, 1), Assign(B, TWO, 1), Loop(None, Constant(value=True), (), 1))),
        ("using (var a = b) c();", (With(((B, A),), (run("c"),), 1),)),
        ("using (a) { c(); }", (With(((A, None),), (run("c"),), 1),)),
        ("lock (this) { c(); }", (With(((Name("this"), None),), (run("c"),), 1),)),
        ("lock (a) c();", (With(((A, None),), (run("c"),), 1),)),
        ("fixed (int* a = &b) { c(); }", (Assign(A, Unary("&", B), 1, Unary("*", INT)), run("c"))),
    ],
)
def test_compound_statements(source: str, facts: Block) -> None:
    assert statements(source) == facts


def test_a_try_has_handlers_and_an_end() -> None:
    source = "try { a(); } catch (E error) { b(); } catch { throw; } finally { c(); }"
    handlers = (Handler(Name("E"), "error", (run("b"),)), Handler(None, "", (Raise(None, 1),)))
    assert statements(source) == (Try((run("a"),), handlers, (run("c"),), 1),)


def test_a_filtered_handler_raises_again_when_its_test_fails() -> None:
    choice = If(X, (run("b"),), (Raise(None, 1),), 1)
    assert statements("try { } catch (E) when (x) { b(); }") == (Try((), (Handler(Name("E"), "", (choice,)),), (), 1),)


def test_labels_of_a_switch_share_a_body() -> None:
    source = "switch (x) { case 1: case > 2: a(); break; case string s when y: return; default: b(); break; }"
    cases = (
        Case((ONE, Unary(">", TWO)), None, (run("a"), Jump("break", 1))),
        Case((Binary(":=", Name("s"), STRING),), Y, (Return(None, 1),)),
        Case((Name("_"),), None, (run("b"), Jump("break", 1))),
    )
    assert statements(source) == (Switch(X, cases, 1),)


def test_a_label_with_a_guard_is_a_case_of_its_own() -> None:
    source = "switch (x) { case 1 when y: case 2: a(); break; }"
    body = (run("a"), Jump("break", 1))
    assert statements(source) == (Switch(X, (Case((TWO,), None, body), Case((ONE,), Y, body)), 1),)


def test_a_switch_on_a_tuple_needs_no_brackets() -> None:
    (statement,) = statements("switch (x, y) { case (1, 2): break; }")
    assert isinstance(statement, Switch)
    assert statement.subject == Sequence("tuple", (X, Y))
    assert statement.cases[0].patterns == (Sequence("tuple", (ONE, TWO)),)


def test_a_local_function_is_defined_in_its_place() -> None:
    source = "[A] static async Task<int> Twice<T>(int x) where T : class => await y; a();"
    defined = Function(
        "Twice",
        (Parameter("x", INT),),
        (Return(Unary("await", Y), 1),),
        1,
        1,
        Index(Name("Task"), (INT,)),
        (Annotation(Name("A"), 1),),
        ("async", "static"),
        ("T",),
    )
    assert statements(source) == (Define(defined), run("a"))


def test_a_function_that_yields_is_an_iterator_and_one_around_it_is_not() -> None:
    outer = function("IEnumerable<int> Outer() { IEnumerable<int> Inner() { yield return 1; } return Inner(); }")
    assert outer.modifiers == ()
    assert outer.body is not None
    assert isinstance(outer.body[0], Define)
    assert outer.body[0].function.modifiers == ("iterator",)


def test_comments_and_regions_leave_no_trace() -> None:
    source = """
        // before
        #region one
        a(/* inside */);
        #endregion
        #pragma warning disable
        if (x) // after
        { // more
            b(); }
    """
    inner = Do(Call(Name("b"), (), 9), 9)
    assert statements(source) == (Do(Call(A, (), 4), 4), If(X, (inner,), (), 7))


def test_an_out_variable_is_an_ordinary_name() -> None:
    (statement,) = statements("if (a.TryGet(x, out var y)) b();")
    test = Call(Attr(A, "TryGet"), (Argument(X), Argument(Y)), 1)
    assert statement == If(test, (run("b"),), (), 1)
