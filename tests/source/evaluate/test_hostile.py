"""Programs that would never end are run to an end, quickly, and what was given up is said."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.source.evaluate.evaluating import plain, program, shown, value

from assay.source.evaluate import evaluator
from assay.source.scan import scan

ENDLESS = {
    "classes that inherit from each other": "class A(B): pass\nclass B(A): pass\nx = B().missing",
    "a class that inherits from itself": "class A(A): pass\nx = A.y",
    "a list that holds itself": "x = []\nx.append(x)\nx.extend(x)\ny = [a for a in x]",
    "a table that holds itself": "x = {}\nx['a'] = x\nx.update(x)\ny = x['a']['a']",
    "an endless loop": "x = 0\nwhile True:\n    x += 1",
    "a recursion without an end": "def f(n): return f(n + 1)\nx = f(0)",
    "two functions that call each other": "def f(n): return g(n)\ndef g(n): return f(n)\nx = f(0)",
    "a function that is handed itself": "def f(g): return g(g)\nx = f(f)",
    "a generator that never stops": "def f():\n    while True:\n        yield 1\nx = list(f())",
    "text that doubles": "x = 'a'\nfor n in range(200):\n    x = x + x",
    "a list that doubles": "x = [1]\nfor n in range(200):\n    x = x + x",
    "an immense power": "x = 9 ** 9 ** 9",
    "an immense repetition": "x = 'a' * 10 ** 12",
    "an immense range": "x = [n for n in range(10 ** 12)]",
    "a decorator that decorates itself": "def d(f): return d(d)(f)\n@d\ndef x(): pass",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=list(ENDLESS))
def test_an_endless_program_ends(source: str, tmp_path: Path) -> None:
    start = time.monotonic()
    made = program(tmp_path, {"main.py": f"{source}\nz = 1"})
    assert plain(value(made, "main.py", "z")) == 1
    assert time.monotonic() - start < 10


def test_a_long_list_is_walked_to_a_limit(tmp_path: Path) -> None:
    source = "from lib import put\nfor n in [" + ", ".join(["1"] * 10_000) + "]:\n    put(n)"
    assert 0 < len(shown(program(tmp_path, {"main.py": source}), "put")) <= 10_000


def test_modules_that_import_each_other_all_run(tmp_path: Path) -> None:
    files = {f"m{n}.py": f"from m{(n + 1) % 50} import *\nx{n} = {n}" for n in range(50)}
    made = program(tmp_path, files)
    assert plain(value(made, "m7.py", "x7")) == 7


def test_what_is_too_much_is_said_and_takes_nothing_from_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluator, "MODULE_STEPS", 5_000)
    calls = "\n".join(f"def f{n}(a): return [f{n + 1}(a), f{n + 1}(a), f{n + 1}(a)]" for n in range(25))
    made = program(tmp_path, {"a.py": f"{calls}\ndef f25(a): return a\nx = f0(1)", "b.py": "y = 2"})
    assert [(skipped.path, "too much" in skipped.reason) for skipped in made.run.skipped] == [("a.py", True)]
    assert plain(value(made, "b.py", "y")) == 2


def test_a_guard_that_is_too_much_to_follow_is_unknown_and_never_public(tmp_path: Path) -> None:
    calls = "\n".join(
        f"    def f{n}(self, a):\n        return [self.f{n + 1}(a), self.f{n + 1}(a), self.f{n + 1}(a), self.f{n + 1}(a)]"
        for n in range(8)
    )
    body = "\n".join(["        other(a)"] * 100)
    source = (
        "from fastapi import Depends, FastAPI, HTTPException\nfrom lib import other\n"
        f"class Check:\n{calls}\n    def f8(self, a):\n{body}\n"
        "def check(a):\n    Check().f0(a)\n    raise HTTPException(401)\n"
        "app = FastAPI()\n@app.get('/x', dependencies=[Depends(check)])\ndef x(): ...\n"
    )
    (tmp_path / "main.py").write_text(source, "utf-8")
    (endpoint,) = scan(tmp_path).inventory.endpoints
    assert endpoint.authorization.value == "unknown"
    assert "too much" in endpoint.reasons[0]


def test_types_of_csharp_that_inherit_from_each_other_end(tmp_path: Path) -> None:
    source = "class A : B { } class B : A { } class C { void F() { var a = new A(); a.Go(); } }"
    made = program(tmp_path, {"A.cs": source})
    assert made.run.skipped == []


def test_the_order_of_questions_changes_nothing(tmp_path: Path) -> None:
    files = {
        "a.py": "from b import y\nfrom lib import put\nx = [y, 1]\nput(x)",
        "b.py": "from lib import put\ny = 2\nput(y)",
        "c.py": "from a import x\nfrom lib import put, flag\nif flag:\n    from d import w\nput([*x, 3])",
        "d.py": "from lib import put\nw = 4\nput(w)",
    }
    first = program(tmp_path, files)
    other = program(tmp_path, files)
    seen = [(call.place, plain(call.positional[0]), len(call.conditions)) for call in first.run.made]
    for path in reversed(files):
        other.run.module(path)
    assert seen == [(call.place, plain(call.positional[0]), len(call.conditions)) for call in other.run.made]
    late = type(other.run)(other.project)
    for path in ("d.py", "c.py", "b.py", "a.py"):
        late.module(path)
    assert sorted(map(str, seen)) == sorted(
        str((call.place, plain(call.positional[0]), len(call.conditions))) for call in late.made
    )
