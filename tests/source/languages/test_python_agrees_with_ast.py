"""Python's own parser and the visitor see the same functions, classes, calls and other expressions."""

import ast
import sysconfig
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from assay.source import facts
from assay.source.facts import File
from assay.source.languages.python import extract

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
LEFT_OUT = frozenset(("site-packages", "test", "tests", "idle_test", "lib2to3"))
"""Folders of other people, and of files that are meant to be wrong."""

ALIKE = {
    "Lambda": ("Lambda",),
    "Comprehension": ("ListComp", "SetComp", "DictComp", "GeneratorExp"),
    "Conditional": ("IfExp",),
    "Index": ("Subscript",),
    "Call": ("Call", "Assert"),
    "Raise": ("Raise", "Assert"),
    "Loop": ("For", "AsyncFor", "While"),
    "With": ("With", "AsyncWith"),
    "Import": ("alias",),
    "Handler": ("ExceptHandler",),
}
"""Fact -> the nodes of `ast` that give it; an assertion raises a call."""

Signature = tuple[str, int, int, int, tuple[str, ...]]
"""Name, line, decorators, parameters or bases and keywords, modifiers."""
Seen = tuple[Counter[str], list[Signature], list[Signature]]
"""How many of each fact, the functions, the classes."""


def values(root: object) -> Iterator[msgspec.Struct]:
    """Every fact once, although the parts of `a < b < c` and the values of `a.b = c.d = f()` stand in two places."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, tuple):
            stack.extend(value)
        elif isinstance(value, msgspec.Struct) and id(value) not in seen:
            seen.add(id(value))
            yield value
            stack.extend(getattr(value, name) for name in value.__struct_fields__)


def by_visitor(file: File) -> Seen:
    count: Counter[str] = Counter()
    functions: list[Signature] = []
    classes: list[Signature] = []
    for value in values(file.body):
        count[type(value).__name__] += 1
        if isinstance(value, facts.Function) and value.name:
            signature = (value.name, value.line, len(value.annotations), len(value.parameters), value.modifiers)
            functions.append(signature)
        if isinstance(value, facts.Type):
            size = len(value.bases) + len(value.keywords)
            classes.append((value.name, value.line, len(value.annotations), size, ()))
    return Counter({name: count[name] for name in ALIKE}), sorted(functions), sorted(classes)


def by_ast(source: bytes | str) -> Seen:
    count: Counter[str] = Counter()
    functions: list[Signature] = []
    classes: list[Signature] = []
    for node in ast.walk(ast.parse(source)):
        count[type(node).__name__] += 1
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            signature = (node.name, node.lineno, len(node.decorator_list), _parameters(node.args), _modifiers(node))
            functions.append(signature)
        if isinstance(node, ast.ClassDef):
            size = len(node.bases) + len(node.keywords)
            classes.append((node.name, node.lineno, len(node.decorator_list), size, ()))
    alike = Counter({name: sum(count[node] for node in nodes) for name, nodes in ALIKE.items()})
    return alike, sorted(functions), sorted(classes)


def _parameters(given: ast.arguments) -> int:
    named = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
    return named + (given.vararg is not None) + (given.kwarg is not None)


def _modifiers(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    asynchronous = ("async",) if isinstance(function, ast.AsyncFunctionDef) else ()
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return (*asynchronous, "generator")
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return asynchronous


def modules() -> list[Path]:
    """A sample of the standard library, the same on every run."""
    found = [path for path in sorted(LIBRARY.rglob("*.py")) if not LEFT_OUT & set(path.relative_to(LIBRARY).parts)]
    return found[:: max(1, len(found) // 150)]


def test_the_standard_library_is_read_as_python_reads_it() -> None:
    paths = modules()
    assert len(paths) >= 150
    disagreements = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in paths:
            source = path.read_bytes()
            file = extract(path.name, source)
            if not isinstance(file, File) or file.unread or by_visitor(file) != by_ast(source):
                disagreements.append(path)
    assert disagreements == []


NAMES = st.sampled_from(("a", "b", "self", "match", "type", "print", "été"))
LEAVES = st.one_of(NAMES, st.sampled_from(("1", "2.5", "None", "True", "'s'", "b'x'", "f'{a}'", "...", "a.b.c")))


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shapes = (
        "{0}({1}, k={2})",
        "({0}).x({1})",
        "({0})[{1}]",
        "({0})[{1}:{2}]",
        "[{0}, *({1}), {2}]",
        "{{({0}): {1}, **({2})}}",
        "{{{0}, {1}}}",
        "(({0}), {1})",
        "(({0}) + ({1}) - ({2}))",
        "(({0}) and ({1}) or not ({2}))",
        "(({0}) < ({1}) is not ({2}))",
        "(({0}) if ({1}) else ({2}))",
        "(lambda x={0}, *y: {1})",
        "[({0}) for a in ({1}) if ({2})]",
        "(({0}) for a in ({1}))",
        "{{({0}): ({1}) for a, b in ({2})}}",
        "(x := ({0}))",
        "f({0}, *({1}), **({2}))",
        "f'{{{0}!r:>{{{1}}}}}'",
        "-({0})",
        "'x' f'{{({0})=}}'",
    )
    return st.builds(lambda shape, parts: shape.format(*parts), st.sampled_from(shapes), st.tuples(inner, inner, inner))


EXPRESSIONS = st.recursive(LEAVES, _wider, max_leaves=8)


def _longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shapes = (
        "if {e}:\n{s}\nelif {e}:\n{t}\nelse:\n{s}",
        "for a, b in {e}:\n{s}\nelse:\n{t}",
        "while {e}:\n{s}",
        "with {e} as a, {e}:\n{s}",
        "try:\n{s}\nexcept ({e}) as x:\n{t}\nelse:\n{s}\nfinally:\n{t}",
        "@{n}.get({e})\n@({e})\ndef {n}(a, /, b={e}, *c: ({e}), d=1, **g) -> {e}:\n{s}",
        "async def {n}():\n    async with {e}: await ({e})\n{s}\n    yield {e}",
        "class {n}({e}, k={e}):\n    x: ({e}) = {e}\n{s}",
        "match {e}:\n    case 1 | -2: {n} = {e}\n    case [a, *_] if {e}: pass\n    case x.y(z=1) as b: pass\n    case _: {n}({e})\n{u}",
    )

    def build(shape: str, name: str, expression: str, blocks: tuple[str, str]) -> str:
        first, second = (textwrap.indent(block, "    ") for block in blocks)
        return shape.format(e=expression, n=name, s=first, t=second, u=blocks[0])

    return st.builds(build, st.sampled_from(shapes), NAMES, EXPRESSIONS, st.tuples(inner, inner))


SIMPLE = st.builds(
    lambda shape, e, n: shape.format(e=e, n=n),
    st.sampled_from(
        (
            "{e}",
            "{n} = {e}",
            "{n}.x = {n}[0] = {e}",
            "{n} += {e}",
            "{n}: ({e}) = {e}",
            "assert {e}, {e}",
            "del {n}, {n}[{e}]",
            "raise ({e}) from ({e})",
            "import {n}, a.b as c",
            "from ..{n} import (a as b, c)",
            "type({n}).x = {e}",
            "pass",
            "global z",
        )
    ),
    EXPRESSIONS,
    NAMES,
)
PROGRAMS = st.recursive(SIMPLE, _longer, max_leaves=6)


@given(st.lists(PROGRAMS, max_size=3))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_program_is_read_as_python_reads_it(blocks: list[str]) -> None:
    source = "\n".join(blocks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = by_ast(source)
        except SyntaxError:
            reject()
    file = extract("a.py", source.encode())
    assert isinstance(file, File)
    assert file.unread == ()
    assert by_visitor(file) == expected
