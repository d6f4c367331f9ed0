"""What real fixes in Flask and FastAPI projects taught: each mechanism in a small tree of its own, as it was and as it was mended."""

from pathlib import Path

from tests.source.reach.test_unseen_flask import MODEL, failing, names
from tests.source.reach.test_unseen_python import written

SUDO = """
from time import time
from werkzeug.security import check_password_hash
from flask import session
from flask_limiter import Limiter
limiter = Limiter(app=app, key_func=lambda: request.remote_addr)

class Team(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password = db.Column(db.String)

@app.post("/enter-sudo")
{limit}
@login_required
def enter_sudo():
    if current_user.check_password(request.form["password"]):
        session["sudo_time"] = int(time())
        return "welcome"
    return "wrong", 400

@app.post("/teams/join")
{limit}
@login_required
def join():
    team = Team.query.filter_by(name=request.form["name"]).first()
    if team and check_password_hash(team.password, request.form["password"]):
        current_user.team_id = team.id
        db.session.commit()
    return "", 204
"""
WALKED = """
import os
from importlib import import_module
from flask import Blueprint, Flask

def discover():
    found = set()
    for root, _, files in os.walk("shop"):
        for name in files:
            module = import_module(f"shop.{name}")
            for each in dir(module):
                found.add(getattr(module, each))
    return found

def make_app():
    app = Flask(__name__)
    for blueprint in discover():
        app.register_blueprint(blueprint)
    return app
"""
MEMO = """
import inspect
from functools import wraps
from flask import Blueprint

def memoize(f):
    cache = {}
    @wraps(f)
    def inner(*args, **kwargs):
        key = (tuple(args), tuple(kwargs))
        if key not in cache:
            cache[key] = f(*args, **kwargs)
        return cache[key]
    return inner

@memoize
def as_view(view):
    if inspect.isclass(view):
        def wrapper(**kwargs):
            return view().process()
        return wrapper
    return view

class Shop(Blueprint):
    def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
        if view_func is not None:
            view_func = as_view(view_func)
        super().add_url_rule(rule, endpoint, view_func, **options)

class Show:
    def process(self):
        return "shown"

shop = Shop("shop", __name__)
shop.add_url_rule("/shown", "shown", Show)
"""
FILES = """
from pathlib import Path
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse
app = FastAPI()
BASE = Path("static")

@app.get("/files/{path:path}")
def file(path: str):
    wanted = BASE / path
    try:
        wanted.resolve()%s
    except ValueError as e:
        raise HTTPException(status_code=403, detail="forbidden") from e
    if wanted.exists():
        return FileResponse(wanted)
    raise HTTPException(status_code=404)
"""
BASIC = """
from flask_httpauth import HTTPBasicAuth
auth = HTTPBasicAuth()

@auth.verify_password
def verify(name, password):
    user = User.query.filter_by(name=name).first()
    return user and user.check_password(password)

@app.delete("/users/<int:id>")
@auth.login_required
def delete(id):
    user = User.query.filter_by(id=id).first()
    if user.name != auth.username():
        abort(403)
    db.session.delete(user)
    db.session.commit()
    return "", 204

@app.delete("/others/<int:id>")
@auth.login_required
def other(id):
    user = User.query.filter_by(id=id).first()
    db.session.delete(user)
    db.session.commit()
    return "", 204
"""
MAGIC = """
import random

class Person(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String)
    email_verification_code = db.Column(db.String)

@app.post("/auth/magic-link")
def magic():
    person = Person.query.filter_by(email=request.json["email"]).first()
    person.email_verification_code = str(random.randint(100000, 999999))
    db.session.commit()
    return "", 204

@app.post("/auth/magic-link/verify")
def enter():
    person = Person.query.filter_by(email=request.json["email"], email_verification_code=request.json["code"]).first_or_404()
    session["user_id"] = person.id
    return "", 204
"""


def test_one_more_password_behind_the_way_in_is_tried_without_limit(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + SUDO.format(limit="")})
    assert failing(tree, "AP106") == {"POST /enter-sudo", "POST /teams/join"}


def test_one_more_password_that_a_limiter_guards_is_no_finding(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + SUDO.format(limit='@limiter.limit("3/minute")')})
    assert failing(tree, "AP106") == set()


def test_a_link_that_signs_in_is_sent_to_whom_the_caller_names(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + "from flask import session\n" + MAGIC})
    assert "POST /auth/magic-link" in failing(tree, "AP106")


