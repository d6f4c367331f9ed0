"""What well-kept projects do that was told against them: names only type checkers see, prefixes that are drawn, lockouts."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import failures, firm
from tests.source.reach.test_unseen_python import written

from assay.source.scan import scan

MIXIN = """
import typing
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import path
from django.views.generic import DetailView, View

if typing.TYPE_CHECKING:
    Base = View
else:
    Base = object


class Quoted(Base):
    quoted = True


class Shown(DetailView):
    shown = True


class Orders(%s):
    def post(self, request):
        return HttpResponse()


urlpatterns = [path("orders/", Orders.as_view())]
"""
DJANGO = {"manage.py": "", "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n"}


@pytest.mark.parametrize(
    ("bases", "said"),
    [("Quoted, LoginRequiredMixin, Shown", set()), ("Quoted, Shown, LoginRequiredMixin", {"/orders/"})],
)
def test_a_base_that_only_type_checkers_see_is_none(tmp_path: Path, bases: str, said: set[str]) -> None:
    assert firm(written(tmp_path, {**DJANGO, "shop/urls.py": MIXIN % bases}), "AP010") == said


LEADING = """
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import path
from django.views.generic import RedirectView, TemplateView


@login_required
def shown(request):
    return HttpResponse()


urlpatterns = [path("admin/dashboard/", %s.as_view(%s)), path("news/", shown), path("orders/", shown)]
"""


@pytest.mark.parametrize(
    ("view", "given", "said"),
    [
        ("RedirectView", 'pattern_name="dashboard"', set()),
        ("TemplateView", 'template_name="x.html"', {"/admin/dashboard/"}),
    ],
)
def test_a_route_that_only_leads_on_is_no_sensitive_one(tmp_path: Path, view: str, given: str, said: set[str]) -> None:
    assert set(failures(written(tmp_path, {**DJANGO, "shop/urls.py": LEADING % (view, given)}), "AP007")) == said


SAVED = """
import os
from uuid import uuid4
from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/files")
async def keep(file: UploadFile, folder: str):
    with open(os.path.join("/data", %s), "wb") as out:
        out.write(await file.read())
"""


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ('f"{uuid4()}_{file.filename}"', False),
        ('str(uuid4()) + "_" + file.filename', False),
        ('f"{folder}_{uuid4()}"', True),
        ('f"{uuid4()}/{file.filename}"', True),
        ('file.filename.replace("/", "")', False),
        ('file.filename.replace(" ", "")', True),
    ],
)
def test_a_name_behind_what_was_drawn_leads_nowhere(tmp_path: Path, name: str, is_told: bool) -> None:
    assert bool(failures(written(tmp_path, {"main.py": SAVED % name}), "AP108")) is is_told


KEPT = """
from fastapi import FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class Case(Base):
    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@app.post("/cases/{case}/files")
def keep(case: str, name: str, session: Session):
    found = session.query(Case).filter(Case.%s == case).first()
    if found is None:
        return None
    open(f"/data/{%s}", "w").write("x")
"""


@pytest.mark.parametrize(
    ("field", "put", "said"), [("id", "case", False), ("id", "name", True), ("name", "case", True)]
)
def test_the_id_of_what_was_looked_up_is_no_name_of_a_folder(tmp_path: Path, field: str, put: str, said: bool) -> None:
    found = firm(written(tmp_path, {"main.py": (KEPT % (field, put)).replace("/{case}/", "/")}), "AP108")
    assert bool(found) is said


LOGIN = """
public class LoginController(SignInManager<Customer> signIn, IOptions<IdentityOptions> options) : ControllerBase {
    [HttpPost("login")] public async Task<IActionResult> Login(string name, string password) {
        var result = await signIn.PasswordSignInAsync(name, password, false, %s);
        return result.Succeeded ? Ok() : Unauthorized();
    }
}
"""


@pytest.mark.parametrize(
    ("lockout", "said"),
    [("options.Value.Lockout.MaxFailedAccessAttempts > 0 ? true : false", set()), ("false", {"/login"})],
)
def test_a_lockout_that_settings_switch_is_one(tmp_path: Path, lockout: str, said: set[str]) -> None:
    reached(tmp_path, LOGIN % lockout)
    assert firm(scan(tmp_path).inventory, "AP106") == said


DECODED = """
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()


def %s(token: str) -> bool:
    return jwt.decode(token, options={"verify_signature": False}).get("iss") == "shop"


@app.get("/orders")
def orders(authorization: str = Header()):
    if not %s(authorization):
        raise HTTPException(401)
    return jwt.decode(authorization, "k" * 40, algorithms=["HS256"])
"""


@pytest.mark.parametrize(("name", "said"), [("can_decode", set()), ("is_caller", {"/orders"})])
def test_a_look_at_whose_token_it_is_verifies_nothing_yet(tmp_path: Path, name: str, said: set[str]) -> None:
    assert firm(written(tmp_path, {"main.py": DECODED % (name, name)}), "AP109") == said


RIGHTS = """
import reversion
from django.db import models


%s
class Role(models.Model):
    name = models.CharField(max_length=40)


