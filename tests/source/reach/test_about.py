"""What a check is about: of one object, and not of another that a caller names beside it."""

from pathlib import Path

import pytest
from tests.source.reach.judging import failures, firm
from tests.source.reach.test_protection import GROUND, of

from assay.model.reach import Action
from assay.source.scan import scan

BELONGS = "db.query(Member).filter(Member.user_id == user.id, Member.project_id == project_id).first()"
TASK = "task = db.query(Task).filter(Task.id == task_id).first()\n"
WITHIN = "task = db.query(Task).filter(Task.id == task_id, Task.project_id == project_id).first()\n"
REMOVE = "db.delete(task)\n"
ADMIN_OR_MEMBER = f"if not (user.is_admin or {BELONGS}): raise HTTPException(403)\n"
NESTED = f"if not user.is_admin:\n    if {BELONGS} is None: raise HTTPException(403)\n"
OWNER_OR_MEMBER = f"if task.owner_id != user.id and {BELONGS} is None: raise HTTPException(403)\n"
WRONG_PROJECT = "if task.project_id != project_id: raise HTTPException(404)\n"
FLASK = """
from flask import Flask
from flask_login import login_required
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)

class Queried:
    @classmethod
    def query(cls):
        return db.session.query(cls)

    @classmethod
    def by(cls, **named):
        return cls.query.filter_by(**named).first()

class Invoice(db.Model, Queried):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))

@app.delete("/invoices/<int:id>")
@login_required
def remove(id):
    db.session.delete(Invoice.by(id=id))
"""


@pytest.mark.parametrize(
    ("body", "is_protected"),
    [
        (ADMIN_OR_MEMBER + TASK + REMOVE, False),
        (NESTED + TASK + REMOVE, False),
        (TASK + OWNER_OR_MEMBER + REMOVE, False),
        (ADMIN_OR_MEMBER + WITHIN + REMOVE, True),
        (TASK + WRONG_PROJECT + OWNER_OR_MEMBER + REMOVE, True),
        (TASK + ADMIN_OR_MEMBER + WRONG_PROJECT + REMOVE, True),
        (TASK + "if not user.is_admin: raise HTTPException(403)\n" + REMOVE, True),
        (TASK + "if task.owner_id != user.id and not user.is_admin: raise HTTPException(403)\n" + REMOVE, True),
    ],
)
def test_a_check_protects_what_each_way_past_it_is_about(tmp_path: Path, body: str, is_protected: bool) -> None:
    found = of(tmp_path, body, Action.DELETE, "Task")
    assert bool(found.protection) is is_protected


def test_a_second_refusal_is_no_way_past_the_first(tmp_path: Path) -> None:
    project = "project = db.query(Project).filter(Project.id == project_id).first()\n"
    mine = "if project.owner_id != user.id: raise HTTPException(403)\n"
    own = "if task.owner_id != user.id: raise HTTPException(403)\n"
    found = of(tmp_path, project + mine + TASK + own + REMOVE, Action.DELETE, "Task")
    assert found.protection.startswith("compared")


def test_a_list_of_the_callers_own_checks_nothing_that_it_is_narrowed_by(tmp_path: Path) -> None:
    listed = "mine = db.query(Member).filter(Member.user_id == user.id, Member.project_id == task_id).all()\n"
    assert of(tmp_path, listed + TASK + REMOVE, Action.DELETE, "Task").protection == ""


def test_a_list_that_may_not_be_empty_checks_it(tmp_path: Path) -> None:
    listed = "mine = db.query(Member).filter(Member.user_id == user.id, Member.project_id == task_id).all()\n"
    refused = "if not mine: raise HTTPException(404)\n"
    assert of(tmp_path, listed + refused + TASK + REMOVE, Action.DELETE, "Task").protection


def test_a_child_without_its_checked_parent_is_firm(tmp_path: Path) -> None:
    body = f"    if {BELONGS} is None: raise HTTPException(403)\n    {TASK}    {REMOVE}"
    (tmp_path / "main.py").write_text(GROUND + body)
    assert firm(scan(tmp_path).inventory, "AP101") == {"/projects/{project_id}/tasks/{task_id}"}


def test_a_child_within_its_checked_parent_is_none(tmp_path: Path) -> None:
    body = f"    if {BELONGS} is None: raise HTTPException(403)\n    {WITHIN}    {REMOVE}"
    (tmp_path / "main.py").write_text(GROUND + body)
    assert failures(scan(tmp_path).inventory, "AP101") == {}


def test_what_a_base_of_the_library_brings_stands_before_a_mixin(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(FLASK)
    assert set(failures(scan(tmp_path).inventory, "AP101")) == {"/invoices/{id}"}


def test_another_reading_of_the_same_list_is_the_callers_too(tmp_path: Path) -> None:
    listed = "mine = db.query(Project).filter(Project.owner_id == user.id, Project.id == project_id).all()\n"
    again = "there = db.query(Project).filter(Project.id == project_id).all()\n"
    assert of(tmp_path, listed + again, Action.LIST).protection.startswith("parent")


@pytest.mark.parametrize(("check", "found"), [(f"    if {BELONGS} is None: raise HTTPException(403)\n", 1), ("", 0)])
def test_a_child_beside_its_checked_parent_is_suspected(tmp_path: Path, check: str, found: int) -> None:
    apart = GROUND.replace('    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))\n', "")
    (tmp_path / "main.py").write_text(f"{apart}{check}    {TASK}    {REMOVE}")
    inventory = scan(tmp_path).inventory
    assert len(failures(inventory, "AP101")) == found
    assert firm(inventory, "AP101") == set()