def test_blueprints_that_are_walked_to_belong_to_the_application_that_walks_beside_a_script_with_its_own(
    tmp_path: Path,
) -> None:
    blueprint = (
        "from flask import Blueprint\nshop = Blueprint('shop', __name__, url_prefix='/shop')\n"
        "@shop.route('/orders')\ndef orders():\n    return 'none'\n"
    )
    proxy = "from flask import Flask\napp = Flask(__name__)\n@app.route('/proxy')\ndef proxy():\n    return ''\n"
    tree = written(tmp_path, {"main.py": WALKED, "shop/orders.py": blueprint, "tools/proxy.py": proxy})
    assert names(tree) == {"GET /shop/orders", "GET /proxy"}


def test_a_view_that_a_remembering_function_makes_of_a_class_is_followed(tmp_path: Path) -> None:
    main = "from flask import Flask\nfrom shop import shop\napp = Flask(__name__)\napp.register_blueprint(shop)\n"
    tree = written(tmp_path, {"main.py": main, "shop.py": MEMO})
    assert [endpoint.handler.rpartition(".")[2] for endpoint in tree.endpoints] == ["wrapper"]


def test_a_path_that_must_lie_below_a_folder_is_refused_by_the_error_otherwise(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    before = written(tmp_path / "before", {"main.py": FILES % ""})
    after = written(tmp_path / "after", {"main.py": FILES % ".relative_to(BASE.resolve())"})
    assert failing(before, "AP108") == {"GET /files/{path}"}
    assert failing(after, "AP108") == set()


def test_the_name_that_basic_authentication_gives_is_the_caller(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + BASIC})
    assert failing(tree, "AP101") == {"DELETE /others/{id}"}


def test_an_application_that_a_script_only_describes_has_no_endpoints_of_its_own(tmp_path: Path) -> None:
    orders = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/orders')\ndef orders(): ...\n"
    main = "from fastapi import FastAPI\nfrom orders import router\napp = FastAPI()\napp.include_router(router)\n"
    script = (
        "import json\nfrom fastapi import FastAPI\nfrom orders import router\n\n"
        "def build():\n    app = FastAPI()\n    for each in [router]:\n        app.include_router(each)\n    return app\n\n"
        "if __name__ == '__main__':\n    print(json.dumps(build().openapi()))\n"
    )
    tree = written(tmp_path, {"orders.py": orders, "main.py": main, "tools/describe.py": script})
    assert [endpoint.path for endpoint in tree.endpoints] == ["/orders"]


CLASSES = """
from flask import Flask, abort, session
from elsewhere import skipping

def as_view(cls):
    def wrapper(**kwargs):
        return cls().process()
    return wrapper

class Base:
    def check(self):
        pass
    def process(self):
        self.check()
        return self.answer()
    def answer(self):
        return "shown"

class Closed(Base):
    def check(self):
        if "user" not in session:
            abort(401)

class Doubtful(Base):
    def process(self):
        if not skipping():
            Closed().check()
        return self.answer()

app = Flask(__name__)
app.add_url_rule("/open", "open", as_view(Base))
app.add_url_rule("/closed", "closed", as_view(Closed))
app.add_url_rule("/doubtful", "doubtful", as_view(Doubtful))
"""


def test_views_that_one_function_makes_of_classes_are_judged_each_by_itself(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": CLASSES})
    found = {endpoint.path: str(endpoint.authorization) for endpoint in tree.endpoints}
    assert found == {"/open": "public", "/closed": "authenticated", "/doubtful": "unknown"}


def test_a_prefix_that_a_class_of_blueprints_sets_where_none_is_given_is_known(tmp_path: Path) -> None:
    source = (
        "from flask import Blueprint, Flask\n"
        "class Part(Blueprint):\n"
        "    def __init__(self, name, import_name, **kwargs):\n"
        "        kwargs.setdefault('url_prefix', '/' + name)\n"
        "        super().__init__(name, import_name, **kwargs)\n"
        "orders = Part('orders', __name__)\n"
        "bills = Part('bills', __name__, url_prefix='/paid')\n"
        "@orders.route('/all')\ndef every():\n    return ''\n"
        "@bills.route('/all')\ndef each():\n    return ''\n"
        "app = Flask(__name__)\napp.register_blueprint(orders)\napp.register_blueprint(bills)\n"
    )
    assert names(written(tmp_path, {"app.py": source})) == {"GET /orders/all", "GET /paid/all"}
