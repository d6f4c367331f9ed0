"""What Flask projects that nobody here had seen taught: each mechanism in a small tree of its own."""

from pathlib import Path

from tests.source.reach.test_unseen_python import failing as messages
from tests.source.reach.test_unseen_python import written

from assay.model.program import Inventory

MODEL = """
from flask import Flask, abort, g, jsonify, request, render_template_string
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy
import sqlite3
app = Flask(__name__)
db = SQLAlchemy(app)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password = db.Column(db.String)
    is_admin = db.Column(db.Boolean)
"""


def names(tree: Inventory) -> set[str]:
    return {f"{endpoint.method} {endpoint.path}" for endpoint in tree.endpoints}


def failing(tree: Inventory, rule: str) -> set[str]:
    """The endpoints that a rule surely fails."""
    return {" ".join(said.split()[1:3]) for said in messages(tree, rule) if said.startswith("firm ")}


def test_routes_that_only_an_import_for_its_effect_adds_are_found(tmp_path: Path) -> None:
    package = (
        "from flask import Blueprint\n"
        "from flask_restful import Api\n"
        "shop = Blueprint('shop', __name__)\n"
        "api = Api(shop)\n"
        "from . import routes\n"
    )
    tree = written(
        tmp_path,
        {
            "shop/__init__.py": package,
            "shop/routes.py": "from . import api\nfrom .views import Orders\napi.add_resource(Orders, '/orders')\n",
            "shop/views.py": (
                "from flask_restful import Resource\nclass Orders(Resource):\n    def get(self):\n        return []\n"
            ),
            "main.py": (
                "from flask import Flask\n"
                "from shop import shop\n"
                "app = Flask(__name__)\n"
                "app.register_blueprint(shop, url_prefix='/api')\n"
            ),
        },
    )
    assert names(tree) == {"GET /api/orders"}


def test_routes_of_the_current_application_belong_to_the_one_that_there_is(tmp_path: Path) -> None:
    tree = written(
        tmp_path,
        {
            "shop/__init__.py": (
                "from flask import Flask\n"
                "def create_app():\n"
                "    app = Flask(__name__)\n"
                "    with app.app_context():\n"
                "        from . import routes\n"
                "    return app\n"
            ),
            "shop/routes.py": (
                "from flask import current_app as app\n"
                "@app.route('/home', methods=['GET', 'POST'])\n"
                "def home():\n"
                "    return ''\n"
            ),
        },
    )
    assert names(tree) == {"GET /home", "POST /home"}


def test_blueprints_that_are_loaded_by_their_names_are_found(tmp_path: Path) -> None:
    tree = written(
        tmp_path,
        {
            "app.py": (
                "import os\n"
                "from flask import Flask\n"
                "app = Flask(__name__)\n"
                "for name in os.listdir('modules'):\n"
                "    app.register_blueprint(__import__(name[:-3]).router)\n"
            ),
            "modules/todos.py": (
                "from flask import Blueprint\n"
                "router = Blueprint('todos', __name__)\n"
                "@router.get('/todos')\n"
                "def todos():\n"
                "    return ''\n"
            ),
        },
    )
    assert names(tree) == {"GET /todos"}


def test_a_collection_that_is_a_member_of_a_database_is_one(tmp_path: Path) -> None:
    source = """
import pymongo
from flask import Flask, jsonify
app = Flask(__name__)
db = pymongo.MongoClient().shop
@app.get("/jobs")
def jobs():
    return jsonify(list(db.jobs.find()))
@app.delete("/jobs/<id>")
def remove(id):
    db.jobs.delete_one({"_id": id})
    return ""
"""
    tree = written(tmp_path, {"app.py": source})
    assert failing(tree, "AP111") == {"GET /jobs"}
    assert failing(tree, "AP107") == {"DELETE /jobs/{id}"}


def test_names_of_a_library_that_is_imported_whole_are_known(tmp_path: Path) -> None:
    source = """
from peewee import *
from flask import Flask, request
app = Flask(__name__)
class Contact(Model):
    name = CharField()
@app.delete("/contacts/<id>")
def remove(id):
    Contact.delete().where(Contact.id == id).execute()
    return ""
"""
    assert failing(written(tmp_path, {"app.py": source}), "AP107") == {"DELETE /contacts/{id}"}


