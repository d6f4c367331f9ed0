"""What Flask applications do beside their views: error handlers, configuration, schemas, sign-ins by other shapes."""

from pathlib import Path

import pytest
from tests.source.reach.test_unseen_flask import MODEL, failing
from tests.source.reach.test_unseen_python import failing as messages
from tests.source.reach.test_unseen_python import written

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory

ERRORS = """
import logging
from functools import wraps
class Wrong(Exception):
    pass
class Refused(Exception):
    pass
@app.errorhandler(Wrong)
def wrong(error):
    app.logger.warning("refused %s", error)
    return jsonify(error=str(error)), 400
@app.errorhandler(Refused)
def refused(error):
    return jsonify(error=str(error)), 403
def signed_in(view):
    @wraps(view)
    def inner(*args, **kwargs):
        token = request.headers.get("Authorization")
        if not token:
            raise Wrong("token missing")
        return view(*args, **kwargs)
    return inner
def for_admins(view):
    @wraps(view)
    def inner(*args, **kwargs):
        if current_user.role != "admin":
            raise Refused()
        return view(*args, **kwargs)
    return inner
@app.get("/orders")
@signed_in
def orders():
    return ""
@app.get("/reports")
@for_admins
def reports():
    return ""
@app.post("/login")
def login():
    from flask_login import login_user
    from werkzeug.security import check_password_hash
    user = User.query.filter_by(name=request.json["name"]).first()
    if not check_password_hash(user.password, request.json["password"]):
        raise Wrong("no such user")
    login_user(user)
    return ""
"""


def named(tree: Inventory, path: str) -> Endpoint:
    return next(endpoint for endpoint in tree.endpoints if endpoint.path == path)


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return written(tmp_path_factory.mktemp("errors"), {"app.py": MODEL + ERRORS})


def test_a_guard_that_turns_strangers_down_by_an_error_of_the_project_is_one(errors: Inventory) -> None:
    assert named(errors, "/orders").authorization is Authorization.AUTHENTICATED


def test_an_error_means_the_status_with_which_the_application_answers_it(errors: Inventory) -> None:
    assert named(errors, "/reports").authorization is Authorization.ROLE


def test_what_answers_an_error_writes_for_the_view_that_ended_with_it(errors: Inventory) -> None:
    login = named(errors, "/login").reach
    assert login is not None
    assert [(note.kind, note.branch) for note in login.notes] == [("log", "failure")]


def test_a_view_that_chains_thousands_of_calls_costs_nobody_else_anything(tmp_path: Path) -> None:
    deep = "".join("    x = x.next(x)\n" for _ in range(2000))
    source = (
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        "@app.get('/deep')\n"
        f"def deep():\n    x = request.args['x']\n{deep}    return x\n"
        "@app.get('/flat')\ndef flat():\n    return ''\n"
    )
    tree = written(tmp_path, {"app.py": source})
    assert {endpoint.path for endpoint in tree.endpoints} == {"/deep", "/flat"}


CARS = """
class Car(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
class Trip(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    car_id = db.Column(db.Integer, db.ForeignKey("car.id"))
@app.get("/trips")
@login_required
def trips():
    return jsonify(Trip.query.filter_by(user_id=current_user.id).all())
@app.delete("/cars/<int:id>")
@login_required
def remove(id):
    trips = Trip.query.filter(Trip.car_id == id)
    cars = Car.query.filter(Car.user_id == current_user.id, Car.id == id)
    {test}
    trips.delete()
    cars.delete()
    return ""
"""


@pytest.mark.parametrize(
    ("test", "is_found"),
    [("if not cars: abort(404)", True), ("if not cars.first(): abort(404)", False), ("pass", True)],
)
def test_a_statement_that_nothing_ran_tells_nothing_of_a_right(tmp_path: Path, test: str, *, is_found: bool) -> None:
    tree = written(tmp_path, {"app.py": MODEL + CARS.replace("{test}", test)})
    assert bool(failing(tree, "AP101")) is is_found


@pytest.mark.parametrize(
    "sent",
    [
        "dict(request.form)",
        "{**request.form}",
        "{key: value for key, value in request.form.items()}",
        "(dict(request.form) or request.get_json(force=True))",
    ],
)
def test_a_copy_of_what_was_sent_is_what_was_sent(tmp_path: Path, sent: str) -> None:
    source = f"""
@app.post("/users/remove")
def remove():
    data = {sent}
    User.query.filter_by(id=data["id"]).delete()
    return ""
"""
    reach = named(written(tmp_path, {"app.py": MODEL + source}), "/users/remove").reach
    assert reach is not None
    assert [(key.origin.value, key.name) for access in reach.accesses for key in access.keys] == [("form", "id")]


