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


AROUND = """
import logging
from functools import wraps
log = logging.getLogger(__name__)
def told(level):
    def around(handler):
        @wraps(handler)
        async def inner(*args, **kwargs):
            try:
                return await handler(*args, **kwargs)
            except HTTPException as refused:
                log.warning(refused.detail)
                raise
            finally:
                LAST
        return inner
    return around

class Entry(BaseModel):
    username: str
    password: str

@app.post("/login")
@told("info")
async def login(body: Entry, db: Session = Depends(session)):
    user = db.query(User).filter(User.id == body.username).first()
    if user is None or not verify_password(body.password, user.password):
        raise HTTPException(401)
    return {"token": jwt.encode({"sub": user.id, "exp": 1}, KEY)}
"""


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("log.info('signed in')", []),
        ("pass", ["tentative POST /login signs a caller in, and only that it failed is logged, not who got in."]),
    ],
)
def test_what_a_decorator_logs_around_a_handler_counts(tmp_path: Path, last: str, said: list[str]) -> None:
    assert api(tmp_path, MODELS + AROUND.replace("LAST", last), "AP110") == said


SECOND = """
import os, subprocess
from fastapi import UploadFile
from sqlalchemy import text

@app.put("/notes")
def write(body: NoteIn, db: Session = Depends(session), user: User = Depends(current)):
    db.add(Note(**body.model_dump()))

@app.get("/notes/{id}/picture")
def picture(id: int, db: Session = Depends(session), user: User = Depends(current)):
    note = db.query(Note).filter(Note.id == id, Note.owner_id == user.id).first()
    CALL
"""


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "os.system(f'convert {note.text}')",
            "firm GET /notes/{id}/picture puts Note.text from what is stored into a command",
        ),
        (
            "db.execute(text(f\"SELECT * FROM n WHERE t = '{note.text}'\"))",
            "firm GET /notes/{id}/picture puts Note.text",
        ),
        ("os.system(f'convert {user.password}')", "tentative GET /notes/{id}/picture puts User.password"),
        ("os.system(f'convert {note.id}')", ""),
        ("subprocess.run(['convert', note.text])", ""),
        ("db.execute(text('SELECT * FROM n WHERE t = :t'), {'t': note.text})", ""),
    ],
)
def test_what_a_caller_stored_is_no_part_of_a_command(tmp_path: Path, call: str, said: str) -> None:
    found = api(tmp_path, MODELS + SECOND.replace("CALL", call), "AP108")
    assert len(found) == bool(said)
    assert all(each.startswith(said) for each in found)


UPLOADS = """
from fastapi import UploadFile
@app.post("/files")
async def keep(file: UploadFile, user: User = Depends(current)):
    with open(f"uploads/{NAME}", "wb") as kept:
        kept.write(await file.read())
"""


@pytest.mark.parametrize(("name", "count"), [("file.filename", 1), ("os.path.basename(file.filename)", 0)])
def test_what_an_uploaded_file_is_called_does_not_say_where_it_goes(tmp_path: Path, name: str, count: int) -> None:
    found = api(tmp_path, "import os\n" + UPLOADS.replace("NAME", name), "AP108")
    assert [each.startswith("firm") for each in found] == [True] * count


INSIDE = """
def current_role(token: str = Depends(scheme), db: Session = Depends(session)):
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    id, role = claims.get("id"), claims.get("role")
    if id is None or role is None:
        raise HTTPException(401)
    return db.query(User).filter(User.id == id).first()

def known(user: User = Depends(current_role)):
    if user.role not in ROLES:
        raise HTTPException(403)
    return user

@app.get("/notes")
def own(db: Session = Depends(session), user: User = Depends(known)):
    return db.query(Note.text).filter(Note.owner_id == user.id).limit(9).all()

@app.delete("/notes/{id}")
def remove(id: int, db: Session = Depends(session), user: User = Depends(known)):
    if TEST:
        raise HTTPException(403)
    note = db.query(Note).filter(Note.id == id).first()
    db.delete(note)

@app.post("/notes")
def create(body: NoteIn, db: Session = Depends(session), user: User = Depends(known)):
    if TEST:
        raise HTTPException(403)
    db.add(Note(**body.model_dump()))
"""


