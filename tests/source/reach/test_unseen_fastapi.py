"""What FastAPI projects that nobody here had seen taught: each mechanism in a small tree of its own."""

from pathlib import Path

import pytest
from tests.source.reach.test_unseen_python import failing, written

STORE = """
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from fastapi.encoders import jsonable_encoder
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker
import jwt
Base = declarative_base()
make = sessionmaker(create_engine("sqlite://"))
scheme = OAuth2PasswordBearer(tokenUrl="login")

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    role = Column(String)
    is_superuser = Column(Integer)
    password = Column(String)

class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    owner_id = Column(Integer, ForeignKey("users.id"))
    text = Column(String)

def session():
    with make() as opened:
        yield opened

def current(token: str = Depends(scheme), db: Session = Depends(session)):
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    user = db.query(User).filter(User.id == claims["sub"]).first()
    if user is None:
        raise HTTPException(401)
    return user

def superadmin(user: User = Depends(current)):
    if not user.is_superuser:
        raise HTTPException(403)
    return user

app = FastAPI()
"""


def api(root: Path, handlers: str, rule: str) -> list[str]:
    return failing(written(root, {"app.py": STORE + handlers}), rule)


INJECTED = {
    "app/models.py": """
from sqlmodel import Field, SQLModel
class Post(SQLModel, table=True):
    id: int = Field(primary_key=True)
    user_token: str
    text: str
class User(SQLModel, table=True):
    id: int = Field(primary_key=True)
    email: str
    password: str
""",
    "app/repository.py": """
class Repository:
    def __init__(self, session_factory, model):
        self.session_factory = session_factory
        self.model = model
    def read_by_id(self, id):
        with self.session_factory() as session:
            return session.query(self.model).filter(self.model.id == id).first()
class Service:
    def __init__(self, repository):
        self.repository = repository
    def get(self, id):
        return self.repository.read_by_id(id)
""",
    "app/container.py": """
from contextlib import contextmanager
from dependency_injector import containers, providers
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from app.models import User
from app.repository import Repository, Service
class Database:
    def __init__(self, url):
        self.factory = sessionmaker(bind=create_engine(url))
    @contextmanager
    def session(self):
        session = self.factory()
        try:
            yield session
        finally:
            session.close()
class Container(containers.DeclarativeContainer):
    db = providers.Singleton(Database, url="sqlite://")
    users = providers.Factory(Repository, session_factory=db.provided.session, model=User)
    service = providers.Factory(Service, repository=users)
""",
    "app/main.py": """
from dependency_injector.wiring import Provide, inject
from fastapi import Depends, FastAPI
from app.container import Container
from app.repository import Service
app = FastAPI()
@app.get("/users/{id}")
@inject
def show(id: int, service: Service = Depends(Provide[Container.service])):
    return service.get(id)
""",
}


def test_what_a_container_provides_is_what_a_handler_works_with(tmp_path: Path) -> None:
    (endpoint,) = written(tmp_path, INJECTED).endpoints
    assert endpoint.reach is not None
    assert [(each.entity, str(each.action)) for each in endpoint.reach.accesses] == [("User", "read")]


def test_a_program_that_is_started_inside_its_folder_imports_its_neighbours_by_bare_names(tmp_path: Path) -> None:
    files = {
        "api/__init__.py": "",
        "api/routers/__init__.py": "",
        "api/routers/things.py": """
from fastapi import APIRouter
router = APIRouter(prefix="/things")
@router.get("/")
def all(): ...
""",
        "api/config.py": "ROOT = '/v1'\n",
        "api/main.py": """
from fastapi import FastAPI
from config import ROOT
from routers import things
app = FastAPI()
app.include_router(things.router, prefix=ROOT)
""",
    }
    assert [each.path for each in written(tmp_path, files).endpoints] == ["/v1/things/"]


PRESENT = """
KEY = "some-thing"
@app.post("/login")
def login(db: Session = Depends(session)):
    return {"token": jwt.encode({"sub": 1}, KEY, algorithm="HS256")}

@app.delete("/notes/{id}")
def remove(id: int, db: Session = Depends(session), guard=Depends(GUARD)):
    db.delete(db.query(Note).filter(Note.id == id).first())
    db.commit()
"""


