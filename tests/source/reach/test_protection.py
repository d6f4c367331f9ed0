"""What ties an access to the caller, and what does not: every case is a FastAPI handler that is run."""

from pathlib import Path

import pytest

from assay.model.reach import Access, Action
from assay.source.scan import scan

GROUND = """
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_admin: Mapped[bool] = mapped_column()


class Project(Base):
    __tablename__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    def may_be_edited_by(self, user) -> bool:
        if user is None:
            return False
        if self.owner_id == user.id:
            return True
        return False


class Member(Base):
    __tablename__ = "member"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(primary_key=True)


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))


class Change(BaseModel):
    name: str
    role: str | None = None


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> User:
    user = SESSIONS.get(authorization)
    if user is None:
        raise HTTPException(status_code=401)
    return user


SESSIONS: dict = open("sessions").read()
app = FastAPI()


@app.delete("/projects/{project_id}/tasks/{task_id}")
def handler(
    project_id: int, task_id: int, change: Change, db: Session = Depends(session), user: User = Depends(current_user)
):
"""
LOAD = "project = db.query(Project).filter(Project.id == project_id).first()\n"
DELETE = "db.delete(project)\n"


def of(tmp_path: Path, body: str, action: Action, entity: str = "Project") -> Access:
    (tmp_path / "main.py").write_text(GROUND + "".join(f"    {line}\n" for line in body.splitlines()), encoding="utf-8")
    (endpoint,) = scan(tmp_path).inventory.endpoints
    assert endpoint.reach is not None
    found = [access for access in endpoint.reach.accesses if access.action is action and access.entity == entity]
    assert found, endpoint.reach.accesses
    return found[-1]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("project = db.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()\n" + DELETE, "keyed"),
        (LOAD + "if project.owner_id != user.id:\n    raise HTTPException(status_code=404)\n" + DELETE, "compared"),
        (LOAD + "if project.owner_id == user.id:\n    db.delete(project)\n", "compared"),
        (LOAD + "if not project.may_be_edited_by(user):\n    raise HTTPException(status_code=403)\n" + DELETE, "compared"),
        ("if project_id != user.id:\n    raise HTTPException(status_code=403)\n" + LOAD + DELETE, "compared"),
        (LOAD + "if not user.is_admin:\n    raise HTTPException(status_code=403)\n" + DELETE, "authorized"),
        (
            "member = db.query(Member).filter(Member.user_id == user.id, Member.project_id == project_id).first()\n"
            "if member is None:\n    raise HTTPException(status_code=404)\n" + LOAD + DELETE,
            "compared",
        ),
    ],
)  # fmt: skip
def test_a_test_that_decides_protects_a_deletion(tmp_path: Path, body: str, kind: str) -> None:
    assert of(tmp_path, body, Action.DELETE).protection.partition(":")[0] == kind


@pytest.mark.parametrize(
    "body",
    [
        LOAD + DELETE,
        LOAD + "print(user.id)\n" + DELETE,
        LOAD + "if project is None:\n    raise HTTPException(status_code=404)\n" + DELETE,
        LOAD + DELETE + "if project.owner_id != user.id:\n    raise HTTPException(status_code=403)\n",
        LOAD + DELETE + "if project.owner_id != user.id:\n    message = 'not yours'\n",
        LOAD
        + "if change.role:\n    if project.owner_id != user.id:\n        raise HTTPException(status_code=403)\n"
        + DELETE,
        LOAD + "project.owner_id = user.id\n" + DELETE,
        "other = db.query(Task).filter(Task.id == user.id).first()\n" + LOAD + DELETE,
    ],
    ids=["nothing", "printed", "existence", "too-late", "refuses-nothing", "avoidable", "as-a-value", "another-query"],
)
def test_what_does_not_decide_protects_nothing(tmp_path: Path, body: str) -> None:
    assert of(tmp_path, body, Action.DELETE).protection == ""


CHECKED = LOAD + "if project.owner_id != user.id:\n    raise HTTPException(status_code=404)\n"


def test_a_child_that_is_selected_by_its_checked_parent_is_protected(tmp_path: Path) -> None:
    body = (
        CHECKED
        + "task = db.query(Task).filter(Task.id == task_id, Task.project_id == project.id).first()\ndb.delete(task)\n"
    )
    assert of(tmp_path, body, Action.DELETE, "Task").protection.startswith("parent")


def test_a_child_that_is_selected_alone_is_not_protected_by_a_check_of_its_parent(tmp_path: Path) -> None:
    body = CHECKED + "task = db.query(Task).filter(Task.id == task_id).first()\ndb.delete(task)\n"
    assert of(tmp_path, body, Action.DELETE, "Task").protection == ""


def test_a_list_is_bounded_by_its_limit(tmp_path: Path) -> None:
    assert of(tmp_path, "return db.query(Project).limit(50).all()\n", Action.LIST).is_bounded is True
    assert of(tmp_path, "return db.query(Project).all()\n", Action.LIST).is_bounded is False


def test_the_key_of_a_look_up_tells_where_it_comes_from(tmp_path: Path) -> None:
    access = of(tmp_path, "return db.get(Project, change.name)\n", Action.READ)
    assert [(key.origin.value, key.name) for key in access.keys] == [("body", "name")]
    assert access.is_request_driven