SCHEMAS = """
from marshmallow import EXCLUDE, INCLUDE, Schema, fields
class Sent(Schema):
    name = fields.Str()
class Open(Schema):
    class Meta:
        unknown = INCLUDE
    name = fields.Str()
def checked(schema):
    def around(view):
        def inner(*args, **kwargs):
            errors = schema().validate(request.get_json())
            if errors:
                abort(400)
            return view(*args, **kwargs)
        return inner
    return around
@app.post("/users")
{decorator}
def register():
    data = {data}
    db.session.add(User({given}))
    return ""
"""


@pytest.mark.parametrize(
    ("decorator", "data", "given", "is_found"),
    [
        ("", "request.get_json()", "**data", True),
        ("", "request.get_json()", "**data, is_admin=False", False),
        ("", "Sent().load(request.get_json())", "**data", False),
        ("", "Open().load(request.get_json())", "**data", True),
        ("@checked(Sent)", "request.get_json()", "**data", False),
    ],
)
def test_a_schema_lets_in_what_it_declares(
    tmp_path: Path, decorator: str, data: str, given: str, *, is_found: bool
) -> None:
    source = SCHEMAS.replace("{decorator}", decorator).replace("{data}", data).replace("{given}", given)
    tree = written(tmp_path, {"app.py": MODEL + source})
    assert bool(messages(tree, "AP103")) is is_found


SIGN_INS = """
from flask import session
from werkzeug.security import check_password_hash
import jwt
@app.post("/entrar")
def enter():
    user = User.query.filter_by(name=request.form["name"]).first()
    if user.password == request.form["password"]:
        session["user_id"] = user.id
    return ""
@app.get("/token")
def token():
    user = User.query.filter_by(name=request.authorization.username).first()
    if not check_password_hash(user.password, request.authorization.password):
        abort(401)
    return jsonify(token=jwt.encode({"sub": user.id}, app.config["KEY"]))
"""


def test_sign_ins_are_told_by_what_they_do(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + SIGN_INS})
    assert failing(tree, "AP106") == {"POST /entrar", "GET /token"}


RUNNING = """
import jwt, pickle
@app.get("/a")
def a():
    claims = jwt.decode(request.headers["Authorization"], app.config["KEY"], algorithms=["HS256"])
    return eval(claims["role"])
@app.get("/b")
def b():
    claims = jwt.decode(request.headers["Authorization"], options={"verify_signature": False})
    return pickle.loads(claims["state"])
@app.post("/c")
def c():
    print(request.headers)
    return ""
"""


def test_what_a_token_says_is_run_and_headers_are_printed(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + RUNNING})
    assert {said.split()[0] for said in messages(tree, "AP108")} == {"firm", "tentative"}
    assert failing(tree, "AP108") == {"GET /b"}
    assert failing(tree, "AP112") == {"POST /c"}


PAGE = "@app.get('/x')\ndef x():\n    return ''\n"
SETTINGS = {
    "sockets": ("from flask_socketio import SocketIO\nSocketIO(app, cors_allowed_origins='*')\n", "cors", "*", ""),
    "listening": ("if __name__ == '__main__':\n    app.run(debug=True, host='0.0.0.0')\n", "debug", "on", ""),
    "named": ("app.config.from_object('config.DevConfig')\n", "debug", "on", ""),
    "chosen": ("from config import known\nimport os\napp.config.from_object(known[os.getenv('ENV', 'dev')])\n", "debug", "on", "default"),
    "module": ("app.config.from_object('config')\n", "cookie-secure", "off", ""),
    "test": ("import os\nenv = os.getenv('ENV', 'dev')\napp.run(debug=env == 'dev', host='0.0.0.0')\n", "debug", "on", "default"),
}  # fmt: skip
CONFIG = """
SESSION_COOKIE_SECURE = False
class Config:
    KEY = 1
class DevConfig(Config):
    DEBUG = True
class ProdConfig(Config):
    DEBUG = False
known = {"dev": DevConfig, "prod": ProdConfig}
"""


@pytest.mark.parametrize("case", sorted(SETTINGS))
def test_settings_are_read_where_they_are_loaded_from(tmp_path: Path, case: str) -> None:
    source, name, value, chosen = SETTINGS[case]
    app = f"from flask import Flask\napp = Flask(__name__)\n{PAGE}{source}"
    tree = written(tmp_path, {"app.py": app, "config.py": CONFIG})
    found = {(each.value, each.environment, each.detail("chosen")) for each in tree.settings if each.name == name}
    assert found == {(value, "any", chosen)}


def test_a_server_beside_one_for_production_is_for_developers(tmp_path: Path) -> None:
    app = f"from flask import Flask\napp = Flask(__name__)\n{PAGE}if __name__ == '__main__':\n    app.run(debug=True, host='0.0.0.0')\n"
    tree = written(tmp_path, {"app.py": app, "wsgi.py": "from app import app\n"})
    assert {each.environment for each in tree.settings if each.name == "debug"} == {"development"}
