"""What held-out FastAPI projects left open: generic repositories, whole objects that are set, what callers say of themselves."""

from pathlib import Path

import pytest
from tests.source.reach.test_unseen_fastapi import STORE, api
from tests.source.reach.test_unseen_python import failing, written

from assay.source.scan import scan

MODELS = """
from pydantic import BaseModel
class Change(BaseModel):
    text: str
    is_superuser: bool
class NoteIn(BaseModel):
    text: str
    owner_id: int
class Form(BaseModel):
    username: str
    scopes: list[str]
"""
GENERIC = """
from sqlalchemy import delete, select, update
class Crud:
    def __init__(self, db, model):
        self.db, self.model = db, model
    def find(self, criterion):
        return self.db.execute(select(self.model).where(criterion)).scalar()
    def change(self, instance, data):
        self.db.execute(update(self.model.__table__).where(self.model.id == instance.id).values(**data))
    def destroy(self, instance):
        self.db.execute(delete(self.model.__table__).where(self.model.id == instance.id))

@app.patch("/me")
def me(body: Change, db: Session = Depends(session), user: User = Depends(current)):
    mine = db.merge(user)
    Crud(db, User).change(mine, body.model_dump(exclude_none=True))

@app.delete("/notes/{id}")
def remove(id: int, db: Session = Depends(session), user: User = Depends(current)):
    notes = Crud(db, Note)
    notes.destroy(notes.find(Note.id == id))
"""


def test_a_generic_repository_writes_through_the_table_of_its_model(tmp_path: Path) -> None:
    assert len(api(tmp_path, MODELS + GENERIC, "AP107")) == 1
    (found,) = api(tmp_path, MODELS + GENERIC, "AP103")
    assert found.startswith("firm PATCH /me lets the caller set is_superuser")


LIKES = """
from sqlalchemy.orm import relationship
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    likes = relationship("User", secondary="likes")

@app.post("/posts/{id}/like")
def unlike(id: int, db: Session = Depends(session), user: User = Depends(current)):
    post = db.query(Post).filter(Post.id == id).first()
    post.likes.remove(db.merge(user))
    db.commit()
"""


def test_taking_the_caller_out_of_a_list_deletes_nobody(tmp_path: Path) -> None:
    (endpoint,) = written(tmp_path, {"app.py": STORE + LIKES}).endpoints
    assert endpoint.reach is not None
    assert "delete" not in [str(each.action) for each in endpoint.reach.accesses]


OWNED = """
@app.get("/notes")
def mine(db: Session = Depends(session), user: User = Depends(current)):
    return db.query(Note.text).filter(Note.owner_id == user.id).limit(9).all()

@app.post("/notes")
def create(body: NoteIn, db: Session = Depends(session), user: User = Depends(current)):
    MAKE
    db.add(note)
    db.commit()
"""


@pytest.mark.parametrize(
    ("make", "count"),
    [
        ("note = Note(**body.model_dump())", 1),
        ("note = Note(text=body.text, owner_id=body.owner_id)", 1),
        ("note = Note(text=body.text); note.owner_id = body.owner_id", 1),
        ("note = Note(text=body.text, owner_id=user.id)", 0),
        ("note = Note(**{**body.model_dump(), 'owner_id': user.id})", 0),
        ("data = body.model_dump(); data['owner_id'] = user.id; note = Note(**data)", 0),
        ("body.owner_id = user.id; note = Note(**body.model_dump())", 0),
        ("if body.owner_id != user.id: raise HTTPException(403)\n    note = Note(**body.model_dump())", 0),
    ],
)
def test_whose_a_new_object_is_the_caller_does_not_say(tmp_path: Path, make: str, count: int) -> None:
    text = MODELS + OWNED.replace("MAKE", make)
    found = [each for rule in ("AP101", "AP103") for each in api(tmp_path, text, rule)]
    assert [each.startswith("firm POST /notes") for each in found] == [True] * count


SIGNING = """
def token_of(data: dict):
    claims = data.copy()
    claims.update({"exp": 1})
    return jwt.encode(claims, KEY, algorithm="HS256")

@app.post("/token")
def token(form: FORM, db: Session = Depends(session)):
    user = db.query(User).filter(User.id == form.username).first()
    return {"token": token_of({"sub": user.id, "scopes": SCOPES})}
"""


