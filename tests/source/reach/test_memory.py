"""Only handlers that a change can touch are followed again, and the result is that of a cold scan, byte for byte."""

import random
import shutil
from pathlib import Path

import msgspec
import pytest
from tests.properties.trees import tree
from tests.source.planting import plant

from assay.source.files import discover
from assay.source.reach.build import Reacher, Work
from assay.source.reach.memory import Followed
from assay.source.scan import ScanOptions, scan

EXAMPLES = Path(__file__).parents[3] / "examples"
SHOP = {
    "shop/main.py": """
from fastapi import FastAPI
from shop import orders, users

app = FastAPI()
app.include_router(orders.router)
app.include_router(users.router)
""",
    "shop/store.py": """
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"


class User(Base):
    __tablename__ = "users"


def session():
    yield Session()


def order(db, id):
    return db.get(Order, id)


def user(db, id):
    return db.get(User, id)
""",
    "shop/orders.py": """
from fastapi import APIRouter, Depends
from shop import store

router = APIRouter()


@router.get("/orders/{id}")
def read(id: int, db=Depends(store.session)):
    return store.order(db, id)


@router.delete("/orders/{id}")
def remove(id: int, db=Depends(store.session)):
    db.delete(store.order(db, id))
""",
    "shop/users.py": """
from fastapi import APIRouter, Depends
from shop import store

router = APIRouter()


@router.get("/users/{id}")
def show(id: int, db=Depends(store.session)):
    return store.user(db, id)
""",
}


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of the handlers that are followed."""
    lines: list[int] = []
    real = Reacher.followed

    def counted(self: Reacher, work: Work, steps: int) -> Followed:
        lines.append(work.place.line)
        return real(self, work, steps)

    monkeypatch.setattr(Reacher, "followed", counted)
    return lines


def said(root: Path, cache: Path | None = None) -> bytes:
    return msgspec.json.encode(scan(root, ScanOptions(cache=cache)))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    plant(root, SHOP)
    return root


def changed(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "old", "new", "again"),
    [
        ("shop/users.py", "router = ", "# a comment\nrouter = ", 0),
        ("shop/users.py", "return store.user(db, id)", "return None", 1),
        ("shop/store.py", "db.get(Order, id)", "db.query(Order).first()", 2),
        ("shop/store.py", "db.get(User, id)", "db.get(User, id) or db.get(Order, 1)", 1),
        ("shop/store.py", "yield Session()", "yield Session(1)", 3),
        ("shop/store.py", '"orders"', '"bills"', 3),
        ("shop/users.py", "/users/{id}", "/people/{id}", 3),
    ],
    ids=["comment", "handler", "service of two", "service of one", "dependency of all", "declaration", "route"],
)
def test_what_a_change_can_touch_is_followed_again(
    shop: Path, tmp_path: Path, followed: list[int], path: str, old: str, new: str, again: int
) -> None:
    said(shop, tmp_path / "cache")
    assert len(followed) == 3
    followed.clear()
    changed(shop, path, old, new)
    warm = said(shop, tmp_path / "cache")
    assert len(followed) == again
    assert warm == said(shop)


def test_places_are_where_they_now_are(shop: Path, tmp_path: Path, followed: list[int]) -> None:
    said(shop, tmp_path / "cache")
    followed.clear()
    changed(shop, "shop/store.py", "class Base", "# one\n# two\n\n\nclass Base")
    warm = said(shop, tmp_path / "cache")
    assert not followed
    assert warm == said(shop)


def test_a_file_that_comes_or_goes_means_that_everything_is_followed(
    shop: Path, tmp_path: Path, followed: list[int]
) -> None:
    said(shop, tmp_path / "cache")
    followed.clear()
    (shop / "shop" / "more.py").write_text("import os\n", encoding="utf-8")
    assert said(shop, tmp_path / "cache") == said(shop)
    assert len(followed) == 6


TESTS = """
from flask import Flask, abort
from flask_login import current_user, login_required
from shop.store import Order
app = Flask(__name__)

def narrowed(id):
    if current_user.is_admin:
        return Order.query.get(id)
    return Order.query.filter_by(id=id, owner=current_user.id).one()

@app.get("/orders/<id>")
@login_required
def show(id):
    order = narrowed(id)
    if current_user.is_admin:
        app.logger.info("seen by an admin")
    if current_user.is_admin:
        return order.notes
    abort(403)
"""


def test_tests_of_the_same_text_are_told_apart_whether_facts_are_fresh_or_kept(tmp_path: Path) -> None:
    root, cache = tmp_path / "shop", tmp_path / "cache"
    plant(root, {"shop/app.py": TESTS, "shop/store.py": SHOP["shop/store.py"]})
    said(root, cache)
    changed(root, "shop/store.py", "class Order(Base):", "class Order(Base):  # of a caller")
    assert said(root, cache) == said(root)


def test_damage_is_seen(shop: Path, tmp_path: Path, followed: list[int]) -> None:
    said(shop, tmp_path / "cache")
    followed.clear()
    (kept,) = (tmp_path / "cache").glob("*.followed")
    kept.write_bytes(kept.read_bytes()[:-7] + b"harmful")
    changed(shop, "shop/users.py", "return store.user(db, id)", "return None")
    assert said(shop, tmp_path / "cache") == said(shop)
    assert len(followed) == 6


@pytest.mark.parametrize(
    "kind", ["fastapi", "aspnetcore", *sorted(each.name for each in EXAMPLES.iterdir() if each.is_dir())]
)
def test_after_any_edits_a_scan_says_what_a_cold_one_says(kind: str, tmp_path: Path) -> None:
    """Lines are doubled, removed, exchanged and inserted at random, one scan after the other over what the last one left."""
    root = tmp_path / "tree"
    shutil.copytree(EXAMPLES / kind if (EXAMPLES / kind).is_dir() else tree(kind, tmp_path / "made"), root)
    dice = random.Random(kind)
    files = [entry.path for entry in discover(root).files if entry.is_source]
    said(root, tmp_path / "cache")
    for _ in range(8):
        for path in dice.sample(files, min(len(files), dice.choice([1, 1, 2]))):
            edit(root / path, dice)
        assert said(root, tmp_path / "cache") == said(root)


def edit(file: Path, dice: random.Random) -> None:
    lines = file.read_text(encoding="utf-8").split("\n")
    at = dice.randrange(len(lines))
    match dice.choice(["twice", "gone", "blank", "swapped"]):
        case "twice":
            lines.insert(at, lines[at])
        case "gone":
            del lines[at]
        case "blank":
            lines.insert(at, "")
        case _:
            other = min(at + 1, len(lines) - 1)
            lines[at], lines[other] = lines[other], lines[at]
    file.write_text("\n".join(lines), encoding="utf-8")
