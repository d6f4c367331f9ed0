"""How small Python projects know their callers: put on the request by a decorator, read out of an access token, named by a key."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm, named

from assay.model.endpoint import Authorization
from assay.model.program import Inventory
from assay.source.scan import scan

BANK = """
import jwt
from functools import wraps
from flask import Flask, request
from flask_restful import Api, Resource
from flask_sqlalchemy import SQLAlchemy
from marshmallow import Schema, fields

app = Flask(__name__)
api = Api(app)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String)
    password = db.Column(db.String)
    role = db.Column(db.String)


class AccountDetails(db.Model):
    account_id = db.Column(db.Integer, primary_key=True)
    account_number = db.Column(db.String)
    account_type = db.Column(db.String)
    balance = db.Column(db.Float)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


class UserSchema(Schema):
    email = fields.Email()
    password = fields.String()
    role = fields.Str()


class DetailsSchema(Schema):
    account_type = fields.Str()
    balance = fields.Float()


user_schema, one, many = UserSchema(), DetailsSchema(), DetailsSchema(many=True)


def token_required(view):
    @wraps(view)
    def inner(*args, **kwargs):
        token = request.cookies.get("token")
        if not token:
            return {"error": "no token"}, 401
        try:
            jwt.decode(token, app.secret_key, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return {"error": "bad token"}, 401
        return view(*args, **kwargs)

    return inner


def user_from_token(view):
    @wraps(view)
    def inner(*args, **kwargs):
        request.user_id = jwt.decode(request.cookies.get("token"), app.secret_key, algorithms=["HS256"])["id"]
        return view(*args, **kwargs)

    return inner


class Base(Resource):
    decorators = [token_required, user_from_token]


class Mine(Base):
    def get(self):
        return one.dump(AccountDetails.query.filter_by(user_id=request.user_id).first()), 200

    def put(self):
        account = AccountDetails.query.filter_by(user_id=request.user_id).first()
        account.balance -= request.json["sum"]
        account.account_type = one.load(request.json)["account_type"]
        db.session.commit()
        return {}, 200


class Of(Base):
    def get(self, user_id):
        return one.dump(AccountDetails.query.filter_by(user_id=user_id).first()), 200


class Staff(Base):
    def get(self, user_id=None):
        me = User.query.get(request.user_id)
        if me.role not in ["Admin", "Staff"]:
            return {"message": "no"}, 403
        if user_id:
            return {"found": many.dump(AccountDetails.query.filter_by(user_id=user_id).all())}, 200
        return {"found": many.dump(AccountDetails.query.all())}, 200


api.add_resource(Mine, "/mine")
api.add_resource(Of, "/of/<int:user_id>")
api.add_resource(Staff, "/staff", "/staff/<int:user_id>")


@app.post("/signup")
def signup():
    sent = user_schema.load(request.json)
    db.session.add(User(email=sent["email"], password=sent["password"], role=sent.get("role", "Customer")))
    db.session.commit()
    return {}


@app.post("/forgot-password")
def forgot_password():
    return {"message": f"sent to {request.json['email']}"}
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("bank"), {"app.py": BANK})).inventory


def test_what_a_decorator_puts_on_the_request_is_the_caller(bank: Inventory) -> None:
    assert firm(bank, "AP101") == {"/of/{user_id}"}
    assert failures(bank, "AP101").keys() == {"/of/{user_id}"}
    assert not failures(bank, "AP102")


def test_a_list_that_a_schema_writes_behind_a_decorator_is_told_but_not_where_the_path_narrows_it(
    bank: Inventory,
) -> None:
    assert firm(bank, "AP111") == {"/staff"}


def test_a_role_that_a_schema_lets_in_is_set_by_the_caller_and_a_sum_of_the_own_account_is_not(bank: Inventory) -> None:
    assert firm(bank, "AP103") == {"/signup"}


def test_an_account_at_a_bank_gives_nobody_rights(bank: Inventory) -> None:
    assert not next(each for each in bank.entities if each.name == "AccountDetails").is_account
    assert next(each for each in bank.entities if each.name == "User").is_account
    assert "/mine" not in failures(bank, "AP110")


def test_a_recovery_that_does_nothing_is_a_suspicion_only(bank: Inventory) -> None:
    for rule in ("AP106", "AP110"):
        assert "/forgot-password" in failures(bank, rule).keys() - firm(bank, rule)