%s
class UserRole(models.Model):
    user = models.IntegerField()
    role = models.ForeignKey(Role, on_delete=models.CASCADE)
"""
GRANTING = """
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from shop.models import UserRole


@require_POST
@permission_required("shop.change_userrole", raise_exception=True)
def assign_role(request, user):
    UserRole.objects.create(user=user, role_id=request.POST["role"])
    return HttpResponse()


urlpatterns = [path("users/<int:user>/roles/", assign_role)]
"""


@pytest.mark.parametrize(("mark", "said"), [("@reversion.register", set()), ("", {"/users/{user}/roles/"})])
def test_rights_whose_versions_are_kept_are_not_changed_in_silence(tmp_path: Path, mark: str, said: set[str]) -> None:
    files = {**DJANGO, "shop/models.py": RIGHTS % ("", mark), "shop/urls.py": GRANTING}
    assert firm(written(tmp_path, files), "AP110") == said


SHELVED = """
from django.conf import settings
from django.db import models


class Shelf(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Book(models.Model):
    title = models.CharField(max_length=40)
    shelf = models.%s
"""
SHOWN = """
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from shop.models import Book


@login_required
def mine(request):
    return JsonResponse({"books": [book.title for book in Book.objects.filter(shelf__user=request.user)]})


@login_required
def book(request, number):
    return JsonResponse({"title": get_object_or_404(Book, id=number).title})


urlpatterns = [path("books/", mine), path("books/<int:number>/", book)]
"""


@pytest.mark.parametrize(
    ("field", "said"),
    [("ManyToManyField(Shelf)", set()), ("ForeignKey(Shelf, on_delete=models.CASCADE)", {"/books/{number}/"})],
)
def test_what_stands_on_many_shelves_is_nobodys(tmp_path: Path, field: str, said: set[str]) -> None:
    files = {**DJANGO, "shop/models.py": SHELVED % field, "shop/urls.py": SHOWN}
    assert firm(written(tmp_path, files), "AP101") == said


PATCHED = """
from django.contrib.auth.models import User
from django.db import models
from rest_framework import routers, serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response


class Order(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    note = models.CharField(max_length=40)


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["note"]


class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    permission_classes = [IsAuthenticated]

    def list(self, request):
        return Response([each.note for each in Order.objects.filter(owner=request.user)])

    def update(self, request, %s):
        order = Order.objects.get(pk=pk)
        order.note = request.data["note"]
        order.save()
        return Response()


router = routers.SimpleRouter()
router.register("orders", Orders)
urlpatterns = router.urls
"""


@pytest.mark.parametrize(("given", "said"), [("pk=None", {"PUT"}), ("pk=None, **kwargs", {"PUT", "PATCH"})])
def test_an_update_that_takes_no_partial_answers_no_patch(tmp_path: Path, given: str, said: set[str]) -> None:
    inventory = written(tmp_path, {**DJANGO, "shop/urls.py": PATCHED % given})
    reached_by = {each.method for each in inventory.endpoints if each.reach and "note" in str(each.reach.accesses)}
    assert {"PUT", "PATCH"} & reached_by == said


NOTED = """
from flask import Flask, abort, request
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    user = db.relationship("User")
    label = db.Column(db.String)


def find(number):
    note = Note.query.get(number)
    if not note:
        abort(404)
%s
    return note


@app.get("/notes")
@login_required
def mine():
    return [note.label for note in Note.query.filter_by(user_id=current_user.id)]


@app.post("/labels")
@login_required
def label():
    note = None
    if request.json.get("note"):
        note = find(request.json["note"])
    for name in request.json["labels"]:
        if note:
            note.label = name
    db.session.commit()
    return ""
"""
COMPARED = "    if not note.user == current_user:\n        abort(403)"


@pytest.mark.parametrize(("test", "said"), [(COMPARED, set()), ("    note.seen = True", {"/labels"})])
def test_what_was_compared_when_it_was_read_may_be_changed(tmp_path: Path, test: str, said: set[str]) -> None:
    assert firm(written(tmp_path, {"app.py": NOTED % test}), "AP101") == said


SALTED = """
public class Member { public int Id { get; set; } public string Salt { get; set; } public string Password { get; set; } }
public class MemberContext : DbContext { public DbSet<Member> Members { get; set; } }
public class MembersController(MemberContext db) : ControllerBase {
    [HttpPost("members")] public IActionResult Make(string password) {
        var member = new Member();
        %s
        db.Members.Add(member);
        db.SaveChanges();
        return Ok();
    }
}
"""


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        (
            "member.Salt = new Random().Next(99999).ToString(); member.Password = Hash.Slow(password + member.Salt);",
            False,
        ),
        ("member.Password = Hash.Slow(new Random().Next(99999).ToString());", True),
    ],
)
def test_a_salt_is_no_secret(tmp_path: Path, lines: str, is_told: bool) -> None:
    reached(tmp_path, SALTED % lines)
    found = failures(scan(tmp_path).inventory, "AP109")
    assert any("predictable" in each.message for each in found.values()) is is_told
