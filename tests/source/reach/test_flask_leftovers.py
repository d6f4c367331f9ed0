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


TASKS = """
from celery import Celery, shared_task, Task
from threading import Thread
celery = Celery(__name__)
@celery.task
def plain(id):
    User.query.filter_by(id=id).delete()
@shared_task(bind=True)
def bound(self, id):
    User.query.filter_by(id=id).delete()
class Made(Task):
    def run(self, id):
        User.query.filter_by(id=id).delete()
made = celery.register_task(Made())
def work(id):
    User.query.filter_by(id=id).delete()
@app.post("/users/remove")
def remove():
    {call}
    return ""
"""


@pytest.mark.parametrize(
    "call",
    [
        "plain.delay(request.json['id'])",
        "bound.apply_async(args=[request.json['id']])",
        "made.delay(request.json['id'])",
        "Thread(target=work, args=(request.json['id'],)).start()",
        "pool.submit(work, request.json['id'])",
    ],
)
def test_what_a_view_leaves_to_others_is_followed(tmp_path: Path, call: str) -> None:
    source = (
        MODEL
        + TASKS.replace("{call}", call)
        + "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"
    )
    reach = named(written(tmp_path, {"app.py": source}), "/users/remove").reach
    assert reach is not None
    assert [(key.origin.value, key.name) for access in reach.accesses for key in access.keys] == [("body", "id")]


KEPT = """
class Vote(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
@app.before_request
def load():
    g.current_user = current_user
@app.delete("/votes/<int:id>")
@login_required
def remove(id):
    vote = Vote.query.filter_by(user_id=g.get("current_user").id, id=id).first()
    db.session.delete(vote)
    return ""
"""


def test_what_a_hook_keeps_is_got_by_its_name(tmp_path: Path) -> None:
    reach = named(written(tmp_path, {"app.py": MODEL + KEPT}), "/votes/{id}").reach
    assert reach is not None
    assert all(access.protection.startswith("keyed: user_id") for access in reach.accesses)


NAMED = """
class Person(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password = db.Column(db.String)
    PASSWORD = "password"
    def shown(self):
        return {self.PASSWORD: self.password}
@app.get("/people/<int:id>")
@login_required
def person(id):
    return jsonify(Person.query.get(id).shown())
"""


def test_keys_that_a_class_names_are_known(tmp_path: Path) -> None:
    assert failing(written(tmp_path, {"app.py": MODEL + NAMED}), "AP104") == {"GET /people/{id}"}


OPENED = """
from pathlib import Path
import os
FILES = Path("/srv/files")
@app.post("/read")
@login_required
def read():
    with open({path}) as file:
        return file.read()
"""


@pytest.mark.parametrize(
    ("path", "is_sure"),
    [
        ("FILES / request.json['name']", True),
        ("os.path.join('/srv/files', request.json['name'])", True),
        ("f'/srv/files/{request.json[\"name\"]}'", True),
        ("request.json['name'] + '.txt'", False),
    ],
)
def test_nobody_is_meant_to_leave_a_folder_of_the_server(tmp_path: Path, path: str, *, is_sure: bool) -> None:
    tree = written(tmp_path, {"app.py": MODEL + OPENED.replace("{path}", path)})
    assert [said.split()[0] for said in messages(tree, "AP108")] == ["firm" if is_sure else "tentative"]


CLOSED = """
@app.put("/a")
def a():
    return {"error": "not allowed"}, 405
@app.put("/b")
def b():
    return {"error": "not supported"}
@app.put("/c")
def c():
    if request.args.get("x"):
        return {"error": "no"}, 404
    return ""
"""


def test_a_view_that_only_ever_refuses_is_no_weakness(tmp_path: Path) -> None:
    assert failing(written(tmp_path, {"app.py": MODEL + CLOSED}), "AP004") == {"PUT /c"}


LISTED = """
def close(caller, id):
    if caller != id:
        return [{"error": "not yours"}, 403]
    User.query.filter_by(id=id).delete()
    return [{}, 200]
@app.delete("/users/<int:id>")
@login_required
def remove(id):
    done = close(current_user.id, id)
    return done[0], done[1]
"""


def test_a_refusal_that_a_service_hands_back_in_parts_is_one(tmp_path: Path) -> None:
    assert not messages(written(tmp_path, {"app.py": MODEL + LISTED}), "AP101")


def test_the_class_that_a_factory_loads_by_default_is_what_runs(tmp_path: Path) -> None:
    factory = (
        "from flask import Flask\n"
        "class DevelopmentConfig:\n"
        "    DEBUG = True\n"
        "def create_app(config=DevelopmentConfig):\n"
        "    app = Flask(__name__)\n"
        "    app.config.from_object(config)\n"
        "    @app.get('/x')\n"
        "    def x():\n"
        "        return ''\n"
        "    return app\n"
    )
    tree = written(tmp_path, {"app.py": factory})
    assert {each.value for each in tree.settings if each.name == "debug"} == {"on"}


CHECKED = """
from functools import wraps
from uuid import UUID
import sqlite3
base = sqlite3.connect("x")
def known(view):
    @wraps(view)
    def inner(*args, **kwargs):
        try:
            UUID(kwargs["id"])
        except ValueError:
            {failing}
        return view(*args, **kwargs)
    return inner
@app.get("/things/<id>")
@known
def thing(id):
    return str(base.execute(f"SELECT * FROM things WHERE id = '{id}'").fetchall())
"""


@pytest.mark.parametrize(("failing_", "is_found"), [("abort(400)", False), ("return '', 400", False), ("pass", True)])
def test_what_a_conversion_refuses_does_no_harm(tmp_path: Path, failing_: str, *, is_found: bool) -> None:
    tree = written(tmp_path, {"app.py": MODEL + CHECKED.replace("{failing}", failing_)})
    assert bool(messages(tree, "AP108")) is is_found


SPLIT = """
import sqlite3
base = sqlite3.connect("x")
def token():
    header = request.headers.get("Authorization")
    if not header or "Bearer" not in header:
        return jsonify(error="no"), 400
    return str(header).split(" ")[1]
@app.get("/me")
def me():
    return str(base.execute(f"SELECT * FROM tokens WHERE token = '{token()}'").fetchall())
"""


def test_a_part_of_the_text_of_a_header_is_what_was_sent(tmp_path: Path) -> None:
    assert failing(written(tmp_path, {"app.py": MODEL + SPLIT}), "AP108") == {"GET /me"}


DUNDER = """
@app.post("/me")
@login_required
def change():
    user = User.query.filter_by(id=current_user.id).first()
    sent = request.get_json()
    for name in sent:
        user.__setattr__(name, sent[name])
    return ""
"""


def test_a_loop_over_the_method_behind_setattr_copies_fields(tmp_path: Path) -> None:
    assert failing(written(tmp_path, {"app.py": MODEL + DUNDER}), "AP103") == {"POST /me"}
