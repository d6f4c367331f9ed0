"""The sections of FastAPI's spec.md, built with the real framework: its own route table has what the reader finds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.source.frameworks.test_specs import CASES, Case

from assay.source.scan import scan

OUTSIDE = {
    "Middleware that the configuration switches on": "import types, sys\nm = types.ModuleType('settings')\n"
    "m.settings = types.SimpleNamespace(auth_string='')\nsys.modules['settings'] = m",
    "Routes of one environment": "import types, sys\nm = types.ModuleType('settings')\n"
    "m.settings = types.SimpleNamespace(ENVIRONMENT='development')\nsys.modules['settings'] = m\n",
}
"""What stands in for names that lie outside a section's project."""
NOT_BUILT = {
    "Class-based views": "fastapi_utils is not installed",
    "What cannot be resolved is said": "its paths come from outside",
    "A factory that is called twice makes one application": "there are two applications",
    "A dependency named like authentication that could not be resolved": "its dependency comes from outside",
    "Several applications in one tree": "there are two applications",
}
WALK = r"""
import importlib, inspect, json, re, sys
sys.path.insert(0, ".")
{outside}
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
module = importlib.import_module("{module}")
app = getattr(module, "app", None) or module.create_app()
found = []

def walk(routes, prefix):
    for route in routes:
        if hasattr(route, "effective_candidates"):  # FastAPI keeps included routers apart
            walk([*route.effective_candidates(), *route.effective_low_priority_routes()], prefix)
        elif hasattr(route, "original_route"):
            is_socket = isinstance(route.original_route, (APIWebSocketRoute, WebSocketRoute))
            methods = ["WS"] if is_socket else sorted(route.methods)
            found.extend([method, prefix + route.path] for method in methods)
        elif isinstance(route, Mount):
            walk(route.routes or [], prefix + route.path)
        elif isinstance(route, (APIWebSocketRoute, WebSocketRoute)):
            found.append(["WS", prefix + route.path])
        elif isinstance(route, APIRoute):
            found.extend([method, prefix + route.path] for method in route.methods)
        elif isinstance(route, Route) and route.include_in_schema:
            if inspect.isclass(route.endpoint):
                methods = [m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(route.endpoint, m)]
            else:
                methods = sorted(route.methods - ({{"HEAD"}} if "GET" in route.methods else set()))
            found.extend([method, prefix + route.path] for method in methods)

walk(app.routes, "")
print(json.dumps(sorted([method, re.sub(r"\{{(\w+):\w+\}}", r"{{\1}}", path)] for method, path in found)))
"""
BUILT = [case for case in CASES if case.framework == "fastapi" and case.title not in NOT_BUILT]


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.title)
def test_the_real_application_has_the_routes_that_are_found(case: Case, tmp_path: Path) -> None:
    for name, content in case.files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    (tmp_path / "static").mkdir()
    main = next(name for name, _ in case.files if name.endswith("main.py")).removesuffix(".py").replace("/", ".")
    script = WALK.format(module=main, outside=OUTSIDE.get(case.title, ""))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr[-1500:]
    inventory = scan(tmp_path).inventory
    assert sorted([endpoint.method, endpoint.path] for endpoint in inventory.endpoints) == json.loads(done.stdout)


def test_what_is_not_built_says_why_and_is_a_section() -> None:
    titles = {case.title for case in CASES if case.framework == "fastapi"}
    assert set(NOT_BUILT) <= titles
    assert set(OUTSIDE) <= titles
