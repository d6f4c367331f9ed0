"""What projects that nobody here had seen taught: each mechanism in a small tree of its own."""

from pathlib import Path

from tests.source.reach.python_trees import accesses, flask, shown

from assay.assessment.wiring import rules
from assay.model.program import Inventory
from assay.model.verdict import Outcome
from assay.source.scan import scan


def written(root: Path, files: dict[str, str]) -> Inventory:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.lstrip(), encoding="utf-8")
    return scan(root).inventory


def failing(inventory: Inventory, rule: str) -> list[str]:
    judge = next(each for each in rules() if each.id == rule).judge
    return [f"{v.confidence} {v.message}" for v in judge(inventory) if v.outcome is Outcome.FAIL]


POOLED = """
import psycopg2
from flask import Flask, jsonify, request
app = Flask(__name__)
pool = None

def connect():
    global pool
    if pool is None:
        pool = psycopg2.pool.ThreadedConnectionPool(1, 2)

def run(sql, given=None):
    if not pool:
        raise RuntimeError("no pool")
    with pool.getconn().cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()

@app.get("/orders/<number>")
def show(number):
    return jsonify(run(f"SELECT * FROM orders WHERE number = '{number}'"))

@app.get("/people")
def people():
    return jsonify([{"name": row[0], "password": row[1]} for row in run("SELECT name, password FROM people")])
"""


def test_a_name_that_a_function_sets_by_global_is_what_that_function_sets_it_to(tmp_path: Path) -> None:
    inventory = written(tmp_path, {"app.py": POOLED})
    assert "text of an SQL statement" in failing(inventory, "AP108")[0]


def test_a_secret_column_that_an_answer_names_goes_out(tmp_path: Path) -> None:
    found = failing(written(tmp_path, {"app.py": POOLED}), "AP104")
    assert found == ["firm GET /people answers with people (named in the answer), which holds password."]


def test_a_check_in_the_other_branch_protects_nothing(tmp_path: Path) -> None:
    source = """
@app.get("/orders/<int:order_id>")
@login_required
def show(order_id):
    if STRICT:
        return jsonify(Order.query.filter_by(id=order_id, owner_id=current_user.id).first())
    return jsonify(Order.query.get(order_id))
"""
    found = shown(accesses(flask(tmp_path, source)))
    assert [line.rpartition(" ")[2] for line in found] == ["keyed", "-"]


def test_who_only_puts_himself_into_a_collection_chooses_what_he_changes(tmp_path: Path) -> None:
    source = """
@app.post("/orders/<int:order_id>/likes")
@login_required
def like(order_id):
    order = Order.query.get(order_id)
    order.{}.append(current_user)
    order.save()
    return ""
"""
    (tmp_path / "liked").mkdir()
    liked = shown(accesses(flask(tmp_path / "liked", source.format("fans"))))
    assert any(line.startswith("update Order") and line.endswith(" keyed") for line in liked)
    (tmp_path / "joined").mkdir()
    joined = shown(accesses(flask(tmp_path / "joined", source.format("members"))))
    assert any(line.startswith("update Order") and line.endswith(" -") for line in joined)


CLAIMS = """
import jwt
from functools import wraps
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
app.config["KEY"] = "secret"
db = SQLAlchemy(app)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)

def signed_in(view):
    @wraps(view)
    def inner(*args, **kwargs):
        try:
            claims = jwt.decode(request.headers["Authorization"], app.config["KEY"], algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return "", 401
        return view(claims, *args, **kwargs)
    return inner

@app.post("/admin/users/<int:user_id>/delete")
@signed_in
def remove(claims, user_id):
    if not claims.get("is_admin"):
        return "", 403
    db.session.delete(User.query.get(user_id))
    return ""

@app.post("/login")
def login():
    return jwt.encode({"sub": request.json["name"], "exp": 1}, app.config["KEY"], algorithm="HS256")
"""


def test_a_right_that_is_looked_up_by_name_is_a_right(tmp_path: Path) -> None:
    inventory = written(tmp_path, {"app.py": CLAIMS})
    assert failing(inventory, "AP101") == []
    assert failing(inventory, "AP102") == []


def test_a_key_that_the_code_puts_into_the_configuration_is_known(tmp_path: Path) -> None:
    found = failing(written(tmp_path, {"app.py": CLAIMS}), "AP109")
    assert found == ["firm POST /login signs tokens with a short key that stands in the code (login: encode)."]


def test_debug_of_settings_for_developers_is_for_development(tmp_path: Path) -> None:
    source = """
from flask import Flask
from flask.helpers import get_debug_flag

class ProdConfig:
    DEBUG = False

class DevConfig:
    DEBUG = True

def create_app(settings):
    app = Flask(__name__)
    app.config.from_object(settings)
    return app

app = create_app(DevConfig if get_debug_flag() else ProdConfig)
"""
    assert not [each for each in failing(written(tmp_path, {"app.py": source}), "AP105") if "Debug" in each]


def test_a_view_that_is_built_upon_one_of_django_asks_for_what_that_one_asks_for(tmp_path: Path) -> None:
    files = {
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth"]\nMIDDLEWARE = []\n',
        "shop/urls.py": """
from django.contrib.auth import views
from django.urls import path

class Change(views.PasswordChangeView):
    def form_invalid(self, form):
        return super().form_invalid(form)

urlpatterns = [path("password/change/", Change.as_view())]
""",
    }
    assert {endpoint.authorization for endpoint in written(tmp_path, files).endpoints} == {"authenticated"}


