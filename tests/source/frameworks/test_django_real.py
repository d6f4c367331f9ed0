"""The reader against Django itself: the routes of every section of the spec are those of Django's own resolver."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assay.source.frameworks.django.regex import from_path, templates
from assay.source.scan import scan

SPEC = Path(__file__).parents[3] / "src/assay/source/frameworks/django/spec.md"
SECTION = re.compile(r"^## +(.+?)$\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```python (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"\{[^{}]*\}")
ASK = """
import json, sys
import django
from django.conf import settings
import shop.settings as own
apps = ["auth", "contenttypes", "sessions", "messages", "admin"]
settings.configure(
    ROOT_URLCONF=own.ROOT_URLCONF,
    SECRET_KEY="x",
    INSTALLED_APPS=[f"django.contrib.{app}" for app in apps],
    REST_FRAMEWORK=getattr(own, "REST_FRAMEWORK", {}),
)
django.setup()
from django.urls import URLPattern, get_resolver

def walk(patterns, before):
    for pattern in patterns:
        kind = "path" if hasattr(pattern.pattern, "_route") else "regex"
        here = [*before, (kind, str(pattern.pattern))]
        if isinstance(pattern, URLPattern):
            yield here
        elif not here[-1][1].startswith("admin"):
            yield from walk(pattern.url_patterns, here)

print(json.dumps(list(walk(get_resolver().url_patterns, []))))
"""


def sections() -> list[tuple[str, dict[str, str]]]:
    """The sections whose project has settings and needs only what is installed."""
    found = [(title, dict(FENCE.findall(body))) for title, body in SECTION.findall(SPEC.read_text("utf-8"))]
    return [
        (title, files)
        for title, files in found
        if "shop/settings.py" in files and not any("ninja" in text for text in files.values())
    ]


@pytest.mark.parametrize(("title", "files"), sections(), ids=[title for title, _ in sections()])
def test_the_routes_are_those_of_django(title: str, files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    known = {path for parts in json.loads(answer.stdout) for path in joined(parts) if "{format}" not in path}
    found = {PARAMETER.sub("{}", endpoint.path) for endpoint in scan(tmp_path).inventory.endpoints}
    assert found == {PARAMETER.sub("{}", path) for path in known}


def joined(parts: list[tuple[str, str]]) -> list[str]:
    """The templates of a chain of patterns."""
    paths = ["/"]
    for kind, text in parts:
        pieces = [from_path(text)] if kind == "path" else list(templates(text))
        paths = [path + piece for path in paths for piece in pieces]
    return paths


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        (r"^a/(?P<pk>\d+)/$", ("a/{pk}/",)),
        (r"^articles/(?P<year>[0-9]{4})/(\d+)/?$", ("articles/{year}/{arg1}/",)),
        (r"^(?P<x>(a|b)+)/y(?:\.(?P<format>json|xml))?$", ("{x}/y",)),
        (r"^p/(?:page-(?P<n>\d+)/)?$", ("p/page-{n}/", "p/")),
        (r"^(?:a|b)/c$", ("a/c", "b/c")),
        (r"^x/(?P<slug>[-\w]+)(/(?P<id>\d+))?$", ("x/{slug}/{id}", "x/{slug}")),
        (r"^unclosed/(?P<x>[a", ("unclosed/{x}",)),
    ],
)
def test_a_regular_expression_becomes_templates(regex: str, expected: tuple[str, ...]) -> None:
    assert templates(regex) == expected
