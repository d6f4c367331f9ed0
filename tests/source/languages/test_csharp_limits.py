"""What a C# file may hold that is broken, newer than the grammar, very long or hostile: the rest is read, nothing crashes."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.source.languages.csharp_reading import A, B, C, read, statements, whole

from assay.source.facts import (
    Argument,
    Assign,
    Attr,
    Binary,
    Call,
    Conditional,
    Declare,
    Define,
    Do,
    Expr,
    File,
    If,
    Name,
    Number,
    Opaque,
    Return,
    Stmt,
    Switch,
    Unread,
)
from assay.source.languages.csharp import extract
from assay.source.languages.parse import UNTIMED, Unreadable

ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(File)

CONTROLLER = """using A.B;
namespace Shop;
[ApiController, Route("api/[controller]")]
public class OrdersController(IOrders orders) : ControllerBase
{
    private readonly ILogger<OrdersController> _log = null!;
    public string Name { get; set; } = $"{nameof(Name)} {1:N2}";
    [HttpGet("{id:int}")]
    public async Task<ActionResult<Order?>> Get([FromRoute] int id, CancellationToken token = default)
    {
        var found = await orders.Where(o => o.Id == id && o is { IsOpen: true }).ToListAsync(token);
        if (found is not [var first, ..]) return NotFound();
        foreach (var (key, value) in first.Lines) { _log?.LogInformation("{Key} {Value}", key, value!); }
#if DEBUG
        Check(first);
#else
        first.Total += 1;
#endif
        return first switch { { IsPaid: true } => Ok(first), _ => throw new InvalidOperationException() };
    }
    [HttpPost]
    public IActionResult Post(Order order) { return new OkObjectResult(new { order.Id, Lines = new[] { 1, 2 } }); }
}
"""


def in_method(source: str) -> str:
    return "class Holder { void Run() { " + source + " } }"


def is_same_after_storing(file: File) -> bool:
    return DECODER.decode(ENCODER.encode(file)) == file


def method_names(file: File) -> list[str]:
    """The names of all methods of all types."""
    names: list[str] = []
    waiting: list[Stmt] = list(file.body)
    while waiting:
        statement = waiting.pop(0)
        if isinstance(statement, Declare):
            waiting = [*statement.type.body, *waiting]
        elif isinstance(statement, Define):
            names.append(statement.function.name)
            waiting = [*(statement.function.body or ()), *waiting]
    return names


# --- what is broken ----------------------------------------------------------------------------------------------


def test_a_broken_statement_does_not_hide_the_methods_around_it() -> None:
    file = read("class X {\n void One() { }\n void Two() { a b c d; e(); }\n void Three() { }\n}\n")
    assert method_names(file) == ["One", "Two", "Three"]
    assert file.unread == (Unread(3, 3),)


def test_a_type_that_is_cut_off_keeps_its_name_and_members() -> None:
    file = read("[A]\nclass X : Y {\n [B] void One() { }\n void Two() { run();\n")
    (declared,) = file.body
    assert isinstance(declared, Declare)
    assert (declared.type.name, declared.type.bases) == ("X", (Name("Y"),))
    assert method_names(file) == ["One", "Two"]
    assert file.unread


def test_a_stray_brace_does_not_hide_what_follows() -> None:
    file = read("class X { void One() { } } }\nclass Y { void Two() { } }\n")
    assert method_names(file) == ["One", "Two"]
    assert file.unread == (Unread(1, 1),)


def test_a_file_that_is_no_text_is_unreadable() -> None:
    assert extract("a.cs", b"MZ\0\0") == Unreadable("a.cs", "it holds NUL bytes, so it is not source text")


def test_a_file_that_takes_too_long_is_unreadable() -> None:
    outcome = extract("a.cs", b"int x = 1;" * 100_000, seconds=0.01)
    assert isinstance(outcome, Unreadable)
    assert "gave up" in outcome.reason


def test_an_empty_file_has_no_facts() -> None:
    assert extract("a.cs", b"") == File("a.cs", "csharp", ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_and_line_ends_change_nothing(encoding: str) -> None:
    source = 'class X\n{\n    string Ä() => "ö";\n}\n'
    plain = extract("a.cs", source.encode())
    assert extract("a.cs", source.replace("\n", "\r\n").encode(encoding)) == plain


# --- `#if` where the grammar does not know it --------------------------------------------------------------------


def test_a_condition_inside_a_chain_keeps_every_call_and_says_so() -> None:
    source = "a()\n#if X\n.b()\n#else\n.c()\n#endif\n.d();\ne();\n"
    file = read(source)
    chain: Expr = Call(A, (), 1)
    for name, line in (("b", 3), ("c", 5), ("d", 7)):
        chain = Call(Attr(chain, name), (), line)
    assert file.body == (Do(chain, 1), Do(Call(Name("e"), (), 8), 8))
    assert file.unread == (Unread(2, 6),)


def test_a_condition_around_the_head_of_a_type_keeps_one_of_both() -> None:
    file = read("#if X\nclass Y : B {\n#else\nclass Y : C {\n#endif\n    void M() { }\n}\nclass Z { }\n")
    declared = [one.type for one in file.body if isinstance(one, Declare)]
    assert [one.name for one in declared] == ["Y", "Z"]
    assert method_names(file) == ["M"]
    assert file.unread == (Unread(1, 5),)


def test_a_condition_in_an_enum_keeps_its_members() -> None:
    file = read("enum E {\n#if X\na,\n#endif\nb }\n")
    (declared,) = file.body
    assert isinstance(declared, Declare)
    assert [one.target for one in declared.type.body if isinstance(one, Assign)] == [A, B]


def test_a_condition_around_an_argument_is_a_choice() -> None:
    (statement,) = statements("a(\n#if X\nb\n#else\nc\n#endif\n);")
    choice = Conditional(Opaque("preproc", (Name("X"),)), B, C)
    assert statement == Do(Call(A, (Argument(choice),), 1), 1)


def test_a_condition_around_statements_is_a_choice() -> None:
    (statement,) = statements("#if X == true || !Y\na();\n#endif\n")
    assert isinstance(statement, If)
    assert isinstance(statement.test, Opaque)
    assert statement.then == (Do(Call(A, (), 2), 2),)


# --- what is newer than the grammar ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "a?.b = c;",
        "a?.b += c;",
        "var f = (x, out y) => x;",
        "var f = (in int x) => x;",
        "var f = (scoped ref readonly int x) => x;",
        "if (a is [1, .. var rest, 2]) { }",
        "if (a is [.., 2]) { }",
        "class X<T> where T : allows ref struct { }",
        "class X { public void operator +=(int x) { } public void operator ++() { } }",
        "#!/usr/bin/env dotnet\n#:package A@1.0\na();",
        "class X { public int P { get => field; set => field = value; } }",
        "partial class X { partial X(int x); partial event Action E; }",
        "var x = nameof(List<>);",
        "static class X { extension(Y y) { void M() { } } }",
        "static class X\n{\n    // c\n    extension(\n        ref Y y)\n    { void M() { } }\n}",
        'static class X { extension([A(")")] Y y) { void M() { } } }',
        'var x = "\\e";',
        'var x = $@"a ""{b}"" c"; var y = @$"UPDATE t SET a = ""{b.C}"", d = ""{e}""";',
        "class X { int P { get; } = 1; required int Q { get; init; } }",
    ],
)
def test_newer_syntax_is_read_whole(source: str) -> None:
    assert whole(source).body


