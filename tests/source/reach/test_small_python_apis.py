"""What small Python APIs do: callers who may be unknown, lists made in a comprehension, guests, resets that only send, split settings."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.model.endpoint import Authorization
from assay.model.program import Inventory
from assay.model.verdict import Outcome
from assay.plugins.rule import Rule
from assay.rules.authn.sensitive_route_public import RULE as SENSITIVE
from assay.rules.authn.write_without_guard import RULE as WRITES
from assay.rules.authz.object_of_another import RULE as OBJECTS
from assay.rules.limits.unbounded_list import RULE as LISTS
from assay.rules.limits.unlimited_tries import RULE as TRIES
from assay.rules.logging.silent_sign_in import RULE as LOGGED
from assay.rules.secrets.hardcoded_secret import RULE as SECRETS
from assay.rules.transport.permissive_configuration import RULE as SETTINGS
from assay.source.scan import scan

CALLER = """
from fastapi import Cookie, Depends, FastAPI, HTTPException
from jose import JWTError, jwt

app = FastAPI()


def decoded(token):
    try:
        return jwt.decode(token, KEY, algorithms=["HS256"])
    except JWTError:
        END


def caller(token: str | None = Cookie(default=None)):
    return decoded(token)


@app.get("/orders")
def orders(user=Depends(caller)):
    return []
"""
ORDERS = """
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)


class Sent(BaseModel):
FIELDS

def session():
    yield Session()


app = FastAPI()


@app.post("/order")
def order(sent: Sent, db: Session = Depends(session)):
    db.add(Order(**sent.model_dump()))
    db.commit()
"""
SHOP = """
from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import generate_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)


