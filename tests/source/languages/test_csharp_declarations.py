"""What stands in a C# file and its namespaces, and its facts: usings, types, attributes, conditions, comments."""

import pytest
from tests.source.languages.csharp_reading import (
    INT,
    STRING,
    A,
    B,
    C,
    X,
    function,
    members,
    read,
    type_of,
    whole,
)

from assay.source.facts import (
    Annotation,
    Argument,
    Assign,
    Attr,
    Block,
    Call,
    Comment,
    Constant,
    Declare,
    Define,
    Do,
    Expr,
    Function,
    If,
    Import,
    Index,
    Lambda,
    Name,
    Number,
    Parameter,
    Text,
    Type,
    Unary,
)

ONE, TWO = Number("1"), Number("2")
VALUE = Parameter("value", INT)


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("using System;", Import("System", "*", "", 0, 1)),
        ("using A.B;", Import("A.B", "*", "", 0, 1)),
        ("using static A.B;", Import("A.B", "*", "", 0, 1, is_static=True)),
        ("global using A.B;", Import("A.B", "*", "", 0, 1, is_global=True)),
        ("global using static A.B;", Import("A.B", "*", "", 0, 1, is_static=True, is_global=True)),
        ("using X = A.B;", Import("A.B", "", "X", 0, 1)),
        ("using X = A.List<int>;", Import("A.List<int>", "", "X", 0, 1)),
        ("using Point = (int X, int Y);", Import("(int X, int Y)", "", "Point", 0, 1)),
        ("using unsafe P = int*;", Import("int*", "", "P", 0, 1)),
        ("using global::A.B;", Import("A.B", "*", "", 0, 1)),
    ],
)
def test_usings(source: str, fact: Import) -> None:
    assert whole(source).body == (fact,)


def test_an_extern_alias_says_nothing() -> None:
    assert whole("extern alias Old;").body == ()


def names(block: Block) -> list[tuple[str, tuple[str, ...], str]]:
    """(namespace, outer types, name) of each type, inner ones after their outer one."""
    found = []
    for statement in block:
        if isinstance(statement, Declare):
            found.append((statement.type.namespace, statement.type.outer, statement.type.name))
            found.extend(names(statement.type.body))
    return found


def test_types_come_out_of_their_namespaces() -> None:
    source = "namespace A.B { class C { class D { enum E { } } } namespace X { struct Y { } } } interface Z { }"
    assert names(whole(source).body) == [
        ("A.B", (), "C"),
        ("A.B", ("C",), "D"),
        ("A.B", ("C", "D"), "E"),
        ("A.B.X", (), "Y"),
        ("", (), "Z"),
    ]


def test_a_file_has_one_namespace() -> None:
    assert names(whole("using S; namespace A.B; class C { } class D { }").body) == [("A.B", (), "C"), ("A.B", (), "D")]


def test_usings_in_a_namespace_come_out_too() -> None:
    assert whole("namespace A { using B; }").body == (Import("B", "*", "", 0, 1),)


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("class A { }", Type("A", "class", (), (), 1, 1)),
        ("class A;", Type("A", "class", (), (), 1, 1)),
        ("interface A<in T> : B { }", Type("A", "interface", (Name("B"),), (), 1, 1, type_parameters=("T",))),
        ("struct A { }", Type("A", "struct", (), (), 1, 1)),
        ("readonly ref struct A { }", Type("A", "struct", (), (), 1, 1, modifiers=("readonly",))),
        ("record A { }", Type("A", "record", (), (), 1, 1)),
        ("record class A { }", Type("A", "record", (), (), 1, 1)),
        ("record struct A { }", Type("A", "record", (), (), 1, 1, modifiers=("struct",))),
        (
            "public sealed partial class A<T, U> : B<T>, C.D where T : B, new() where U : class? { }",
            Type(
                "A",
                "class",
                (Index(Name("B"), (Name("T"),)), Attr(Name("C"), "D")),
                (),
                1,
                1,
                modifiers=("partial", "public", "sealed"),
                type_parameters=("T", "U"),
            ),
        ),
        ("file class A { }", Type("A", "class", (), (), 1, 1, modifiers=("file",))),
        ("class A<T> where T : allows ref struct { }", Type("A", "class", (), (), 1, 1, type_parameters=("T",))),
        (
            "enum A : byte { x, [B] c = 1, }",
            Type(
                "A",
                "enum",
                (Name("byte"),),
                (Assign(X, None, 1), Assign(C, ONE, 1, annotations=(Annotation(Name("B"), 1),))),
                1,
                1,
            ),
        ),
    ],
)
def test_types(source: str, fact: Type) -> None:
    assert type_of(source) == fact


def test_the_line_of_a_type_is_that_of_its_name() -> None:
    declared = type_of("\n[A]\npublic class B\n{\n}\n")
    assert (declared.line, declared.end_line, declared.annotations) == (3, 5, (Annotation(Name("A"), 2),))


def test_a_primary_constructor_is_a_constructor() -> None:
    declared = type_of("class A(int x, [B] string y = null) { }")
    given = (Parameter("x", INT), Parameter("y", STRING, Constant(None), annotations=(Annotation(Name("B"), 1),)))
    assert declared.body == (Define(Function(".ctor", given, (), 1, 1, modifiers=("primary",))),)