OWNERS = {
    "flask": (
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
        "class User(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n    password = db.Column(db.String)\n"
        "class Note(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"
        '    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))\n'
        "@app.delete('/notes/{id}')\ndef remove(id: int, me=Depends(current)):\n"
        "    db.session.delete(Note.query.get(id))\n"
    ),
    "sqlmodel": (
        "from sqlmodel import Field, Session, SQLModel\nimport uuid\nfrom typing import Optional\n"
        "class User(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n    password: str\n"
        "class Note(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n"
        '    user_id: Optional[uuid.UUID] = Field(default=None, foreign_key="users.id")\n'
        "@app.delete('/notes/{id}')\ndef remove(id: int, me=Depends(current)):\n"
        "    db = Session(engine)\n    db.delete(db.get(Note, id))\n"
    ),
    "tortoise": (
        "from tortoise import fields, models\n"
        "class User(models.Model):\n    password = fields.CharField(max_length=9)\n"
        'class Note(models.Model):\n    user = fields.ForeignKeyField("models.User")\n'
        "@app.delete('/notes/{id}')\nasync def remove(id: int, me=Depends(current)):\n"
        "    await Note.filter(id=id).delete()\n"
    ),
    "mapped": (
        "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship\n"
        "class Base(DeclarativeBase): ...\n"
        "class User(Base):\n    __tablename__ = 'users'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    password: Mapped[str]\n    notes: Mapped[list['Note']] = relationship(back_populates='owner')\n"
        "class Note(Base):\n    __tablename__ = 'notes'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    owner: Mapped['User'] = relationship(back_populates='notes')\n"
        "@app.delete('/notes/{id}')\ndef remove(id: int, me=Depends(current)):\n"
        "    db = Session(engine)\n    db.delete(db.get(Note, id))\n"
    ),
}
CURRENT = """
from fastapi import Depends, FastAPI, HTTPException, Request
from jose import jwt
app = FastAPI()
def current(request: Request):
    access_token = request.headers.get("Authorization")
    if not access_token:
        raise HTTPException(403, "Access token required, not a refresh token")
    claims = jwt.decode(access_token, KEY, algorithms=["HS256"])
    if claims.get("refresh"):
        raise HTTPException(403, "Access token required, not a refresh token")
    return claims
"""


@pytest.mark.parametrize("store", OWNERS)
def test_what_a_key_points_at_says_whose_an_object_is_in_every_store(tmp_path: Path, store: str) -> None:
    found = scan(plant(tmp_path, {"main.py": CURRENT + OWNERS[store]})).inventory
    note = next(each for each in found.entities if each.name == "Note")
    assert note.belongs == (note.fields[-1].name,)
    assert firm(found, "AP101") == {"/notes/{id}"}


def test_an_access_token_is_a_login_and_no_right(tmp_path: Path) -> None:
    found = scan(plant(tmp_path, {"main.py": CURRENT + OWNERS["tortoise"]})).inventory
    assert named(found, "/notes/{id}").authorization is Authorization.AUTHENTICATED


def test_the_column_of_a_key_ties_an_object_as_the_key_itself(tmp_path: Path) -> None:
    own = (
        "@app.get('/notes')\nasync def mine(me=Depends(current)):\n    return await Note.filter(user_id=me['id'])\n"
        "@app.get('/notes/{id}')\nasync def read(id: int, me=Depends(current)):\n    return await Note.get(id=id)\n"
    )
    found = scan(plant(tmp_path, {"main.py": CURRENT + OWNERS["tortoise"] + own})).inventory
    assert firm(found, "AP101") == {"/notes/{id}"}
    assert "elsewhere the API ties it" in failures(found, "AP101")["/notes/{id}"].steps[-1].text


