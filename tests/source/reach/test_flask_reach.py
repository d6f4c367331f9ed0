"""Views of Flask, run: what they touch and what ties it to the caller."""

from pathlib import Path

import pytest
from tests.source.reach.python_trees import accesses, flask, shown

from assay.source.scan import scan

LOOK_UP = "read Order =path:order_id"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return jsonify(Order.query.get(order_id))", [f"{LOOK_UP} -"]),
        ("return jsonify(Order.query.get_or_404(order_id))", [f"{LOOK_UP} -"]),
        ("return jsonify(Order.query.filter_by(id=order_id, owner_id=current_user.id).first())",
         ["read Order id=path:order_id owner_id=principal:current_user.id keyed"]),
        ("order = Order.query.get(order_id)\n    if order.owner_id != current_user.id:\n        abort(403)\n    return order.state",
         [f"{LOOK_UP} compared"]),
        ("order = Order.query.get(order_id)\n    if order.owner_id != current_user.id:\n        return 'no', 403\n    return order.state",
         [f"{LOOK_UP} compared"]),
        ("order = Order.query.get(order_id)\n    order.state = request.form['state']\n    db.session.commit()\n    return ''",
         [f"{LOOK_UP} -", "update Order =path:order_id -"]),
        ("order = Order.query.get(order_id)\n    db.session.delete(order)\n    return ''",
         [f"{LOOK_UP} -", "delete Order =path:order_id -"]),
        ("return jsonify(Order.query.filter(Order.state == request.args['state']).all())",
         ["list Order state=query:state -"]),
        ("owner = request.args.get('owner') or current_user.id\n    return jsonify(Order.query.filter_by(owner_id=owner).all())",
         ["list Order owner_id=principal:current_user.id -"]),
    ],
)  # fmt: skip
def test_a_view_touches_what_its_body_touches(tmp_path: Path, body: str, expected: list[str]) -> None:
    source = f'@app.get("/orders/<int:order_id>")\n@login_required\ndef show(order_id):\n    {body}\n'
    found = [
        line.replace("current_user.current_user", "current_user") for line in shown(accesses(flask(tmp_path, source)))
    ]
    assert [line.replace("principal:id", "principal:current_user.id") for line in found] == expected


def test_methods_of_one_view_are_told_apart(tmp_path: Path) -> None:
    source = """
@app.route("/orders/<int:order_id>", methods=["GET", "POST"])
def edit(order_id):
    order = Order.query.get(order_id)
    if request.method == "POST":
        order.state = request.form["state"]
    return order.state
"""
    endpoints = flask(tmp_path, source)
    assert shown(accesses(endpoints, "GET /orders/{order_id}")) == [f"{LOOK_UP} -"]
    assert shown(accesses(endpoints, "POST /orders/{order_id}")) == [f"{LOOK_UP} -", "update Order =path:order_id -"]


def test_a_decorator_of_the_project_runs_around_the_view(tmp_path: Path) -> None:
    source = """
from functools import wraps
def with_order(view):
    @wraps(view)
    def wrapper(order_id, **rest):
        order = Order.query.get_or_404(order_id)
        if order.owner_id != current_user.id:
            abort(404)
        return view(order=order, **rest)
    return wrapper

@app.delete("/orders/<int:order_id>")
@with_order
def remove(order):
    db.session.delete(order)
    return ""
"""
    assert shown(accesses(flask(tmp_path, source))) == [f"{LOOK_UP} compared", "delete Order =path:order_id compared"]


def test_a_view_class_runs_inside_its_decorators_with_its_constructor(tmp_path: Path) -> None:
    source = """
from flask.views import MethodView
class Orders:
    def find(self, key):
        return Order.query.get(key)
class Show(MethodView):
    def __init__(self, orders):
        self.orders = orders
    def get(self, order_id):
        return jsonify(self.orders.find(order_id))
app.add_url_rule("/orders/<int:order_id>", view_func=Show.as_view("show", Orders()))
"""
    assert shown(accesses(flask(tmp_path, source))) == [f"{LOOK_UP} -"]