@pytest.mark.parametrize(("guard", "used"), [("scheme", False), ("current", True)])
def test_a_guard_that_only_asks_for_a_token_proves_nobody(tmp_path: Path, guard: str, *, used: bool) -> None:
    endpoints = written(tmp_path, {"app.py": STORE + PRESENT.replace("GUARD", guard)}).endpoints
    (remove,) = (each for each in endpoints if each.path == "/notes/{id}")
    assert remove.reach is not None
    assert remove.reach.is_credential_used is used


NOTES = """
@app.get("/notes/{id}")
def show(id: int, db: Session = Depends(session), user: User = Depends(current)):
    found = db.query(Note).filter(Note.id == id).first()
    CHECK
    return found
def assert_access(user, note):
    if note.owner_id != user.id:
        raise HTTPException(403)
"""


@pytest.mark.parametrize(
    ("check", "count"),
    [
        ("pass", 1),
        ("assert_access(user, found)", 0),
        ("if user.role != 'ADMIN': raise HTTPException(403)", 0),
    ],
)
def test_what_protects_an_object_that_the_caller_chose(tmp_path: Path, check: str, count: int) -> None:
    assert len(api(tmp_path, NOTES.replace("CHECK", check), "AP101")) == count


OF_ROLES = """
def allowed(user: User = Depends(current)):
    if user.role not in ROLES:
        raise HTTPException(403)
    return user
@app.get("/notes/{id}", dependencies=[Depends(allowed)])
def show(id: int, db: Session = Depends(session), user: User = Depends(current)):
    return db.query(Note).filter(Note.id == id).first()
@app.get("/notes")
def mine(db: Session = Depends(session), user: User = Depends(current)):
    return db.query(Note).filter(Note.owner_id == user.id).limit(9).all()
"""


@pytest.mark.parametrize(("roles", "count"), [("['USER', 'ADMIN']", 1), ("['ADMIN']", 0)])
def test_a_role_that_everybody_has_protects_nothing(tmp_path: Path, roles: str, count: int) -> None:
    assert len(api(tmp_path, OF_ROLES.replace("ROLES", roles), "AP101")) == count


LEFT_OUT = """
@app.get("/people/{id}")
def person(id: int, db: Session = Depends(session), user: User = Depends(superadmin)):
    found = db.query(User).filter(User.id == id).first()
    return jsonable_encoder(foundEXCEPT)
"""


@pytest.mark.parametrize(("without", "count"), [("", 1), (", exclude={'password'}", 0)])
def test_an_encoder_leaves_out_what_it_is_told_to(tmp_path: Path, without: str, count: int) -> None:
    found = api(tmp_path, LEFT_OUT.replace("foundEXCEPT", "found" + without), "AP104")
    assert len([each for each in found if each.startswith("firm") or "password" in each]) == count


BOUND = """
@app.get("/notes")
def notes(db: Session = Depends(session), who: User = Depends(superadmin)):
    return db.query(Note).limit(5).all()
"""


def test_the_guard_of_an_administrator_asks_for_a_role(tmp_path: Path) -> None:
    inventory = written(tmp_path, {"app.py": STORE + BOUND})
    assert [str(each.authorization) for each in inventory.endpoints] == ["role"]


TRAIL = """
@app.middleware("http")
async def trail(request, call_next):
    answer = await call_next(request)
    with open("audit.log", "a") as log:
        log.write(f"{request.method} {request.url} {request.state.user}")
    return answer
"""
REMOVE = """
@app.delete("/notes/{id}")
def remove(id: int, db: Session = Depends(session), user: User = Depends(superadmin)):
    db.delete(db.query(Note).filter(Note.id == id).first())
    db.commit()
"""


@pytest.mark.parametrize(("middleware", "count"), [("", 1), (TRAIL, 0)])
def test_a_middleware_that_appends_to_a_file_leaves_a_trail(tmp_path: Path, middleware: str, count: int) -> None:
    assert len(api(tmp_path, middleware + REMOVE, "AP107")) == count


KEPT = {
    "app.py": """
from fastapi import FastAPI
from odmantic import AIOEngine, Model
engine = AIOEngine()
class Article(Model):
    slug: str
    text: str
app = FastAPI()
@app.get("/articles/{slug}")
async def show(slug: str):
    return await engine.find_one(Article, Article.slug == slug)
"""
}


def test_fields_of_documents_are_keys_of_what_is_looked_up(tmp_path: Path) -> None:
    (endpoint,) = written(tmp_path, KEPT).endpoints
    assert endpoint.reach is not None
    assert [[(key.field, str(key.origin)) for key in each.keys] for each in endpoint.reach.accesses] == [
        [("slug", "path")]
    ]