SELLERS = """
import sqlite3
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
app = FastAPI()
db = sqlite3.connect("shop.db")
class Seller(BaseModel):
    nome: str
    senha: str
def current(request: Request):
    if request.headers.get("X-Token") not in tokens():
        raise HTTPException(401)
@app.post("/sellers")
def make(seller: Seller):
    db.execute("INSERT INTO vendedores (nome, senha) VALUES (?, ?)", (seller.nome, hashed(seller.senha)))
@app.get("/sellers", dependencies=[Depends(current)])
def every():
    return [{"id": row[0], "nome": row[1]} for row in db.execute("SELECT id, nome FROM vendedores").fetchall()]
@app.get("/sellers/{id}", dependencies=[Depends(current)])
def one(id: int):
    row = db.execute("SELECT id, nome FROM vendedores WHERE id = ?", (id,)).fetchone()
    return {"id": row[0], "nome": row[1]}
@app.put("/seller/{id}", dependencies=[Depends(current)])
def change(id: int, seller: Seller):
    db.execute("UPDATE vendedores SET nome = ?, senha = ? WHERE id = ?", (seller.nome, hashed(seller.senha), id))
@app.put("/room/{id}", dependencies=[Depends(current)])
def room(id: int, seller: Seller):
    db.execute("UPDATE meeting_room SET password = ? WHERE id = ?", (seller.senha, id))
"""


def test_a_table_without_a_class_in_which_passwords_are_kept_holds_accounts(tmp_path: Path) -> None:
    found = scan(plant(tmp_path, {"main.py": SELLERS})).inventory
    assert firm(found, "AP101") == {"/seller/{id}"}
    assert firm(found, "AP110") == {"/seller/{id}"}
    assert failures(found, "AP101").keys() == {"/seller/{id}", "/sellers/{id}"}


ENDING = """
import time
from fastapi import FastAPI
from jose import jwt
from pydantic import BaseModel
app = FastAPI()
class UserPublic(BaseModel):
    username: str
class Login(BaseModel):
    email: str
    password: str
@app.post("/login")
def login(body: Login):
    user = find(body.email)
    if not verify_password(body.password, user.password):
        raise HTTPException(401)
    return jwt.encode({"sub": user.id, CLAIM: time.time() + 600}, KEY, algorithm="HS256")
"""


@pytest.mark.parametrize(("claim", "told"), [("expires", set()), ("issued", {"/login"})])
def test_a_token_may_say_by_a_claim_of_its_own_when_it_ends(tmp_path: Path, claim: str, told: set[str]) -> None:
    found = scan(plant(tmp_path, {"main.py": ENDING.replace("CLAIM", repr(claim))})).inventory
    assert firm(found, "AP109") == told


PROFILES = """
from fastapi import Depends
@app.get("/people/me")
def me(user=Depends(current)) -> UserPublic: ...
@app.get("/people/posts")
def posts(user=Depends(current)): ...
@app.get("/people/mail")
def mail(user=Depends(current)): ...
@app.get("/people/friends")
def friends(user=Depends(current)): ...
@app.get("/people/{id}", response_model=MODEL)
def one(id: int):
    return find(id)
"""


@pytest.mark.parametrize(("model", "told"), [("UserPublic", set()), ("Login", {"/people/{id}"})])
def test_an_answer_that_is_called_public_is_meant_for_everybody(tmp_path: Path, model: str, told: set[str]) -> None:
    text = CURRENT + ENDING.replace("app = FastAPI()\n", "") + PROFILES.replace("MODEL", model)
    found = scan(plant(tmp_path, {"main.py": text})).inventory
    assert firm(found, "AP009") == told
    assert "/people/{id}" in failures(found, "AP009")


TORTOISE_LIST = """
from tortoise.contrib.pydantic import pydantic_model_creator
NoteOut = pydantic_model_creator(Note)
@app.get("/notes")
async def every(me=Depends(current)):
    return await NoteOut.from_queryset(Note.all())
"""


def test_a_list_that_a_model_of_tortoise_writes_is_told(tmp_path: Path) -> None:
    found = scan(plant(tmp_path, {"main.py": CURRENT + OWNERS["tortoise"] + TORTOISE_LIST})).inventory
    assert firm(found, "AP111") == {"/notes"}


CLAIMS = """
from flask import Flask
from flask_jwt_extended import get_jwt_claims, jwt_required
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password = db.Column(db.String)
@app.delete("/admin/users/<int:user_id>")
@jwt_required
def remove(user_id):
    if not get_jwt_claims()["is_admin"]:
        return {"message": "no"}, 403
    db.session.delete(User.query.get(user_id))
    db.session.commit()
    return {}
"""


def test_the_claims_of_a_token_say_who_the_caller_is(tmp_path: Path) -> None:
    found = scan(plant(tmp_path, {"app.py": CLAIMS})).inventory
    assert not failures(found, "AP101")
    assert not failures(found, "AP102")
