"""What expressions, functions and classes turn out to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.source.evaluate.evaluating import Plain, evaluated, program, shown

EXPRESSIONS = [
    ("x = 'a' + '/' + 'b'", "a/b"),
    ("v = 2\nx = f'/api/v{v}'", "/api/v2"),
    ("x = '/%s/%d' % ('a', 1)", "/a/1"),
    ("x = '/{}/{name}'.format('a', name='b')", "/a/b"),
    ("x = '/'.join(['a', 'b'])", "a/b"),
    ("x = ' A '.strip().lower()", "a"),
    ("x = [n * 2 for n in (1, 2, 3)]", [2, 4, 6]),
    ("x = [*(1, 2), 3]", [1, 2, 3]),
    ("a, *x = [1, 2, 3]", [2, 3]),
    ("x = {'a': 1}['a']", 1),
    ("x = dict(a=1).get('b', 2)", 2),
    ("x = []\nfor n in range(3):\n    x.append(n)", [0, 1, 2]),
    ("x = [k for k, v in {'a': 1, 'b': 2}.items()]", ["a", "b"]),
    ("x = 1 if True else 2", 1),
    ("import os\nx = 1 if os.name else 2", "1 or 2"),
    ("import os\nif os.name:\n    x = 1\nelse:\n    x = 2", "1 or 2"),
    ("import os\nx = os.getenv('PREFIX', '/api')", "/api"),
    ("x = getattr('a', 'upper')()", "A"),
    ("x = (lambda a, b=2: a + b)(1)", 3),
    ("def f(*a, **k): return [*a, k['c']]\nx = f(1, 2, c=3)", [1, 2, 3]),
    ("def f(n):\n    def g(): return n\n    return g\nx = f(1)()", 1),
    ("def f():\n    yield 1\n    yield 2\nx = list(f())", [1, 2]),
    ("from functools import partial\ndef f(a, b, c=0): return [a, b, c]\nx = partial(f, 1, c=3)(2)", [1, 2, 3]),
    ("from functools import partial\ndef f(a, b): return [a, b]\nx = partial(f, b=2)(1)", [1, 2]),
    ("class A:\n    y = 1\nclass B(A): pass\nx = B.y", 1),
    ("class A:\n    def __init__(self, n): self.n = n\nx = A(1).n", 1),
    ("class A:\n    @property\n    def n(self): return 1\nx = A().n", 1),
    ("class A:\n    @staticmethod\n    def n(a): return a\nx = A.n(1)", 1),
    ("class A:\n    m = 2\n    @classmethod\n    def n(cls): return cls.m\nx = A.n()", 2),
    (
        "class A:\n    def f(self): return [1]\nclass B(A):\n    def f(self): return [*super().f(), 2]\nx = B().f()",
        [1, 2],
    ),
    ("class A: y = 1\nclass B(A): pass\nclass C(A): y = 3\nclass D(B, C): pass\nx = D.y", 3),
    ("from dataclasses import dataclass\n@dataclass\nclass A:\n    n: int\nx = A(n=1).n", 1),
    (
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    PREFIX: str = '/a'\nx = S().PREFIX",
        "/a",
    ),
    ("from enum import Enum\nclass E(str, Enum):\n    A = 'a'\nx = E.A.value", "a"),
    (
        (
            "def up(f):\n    def g(): return f() + 1\n    return g\ndef dbl(f):\n    def g(): return f() * 2\n    return g\n"
            "@up\n@dbl\ndef h(): return 3\nx = h()"
        ),
        7,
    ),
]


@pytest.mark.parametrize(("source", "wanted"), EXPRESSIONS, ids=lambda each: str(each).replace("\n", "; ")[:60])
def test_an_expression_has_its_value(source: str, wanted: Plain, tmp_path: Path) -> None:
    assert evaluated(tmp_path, source) == wanted


def test_calls_to_the_outside_are_recorded_in_order_of_execution(tmp_path: Path) -> None:
    source = (
        "from lib import put\ndef all():\n    for n in (1, 2):\n        put(n)\nput(0)\nall()\n[put(n) for n in (3, 4)]"
    )
    assert shown(program(tmp_path, {"main.py": source}), "put") == [[0], [1], [2], [3], [4]]


def test_a_chain_of_calls_that_stands_alone_is_run_once(tmp_path: Path) -> None:
    source = "from lib import query\nquery(1).filter(2).delete(3)"
    made = program(tmp_path, {"main.py": source})
    assert [[shown(made, name)] for name in ("query", "filter", "delete")] == [[[[1]]], [[[2]]], [[[3]]]]


def test_a_call_holds_the_undecided_tests_around_it(tmp_path: Path) -> None:
    source = "from lib import put, flag\nif flag:\n    put(1)\nelse:\n    put(2)\nput(3)"
    made = [call for call in program(tmp_path, {"main.py": source}).run.made if call.name == "put"]
    assert [[condition.is_then for condition in call.conditions] for call in made] == [[True], [False], []]


def test_what_follows_an_early_return_holds_its_opposite(tmp_path: Path) -> None:
    source = "from lib import put, flag\ndef f():\n    if flag:\n        return\n    put(1)\nf()"
    (call,) = [call for call in program(tmp_path, {"main.py": source}).run.made if call.name == "put"]
    assert [condition.is_then for condition in call.conditions] == [False]


def test_a_decided_test_leaves_no_condition_and_no_other_branch(tmp_path: Path) -> None:
    source = "from lib import put\nDEBUG = False\nif DEBUG:\n    put(1)\nelse:\n    put(2)"
    made = [call for call in program(tmp_path, {"main.py": source}).run.made if call.name == "put"]
    assert [call.positional[0].value for call in made] == [2]  # type: ignore[attr-defined]
    assert made[0].conditions == ()