class Product(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Guest(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    passport = db.Column(db.String)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String)
    password = db.Column(db.String)


class Code(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer)
"""


def sure(rule: Rule, inventory: Inventory) -> list[str]:
    """How sure each failure is."""
    return [str(verdict.confidence) for verdict in rule.judge(inventory) if verdict.outcome is Outcome.FAIL]


def shop(root: Path, route: str, body: str, method: str = "post") -> Inventory:
    """The shop with one handler."""
    handler = f'\n\n@app.{method}("{route}")\ndef handle():\n    {body}\n'
    return scan(plant(root, {"app.py": SHOP + handler})).inventory


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("return None", Authorization.PUBLIC),
        ("raise HTTPException(401)", Authorization.AUTHENTICATED),
    ],
)
def test_a_dependency_that_goes_on_without_a_caller_guards_nothing(
    tmp_path: Path, end: str, expected: Authorization
) -> None:
    (endpoint,) = scan(plant(tmp_path, {"main.py": CALLER.replace("END", end)})).inventory.endpoints
    assert endpoint.authorization is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [("Product.query.all()", ["firm"]), ("Product.query.limit(20).all()", []), ("[1, 2]", [])],
)
def test_a_list_of_dictionaries_made_of_each_row_holds_every_row(
    tmp_path: Path, query: str, expected: list[str]
) -> None:
    body = f'return jsonify([{{"id": one.id, "name": one.name}} for one in {query}])'
    assert sure(LISTS, shop(tmp_path, "/products", body, "get")) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(("phone", "address"), ["tentative"]), (("phone", "address", "user_id"), ["firm"]), (("note",), ["firm"])],
    ids=["a guest", "of an account", "nobody to reach"],
)
def test_an_order_that_says_where_its_buyer_lives_may_be_one_of_a_guest(
    tmp_path: Path, fields: tuple[str, ...], expected: list[str]
) -> None:
    taken = "".join(f"    {field}: str\n" for field in fields)
    assert sure(SENSITIVE, scan(plant(tmp_path, {"main.py": ORDERS.replace("FIELDS", taken)})).inventory) == expected


@pytest.mark.parametrize(("made", "expected"), [("Guest", ["firm"]), ("Product", ["tentative"])])
def test_guests_whom_the_house_keeps_do_not_say_that_everybody_may_write(
    tmp_path: Path, made: str, expected: list[str]
) -> None:
    body = f'db.session.add({made}(id=request.json["id"]))\n    db.session.commit()\n    return "made"'
    assert sure(WRITES, shop(tmp_path, "/guests", body)) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("db.session.add(Code(user_id=user.id))", []),
        ('user.password = generate_password_hash(request.json["password"])', ["firm"]),
    ],
    ids=["only sends", "changes it"],
)
def test_a_reset_that_only_sends_a_code_changes_no_password(tmp_path: Path, step: str, expected: list[str]) -> None:
    body = f'user = User.query.filter_by(email=request.json["email"]).first()\n    {step}\n    db.session.commit()\n    return "sent"'
    assert sure(LOGGED, shop(tmp_path, "/reset-password", body)) == expected


@pytest.mark.parametrize("route", ["/auth/registeration", "/shop authentification/registration"])
def test_a_registration_is_one_in_the_spellings_of_others_too(tmp_path: Path, route: str) -> None:
    body = 'sent = request.json\n    hashed = generate_password_hash(sent["password"])\n'
    body += '    db.session.add(User(email=sent["email"], password=hashed))\n    db.session.commit()\n    return "made"'
    inventory = shop(tmp_path, route, body)
    assert sure(WRITES, inventory) == []
    assert sure(TRIES, inventory) == ["firm"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "you-will-never-guess", ["firm"]),
        ("GREETING", "you-will-never-guess", []),
        ("SECRET_KEY", "guess", []),
    ],
)
def test_words_that_sign_when_the_setting_is_missing_are_a_secret(
    tmp_path: Path, name: str, value: str, expected: list[str]
) -> None:
    source = f'import os\n\n\nclass Config:\n    {name} = os.environ.get("{name}") or "{value}"\n'
    assert sure(SECRETS, scan(plant(tmp_path, {"config.py": source, "app.py": SHOP})).inventory) == expected


@pytest.mark.parametrize("router", ["obtain_pair_router", '"ninja_jwt.routers.obtain.obtain_pair_router"'])
def test_routers_of_ninja_jwt_bring_the_way_in_along(tmp_path: Path, router: str) -> None:
    urls = f"""
from django.urls import path
from ninja import NinjaAPI
from ninja_jwt.routers.obtain import obtain_pair_router
api = NinjaAPI()
api.add_router("/token", router={router})
urlpatterns = [path("api/", api.urls)]
"""
    settings = 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth"]\n'
    inventory = scan(
        plant(tmp_path, {"shop/__init__.py": "", "shop/settings.py": settings, "shop/urls.py": urls})
    ).inventory
    assert [endpoint.name for endpoint in inventory.endpoints] == ["POST /api/token/pair", "POST /api/token/refresh"]
    assert sure(TRIES, inventory) == ["firm"]


@pytest.mark.parametrize(
    ("included", "expected"),
    [('"./base.py", "components/*.py"', ["firm"]), ('"components/*.py"', [])],
)
def test_settings_that_split_settings_runs_are_those_of_the_project(
    tmp_path: Path, included: str, expected: list[str]
) -> None:
    files = {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "shop/__init__.py": "",
        "shop/settings/__init__.py": f"from split_settings.tools import include\n\ninclude({included})\n",
        "shop/settings/base.py": 'DEBUG = True\nSECRET_KEY = env("SECRET_KEY")\n',
        "shop/settings/components/urls.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth"]\n',
        "shop/urls.py": 'from django.urls import path\n\nurlpatterns = [path("orders/", lambda request: None)]\n',
    }
    inventory = scan(plant(tmp_path, files)).inventory
    assert [endpoint.path for endpoint in inventory.endpoints] == ["/orders/"]
    assert [each for each in sure(SETTINGS, inventory) if each == "firm"] == expected


def test_of_two_objects_that_nothing_ties_to_the_caller_the_surer_one_is_told(tmp_path: Path) -> None:
    source = """
from flask import Flask
from flask_jwt_extended import get_jwt_identity, jwt_required
from flask_restx import Api, Resource, fields
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
api = Api(app)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String)
    password = db.Column(db.String)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.Integer, db.ForeignKey("user.id"))


shown = api.model("User", {"id": fields.Integer()})


@api.route("/users")
class Users(Resource):
    @api.marshal_with(shown)
    @jwt_required()
    def get(self):
        return User.query.all()


@api.route("/mine")
class Mine(Resource):
    @jwt_required()
    def get(self):
        return Order.query.filter_by(customer_id=get_jwt_identity()).all()


@api.route("/users/<int:user_id>/orders/<int:order_id>")
class One(Resource):
    @jwt_required()
    def get(self, user_id, order_id):
        user = User.query.get_or_404(user_id)
        return Order.query.filter_by(id=order_id).filter_by(customer=user).first()
"""
    failed = [
        v for v in OBJECTS.judge(scan(plant(tmp_path, {"app.py": source})).inventory) if v.outcome is Outcome.FAIL
    ]
    assert [(str(verdict.confidence), "reads Order by order_id" in verdict.message) for verdict in failed] == [
        ("firm", True)
    ]
