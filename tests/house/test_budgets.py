"""Budgets of style.md: how large a file and a function may grow, and what may stand nowhere."""

import ast

from tests.house.tree import modules

FILE_LINES = 400
FUNCTION_LINES = 60
POSITIONAL = 5
BROAD_HANDLERS = ["src/assay/cli/main.py", "src/assay/plugins/guarded.py"]
"""At the top of the command line, and around one plug-in's run; one in each."""


def test_no_file_is_longer_than_400_lines() -> None:
    files = [*modules("src"), *modules("tools"), *modules("tests")]
    over = [f"{file.place}: {lines} lines" for file in files if (lines := file.text.count("\n")) > FILE_LINES]
    assert not over, f"split by what they are the only place for: {over}"


def test_no_function_is_longer_than_60_lines() -> None:
    over = [
        f"{file.place}:{node.lineno} {node.name}: {_length(node)} lines"
        for file in (*modules("src"), *modules("tools"))
        for node in file.functions()
        if _length(node) > FUNCTION_LINES
    ]
    assert not over, f"split them: {over}"


def test_no_function_takes_more_than_five_positional_parameters() -> None:
    over = [
        f"{file.place}:{node.lineno} {node.name}: {count}"
        for file in modules("src")
        for node in file.functions()
        if (count := _positional(node)) > POSITIONAL
    ]
    assert not over, f"make some keyword-only, or find the noun they make together: {over}"


def test_every_module_has_a_docstring_that_begins_with_a_sentence() -> None:
    bare = [
        file.place
        for file in (*modules("src"), *modules("tools"), *modules("tests"))
        if not (ast.get_docstring(file.tree) or "").strip()
    ]
    assert not bare, f"say in one line what each is the only place for: {bare}"


def test_broad_handlers_stand_in_two_places_only() -> None:
    found = [
        (file.place, node.lineno)
        for file in modules("src")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    ]
    assert sorted(place for place, _ in found) == BROAD_HANDLERS, f"catch what can happen, by name: {found}"


def test_a_plug_in_does_nothing_on_import() -> None:
    acting = [
        f"{file.place}:{node.lineno}"
        for file in modules("src")
        if file.name.startswith(("assay.rules.", "assay.reports.", "assay.source.frameworks."))
        for node in file.tree.body
        if not _is_still(node)
    ]
    assert not acting, f"bind constants and define functions, nothing else: {acting}"


def test_imports_are_absolute() -> None:
    relative = [
        f"{file.place}:{node.lineno}"
        for file in modules("src")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


def test_the_budgets_see_what_they_are_for() -> None:
    tree = ast.parse(
        "def long(a, b, /, c, d, e, f, *, g): ...\ntry: ...\nexcept (ValueError, Exception): ...\nprint(1)"
    )
    function, attempt, call = tree.body
    assert isinstance(function, ast.FunctionDef)
    assert isinstance(attempt, ast.Try)
    assert _positional(function) == 6
    assert _is_broad(attempt.handlers[0])
    assert not _is_still(call)
    assert _is_still(ast.parse("from a import b").body[0])


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _positional(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = [*node.args.posonlyargs, *node.args.args]
    return len(arguments) - (bool(arguments) and arguments[0].arg in {"self", "cls"})


def _is_broad(node: ast.ExceptHandler) -> bool:
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}) for kind in caught
    )


def _is_still(node: ast.stmt) -> bool:
    """Whether a top-level statement only declares: docstring, import, constant, function or class."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef() | ast.Assign() | ast.AnnAssign():
            return True
    return False
