"""Small projects of hobby and course: references by name, limits that count, names of uploads, sign-in by what a service offers."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm

from assay.source.scan import scan

DRF = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/settings.py": """
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "rest_framework", "posts"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
""",
    "posts/__init__.py": "",
    "posts/models.py": """
from django.db import models as m
class Content(m.Model):
    user = m.ForeignKey(TARGET, on_delete=m.CASCADE)
    class Meta:
        abstract = True
class Post(Content):
    text = m.CharField(max_length=9)
""",
    "shop/urls.py": """
from django.urls import path
from rest_framework import serializers, viewsets
from posts.models import Post
class PostSerializer(serializers.ModelSerializer):
    user = serializers.StringRelatedField(read_only=True)
    class Meta:
        model = Post
        fields = ["id", "user", "text"]
class Posts(viewsets.ModelViewSet):
    serializer_class = PostSerializer
    queryset = Post.objects.all()
    def perform_create(self, serializer):
        serializer.save(user=self.request.user)
urlpatterns = [path("posts/<int:pk>", Posts.as_view({"delete": "destroy"}))]
""",
}


@pytest.mark.parametrize(
    ("target", "found"),
    [('to="auth.User"', {"/posts/{pk}"}), ('"auth.User"', {"/posts/{pk}"}), ('to="posts.Page"', set())],
)
def test_an_object_is_its_holders_however_the_reference_is_written(
    target: str, found: set[str], tmp_path: Path
) -> None:
    files = {**DRF, "posts/models.py": DRF["posts/models.py"].replace("TARGET", target)}
    assert firm(scan(plant(tmp_path, files)).inventory, "AP101") == found


UPLOAD = """
from ninja import File, NinjaAPI, Router
from ninja.files import UploadedFile
router = Router()
@router.post("/photos/")
def photo(request, preview: UploadedFile = File(...)):
    with open(f"/srv/media/{WHAT}", "wb") as target:
        target.write(preview.read())
    return {}
api = NinjaAPI()
api.add_router("/api/", router)
from django.urls import path
urlpatterns = [path("", api.urls)]
"""


@pytest.mark.parametrize(
    ("what", "found"),
    [("preview.name", set()), ("request.GET['name']", {"/api/photos/"}), ("preview.filename", {"/api/photos/"})],
)
def test_a_name_that_django_cuts_leads_to_no_other_folder(what: str, found: set[str], tmp_path: Path) -> None:
    files = {**DRF, "shop/urls.py": UPLOAD.replace("WHAT", what)}
    assert set(failures(scan(plant(tmp_path, files)).inventory, "AP108")) == found


BOARD = """
import jwt
from flask import Flask, flash, redirect, request, url_for
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    writer = db.Column(db.Integer)
    text = db.Column(db.String(9))
def caller():
    token = request.cookies.get("auth_token")
    return jwt.decode(token, app.config["KEY"], algorithms=["HS256"])["user_id"] if token else None
@app.route("/posts/<int:number>/edit", methods=["POST"])
def edit(number):
    post = Post.query.get(number)
    if not post:
        flash("There is no such post.")
        return redirect(url_for("posts"))
    CHECK
    post.text = request.form["text"]
    db.session.commit()
    return redirect(url_for("posts"))
@app.route("/posts/<int:number>/mark", methods=["POST"])
def mark(number):
    post = Post.query.get(number)
    post.text = "read"
    db.session.commit()
    return ""
"""


def test_a_write_that_leads_away_whoever_is_not_the_writer_is_not_surely_open(tmp_path: Path) -> None:
    check = (
        'user_id = caller()\n    if not user_id or post.writer != user_id:\n        return redirect(url_for("posts"))'
    )
    guarded = scan(plant(tmp_path / "a", {"app.py": BOARD.replace("CHECK", check)})).inventory
    bare = scan(plant(tmp_path / "b", {"app.py": BOARD.replace("CHECK", "")})).inventory
    assert firm(guarded, "AP004") == {"/posts/{number}/mark"}
    assert firm(bare, "AP004") == {"/posts/{number}/mark", "/posts/{number}/edit"}


HASHED = """
import hashlib
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from passlib.context import CryptContext
app = Flask(__name__)
db = SQLAlchemy(app)
context = CryptContext(schemes=["argon2"])
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(9))
    password = db.Column(db.String(99))
class Hasher:
    def of(self, text):
        begun = hashlib.new("sha256")
        begun.update(text.encode())
        return KEPT
@app.route("/register", methods=["POST"])
def register():
    db.session.add(User(email=request.json["email"], password=Hasher().of(request.json["password"])))
    db.session.commit()
    return ""
"""


@pytest.mark.parametrize(
    ("kept", "found"), [("begun.hexdigest()", {"/register"}), ("context.hash(begun.hexdigest())", set())]
)
def test_a_hash_that_is_filled_afterwards_is_fast_unless_a_slow_one_follows(
    kept: str, found: set[str], tmp_path: Path
) -> None:
    inventory = scan(plant(tmp_path, {"app.py": HASHED.replace("KEPT", kept)})).inventory
    assert firm(inventory, "AP109") == found


LINKS = """
from flask import Flask, request
from flask_login import login_required
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password = db.Column(db.String(9))
    is_active = db.Column(db.Boolean)
    views = db.Column(db.Integer)
    token = db.Column(db.String(99))
@app.route("/activate/<int:number>")
def activate(number):
    user = User.query.filter_by(id=number).first()
    BODY
    db.session.commit()
    return ""
@app.route("/confirm/<name>")
def confirm(name):
    user = User.query.filter_by(id=name).first()
    user.is_active = True
    db.session.commit()
    return ""
@app.route("/link/<token>")
def link(token):
    user = User.query.filter_by(token=token).first()
    user.is_active = True
    db.session.commit()
    return ""
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("user.is_active = True", {"/activate/{number}"}),
        ("db.session.delete(user)", {"/activate/{number}"}),
        ("user.views = user.views + 1", set()),
        ("print(user)", set()),
    ],
)
def test_a_link_that_changes_what_its_number_names_is_surely_open(body: str, found: set[str], tmp_path: Path) -> None:
    assert firm(scan(plant(tmp_path, {"app.py": LINKS.replace("BODY", body)})).inventory, "AP001") == found


PLAIN = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth", "posts"]\n',
    "posts/__init__.py": "",
    "posts/models.py": "from django.db import models\nclass Post(models.Model):\n    text = models.CharField(max_length=9)\n",
    "shop/urls.py": """
from django.http import HttpResponse
from django.urls import path
from posts.models import Post
def remove(request, number):
    post = Post.objects.get(pk=number)
    BODY
    return HttpResponse()
urlpatterns = [path("posts/<int:number>/", remove)]
""",
}


@pytest.mark.parametrize(("body", "found"), [("post.delete()", {"/posts/{number}/"}), ("print(post)", set())])
def test_a_function_view_that_deletes_by_every_method_is_surely_open(
    body: str, found: set[str], tmp_path: Path
) -> None:
    files = {**PLAIN, "shop/urls.py": PLAIN["shop/urls.py"].replace("BODY", body)}
    assert firm(scan(plant(tmp_path, files)).inventory, "AP004") == found