@pytest.mark.parametrize(
    ("form", "scopes", "count"),
    [
        ("Form", "form.scopes", 1),
        ("OAuth2PasswordRequestForm = Depends()", "form.scopes", 1),
        ("Form", "user.role", 0),
        ("Form", "[scope for scope in form.scopes if scope in user.role]", 0),
    ],
)
def test_a_token_does_not_allow_what_its_bearer_asks_for(tmp_path: Path, form: str, scopes: str, count: int) -> None:
    text = "from fastapi.security import OAuth2PasswordRequestForm\n" + MODELS + SIGNING
    found = api(tmp_path, text.replace("FORM", form).replace("SCOPES", scopes), "AP103")
    assert [each.startswith("firm POST /token lets the caller choose scopes") for each in found] == [True] * count


HEAD = """
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
import jwt
app = FastAPI()
class PostIn(BaseModel):
    title: str
    author_id: int
class Change(BaseModel):
    is_admin: bool | None = None
"""
BEANIE = """
from beanie import Document
class User(Document):
    password: str
    is_admin: bool = False
class Post(Document):
    title: str
    author_id: str
async def current(authorization: str = Header()):
    user = await User.find_one(User.id == jwt.decode(authorization, KEY, algorithms=["HS256"])["sub"])
    if not user:
        raise HTTPException(401)
    return user
@app.put("/one")
async def one(body: Change, user: User = Depends(current)):
    await user.set(body.model_dump(exclude_none=True))
@app.put("/two")
async def two(body: Change, user: User = Depends(current)):
    await user.update({"$set": body.model_dump()})
@app.put("/three")
async def three(body: Change, user: User = Depends(current)):
    await user.model_copy(update=body.model_dump()).save()
@app.post("/posts")
async def post(body: PostIn, user: User = Depends(current)):
    await Post(**body.model_dump()).insert()
"""
SQLMODEL = """
from sqlmodel import Field, Session, SQLModel, create_engine, select
engine = create_engine("sqlite://")
class User(SQLModel, table=True):
    id: int = Field(primary_key=True)
    password: str
    is_admin: bool = False
class Post(SQLModel, table=True):
    id: int = Field(primary_key=True)
    title: str
    author_id: int = Field(foreign_key="user.id")
def current(authorization: str = Header()):
    claims = jwt.decode(authorization, KEY, algorithms=["HS256"])
    user = Session(engine).exec(select(User).where(User.id == claims["sub"])).first()
    if not user:
        raise HTTPException(401)
    return user
@app.put("/one")
def one(body: Change, user: User = Depends(current)):
    user.sqlmodel_update(body)
    Session(engine).add(user)
@app.post("/two")
def two(body: User):
    Session(engine).add(body)
@app.post("/posts")
def post(body: PostIn, user: User = Depends(current)):
    Session(engine).add(Post.model_validate(body))
@app.post("/mine")
def mine(body: PostIn, user: User = Depends(current)):
    Session(engine).add(Post.model_validate(body, update={"author_id": user.id}))
"""
TORTOISE = """
from tortoise import fields, models
class User(models.Model):
    password = fields.CharField(max_length=9)
    is_admin = fields.BooleanField(default=False)
class Post(models.Model):
    title = fields.CharField(max_length=9)
    author = fields.ForeignKeyField("models.User")
async def current(authorization: str = Header()):
    user = await User.get_or_none(id=jwt.decode(authorization, KEY, algorithms=["HS256"])["sub"])
    if not user:
        raise HTTPException(401)
    return user
@app.put("/one")
async def one(body: Change, user: User = Depends(current)):
    await user.update_from_dict(body.model_dump()).save()
@app.post("/posts")
async def post(body: PostIn, user: User = Depends(current)):
    await Post.create(**body.model_dump())
"""
MONGO = """
from motor.motor_asyncio import AsyncIOMotorClient
db = AsyncIOMotorClient("mongodb://x").shop
async def current(authorization: str = Header()):
    user = await db.users.find_one({"_id": jwt.decode(authorization, KEY, algorithms=["HS256"])["sub"]})
    if not user:
        raise HTTPException(401)
    return user
@app.put("/one")
async def one(body: Change, user=Depends(current)):
    await db.users.update_one({"_id": user["_id"]}, {"$set": body.model_dump()})
@app.put("/two")
async def two(body: Change, user=Depends(current)):
    data = {key: value for key, value in body.model_dump().items() if value is not None}
    await db.users.update_one({"_id": user["_id"]}, {"$set": data})
@app.put("/listed")
async def listed(body: Change, user=Depends(current)):
    data = {key: value for key, value in body.model_dump().items() if key in ALLOWED}
    await db.users.update_one({"_id": user["_id"]}, {"$set": data})
@app.post("/posts")
async def post(body: PostIn, user=Depends(current)):
    await db.posts.insert_one(body.model_dump())
"""
TABLES = """
import databases
import sqlalchemy
database = databases.Database("sqlite:///x")
users = sqlalchemy.Table("users", sqlalchemy.MetaData(), sqlalchemy.Column("id", sqlalchemy.Integer))
posts = sqlalchemy.Table("posts", sqlalchemy.MetaData(), sqlalchemy.Column("author_id", sqlalchemy.Integer))
async def current(authorization: str = Header()):
    claims = jwt.decode(authorization, KEY, algorithms=["HS256"])
    user = await database.fetch_one(users.select().where(users.c.id == claims["sub"]))
    if not user:
        raise HTTPException(401)
    return user
@app.put("/one")
async def one(body: Change, user=Depends(current)):
    await database.execute(users.update().where(users.c.id == user["id"]).values(**body.model_dump()))
@app.post("/posts")
async def post(body: PostIn, user=Depends(current)):
    await database.execute(posts.insert().values(**body.model_dump()))
"""


