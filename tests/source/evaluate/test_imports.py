"""Imports are followed as Python follows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.source.evaluate.evaluating import plain, program, value

IMPORTS = [
    pytest.param({"a.py": "x = 1", "main.py": "from a import x"}, id="from a module beside"),
    pytest.param({"a.py": "x = 1", "main.py": "import a\nx = a.x"}, id="a module as a whole"),
    pytest.param({"a.py": "x = 1", "main.py": "import a as b\nx = b.x"}, id="under another name"),
    pytest.param({"p/__init__.py": "", "p/a.py": "x = 1", "main.py": "from p.a import x"}, id="from a package"),
    pytest.param({"p/__init__.py": "", "p/a.py": "x = 1", "main.py": "import p.a\nx = p.a.x"}, id="dotted"),
    pytest.param({"p/a.py": "x = 1", "main.py": "from p.a import x"}, id="from a folder that is no package"),
    pytest.param({"p/__init__.py": "from .a import *", "p/a.py": "x = 1", "main.py": "from p import x"}, id="star"),
    pytest.param(
        {"p/__init__.py": "", "p/a.py": "from .b import x", "p/b.py": "x = 1", "main.py": "from p.a import x"},
        id="relative",
    ),
    pytest.param(
        {
            "p/__init__.py": "",
            "p/q/__init__.py": "",
            "p/q/a.py": "from ..b import x",
            "p/b.py": "x = 1",
            "main.py": "from p.q.a import x",
        },
        id="relative to the parent",
    ),
    pytest.param(
        {"p/__init__.py": "", "p/b.py": "x = 1", "p/a.py": "from . import b\nx = b.x", "main.py": "from p.a import x"},
        id="a submodule of the package itself",
    ),
    pytest.param(
        {"p/__init__.py": "x = 1", "p.py": "x = 2", "main.py": "from p import x"}, id="a package hides a module"
    ),
    pytest.param(
        {"a.py": "import b\nx = 1", "b.py": "import a\ny = 2", "main.py": "from a import x"}, id="in a circle"
    ),
    pytest.param({"a.py": "import a\nx = 1", "main.py": "from a import x"}, id="a module that imports itself"),
    pytest.param(
        {"main.py": "def f():\n    from a import x\n    return x\nx = f()", "a.py": "x = 1"}, id="inside a function"
    ),
    pytest.param(
        {"main.py": "import importlib\nx = importlib.import_module('a').x", "a.py": "x = 1"}, id="by name at run time"
    ),
    pytest.param({"main.py": "try:\n    from a import x\nexcept ImportError:\n    x = 1", "a.py": "x = 1"}, id="tried"),
]


@pytest.mark.parametrize("files", IMPORTS)
def test_an_imported_name_has_its_value(files: dict[str, str], tmp_path: Path) -> None:
    assert plain(value(program(tmp_path, files), "main.py", "x")) in {1, "1 or 1"}


def test_a_source_folder_is_a_root(tmp_path: Path) -> None:
    files = {"src/p/__init__.py": "", "src/p/a.py": "x = 1", "src/p/main.py": "from p.a import x"}
    assert plain(value(program(tmp_path, files), "src/p/main.py", "x")) == 1


def test_the_scanned_folder_may_be_the_package_itself(tmp_path: Path) -> None:
    files = {"__init__.py": "", "a.py": "x = 1", "main.py": f"from {tmp_path.name}.a import x\nfrom .a import x as y"}
    made = program(tmp_path, files)
    assert plain(value(made, "main.py", "y")) == 1


def test_what_is_outside_keeps_its_dotted_name(tmp_path: Path) -> None:
    files = {"main.py": "from fastapi.security import HTTPBearer as x\nimport os.path\ny = os.path.sep"}
    made = program(tmp_path, files)
    assert plain(value(made, "main.py", "x")) == "<fastapi.security.HTTPBearer>"
    assert plain(value(made, "main.py", "y")) == "<os.path.sep>"


def test_a_folder_inside_a_package_is_not_what_its_bare_name_means(tmp_path: Path) -> None:
    files = {"p/__init__.py": "", "p/flask/__init__.py": "", "p/flask/main.py": "from flask import Flask\nx = Flask"}
    assert plain(value(program(tmp_path, files), "p/flask/main.py", "x")) == "<flask.Flask>"