def test_what_may_end_the_request_behind_or_ends_it_only_there(tmp_path: Path) -> None:
    body = """
@app.put("/users/<int:id>")
@login_required
def change(id):
    user = db.session.get(User, id) or abort(404)
    user.name = request.json["name"]
    db.session.commit()
    return ""
"""
    assert failing(written(tmp_path, {"app.py": MODEL + body}), "AP101") == {"PUT /users/{id}"}


def test_fields_of_forms_are_what_was_sent(tmp_path: Path) -> None:
    source = """
from urllib.request import urlopen
from flask import Flask, request
from wtforms import Form, URLField
app = Flask(__name__)
class ImageForm(Form):
    url = URLField("url")
@app.post("/image")
def image():
    form = ImageForm(request.form)
    return urlopen(form.url.data).read()
"""
    assert failing(written(tmp_path, {"app.py": source}), "AP108") == {"POST /image"}


def test_columns_that_the_request_names_are_copied(tmp_path: Path) -> None:
    def source(test: str) -> str:
        return f"""
import sqlite3
from flask import Flask, request
app = Flask(__name__)
ALLOWED = {{"name"}}
@app.put("/me")
def change():
    parts = []
    for key, value in request.json.items():
        {test}
        parts.append(f"{{key}} = '{{value}}'")
    sqlite3.connect("x").execute(f"UPDATE users SET {{', '.join(parts)}} WHERE id = 1")
    return ""
"""

    assert failing(written(tmp_path / "open", {"app.py": source("pass")}), "AP103") == {"PUT /me"}
    listed = source("if key not in ALLOWED: continue")
    assert failing(written(tmp_path / "listed", {"app.py": listed}), "AP103") == set()


def test_the_ending_of_a_name_says_nothing_of_the_rest(tmp_path: Path) -> None:
    source = """
import os
from flask import Flask, request
app = Flask(__name__)
def is_image(name):
    return os.path.splitext(name)[1] in [".png", ".jpg"]
@app.post("/images")
def upload():
    file = request.files["file"]
    if not is_image(file.filename):
        return "", 422
    os.system(f'convert "{file.filename}" out.png')
    return ""
"""
    assert failing(written(tmp_path, {"app.py": source}), "AP108") == {"POST /images"}


def test_a_verified_token_holds_no_statement(tmp_path: Path) -> None:
    source = """
import sqlite3, jwt
from flask import Flask, request
app = Flask(__name__)
@app.get("/me")
def me():
    token = request.headers.get("X-API-Key")
    jwt.decode(token, KEY, algorithms=["HS256"])
    return str(sqlite3.connect("x").execute(f"SELECT * FROM users WHERE session_token = '{token}'").fetchall())
"""
    assert failing(written(tmp_path, {"app.py": source}), "AP108") == set()


def test_a_schema_that_writes_the_answer_says_what_goes_out(tmp_path: Path) -> None:
    def source(password: str) -> str:
        return f"""{MODEL}
from marshmallow import Schema, fields
class UserSchema(Schema):
    name = fields.String()
    password = fields.String({password})
@app.get("/users/<int:id>")
@login_required
def show(id):
    return jsonify(UserSchema().dump(User.query.get(id)))
"""

    assert failing(written(tmp_path / "shown", {"app.py": source("")}), "AP104") == {"GET /users/{id}"}
    assert failing(written(tmp_path / "kept", {"app.py": source("load_only=True")}), "AP104") == set()


def test_a_whole_body_with_a_password_in_it_is_logged(tmp_path: Path) -> None:
    body = """
import logging
@app.post("/login")
def login():
    data = request.get_json()
    logging.info(f"login with {data}")
    return "" if User.query.filter_by(name=data["name"], password=data["password"]).first() else ("", 401)
"""
    assert failing(written(tmp_path, {"app.py": MODEL + body}), "AP112") == {"POST /login"}


def test_a_right_of_the_account_that_the_caller_selects_is_the_callers(tmp_path: Path) -> None:
    body = """
@app.delete("/users/<int:id>")
@login_required
def remove(id):
    if not User.query.get(current_user.id).is_admin:
        abort(403)
    db.session.delete(User.query.get_or_404(id))
    db.session.commit()
    return ""
"""
    assert failing(written(tmp_path, {"app.py": MODEL + body}), "AP101") == set()
