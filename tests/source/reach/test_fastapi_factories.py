"""Handlers that a factory makes share their text and not what they close over."""

from pathlib import Path

from assay.source.scan import scan

SOURCE = """
from fastapi import APIRouter, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)


class Pen(Base):
    __tablename__ = "pen"
    id: Mapped[int] = mapped_column(primary_key=True)


def router_of(model, prefix):
    router = APIRouter(prefix=prefix)

    @router.get("/{key}")
    def read(key: int):
        return Session().get(model, key)

    return router


app = FastAPI()
app.include_router(router_of(Book, "/books"))
app.include_router(router_of(Pen, "/pens"))
"""


def test_each_handler_of_a_factory_touches_its_own_type(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(SOURCE, encoding="utf-8")
    found = {
        one.path: [each.entity for each in one.reach.accesses]
        for one in scan(tmp_path).inventory.endpoints
        if one.reach
    }
    assert found == {"/books/{key}": ["Book"], "/pens/{key}": ["Pen"]}