def test_what_a_hook_puts_into_g_is_the_caller(tmp_path: Path) -> None:
    source = """
@app.before_request
def load():
    g.account = User.query.filter_by(token=request.headers.get("X-Api-Token")).first()
@app.get("/orders")
def mine():
    return jsonify(Order.query.filter_by(owner_id=g.account.id).all())
"""
    found = accesses(flask(tmp_path, source))
    assert [(access.entity, access.protection) for access in found] == [("Order", "keyed: owner_id == account.id")]


def test_a_row_that_a_credential_selects_is_the_caller(tmp_path: Path) -> None:
    source = """
def caller():
    return User.query.filter_by(token=request.headers["X-Api-Token"]).first()
@app.get("/orders")
def mine():
    return jsonify(Order.query.filter_by(owner_id=caller().id).all())
"""
    assert [access.protection.partition(":")[0] for access in accesses(flask(tmp_path, source))] == ["keyed", "keyed"]


def test_methods_of_the_current_user_are_entered(tmp_path: Path) -> None:
    source = """
from flask_login import UserMixin
class Account(db.Model, UserMixin):
    id = db.Column(db.Integer, primary_key=True)
    def may_see(self, order):
        return order.owner_id == self.id
@app.get("/orders/<int:order_id>")
def show(order_id):
    order = Order.query.get(order_id)
    if not current_user.may_see(order):
        abort(403)
    return order.state
"""
    assert shown(accesses(flask(tmp_path, source))) == [f"{LOOK_UP} compared"]


def test_what_a_parsing_decorator_gives_comes_from_the_request(tmp_path: Path) -> None:
    source = """
from flask_smorest import Blueprint
from marshmallow import Schema
blp = Blueprint("orders", "orders", url_prefix="/orders")
class Wanted(Schema):
    pass
@blp.route("/")
@blp.arguments(Wanted, location="query")
def search(wanted):
    return jsonify(Order.query.filter_by(owner_id=wanted["owner"]).all())
app.register_blueprint(blp)
"""
    assert shown(accesses(flask(tmp_path, source))) == ["list Order owner_id=query:owner -"]


def test_fields_of_a_form_come_from_the_form(tmp_path: Path) -> None:
    source = """
from flask_wtf import FlaskForm
from wtforms import IntegerField
class Wanted(FlaskForm):
    order = IntegerField()
@app.post("/orders")
def pick():
    form = Wanted()
    return jsonify(Order.query.get(form.order.data))
"""
    assert shown(accesses(flask(tmp_path, source))) == ["read Order =form:order -"]


def test_what_the_server_signed_is_no_choice_of_the_caller(tmp_path: Path) -> None:
    source = """
from itsdangerous import URLSafeTimedSerializer
@app.post("/confirm/<token>")
def confirm(token):
    key = URLSafeTimedSerializer(app.secret_key).loads(token)
    return jsonify(Order.query.get(key))
"""
    assert [access.protection.partition(":")[0] for access in accesses(flask(tmp_path, source))] == ["keyed"]


def test_a_function_that_a_contract_names_is_given_what_the_contract_says(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text("""
openapi: 3.0.0
paths:
  /orders/{key}:
    put:
      operationId: api.change
      parameters:
        - {name: key, in: path, required: true, schema: {type: integer}}
        - {name: state, in: query, schema: {type: string}}
""")
    (tmp_path / "models.py").write_text("""
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
""")
    (tmp_path / "api.py").write_text("""
from models import Order
def change(key, body, user, state=None):
    return Order.query.filter_by(id=key, state=state, note=body["note"], owner=user).first()
""")
    (tmp_path / "app.py").write_text("""
import connexion
app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
""")
    (access,) = accesses(scan(tmp_path).inventory.endpoints)
    assert [key.origin for key in access.keys] == ["path", "query", "body", "principal"]