@pytest.mark.parametrize(
    ("store", "paths"),
    [
        (BEANIE, ["/one", "/posts", "/three", "/two"]),
        (SQLMODEL, ["/one", "/posts", "/two"]),
        (TORTOISE, ["/one", "/posts"]),
        (MONGO, ["/one", "/posts", "/two"]),
        (TABLES, ["/one", "/posts"]),
    ],
    ids=["beanie", "sqlmodel", "tortoise", "mongo", "tables"],
)
def test_whole_objects_are_set_in_the_words_of_every_store(tmp_path: Path, store: str, paths: list[str]) -> None:
    found = failing(written(tmp_path, {"app.py": HEAD + store}), "AP103")
    assert sorted(each.split()[2] for each in found if each.startswith("firm")) == paths


CHOSEN = """
posts = sqlalchemy.Table("posts", sqlalchemy.MetaData(), sqlalchemy.Column("author_id", sqlalchemy.Integer))
@app.get("/posts")
async def own(user=Depends(current)):
    return await database.fetch_all(posts.select().where(posts.c.author_id == user["id"]).limit(5))
@app.delete("/posts/{id}")
async def remove(id: int, user=Depends(current)):
    await database.execute(posts.delete().where(posts.c.id == id))
"""


def test_a_table_that_no_class_declares_is_selected_by_its_columns(tmp_path: Path) -> None:
    (found,) = failing(written(tmp_path, {"app.py": HEAD + TABLES + CHOSEN}), "AP101")
    assert found.startswith("firm DELETE /posts/{id} deletes posts by id")


def test_routes_behind_a_prefix_that_is_not_known_are_served(tmp_path: Path) -> None:
    text = """
import os
from fastapi import APIRouter, FastAPI
router = APIRouter(prefix="/things")
@router.get("/")
def all(): ...
app = FastAPI()
app.include_router(router, prefix=os.environ["PREFIX"])
"""
    (tmp_path / "main.py").write_text(text, encoding="utf-8")
    inventory = scan(tmp_path).inventory
    assert [each.path for each in inventory.endpoints] == ["/{unknown}/things/"]
    assert [each.reason for each in inventory.skipped] == ["the path given to include_router could not be resolved"]


KEPT = """
from fastapi.encoders import jsonable_encoder
from motor.motor_asyncio import AsyncIOMotorClient
store = AsyncIOMotorClient("mongodb://x").bank
class Entry(BaseModel):
    email: str
    password: str
class Account(BaseModel):
    email: str
    password: str
    balance: float
@app.post("/register")
async def register(body: Entry):
    account = Account(email=body.email, password=hash_password(body.password), balance=0)
    await store["accounts"].insert_one(jsonable_encoder(account))
@app.delete("/payments/{id}")
async def cancel(id: str, user: User = Depends(current)):
    await store["payments"].delete_one({"_id": id})
@app.delete("/colours/{id}")
async def colour(id: str, user: User = Depends(current)):
    await store["colours"].delete_one({"_id": id})
"""


def test_a_collection_without_a_class_is_told_by_its_name_and_by_what_is_put_into_it(tmp_path: Path) -> None:
    assert api(tmp_path, MODELS + KEPT, "AP103") == []
    (found,) = api(tmp_path, MODELS + KEPT, "AP101")
    assert found.startswith("tentative DELETE /payments/{id}")