@pytest.mark.parametrize("source", ["class A(int x) : B(x), C { }", "record A(int x) : B(x), C;"])
def test_a_primary_constructor_calls_that_of_its_base(source: str) -> None:
    declared = type_of(source)
    base = Do(Call(Name("base"), (Argument(X),), 1), 1)
    assert declared.bases == (Name("B"), Name("C"))
    assert declared.body == (Define(Function(".ctor", (Parameter("x", INT),), (base,), 1, 1, modifiers=("primary",))),)


@pytest.mark.parametrize(
    ("source", "annotations"),
    [
        ("[A]", [Name("A")]),
        ("[A, B.C]", [Name("A"), Attr(Name("B"), "C")]),
        ("[A][B]", [Name("A"), Name("B")]),
        ("[A()]", [Call(Name("A"), (), 1)]),
        ("[A<int>]", [Index(Name("A"), (INT,))]),
        (
            '[A("x", Name = "y", order: 1)]',
            [
                Call(
                    Name("A"),
                    (Argument(Text("x", 1)), Argument(Text("y", 1), "Name"), Argument(ONE, "order")),
                    1,
                )
            ],
        ),
        ("[A(typeof(B))]", [Call(Name("A"), (Argument(Unary("typeof", Name("B"))),), 1)]),
        ("[A(/* why */ 1)]", [Call(Name("A"), (Argument(ONE),), 1)]),
    ],
)
def test_attributes_come_in_order(source: str, annotations: list[Expr]) -> None:
    assert [one.value for one in type_of(f"{source} class X {{ }}").annotations] == annotations
    assert [one.value for one in function(f"{source} void M() {{ }}").annotations] == annotations


def test_an_attribute_may_have_a_target() -> None:
    (member,) = members("[field: A] [return: B] int x;")
    assert isinstance(member, Assign)
    assert member.annotations == (Annotation(Name("A"), 1, "field"), Annotation(Name("B"), 1, "return"))


def test_attributes_of_the_assembly_belong_to_the_file() -> None:
    file = whole("[assembly: A, B(1)]\n[module: C]\nclass X { }")
    assert file.annotations == (
        Annotation(Name("A"), 1, "assembly"),
        Annotation(Call(Name("B"), (Argument(ONE),), 1), 1, "assembly"),
        Annotation(Name("C"), 2, "module"),
    )


def test_both_branches_of_a_condition_among_members_are_kept() -> None:
    found = members("\n#if A\n[X] int a;\n#elif B\nint b;\n#else\nint c;\n#endif\n")
    assert [one.target for one in found if isinstance(one, Assign)] == [A, B, C]


def test_attributes_in_a_condition_are_kept() -> None:
    found = function("\n#if A\n[X]\n#else\n[Y(1)]\n#endif\n[Z]\nvoid M() { }")
    assert found.annotations == (
        Annotation(Name("X"), 3),
        Annotation(Call(Name("Y"), (Argument(ONE),), 5), 5),
        Annotation(Name("Z"), 7),
    )


def test_a_condition_on_top_level_hides_no_type_and_keeps_statements_apart() -> None:
    file = whole("#if A && !B\nusing S;\n[assembly: X]\na();\nclass T { }\n#elif C\nb();\n#else\nc();\n#endif\n")
    first, second, choice = file.body
    assert first == Import("S", "*", "", 0, 2)
    assert isinstance(second, Declare)
    assert file.annotations == (Annotation(Name("X"), 3, "assembly"),)
    assert isinstance(choice, If)
    assert choice.then == (Do(Call(A, (), 4), 4),)
    assert isinstance(choice.other[0], If)
    assert choice.other[0].then == (Do(Call(B, (), 7), 7),)
    assert choice.other[0].other == (Do(Call(C, (), 9), 9),)


def test_comments_that_may_matter_are_kept() -> None:
    source = """// assay: ignore[AP001]
        class A { // [Authorize]
            /* assay ignore */ int x; // nothing
            /// [Obsolete]
            string y = "// assay: no";
        }"""
    assert whole(source).comments == (
        Comment("assay: ignore[AP001]", 1),
        Comment("[Authorize]", 2),
        Comment("assay ignore", 3),
        Comment("[Obsolete]", 4),
    )


def test_the_index_tier_has_every_declaration_and_no_body() -> None:
    source = "class A { int x = 1; public int P { get { return 1; } } [B] void M(int y) { a(); } A() : base(1) { } }"
    file = read(source, bodies=False)
    assert not file.is_full
    (declared,) = file.body
    assert isinstance(declared, Declare)
    field, *rest = declared.type.body
    assert field == Assign(X, ONE, 1, INT)
    assert [one.function.body for one in rest if isinstance(one, Define)] == [None, None, None]
    (full,) = read(source).body
    assert isinstance(full, Declare)
    assert [type(one) for one in full.type.body] == [type(one) for one in declared.type.body]


def test_lambdas_of_the_index_tier_have_no_body() -> None:
    (statement,) = read("Func<int> x = () => 1;", bodies=False).body
    assert isinstance(statement, Assign)
    assert isinstance(statement.value, Lambda)
    assert statement.value.function.body is None
