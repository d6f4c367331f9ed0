"""What was taken for a fault in well-kept projects, told apart from what is one: refusals in parts, signatures, work left to others."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm

from assay.model.program import Inventory
from assay.model.verdict import Confidence
from assay.source.scan import scan

FLASK = """
import hashlib
import hmac
import json
import shutil
from pathlib import Path

from flask import Flask, abort, jsonify, redirect, request
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from itsdangerous import URLSafeTimedSerializer
from searching import search
from sqlalchemy import func

app = Flask(__name__)
db = SQLAlchemy(app)
FILES = Path("/srv/files")


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password_hash = db.Column(db.String)


class Box(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    box_id = db.Column(db.Integer, db.ForeignKey("box.id"))
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.post("/boxes/<int:box_id>/remove")
@login_required
def remove(box_id):
    box = Box.query.get(box_id)
    if not box or box.owner_id != current_user.id:
        abort(404)
    item = Item.query.get(request.form["item"])
    if not item or item.box_id != box.id:
        return redirect("/boxes")
    db.session.delete(item)
    db.session.commit()
    return ""


@app.post("/boxes/<int:box_id>/lose")
@login_required
def lose(box_id):
    box = Box.query.get(box_id)
    if not box or box.owner_id != current_user.id:
        abort(404)
    item = Item.query.get(request.form["item"])
    if not item:
        return redirect("/boxes")
    db.session.delete(item)
    db.session.commit()
    return ""


@app.get("/items/<int:item_id>/shared")
@login_required
def shared(item_id):
    item = Item.query.get_or_404(item_id)
    if "token" in request.args:
        token = URLSafeTimedSerializer(app.secret_key).loads(request.args["token"])
        if token["item"] != item.id:
            abort(403)
    elif item.owner_id != current_user.id:
        abort(403)
    return jsonify(item.box_id)


@app.get("/items/<int:item_id>/avoided")
@login_required
def avoided(item_id):
    item = Item.query.get_or_404(item_id)
    if "token" in request.args:
        app.logger.info("with a token")
    elif item.owner_id != current_user.id:
        abort(403)
    return jsonify(item.box_id)


@app.post("/items/paid")
@login_required
def paid():
    sent = request.get_json()
    own = hmac.new(app.config["SECRET"].encode(), sent["item"].encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(own, sent["signature"]):
        abort(400)
    Item.query.filter_by(id=sent["item"]).delete()
    return ""


@app.post("/items/unpaid")
@login_required
def unpaid():
    sent = request.get_json()
    own = hashlib.sha256(sent["item"].encode()).hexdigest()
    if own != sent["signature"]:
        abort(400)
    Item.query.filter_by(id=sent["item"]).delete()
    return ""


@app.get("/items/<int:item_id>/indexed")
@login_required
def indexed(item_id):
    boxes = [box.id for box in Box.query.filter_by(owner_id=current_user.id).all()]
    if search.count({"boxes": boxes, "item": item_id})["hits"] == 0:
        abort(404)
    return jsonify(Item.query.get(item_id).box_id)


@app.get("/items/<int:item_id>/stocked")
@login_required
def stocked(item_id):
    if search.count({"item": item_id})["hits"] == 0:
        abort(404)
    return jsonify(Item.query.get(item_id).box_id)


def is_valid_name(name):
    return not name.startswith(".") and relative(name) == name


@app.post("/files/checked")
def checked():
    name = request.form["name"]
    if not is_valid_name(name):
        abort(400)
    shutil.move(FILES / "new", FILES / name)
    return ""


@app.get("/files/below")
def below():
    path = FILES / request.args["name"]
    if path.parent != FILES:
        abort(404)
    return path.read_text()


@app.get("/files/numbered")
def numbered():
    sent = json.loads(request.args["sent"])
    if sent["number"] > 7:
        abort(400)
    return (FILES / f"page{sent['number']}").read_text()


@app.get("/files/any")
def anything():
    path = FILES / request.args["name"]
    if path.name == "":
        abort(404)
    return path.read_text()


@app.get("/roles/noted")
@login_required
def noted():
    if request.args.get("role") == "admin":
        app.logger.warning("somebody asks for administrators")
    return jsonify([])


@app.get("/roles/believed")
@login_required
def believed():
    if request.args.get("role") != "admin":
        abort(403)
    Item.query.delete()
    return jsonify([])


@app.get("/users/counted")
@login_required
def counted():
    return jsonify(db.session.query(User.name, func.count(User.id)).filter(User.id > 3).group_by(User.name).all())


@app.get("/users/whole")
@login_required
def whole():
    return jsonify(db.session.query(User).filter(User.id > 3).all())
"""
DJANGO = {
    "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth", "shop"]\n',
    "shop/models.py": """
from django.db import models


class Note(models.Model):
    owner = models.ForeignKey("auth.User", models.CASCADE)
    text = models.TextField()
    updated_at = models.DateTimeField()
""",
    "shop/tasks.py": """
from celery import shared_task
from django.utils import timezone

from shop.models import Note


@shared_task
def touch(pk):
    note = Note.objects.filter(pk=pk).first()
    note.updated_at = timezone.now()
    note.save(update_fields=["updated_at"])


@shared_task
def empty(pk):
    note = Note.objects.filter(pk=pk).first()
    note.text = ""
    note.save(update_fields=["text"])


@shared_task
def look(pk):
    print(Note.objects.get(pk=pk).text)
""",
    "shop/urls.py": """
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.urls import path

from shop.models import Note
from shop.tasks import empty, look, touch


@login_required
def mine(request, pk):
    return JsonResponse({"text": Note.objects.get(pk=pk, owner=request.user).text})


@login_required
def read(request, pk):
    return JsonResponse({"text": Note.objects.get(pk=pk).text})


@login_required
def touched(request, pk):
    touch.delay(pk)
    return HttpResponse("")


@login_required
def emptied(request, pk):
    empty.delay(pk)
    return HttpResponse("")


@login_required
def looked(request, pk):
    look.delay(pk)
    return HttpResponse("")


urlpatterns = [
    path("mine/<int:pk>", mine),
    path("read/<int:pk>", read),
    path("scim/v2/notes/<int:pk>", read),
    path("touched/<int:pk>", touched),
    path("emptied/<int:pk>", emptied),
    path("looked/<int:pk>", looked),
]
""",
    "manage.py": 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
}


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("flask"), {"shop/app.py": FLASK})).inventory


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("django"), DJANGO)).inventory


def test_a_refusal_whose_test_has_two_parts_compares_with_what_was_checked(flask: Inventory) -> None:
    assert "/boxes/{box_id}/remove" not in failures(flask, "AP101")
    assert "/boxes/{box_id}/lose" in failures(flask, "AP101")


def test_a_check_on_each_way_protects_and_one_that_can_be_gone_around_does_not(flask: Inventory) -> None:
    assert "/items/{item_id}/shared" not in failures(flask, "AP101")
    assert "/items/{item_id}/avoided" in failures(flask, "AP101")


def test_another_store_that_was_asked_for_the_caller_protects(flask: Inventory) -> None:
    assert "/items/{item_id}/indexed" not in failures(flask, "AP101")
    assert "/items/{item_id}/stocked" in failures(flask, "AP101")


def test_a_signature_made_with_a_secret_vouches_for_what_was_sent_and_a_plain_hash_does_not(flask: Inventory) -> None:
    assert "/items/paid" not in failures(flask, "AP101")
    assert "/items/unpaid" in failures(flask, "AP101")


def test_a_name_that_a_check_calls_valid_is_a_suspicion_only(flask: Inventory) -> None:
    assert failures(flask, "AP108")["/files/checked"].confidence is Confidence.TENTATIVE


def test_a_file_that_lies_right_in_its_folder_and_a_number_do_no_harm(flask: Inventory) -> None:
    assert not {"/files/below", "/files/numbered"} & set(failures(flask, "AP108"))
    assert "/files/any" in firm(flask, "AP108")


def test_a_role_that_only_a_log_line_depends_on_is_not_believed(flask: Inventory) -> None:
    assert "/roles/noted" not in failures(flask, "AP102")
    assert "/roles/believed" in firm(flask, "AP102")


def test_rows_of_chosen_columns_are_not_whole_objects(flask: Inventory) -> None:
    assert "/users/counted" not in failures(flask, "AP104")
    assert "/users/whole" in failures(flask, "AP104")


def test_what_a_task_reads_or_when_it_was_changed_is_nothing_that_a_caller_gets(django: Inventory) -> None:
    assert firm(django, "AP101") == {"/read/{pk}", "/emptied/{pk}"}


def test_what_provisions_accounts_is_left_to_its_token(django: Inventory) -> None:
    assert "/scim/v2/notes/{pk}" not in failures(django, "AP101")


def test_a_method_that_cannot_be_called_with_what_the_path_names_is_not_judged(tmp_path: Path) -> None:
    views = """
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import JsonResponse
from django.urls import path
from django.views import View

from shop.models import Note


class Notes(LoginRequiredMixin, View):
    def get(self, request, pk):
        return JsonResponse({"text": Note.objects.get(pk=pk).text})

    def post(self, request):
        Note.objects.filter(owner_id=request.POST["owner"]).delete()
        return JsonResponse({})


urlpatterns = [path("notes/", Notes.as_view()), path("notes/<int:pk>/", Notes.as_view())]
"""
    found = {
        f"{each.method} {each.path}": each.reach
        for each in scan(plant(tmp_path, {**DJANGO, "shop/urls.py": views})).inventory.endpoints
    }
    ran = {name for name, reach in found.items() if reach is not None and reach.accesses}
    assert {"GET /notes/{pk}/", "POST /notes/"} <= ran
    assert "POST /notes/{pk}/" not in ran
