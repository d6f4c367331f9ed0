"""What held-out FastAPI projects left open in handlers: decorators, roles, what was stored before, and what stands in for dependencies."""

from pathlib import Path

import pytest
from tests.source.reach.test_fastapi_stores import MODELS
from tests.source.reach.test_unseen_fastapi import api
from tests.source.reach.test_unseen_python import written

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


OVERRIDDEN = {
    "app/__init__.py": "",
    "app/ports.py": """
from abc import ABC, abstractmethod
class Notes(ABC):
    @abstractmethod
    def remove(self, id): ...
def clock():
    raise NotImplementedError
""",
    "app/adapters.py": """
from fastapi import Depends
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from app.ports import Notes
class Base(DeclarativeBase): ...
class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
def session():
    yield Session()
class SqlNotes(Notes):
    def __init__(self, session: Session = Depends(session)):
        self.session = session
    def remove(self, id):
        self.session.delete(self.session.get(Note, id))
""",
    "app/main.py": """
from functools import partial
from fastapi import Depends, FastAPI
from app.adapters import SqlNotes
from app.ports import Notes
def create():
    app = FastAPI()
    @app.delete("/notes/{id}")
    def remove(id: int, notes: Notes = Depends()):
        notes.remove(id)
    app.dependency_overrides[Notes] = partial(SqlNotes)
    return app
app = create()
""",
    "tests/conftest.py": """
from app.main import app
from app.ports import Notes
class Fake(Notes):
    def remove(self, id): ...
app.dependency_overrides[Notes] = Fake
""",
}


def test_an_application_puts_its_repositories_in_the_place_of_abstract_ones(tmp_path: Path) -> None:
    (endpoint,) = written(tmp_path, OVERRIDDEN).endpoints
    assert endpoint.reach is not None
    assert ("Note", "delete") in [(each.entity, str(each.action)) for each in endpoint.reach.accesses]


def test_a_package_may_be_called_like_a_module_of_the_standard_library(tmp_path: Path) -> None:
    files = {
        "profile/__init__.py": "",
        "profile/api.py": """
from fastapi import APIRouter
router = APIRouter()
@router.get("/profile")
def show(): ...
""",
        "main.py": """
from fastapi import FastAPI
from profile.api import router
app = FastAPI()
app.include_router(router)
""",
    }
    assert [each.path for each in written(tmp_path, files).endpoints] == ["/profile"]


WRITTEN = """
import asyncpg
@app.put("/profile")
async def profile(password: str, db: Session = Depends(session), user: User = Depends(current)):
    con = await asyncpg.connect("postgresql://x")
    await con.execute("UPDATE FIELD WHERE id = $2", password, user.id)
"""


@pytest.mark.parametrize(("field", "count"), [("user_data SET password = $1", 1), ("user_data SET town = $1", 0)])
def test_a_password_that_a_statement_writes_is_changed(tmp_path: Path, field: str, count: int) -> None:
    found = api(tmp_path, WRITTEN.replace("FIELD", field), "AP110")
    assert [each.startswith("firm PUT /profile changes a password") for each in found] == [True] * count


PARTS = """
from fastapi import APIRouter, Request
class Page(Base):
    __tablename__ = "pages"
    id = Column(Integer, primary_key=True)
    note_id = Column(Integer, ForeignKey("notes.id"))

class Wallet(Base):
    __tablename__ = "wallets"
    id = Column(Integer, primary_key=True)
    owner_id = Column(Integer, ForeignKey("users.id"))

class Payment(Base):
    __tablename__ = "payments"
    id = Column(Integer, primary_key=True)
    wallet_id = Column(Integer, ForeignKey("wallets.id"))

def own_wallet(wallet_id: int, db: Session = Depends(session), user: User = Depends(current)):
    wallet = db.query(Wallet).filter(Wallet.id == wallet_id).first()
    if wallet is None or wallet.owner_id != user.id:
        raise HTTPException(404)

router = APIRouter(prefix="/wallets/{wallet_id}", dependencies=[Depends(own_wallet)])

@router.get("/payments/{id}")
def payment(wallet_id: int, id: int, db: Session = Depends(session)):
    return db.query(Payment).filter(FILTER).first()

@router.get("/notes/{id}")
def note(id: int, request: Request, db: Session = Depends(session)):
    found = db.get(Note, id)
    if found.owner_id != request.state.user.id:
        raise HTTPException(403)
    return found.text

app.include_router(router)
"""


@pytest.mark.parametrize(
    ("asked", "count"), [("Payment.id == id", 1), ("Payment.id == id, Payment.wallet_id == wallet_id", 0)]
)
def test_what_belongs_to_a_parent_is_selected_by_it_too(tmp_path: Path, asked: str, count: int) -> None:
    found = api(tmp_path, PARTS.replace("FILTER", asked), "AP101")
    assert [each.startswith("firm GET /wallets/{wallet_id}/payments/{id}") for each in found] == [True] * count