# --- what is very long or very deep ------------------------------------------------------------------------------


def depth_of(fact: object) -> int:
    """How deeply facts nest, counting tuples too."""
    deepest, waiting = 0, [(fact, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        parts = one if isinstance(one, tuple) else ()
        if isinstance(one, msgspec.Struct):
            parts = tuple(getattr(one, name) for name in one.__struct_fields__)
        waiting.extend((part, depth + 1) for part in parts)
    return deepest


def calls_in(fact: object) -> int:
    """How many calls a fact holds."""
    count, waiting = 0, [fact]
    while waiting:
        one = waiting.pop()
        count += isinstance(one, Call)
        if isinstance(one, tuple):
            waiting.extend(one)
        elif isinstance(one, msgspec.Struct):
            waiting.extend(getattr(one, name) for name in one.__struct_fields__)
    return count


def test_a_chain_of_two_thousand_calls_loses_none() -> None:
    file = whole(in_method("x" + "\n.Run(y)" * 2000 + ";"))
    assert calls_in(file.body) == 2000
    assert depth_of(file) < 400
    assert is_same_after_storing(file)


def test_a_sum_of_five_thousand_terms_loses_none() -> None:
    file = whole(in_method("x = f()" + " + f()" * 5000 + ";"))
    assert calls_in(file.body) == 5001
    assert depth_of(file) < 400
    assert is_same_after_storing(file)


def test_three_thousand_branches_lose_none() -> None:
    file = whole("if (a()) b();" + " else if (a()) b();" * 3000 + " else c();")
    assert calls_in(file.body) == 6003
    assert depth_of(file) < 400
    assert is_same_after_storing(file)


def test_the_end_of_a_long_row_of_branches_is_a_switch_on_tests() -> None:
    (statement,) = statements("if (a) b();" + " else if (a) b();" * 100 + " else c();")
    while isinstance(statement, If):
        (statement,) = statement.other
    assert isinstance(statement, Switch)
    assert statement.cases[0].patterns == (Name("_"),)
    assert statement.cases[0].test == A
    assert statement.cases[-1].test is None
    assert statement.cases[-1].body == (Do(Call(C, (), 1), 1),)


DEEP = {
    "brackets": ("x = ", "(", "1", ")", ";"),
    "sums in brackets": ("x = ", "(1 + ", "1", ")", ";"),
    "blocks": ("", "{", "a();", "}", ""),
    "ifs": ("", "if (a) ", "b();", "", ""),
    "elses": ("", "if (a) b(); else { ", "c();", "}", ""),
    "calls": ("", "f(", "1", ")", ";"),
    "chained calls": ("", "a.f(b).g(", "1", ")", ";"),
    "choices": ("x = ", "a ? b : ", "c", "", ";"),
    "signs": ("x = ", "!", "a", "", ";"),
    "awaits": ("x = ", "await ", "a", "", ";"),
    "casts": ("x = ", "(int)", "a", "", ";"),
    "assignments": ("", "a = ", "b", "", ";"),
    "lambdas": ("x = ", "x => ", "a", "", ";"),
    "lambdas with blocks": ("x = ", "x => { return ", "a", ";}", ";"),
    "anonymous methods": ("x = ", "delegate { return ", "a", ";}", ";"),
    "objects": ("x = ", "new A { B = ", "1", "}", ";"),
    "initialisers": ("x = new A ", "{", "1", "}", ";"),
    "collections": ("x = ", "[", "1", "]", ";"),
    "subscripts": ("x = ", "a[", "1", "]", ";"),
    "rows of subscripts": ("x = a", "[1]", "", "", ";"),
    "types": ("", "A<", "int", ">", " x;"),
    "arrays": ("int", "[]", "", "", " x;"),
    "classes": ("}} ", "class A {", "", "}", " class B { void C() {"),
    "namespaces": ("}} ", "namespace A {", "", "}", " class B { void C() {"),
    "local functions": ("", "void F() {", "", "}", ""),
    "switches": ("", "switch (a) { case 1: ", "b();", "}", ""),
    "switch expressions": ("x = ", "a switch { _ => ", "1", "}", ";"),
    "patterns": ("x = a is ", "{ B: ", "1", "}", ";"),
    "negations": ("x = a is ", "not ", "1", "", ";"),
    "alternatives": ("x = a is 1", " or 2", "", "", ";"),
    "list patterns": ("x = a is ", "[", "1", "]", ";"),
    "tuples": ("x = ", "(1, ", "1", ")", ";"),
    "tries": ("", "try { ", "a();", "} finally { }", ""),
    "loops": ("", "while (a) ", "b();", "", ""),
    "foreaches": ("", "foreach (var a in b) ", "c();", "", ""),
    "usings": ("", "using (a) ", "b();", "", ""),
    "conditions": ("\n", "\n#if A\n", "a();", "\n#endif\n", ""),
    "copies": ("x = a", " with { B = 1 }", "", "", ";"),
    "tests": ("x = a", " as B", "", "", ";"),
    "certainties": ("x = a", "!.b()", "", "", ";"),
    "ranges": ("x = ", "a..", "b", "", ";"),
    "open brackets": ("x = ", "(", "", "", ""),
    "open braces": ("", "{", "", "", ""),
}


@pytest.mark.parametrize("form", DEEP)
def test_deep_nesting_neither_crashes_nor_makes_deep_facts(form: str) -> None:
    before, opening, core, closing, after = DEEP[form]
    file = read(in_method(before + opening * 2000 + core + closing * 2000 + after))
    assert depth_of(file) < 600
    assert is_same_after_storing(file)


def test_what_is_too_deep_is_said_to_be_unread() -> None:
    file = read("x = 1;\ny = " + "f(" * 500 + "1" + ")" * 500 + ";\n")
    assert file.unread == (Unread(2, 2),)
    assert file.body[0] == Assign(Name("x"), Number("1"), 1)


def test_ordinary_nesting_is_kept_whole() -> None:
    source = "x = " + "f(" * 50 + "1" + ")" * 50 + ";"
    assert calls_in(whole(source).body) == 50


# --- anything at all ---------------------------------------------------------------------------------------------


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_an_outcome(source: bytes) -> None:
    outcome = extract("a.cs", source)
    assert isinstance(outcome, Unreadable) or is_same_after_storing(outcome)


FRAGMENTS = (
    "class X {", "}", "(", ")", "[", "]", "<", ">", "=>", "=", ";", ",", ".", "?.", "!", "?", ":", "::", "$\"{", "}\"", '"', "'", "@",
    '"""', "#if A\n", "\n#else\n", "\n#endif\n", "//", "/*", "*/", "new", "this", "base", "is", "not", "switch", "case", "default",
    "await", "async", "static", "public", "int", "var", "x", "1", "extension(A a) {", "from a in b", "select", "where", "with", "ref",
    "out", "params", "get;", "set", "record", "namespace A", "using", "return", "throw", "if (", "else", "for (;;)", "foreach (", "in",
    "try {", "catch", "when", "finally", "lock", "yield", "goto", "..", "[A(", "operator +", "event", "delegate", "stackalloc", "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_words_give_facts(words: list[str]) -> None:
    for bodies in (True, False):
        assert is_same_after_storing(read(" ".join(words), bodies=bodies))


@given(
    st.integers(0, len(CONTROLLER)), st.integers(0, len(CONTROLLER)), st.lists(st.sampled_from(FRAGMENTS), max_size=4)
)
@settings(max_examples=200, deadline=None)
def test_any_change_of_a_valid_source_gives_facts(start: int, end: int, words: list[str]) -> None:
    file = read(CONTROLLER[:start] + " ".join(words) + CONTROLLER[end:])
    assert is_same_after_storing(file)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30))
@settings(max_examples=50, deadline=None)
def test_what_was_read_before_changes_nothing(words: list[str]) -> None:
    source = " ".join(words)
    first = read(CONTROLLER)
    again = read(source)
    assert read(CONTROLLER) == first
    assert read(source) == again


def test_the_valid_source_is_read_whole() -> None:
    file = whole(CONTROLLER)
    assert method_names(file) == [".ctor", "Get", "Post"]
    assert isinstance(file.body[1], Declare)
    post = file.body[1].type.body[-1]
    assert isinstance(post, Define)
    assert post.function.body is not None
    assert isinstance(post.function.body[0], Return)


def test_binary_operators_keep_their_order_in_a_row() -> None:
    (statement,) = statements("x = a + b - c;")
    assert isinstance(statement, Assign)
    assert statement.value == Binary("-", Binary("+", A, B), C)


def test_a_long_file_with_objects_of_an_unsaid_type_is_read() -> None:
    body = "class A { Task<Order> F() { return new(1); } " + "void G() { } " * (UNTIMED // 13 + 1) + "}"
    assert isinstance(read(body).body[0], Declare)
