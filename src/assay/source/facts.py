"""The facts of one source file: a small syntax tree that every language shares.

A language's visitor turns a parse tree into these values and knows nothing else; whatever reads facts (the evaluator, the frameworks)
knows no parser. Facts depend only on the bytes of the file and the version of the visitor, so they are stored under both and never re-made
because a rule changed. Two tiers: with `Function.body` None only declarations are there (`File.is_full` False). Lines are 1-based. All
values are frozen. Source: docs/decisions/0003-facts-are-a-language-neutral-syntax.md, shared/performance.md section 5.
"""

from __future__ import annotations

from typing import Literal as Choice

import msgspec

from assay.source.looks import LOOKS


class Name(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=0, gc=False):
    """An identifier: `app`, `self`, `this`, `base` (C#), `super` (Python)."""

    id: str


class Attr(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=1, gc=False):
    """Member access: `value.name`; `a?.b` in C# is the same."""

    value: Expr
    name: str


class Text(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=2, gc=False):
    """A string literal, unescaped, without quotes; adjacent literals are joined; bytes are decoded as latin-1."""

    value: str
    line: int = 0


class Number(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=3, gc=False):
    """A number literal as it is written, without suffix and underscores (`1`, `0x1F`, `2.5`)."""

    value: str


class Constant(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=4, gc=False):
    """True, False or None (`true`, `false`, `null`, `default`, `...` is None too)."""

    value: bool | None


class Joined(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=5, gc=False):
    """An interpolated string: parts in order, `Text` for the literal pieces."""

    parts: tuple[Expr, ...]
    line: int = 0


class Sequence(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=6, gc=False):
    """A list, tuple, set or array literal, C# `[a, b]` and `new[] {a, b}`; a spread item is `Unary("*", x)`."""

    kind: Choice["list", "tuple", "set"]
    items: tuple[Expr, ...]


class Mapping(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=7, gc=False):
    """A dictionary literal: (key, value) in order; a spread has the key `Constant(None)` and the value `Unary("**", x)`."""

    items: tuple[tuple[Expr, Expr], ...]