@pytest.mark.parametrize(
    ("roles", "test", "count"),
    [
        ("('customer', 'admin')", "user.role != 'customer'", 2),
        ("('customer', 'admin')", "user.role != 'customer' and user.role != 'admin'", 2),
        ("('customer', 'admin')", "user.role != 'admin'", 0),
        ("('admin', 'editor')", "user.role not in ('admin', 'editor')", 0),
    ],
)
def test_a_role_that_every_customer_has_says_nothing_of_an_object(
    tmp_path: Path, roles: str, test: str, count: int
) -> None:
    text = MODELS + INSIDE.replace("ROLES", roles).replace("TEST", test)
    found = [*api(tmp_path, text, "AP101"), *api(tmp_path, text, "AP103")]
    assert [each.split()[0] for each in found] == ["firm"] * count


ASKED = """
from motor.motor_asyncio import AsyncIOMotorClient
from typing import Any
users = AsyncIOMotorClient("mongodb://x").shop.users
class Entry(BaseModel):
    name: str
    odd: Any
@app.post("/find")
async def find(BODY):
    return await users.find_one(FILTER)
"""


@pytest.mark.parametrize(
    ("body", "asked", "count"),
    [
        ("entry: Entry", "{'name': entry.name}", 0),
        ("entry: Entry", "{'name': entry.odd}", 1),
        ("entry: dict", "{'name': entry['name']}", 1),
        ("entry: dict", "entry", 1),
    ],
)
def test_a_text_of_a_declared_type_is_no_operator_of_a_filter(
    tmp_path: Path, body: str, asked: str, count: int
) -> None:
    found = api(tmp_path, MODELS + ASKED.replace("BODY", body).replace("FILTER", asked), "AP108")
    assert len(found) == count


SIGN_UP = """
class Out(BaseModel):
    id: int
    password: str
class Sent(BaseModel):
    email: str
class Entry(BaseModel):
    name: str
    password: str
@app.post("/signup", response_model=Out)
def signup(body: Entry, db: Session = Depends(session)):
    user = User(role="user", password=hash_password(body.password))
    db.add(user)
    db.commit()
    return user
@app.post("/auth/resend-activation-link")
def resend_activation_link(body: Sent, db: Session = Depends(session)):
    user = db.query(User).filter(User.id == body.email).first()
    send_mail(user.email, make_token(user))
@app.get("/notes", dependencies=[Depends(current)])
def notes(): ...
"""


def test_a_sign_up_hands_out_no_password_and_a_link_is_sent_again_without_a_login(tmp_path: Path) -> None:
    assert [each.split(" which")[0] for each in api(tmp_path, MODELS + SIGN_UP, "AP104")] == [
        "firm POST /signup answers with Out,"
    ]
    assert not [each for each in api(tmp_path, MODELS + SIGN_UP, "AP004") if "resend" in each]


LISTED = """
class Row(BaseModel):
    id: int
    text: str
@app.get("/notes", response_model=list[Row])
def notes(limit: int = 9, skip: int = 0, db: Session = Depends(session), user: User = Depends(current)):
    return db.query(Note).offset(skip).limit(limit).all()
@app.put("/notes/{id}")
def write(id: int, db: Session = Depends(session), user: User = Depends(current)):
    note = db.query(Note).filter(Note.id == id, Note.owner_id == user.id).first()
    note.text = ""
    db.commit()
@app.get("/notes/{id}", response_model=Row)
def note(id: int, db: Session = Depends(session), user: User = Depends(current)):
    return db.query(Note).filter(Note.id == id).first()
"""


def test_what_is_listed_page_by_page_may_be_read_one_by_one(tmp_path: Path) -> None:
    found = api(tmp_path, MODELS + LISTED, "AP101")
    assert not [each for each in found if each.startswith("firm")]
