"""What stands in a C# type, and its facts: methods, constructors, fields, properties, events, extension blocks."""

import pytest
from tests.source.languages.csharp_reading import (
    INT,
    STRING,
    VOID,
    A,
    B,
    X,
    function,
    functions,
    members,
    type_of,
    whole,
)

from assay.source.facts import (
    Annotation,
    Argument,
    Assign,
    Attr,
    Binary,
    Block,
    Call,
    Constant,
    Define,
    Do,
    Expr,
    Function,
    Index,
    Name,
    Number,
    Parameter,
    Raise,
    Return,
    Sequence,
    Unary,
)

ONE = Number("1")
VALUE = Parameter("value", INT)


def test_a_method_has_everything_that_it_is_written_with() -> None:
    source = "[A] public static async Task<int> Run<T>([B] int a, ref int b, params string[] c) where T : class { return 1; }"
    assert function(source) == Function(
        "Run",
        (
            Parameter("a", INT, annotations=(Annotation(Name("B"), 1),)),
            Parameter("b", INT, None, "ref"),
            Parameter("c", Index(Name("[]"), (STRING,)), None, "params"),
        ),
        (Return(ONE, 1),),
        1,
        1,
        Index(Name("Task"), (INT,)),
        (Annotation(Name("A"), 1),),
        ("async", "public", "static"),
        ("T",),
    )


@pytest.mark.parametrize(
    ("source", "parameter"),
    [
        ("int a", Parameter("a", INT)),
        ("int a = 1", Parameter("a", INT, ONE)),
        ("this int a", Parameter("a", INT, None, "this")),
        ("this ref int a", Parameter("a", INT, None, "this")),
        ("ref readonly int a", Parameter("a", INT, None, "ref")),
        ("out int a", Parameter("a", INT, None, "out")),
        ("in int a", Parameter("a", INT, None, "in")),
        ("scoped ref int a", Parameter("a", INT, None, "ref")),
        ("params List<int> a", Parameter("a", Index(Name("List"), (INT,)), None, "params")),
        ("[A(1)] params int[] a", None),
        ("int? a = null", Parameter("a", Unary("?", INT), Constant(None))),
        ("(int, string) a", Parameter("a", Sequence("tuple", (INT, STRING)))),
        ("/* why */ int a", Parameter("a", INT)),
        ("int @class", Parameter("class", INT)),
    ],
)
def test_parameters(source: str, parameter: Parameter | None) -> None:
    attribute = Annotation(Call(Name("A"), (Argument(ONE),), 1), 1)
    expected = parameter or Parameter("a", Index(Name("[]"), (INT,)), None, "params", (attribute,))
    assert function(f"void M({source}) {{ }}").parameters == (expected,)


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("void M();", None),
        ("void M() { }", ()),
        ("int M() => 1;", (Return(ONE, 1),)),
        ("C M() => this;", (Return(Name("this"), 1),)),
        ("int M() => throw a;", (Raise(A, 1),)),
        ("int M() => a = b;", (Return(Binary(":=", A, B), 1),)),
    ],
)
def test_bodies_of_methods(source: str, body: Block | None) -> None:
    assert function(source).body == body


def test_a_method_may_implement_an_interface_explicitly() -> None:
    assert function("void IRun<int>.Go() { }").explicit_interface == Index(Name("IRun"), (INT,))


def test_a_constructor_calls_its_base_first() -> None:
    first, second, third = functions(
        "public Holder(int x) : base(x) { a(); } Holder() : this(1) { } static Holder() { }"
    )
    call = Do(Call(Name("base"), (Argument(X),), 1), 1)
    assert first == Function(
        ".ctor", (Parameter("x", INT),), (call, Do(Call(A, (), 1), 1)), 1, 1, modifiers=("public",)
    )
    assert second.body == (Do(Call(Name("this"), (Argument(ONE),), 1), 1),)
    assert (third.name, third.modifiers) == (".ctor", ("static",))


def test_a_partial_constructor_may_have_no_body() -> None:
    assert function("public partial Holder(int x);").body is None


