"""What views of Flask do that few had been seen to do: work left to others, values kept for a request, paths, checks, loops over fields."""

from pathlib import Path

import pytest
from tests.source.reach.test_flask_mishaps import named
from tests.source.reach.test_unseen_flask import MODEL, failing
from tests.source.reach.test_unseen_python import failing as messages
from tests.source.reach.test_unseen_python import written

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


ROLES = """
def only(roles):
    def around(view):
        def inner(*args, **kwargs):
            if current_user.role in roles:
                return view(*args, **kwargs)
            return {"error": "no"}, 403
        return inner
    return around
@app.post("/profile")
@only(["Tourist"])
def change():
    user = User.query.filter_by(id=request.json["id"]).first()
    sent = request.get_json()
    for name in sent:
        setattr(user, name, sent[name])
    return ""
"""


def test_a_list_of_roles_around_a_loop_is_no_list_of_fields(tmp_path: Path) -> None:
    tree = written(tmp_path, {"app.py": MODEL + ROLES})
    reach = named(tree, "/profile").reach
    assert reach is not None
    assert [copy.entity for copy in reach.copies] == ["User"]
