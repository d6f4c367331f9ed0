"""Ways around a check on which another one waits, checks whose answer nobody looks at, and lists that are joined."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, named
from tests.source.reach.test_protection import DELETE, GROUND, LOAD, of

from assay.model.reach import Action
from assay.source.scan import scan

BELONGS = "db.query(Member).filter(Member.user_id == user.id, Member.project_id == project_id).first() is None"
OWNS = "if project.owner_id != user.id: raise HTTPException(403)\n"
SELF = "if task_id == user.id:\n    {}\nelse:\n    {}\n"
CHECK = """

def refuse(project, user):
    if project.owner_id != user.id:
        return JSONResponse({{}}, status_code=403)
    return None


@app.put("/projects/{{project_id}}")
def change(project_id: int, db: Session = Depends(session), user: User = Depends(current_user)):
    project = db.query(Project).filter(Project.id == project_id).first()
    {use}
    db.delete(project)


@app.get("/projects/{{project_id}}/own")
def own(project_id: int, db: Session = Depends(session), user: User = Depends(current_user)):
    return db.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()
"""
USED = "if (answer := refuse(project, user)) is not None: return answer"
DJANGO = {
    "settings.py": """
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["rest_framework", "flats"]
""",
    "flats/__init__.py": "",
    "flats/models.py": """
from django.contrib.auth.models import User
from django.db import models

class Flat(models.Model):
    owner = models.ForeignKey(User, models.CASCADE)
    tenant = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
""",
    "urls.py": """
from django.contrib.auth.models import User
from django.urls import path
from rest_framework import generics, permissions, serializers
from flats.models import Flat

class FlatSerializer(serializers.ModelSerializer):
    class Meta:
        model = Flat
        fields = ["id"]

class ReadFlat(generics.RetrieveAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = FlatSerializer

    def get_queryset(self):
        mine = Flat.objects.filter(owner=self.request.user)
        return (mine | Flat.objects.filter(OTHER)).filter(id__gt=0)

urlpatterns = [path("flats/<int:pk>/", ReadFlat.as_view())]
""",
}
NOTES = {
    "flats/models.py": DJANGO["flats/models.py"]
    + """
class Note(models.Model):
    flat = models.ForeignKey(Flat, models.CASCADE, related_name="notes")
""",
    "urls.py": DJANGO["urls.py"].partition("class ReadFlat")[0]
    + """
from django.shortcuts import get_object_or_404

class ReadNote(generics.RetrieveAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = FlatSerializer

    def get_queryset(self):
        return get_object_or_404(Flat, pk=self.kwargs["flat"]OWNER).notes.all()

urlpatterns = [path("flats/<int:flat>/notes/<int:pk>/", ReadNote.as_view())]
""",
}
SERIALIZED = """
    found = db.get(Task, task_id)
    told = {name: getattr(found, name) for name in ANY}
    if told["project_id"] != project_id: raise HTTPException(404)
    db.delete(found)
"""


def test_a_way_around_a_check_on_which_another_one_waits_is_none(tmp_path: Path) -> None:
    both = LOAD + SELF.format(f"if {BELONGS}: raise HTTPException(404)", OWNS) + DELETE
    assert of(tmp_path, both, Action.DELETE).protection


def test_a_way_around_a_check_on_which_nothing_waits_is_one(tmp_path: Path) -> None:
    one = LOAD + SELF.format("pass", OWNS) + DELETE
    assert not of(tmp_path, one, Action.DELETE).protection


@pytest.mark.parametrize(
    ("use", "is_found"), [("refuse(project, user)", True), (USED, False)], ids=["not looked at", "looked at"]
)
def test_an_answer_that_nobody_looks_at_refuses_nothing(tmp_path: Path, use: str, *, is_found: bool) -> None:
    (tmp_path / "main.py").write_text(GROUND + "    return 1\n" + CHECK.format(use=use))
    assert ("/projects/{project_id}" in failures(scan(tmp_path).inventory, "AP101")) is is_found


def test_a_function_that_ends_before_its_own_effect_refuses_that(tmp_path: Path) -> None:
    inside = "def remove():\n    if project.owner_id != user.id: return False\n    db.delete(project)\nremove()\n"
    assert of(tmp_path, LOAD + inside, Action.DELETE).protection


@pytest.mark.parametrize(("other", "is_found"), [("tenant=self.request.user", False), ("tenant__isnull=True", True)])
def test_lists_that_are_joined_are_the_callers_if_each_is(tmp_path: Path, other: str, *, is_found: bool) -> None:
    plant(tmp_path, {name: text.replace("OTHER", other) for name, text in DJANGO.items()})
    assert ("/flats/{pk}/" in failures(scan(tmp_path).inventory, "AP101")) is is_found


@pytest.mark.parametrize(("owner", "is_found"), [(", owner=self.request.user", False), ("", True)])
def test_what_leads_back_to_an_object_is_reached_through_it(tmp_path: Path, owner: str, *, is_found: bool) -> None:
    plant(tmp_path, {name: text.replace("OWNER", owner) for name, text in (DJANGO | NOTES).items()})
    found = named(scan(tmp_path).inventory, "/flats/{flat}/notes/{pk}/").reach
    assert found is not None
    assert [bool(access.protection) for access in found.accesses if access.entity == "Note"] == [not is_found]


def test_what_is_copied_out_of_an_object_by_any_name_is_compared_for_it(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("ANY = open('names').read().split()\n" + GROUND + SERIALIZED)
    (endpoint,) = scan(tmp_path).inventory.endpoints
    assert endpoint.reach is not None
    assert {key.name for access in endpoint.reach.accesses for key in access.compared} == {"project_id"}