def test_a_destructor_is_named_after_its_type() -> None:
    assert function("~Holder() { }").name == "~Holder"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("public static X operator +(X a, X b) => a;", "operator +"),
        ("public static bool operator ==(X a, X b) => a;", "operator =="),
        ("public static bool operator true(X a) => a;", "operator true"),
        ("public static implicit operator int(X a) => a;", "implicit operator"),
        ("public static explicit operator int(X a) { return a; }", "explicit operator"),
        ("public void operator +=(int a) { }", "operator +="),
    ],
)
def test_operators_are_functions(source: str, name: str) -> None:
    assert function(source).name == name


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("int a;", (Assign(A, None, 1, INT),)),
        ("private readonly int a = 1, b;", None),
        ("const int a = 1;", (Assign(A, ONE, 1, INT, "=", ("const",)),)),
        ("public event Action a;", (Assign(A, None, 1, Name("Action"), "=", ("event", "public")),)),
        ("fixed int a[2];", (Assign(A, None, 1, INT, "=", ("fixed",)),)),
        ("[X] int a;", (Assign(A, None, 1, INT, annotations=(Annotation(Name("X"), 1),)),)),
    ],
)
def test_fields(source: str, facts: Block | None) -> None:
    words = ("private", "readonly")
    assert members(source) == (facts or (Assign(A, ONE, 1, INT, "=", words), Assign(B, None, 1, INT, "=", words)))


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("int a { get; }", None, ("property",)),
        ("int a { get; set; }", None, ("property", "setter")),
        ("int a { get; init; }", None, ("property", "setter")),
        ("int a { get; private set; }", None, ("property",)),
        ("int a { get; protected internal set; } = 1;", ONE, ("property",)),
        ("public required int a { get; set; } = 1;", ONE, ("property", "public", "required", "setter")),
        ("public int a => b;", B, ("getter", "property", "public")),
        ("public int a { get; } = this;", Name("this"), ("property", "public")),
        ("public abstract int a { get; set; }", None, ("abstract", "property", "public", "setter")),
        ("int a /* why */ { get; /* why */ }", None, ("property",)),
    ],
)
def test_a_property_without_bodies_is_an_assignment(source: str, value: Expr | None, words: tuple[str, ...]) -> None:
    assert members(source) == (Assign(A, value, 1, INT, "=", words),)


def test_accessors_with_bodies_are_functions() -> None:
    getter, setter = functions("[A] public int a { get { return b; } [B] private set => b = value; }")
    first, second = Annotation(Name("A"), 1), Annotation(Name("B"), 1)
    words = ("private", "property", "public", "setter")
    assign = Return(Binary(":=", B, Name("value")), 1)
    assert getter == Function("a", (), (Return(B, 1),), 1, 1, INT, (first,), ("getter", "property", "public"))
    assert setter == Function("a", (VALUE,), (assign,), 1, 1, None, (first, second), words)


def test_a_property_with_a_hidden_field_is_stored_too() -> None:
    found = members("public int a { get; set => field = value; } = 1;")
    assert isinstance(found[0], Define)
    assert found[0].function.modifiers == ("property", "public", "setter")
    assert found[1] == Assign(A, ONE, 1, INT, "=", ("property", "public"))


def test_indexers_are_functions() -> None:
    one, getter, setter, bare = functions(
        "int this[int x] => 1; int this[string x] { get { return 1; } set { } } int this[bool x] { get; }"
    )
    assert one == Function("this[]", (Parameter("x", INT),), (Return(ONE, 1),), 1, 1, INT, (), ("getter", "property"))
    assert getter.parameters == (Parameter("x", STRING),)
    assert setter.parameters == (Parameter("x", STRING), VALUE)
    assert bare.body is None


def test_events_with_accessors_are_functions() -> None:
    add, remove = functions("event Action Changed { add { a(); } remove { } }")
    assert (add.name, add.modifiers) == ("Changed", ("add", "event"))
    assert (remove.body, remove.modifiers) == ((), ("event", "remove"))


def test_a_delegate_type_is_a_function_without_a_body() -> None:
    assert whole("public delegate int Run<T>(int x);").body == (
        Define(Function("Run", (Parameter("x", INT),), None, 1, 1, INT, (), ("delegate", "public"), ("T",))),
    )


def test_the_methods_of_an_extension_block_are_told_in_the_older_form() -> None:
    new = """static class Routes {
        // all of them
        extension<T>(IApp<T> app) where T : class
        {
            public void Map(int x) { app.Go(); }
            public static int Count() => 1;
            public bool IsEmpty => app.a;
        }
        extension(string) { public static int Zero() => 1; }
        public static void Old(this int x) { }
    }"""
    declared = type_of(new)
    receiver = Parameter("app", Index(Name("IApp"), (Name("T"),)), None, "this")
    go = Do(Call(Attr(Name("app"), "Go"), (), 5), 5)
    one, count, empty, zero, old = declared.body
    assert one == Define(
        Function("Map", (receiver, Parameter("x", INT)), (go,), 5, 5, VOID, (), ("public", "static"), ("T",))
    )
    assert isinstance(count, Define)
    assert (count.function.name, count.function.parameters) == ("Count", ())
    assert isinstance(empty, Assign)
    assert isinstance(zero, Define)
    assert (zero.function.name, zero.function.parameters) == ("Zero", ())
    assert isinstance(old, Define)
    assert old.function.parameters == (Parameter("x", INT, None, "this"),)


@pytest.mark.parametrize(
    "source",
    ["var x = extension(a);", "extension(a);", "void extension(int a) { }", 'var x = "\\n{ extension(A a) {";'],
)
def test_something_else_may_be_called_extension(source: str) -> None:
    (statement,) = whole(source).body
    assert "ext" in repr(statement)
    assert "class ext" not in repr(statement)