MODEL = """
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jose import jwt
from pydantic import BaseModel
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import Session, declarative_base
Base = declarative_base()
app = FastAPI()

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    role = Column(String)

CHECK = False
scheme = OAuth2PasswordBearer(tokenUrl="token")

def caller(token: str = Depends(scheme), db: Session = Depends()):
    name = jwt.decode(token, "", options={"verify_signature": CHECK}).get("sub")
    if name is None:
        raise HTTPException(401)
    return db.query(User).filter(User.name == name).first()

class Change(BaseModel%s):
    name: str
%s
@app.patch("/me")
def change(body: Change, user: User = Depends(caller), db: Session = Depends()):
    own = db.query(User).filter(User.id == user.id).first()
    for key, value in body.dict().items():
        setattr(own, key, value)
    db.commit()
"""


def test_a_model_that_keeps_what_it_does_not_declare_is_open(tmp_path: Path) -> None:
    ways = {
        "closed": ("", ""),
        "keyword": (', extra="allow"', ""),
        "config": ("", '    class Config:\n        extra = "allow"\n'),
        "dict": ("", '    model_config = {"extra": "allow"}\n'),
    }
    found = {name: failing(written(tmp_path / name, {"app.py": MODEL % way}), "AP103") for name, way in ways.items()}
    assert [name for name, said in found.items() if said] == ["keyword", "config", "dict"]


def test_a_token_that_a_dependency_reads_unchecked_is_told_once(tmp_path: Path) -> None:
    found = failing(written(tmp_path, {"app.py": MODEL % ("", "")}), "AP109")
    assert len(found) == 1
    assert "reads a token without checking its signature (caller: decode)" in found[0]


def test_an_open_list_of_what_is_never_meant_for_everybody_opens_nothing(tmp_path: Path) -> None:
    source = """
@app.get("/{}")
def every():
    return jsonify(Order.query.limit(9).all())

@app.get("/mine")
@login_required
def mine():
    return jsonify(Order.query.filter_by(owner_id=current_user.id).limit(9).all())

@app.get("/one/<int:order_id>")
@login_required
def one(order_id):
    return jsonify(Order.query.get(order_id))
"""
    for path, count in (("orders", 1), ("things", 0)):
        (tmp_path / path).mkdir()
        flask(tmp_path / path, source.format(path))
        assert len(failing(scan(tmp_path / path).inventory, "AP101")) == count


def test_a_transfer_to_another_account_is_no_sure_finding(tmp_path: Path) -> None:
    source = """
import sqlite3
from flask import Flask, request
from flask_login import current_user, login_required
app = Flask(__name__)

@app.post("/transfers")
@login_required
def transfer():
    db = sqlite3.connect("bank")
    db.execute("UPDATE accounts SET balance = balance - 1 WHERE user_id = ?", (current_user.id,))
    db.execute("UPDATE accounts SET balance = balance + 1 WHERE account_id = ?", (request.json["to_account"],))
    return ""
"""
    found = failing(written(tmp_path, {"app.py": source}), "AP101")
    assert [each.partition(" ")[0] for each in found] == ["tentative"]


def test_a_serializer_that_names_its_fields_is_handed_no_others(tmp_path: Path) -> None:
    files = {
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nAUTH_USER_MODEL = "shop.User"\nINSTALLED_APPS = ["shop", "rest_framework"]\n',
        "shop/models.py": """
from django.contrib.auth.models import AbstractUser

class User(AbstractUser):
    pass
""",
        "shop/urls.py": """
from django.urls import path
from rest_framework import generics, permissions, serializers
from shop.models import User

class Shape(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("email",)

    def update(self, instance, validated_data):
        for key, value in validated_data.items():
            setattr(instance, key, value)
        instance.save()
        return instance

class Me(generics.UpdateAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = Shape

    def get_object(self):
        return self.request.user

urlpatterns = [path("me/", Me.as_view())]
""",
    }
    assert failing(written(tmp_path, files), "AP103") == []


def test_settings_that_only_the_server_starts_with_are_read(tmp_path: Path) -> None:
    files = {
        "shop/settings/__init__.py": "",
        "shop/settings/base.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\nMIDDLEWARE = []\nDEBUG = True\n',
        "shop/settings/production.py": "from .base import *\n\nDEBUG = False\n",
        "shop/wsgi.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")\n',
        "shop/urls.py": """
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("x/", lambda request: HttpResponse())]
""",
    }
    assert not [each for each in failing(written(tmp_path, files), "AP105") if "Debug" in each]


def test_what_an_unknown_library_keeps_is_a_gap_and_no_pass(tmp_path: Path) -> None:
    source = """
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from fastcrud import FastCRUD
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()
app = FastAPI()

class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer)

Orders = FastCRUD[Order, Order]
orders = Orders(Order)
token = OAuth2PasswordBearer(tokenUrl="token")

@app.get("/orders/{order_id}")
async def show(order_id: int, user: str = Depends(token)):
    return await orders.get(id=order_id)
"""
    [endpoint] = written(tmp_path, {"app.py": source}).endpoints
    assert endpoint.reach is not None
    assert [gap.reason for gap in endpoint.reach.gaps] == ["Order is kept by a library that is not known"]
