"""The reader against Flask itself: what it finds in a project is what the application's own `url_map` holds."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.source.scan import scan

PROJECTS = {
    "methods": """
from flask import Flask
app = Flask(__name__, static_folder=None)
@app.route("/a/<int:n>/<path:rest>", methods=["GET", "PUT"])
def a(n, rest): ...
@app.post("/b/")
def b(): ...
@app.route("/c")
@app.route("/d/", methods={"PATCH"})
def c(): ...
""",
    "blueprints": """
from flask import Blueprint, Flask
app = Flask(__name__, static_folder=None)
outer = Blueprint("outer", __name__, url_prefix="/outer")
inner = Blueprint("inner", __name__, url_prefix="/inner/")
bare = Blueprint("bare", __name__)
@outer.route("/")
def root(): ...
@outer.route("")
def empty(): ...
@inner.route("/x")
def x(): ...
@bare.get("/y")
def y(): ...
outer.register_blueprint(inner)
outer.register_blueprint(inner, url_prefix="/again", name="again")
app.register_blueprint(outer)
app.register_blueprint(bare)
app.register_blueprint(bare, url_prefix="/given", name="second")
""",
    "views": """
from flask import Flask
from flask.views import MethodView, View
app = Flask(__name__, static_folder=None)
class Base(MethodView):
    def get(self): ...
class Derived(Base):
    def post(self): ...
class Plain(View):
    methods = ["POST"]
    def dispatch_request(self): ...
class Simple(View):
    def dispatch_request(self): ...
app.add_url_rule("/derived", view_func=Derived.as_view("derived"))
app.add_url_rule("/some", view_func=Derived.as_view("some"), methods=["GET"])
app.add_url_rule("/plain", view_func=Plain.as_view("plain"))
app.add_url_rule("/simple", view_func=Simple.as_view("simple"))
def later(): ...
later.methods = ["DELETE"]
app.add_url_rule("/later", view_func=later)
""",
    "restx": """
from flask import Blueprint, Flask
from flask_restx import Api, Namespace, Resource
app = Flask(__name__, static_folder=None)
bp = Blueprint("api", __name__, url_prefix="/api/v1")
api = Api(bp, doc="/docs")
ns = Namespace("cats")
other = api.namespace("dogs", path="/d")
@ns.route("/", "/<int:id>")
class Cat(Resource):
    def get(self, id=None): ...
    def post(self, id=None): ...
@other.route("/all")
class Dogs(Resource):
    def delete(self): ...
api.add_namespace(ns)
app.register_blueprint(bp)
""",
    "restful": """
from flask import Flask
from flask_restful import Api, Resource
app = Flask(__name__, static_folder=None)
api = Api(app, prefix="/v1")
class Item(Resource):
    def get(self, id=None): ...
    def put(self, id=None): ...
api.add_resource(Item, "/items", "/items/<id>")
@api.resource("/other")
class Other(Resource):
    def post(self): ...
""",
}
PARAMETER = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")


def served(application: object) -> Iterator[tuple[str, str]]:
    """(method, path) of every rule, without the methods that Flask answers by itself."""
    for rule in application.url_map.iter_rules():  # type: ignore[attr-defined]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, PARAMETER.sub(r"{\1}", rule.rule)


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_the_reader_finds_what_flask_serves(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("flask", *(f"flask_{word}" for word in ("restx", "restful") if f"flask_{word}" in PROJECTS[name])):
        pytest.importorskip(package)
    module = f"served_by_flask_{name}"
    (tmp_path / f"{module}.py").write_text(PROJECTS[name], "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    application = importlib.import_module(module).app
    monkeypatch.delitem(sys.modules, module)

    found = {(endpoint.method, endpoint.path) for endpoint in scan(tmp_path).inventory.endpoints}

    assert found == set(served(application))