class Argument(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One argument of a call: positional (name ""), named (`prefix=`, `policy:`), or spread (`star` is "*" or "**")."""

    value: Expr
    name: str = ""
    star: str = ""


class Call(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=8, gc=False):
    """`function(arguments)`; `type_arguments` are those of a generic call: `app.UseMiddleware<T>()`."""

    function: Expr
    arguments: tuple[Argument, ...]
    line: int
    type_arguments: tuple[Expr, ...] = ()


class New(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=9, gc=False):
    """C# object creation: `new T(arguments) { Member = value, [key] = value, item }`.

    `type` is `Constant(None)` for target-typed `new()` and for anonymous objects. `members` holds (name, value) of the
    initialiser; a collection item has the name ""; an indexed item has `items` as Mapping pairs instead.
    """

    type: Expr
    arguments: tuple[Argument, ...]
    members: tuple[tuple[str, Expr], ...]
    line: int
    items: tuple[tuple[Expr, Expr], ...] = ()


class Index(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=10, gc=False):
    """Subscript `value[keys]`; also a generic type or name: `List<T>`, `Annotated[User, Depends(f)]`.

    A C# array type `T[]` is `Index(Name("[]"), (T,))`, a nullable type `T?` is `Unary("?", T)`.
    """

    value: Expr
    keys: tuple[Expr, ...]


class Unary(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=11, gc=False):
    """A prefix operator: `not` (C# `!x`), `- + ~ * **`, `await`, `yield`, `throw`, `?` (nullable type), `typeof`, `nameof`, `global`."""

    operator: str
    value: Expr


class Binary(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=12, gc=False):
    """A binary operator, in Python's words: `and or == != < > <= >= in notin is isnot + - * / % | & ?? as` and so on.

    C# `&&` is `and`, `||` is `or`, `x is null` is `is`, `x is not null` is `isnot`. A chain `a < b < c` is joined by `and`.
    An assignment used as an expression is `:=`.
    """

    operator: str
    left: Expr
    right: Expr


class Conditional(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=13, gc=False):
    """`then if test else other`, `test ? then : other`; a C# switch expression is a chain with tests `Binary("is", subject, pattern)`."""

    test: Expr
    then: Expr
    other: Expr


class Lambda(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=14, gc=False):
    """An anonymous function; an expression body is one `Return`. C# attributes on the lambda are its function's `annotations`."""

    function: Function


class Comprehension(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=15, gc=False):
    """`element for target in iterable if test ...`; for a dictionary `element` is a two-item tuple `Sequence`."""

    kind: Choice["list", "set", "dict", "generator"]
    element: Expr
    clauses: tuple[tuple[Expr, Expr, tuple[Expr, ...]], ...]
    """(target, iterable, tests) in order."""


class Opaque(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=16, gc=False):
    """Anything else; `parts` are the expressions found inside, so that calls in it are not lost. `kind` is the grammar's node type."""

    kind: str
    parts: tuple[Expr, ...] = ()


# fmt: off
Expr = (
    Name | Attr | Text | Number | Constant | Joined | Sequence | Mapping
    | Call | New | Index | Unary | Binary | Conditional | Lambda | Comprehension | Opaque
)
# fmt: on


class Assign(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=20, gc=False):
    """`target = value`. Several targets (`a = b = 1`) give several statements.

    A C# local or field declaration is one too (annotation None for `var`). `value` is None for a bare declaration (`x: int`, `int x;`).
    Operator is "=", "+=", "??=" and so on. On type level `modifiers` and `annotations` are set. A C# property is an Assign with "property"
    in modifiers and its initialiser or `=> expression` as value (then "getter" as well); with accessor bodies it is a `Function`.
    """

    target: Expr
    value: Expr | None
    line: int
    annotation: Expr | None = None
    operator: str = "="
    modifiers: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()


class Do(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=21, gc=False):
    """An expression for its effect. Python's `global a` is `Do(Unary("global", Name("a")))`, one for each name."""

    value: Expr
    line: int


class Return(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=22, gc=False):
    """`return value`; C# `yield return x` is `Do(Unary("yield", x))`."""

    value: Expr | None
    line: int


class Raise(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=23, gc=False):
    """`raise value`, `throw value`; None re-raises."""

    value: Expr | None
    line: int


class If(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=24, gc=False):
    """`if test: then else: other`; `elif` nests in `other`. C# `#if SYMBOL` is an If with test `Opaque("preproc", (Name(SYMBOL),))`."""

    test: Expr
    then: Block
    other: Block
    line: int


class Loop(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=25, gc=False):
    """`for target in iterable` (foreach), or while/do/for(;;) with target None and the condition as `iterable`."""

    target: Expr | None
    iterable: Expr
    body: Block
    line: int


class With(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=26, gc=False):
    """`with a as b, c:` and C# `using (...)`, `lock (...)`: (expression, target or None) pairs."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: Block
    line: int


class Handler(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`except type as name: body`, `catch (Type name) { body }`; type None catches all."""

    type: Expr | None
    name: str
    body: Block


class Try(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=27, gc=False):
    """`else` of Python is appended to `body`."""

    body: Block
    handlers: tuple[Handler, ...]
    final: Block
    line: int


class Case(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One case: patterns (as expressions, `Name("_")` for the default), a guard, a body."""

    patterns: tuple[Expr, ...]
    test: Expr | None
    body: Block


class Switch(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=28, gc=False):
    """Python `match`, C# `switch` statement."""

    subject: Expr
    cases: tuple[Case, ...]
    line: int


class Import(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=29, gc=False):
    """Python imports and C# `using` directives.

    Python `import a.b as c`: module "a.b", name "", alias "c" (alias "" when absent: binds `a`). `from ..a import b as c`: module "a",
    level 2, name "b", alias "c" or ""; `*` as name for a star import. C# `using A.B;`: module "A.B", name "*"; `using static A.B;`: the
    same, static; `using X = A.B;`: module "A.B", alias "X", name ""; `global using` sets `is_global`.
    """

    module: str
    name: str
    alias: str
    level: int
    line: int
    is_static: bool = False
    is_global: bool = False


class Define(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=30, gc=False):
    """A function, method, constructor, accessor or local function in its place."""

    function: Function


class Declare(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=31, gc=False):
    """A type in its place."""

    type: Type


class Jump(msgspec.Struct, frozen=True, array_like=True, tag_field="tag", tag=32, gc=False):
    """`break` or `continue` (kind); ends the block."""

    kind: str
    line: int


Stmt = Assign | Do | Return | Raise | If | Loop | With | Try | Switch | Import | Define | Declare | Jump
Block = tuple[Stmt, ...]


class Annotation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A Python decorator or a C# attribute.

    `value` is the expression as written: `Name("property")`, `Call(Attr(Name("app"), "get"), ...)`; a C# attribute with an argument list
    is a `Call` (`Name = x` and `name: x` are named `Argument`s), without one a bare Name/Attr/Index. `target`: `assembly`, `field`, ...
    """

    value: Expr
    line: int
    target: str = ""


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One parameter; `kind`: "", "*", "**" (the rest), "/" (positional-only), "keyword"; C#: "this", "ref", "out", "in", "params"."""

    name: str
    annotation: Expr | None = None
    default: Expr | None = None
    kind: str = ""
    annotations: tuple[Annotation, ...] = ()


class Function(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function; `name` is "" for a lambda, ".ctor" for a C# constructor (its `: base(...)` call is the first statement,
    `Do(Call(Name("base"), ...))`; a primary constructor is a ".ctor" with modifier "primary" and an empty body). `modifiers` are sorted:
    C# keywords, "#if SYMBOL" last, and "property", "getter", "setter", "iterator"; Python: "async", "generator".
    """

    name: str
    parameters: tuple[Parameter, ...]
    block: Block | None
    """Its statements; None for abstract ones. For whoever makes or compares facts: all others ask for `body`, which is noted."""
    line: int
    end_line: int
    returns: Expr | None = None
    annotations: tuple[Annotation, ...] = ()
    modifiers: tuple[str, ...] = ()
    type_parameters: tuple[str, ...] = ()
    explicit_interface: Expr | None = None

    @property
    def body(self) -> Block | None:
        """Its statements."""
        LOOKS.seen[id(self)] = self
        return self.block


class Type(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class, interface, struct, record or enum.

    `bases` are expressions with keyword arguments left out (Python's `metaclass=` and other keywords are in `keywords`). `namespace` is
    C#'s, "" elsewhere. `body` holds members in source order: for Python every statement of the class body, for C# Assign (fields,
    properties, enum members, constants), Define, Declare. Partial types stay apart here. `outer` names the enclosing types, outermost
    first.
    """

    name: str
    kind: Choice["class", "interface", "struct", "record", "enum"]
    bases: tuple[Expr, ...]
    body: Block
    line: int
    end_line: int
    annotations: tuple[Annotation, ...] = ()
    modifiers: tuple[str, ...] = ()
    type_parameters: tuple[str, ...] = ()
    keywords: tuple[Argument, ...] = ()
    namespace: str = ""
    outer: tuple[str, ...] = ()


class Comment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """It may matter: it names `assay`, or its text (without the mark) begins like a decorator or attribute: `# @x`, `// [X]`."""

    text: str
    line: int


class Unread(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stretch that the grammar could not read; declarations around it were kept."""

    line: int
    end_line: int


class File(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything known of one file; `path` is relative to the scanned folder, `annotations` are C# assembly-level attributes."""

    path: str
    language: str
    body: Block
    """Top level: Python statements; C# usings, statements, and the types of all namespaces, flat, each with its `namespace`."""
    comments: tuple[Comment, ...] = ()
    unread: tuple[Unread, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    is_full: bool = True
    """False when bodies of functions were left out."""
