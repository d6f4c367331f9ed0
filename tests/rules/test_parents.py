"""Objects that an API selects by their parent everywhere but in one place (AP101)."""

from pathlib import Path

from tests.source.reach.test_unseen_python import failing, written

HEAD = """
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Security
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session
from starlette.authentication import requires
from models import Issue, session, member

app = FastAPI()
issues = APIRouter(prefix="/projects/{project_id}/issues", dependencies=[Depends(member)])
"""
MODELS = """
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base
Base = declarative_base()
bearer = OAuth2PasswordBearer(tokenUrl="token")
class Issue(Base):
    __tablename__ = "issues"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer)
    text = Column(String)
def session(): ...
def member(project_id: int, token: str = Depends(bearer)):
    if not allowed(token):
        raise HTTPException(403)
"""
WITHIN = """
@issues.get("/{id}")
def read(project_id: int, id: int, db: Session = Depends(session)):
    return db.query(Issue).filter(Issue.id == id, Issue.project_id == project_id).one()

@issues.put("/{id}")
def change(project_id: int, id: int, db: Session = Depends(session)):
    issue = db.query(Issue).filter(Issue.id == id, Issue.project_id == project_id).one()
    issue.text = "x"
    db.commit()

@issues.delete("/{id}")
def remove(project_id: int, id: int, db: Session = Depends(session)):
    db.delete(db.query(Issue).filter(Issue.id == id, Issue.project_id == project_id).one())
    db.commit()
"""
INCLUDED = "\napp.include_router(issues)\n"


def judged(root: Path, handlers: str) -> list[str]:
    return failing(written(root, {"models.py": MODELS, "main.py": HEAD + handlers + INCLUDED}), "AP101")


def test_an_object_that_is_selected_without_its_parent_is_found(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        WITHIN
        + """
@issues.post("/{id}/close")
def close(project_id: int, id: int, db: Session = Depends(session)):
    issue = db.query(Issue).filter(Issue.id == id).one()
    issue.text = "closed"
    db.commit()
""",
    )
    assert len(found) == 1
    assert found[0].startswith("firm POST /projects/{project_id}/issues/{id}/close")
    assert "leaves out project_id of the path, by which 3 other endpoints select it too" in found[0]


def test_one_that_is_compared_with_its_parent_is_not(tmp_path: Path) -> None:
    assert not judged(
        tmp_path,
        WITHIN
        + """
@issues.post("/{id}/close")
def close(project_id: int, id: int, db: Session = Depends(session)):
    issue = db.query(Issue).filter(Issue.id == id).one()
    if issue.project_id != project_id:
        raise HTTPException(404)
    issue.text = "closed"
    db.commit()
""",
    )


ALONE = """
@issues.get("/{id}")
def read(project_id: int, id: int, db: Session = Depends(session)):
    return db.query(Issue).filter(Issue.id == id).one()
"""


def test_a_field_that_is_named_like_the_parent_is_a_suspicion(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, ALONE)
    assert found.startswith("tentative GET /projects/{project_id}/issues/{id}")
    assert "leaves out project_id of the path, though it has a field project_id" in found


def test_what_has_no_field_for_the_parent_needs_none(tmp_path: Path) -> None:
    models = MODELS.replace("    project_id = Column(Integer)\n", "")
    files = {"models.py": models, "main.py": HEAD + ALONE + INCLUDED}
    assert not failing(written(tmp_path, files), "AP101")
