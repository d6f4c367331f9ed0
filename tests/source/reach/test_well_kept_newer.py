"""What was taken for a fault in well-kept projects of the last look, told apart from what is one."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm

from assay.model.program import Inventory
from assay.model.verdict import Confidence
from assay.source.scan import scan
from assay.source.secrets.search import secrets

FLASK = """
from flask import Flask, abort, jsonify, request
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from entries import entry_class

app = Flask(__name__)
db = SQLAlchemy(app)


class Shared:
    def entries(self, user, permission):
        return entry_class(self).query.filter_by(user=user, permission=permission, parent=self).all()

    def has_permission(self, user, permission):
        return self.entries(user, permission)

    def is_known(self, permission):
        return entry_class(self).query.filter_by(permission=permission, parent=self).all()


class Sketch(Shared, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password_hash = db.Column(db.String)


class Graph(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    sketch_id = db.Column(db.Integer, db.ForeignKey("sketch.id"))
    sketch = db.relationship("Sketch")


@app.get("/mine")
@login_required
def mine():
    return jsonify([graph.name for graph in Graph.query.filter_by(owner_id=current_user.id).limit(9)])


@app.post("/sketches/<int:sketch_id>/graphs/<int:graph_id>")
@login_required
def change(sketch_id, graph_id):
    sketch = Sketch.query.get(sketch_id)
    if not sketch.has_permission(current_user, "write"):
        abort(403)
    graph = Graph.query.get(graph_id)
    if not graph.sketch.id == sketch.id:
        abort(400)
    graph.name = request.form["name"]
    db.session.commit()
    return ""


@app.post("/sketches/<int:sketch_id>/lost/<int:graph_id>")
@login_required
def lose(sketch_id, graph_id):
    sketch = Sketch.query.get(sketch_id)
    if not sketch.has_permission(current_user, "write"):
        abort(403)
    graph = Graph.query.get(graph_id)
    graph.name = request.form["name"]
    db.session.commit()
    return ""


@app.post("/sketches/<int:sketch_id>/known/<int:graph_id>")
@login_required
def known(sketch_id, graph_id):
    sketch = Sketch.query.get(sketch_id)
    if not sketch.is_known("write"):
        abort(403)
    graph = Graph.query.get(graph_id)
    if not graph.sketch.id == sketch.id:
        abort(400)
    graph.name = request.form["name"]
    db.session.commit()
    return ""
"""
CSHARP = {
    "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
    "Program.cs": """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.UseAuthorization();
app.MapControllers();
app.MapGet("/news", () => Results.Ok("none"));
app.MapPost("/stock", (int amount) => Results.Ok(amount));
app.Run();

public class ShopContext : DbContext
{
    public DbSet<User> Users { get; set; }
    public DbSet<Member> Members { get; set; }
}

public class User { public int Id { get; set; } public string Name { get; set; } public string PasswordHash { get; set; } }

public class Member : IdentityUser { public string Password { get; set; } public string Status { get; set; } }

public class UserModel { public int Id { get; set; } public string Name { get; set; } }

public static class Mapping
{
    public static IEnumerable<UserModel> ToModels(this IEnumerable<User> users) => users.Select(x => x.ToModel());
    public static UserModel ToModel(this User user) => new UserModel { Id = user.Id, Name = user.Name };
}

[ApiController, Route("users"), Authorize]
public class UsersController(ShopContext context) : ControllerBase
{
    [HttpGet]
    public async Task<ActionResult<IEnumerable<User>>> List()
    {
        var users = await context.Users.ToListAsync();
        return Ok(users.ToModels());
    }

    [HttpGet("whole")]
    public async Task<ActionResult<IEnumerable<User>>> Whole()
    {
        var users = await context.Users.ToListAsync();
        return Ok(users);
    }

    [HttpPost]
    public async Task<ActionResult<User>> Add([FromBody] UserModel model)
    {
        var user = new User { Name = model.Name };
        context.Users.Add(user);
        await context.SaveChangesAsync();
        return Created($"/users/{user.Id}", user.ToModel());
    }

    [HttpGet("members/{id}")]
    public async Task<ActionResult<Member>> Find(string id)
    {
        var member = await context.Members.FindAsync(id);
        return Ok(Reduced(member));
    }

    private Member Reduced(Member member) => member.Status == "" ? null : Cloner.Of(member);
}
""",
}
TOKENS = """
import os

import jwt
from flask import Flask
from flask_login import current_user, login_required

app = Flask(__name__)


@app.post("/users/PATH")
@login_required
def make():
    return {"token": jwt.encode({"sub": current_user.id}, os.environ["KEY"], algorithm="HS512")}
"""
SHOWN = """
using Microsoft.AspNetCore.Mvc;

[Route("shown")]
public class ShownController(ShopContext context) : Controller
{
    [HttpGet("csv"), HttpPost("csv")]
    public IActionResult Csv() => Content("a;b", "text/csv");

    [HttpGet("kept"), HttpPost("kept")]
    public async Task<IActionResult> Keep(string name)
    {
        context.Users.Add(new User { Name = name });
        await context.SaveChangesAsync();
        return Ok();
    }

    [HttpPost("error")]
    public IActionResult Failed() => View();

    [HttpPost("items")]
    public IActionResult Items() => View();
}
"""
LISTS = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop']\n",
    "shop/models.py": """
from django.db import models
from elsewhere import Visible


class Note(models.Model):
    name = models.CharField(max_length=9)
    objects = Visible.as_manager()
""",
    "shop/urls.py": """
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import path
from shop.models import Note


@login_required
def every(request):
    return JsonResponse(list(Note.objects.all()), safe=False)


@login_required
def own(request):
    return JsonResponse(list(Note.objects.all().visible_for(request.user)), safe=False)


urlpatterns = [path("all/", every), path("own/", own)]
""",
}
STATEMENTS = """
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapPost("/named", async (ShopContext context, string name) =>
{
    var given = new SqlParameter("name", name);
    await context.Database.ExecuteSqlRawAsync("exec Keep @" + given.ParameterName, given);
});
app.MapPost("/spelled", async (ShopContext context, string name) =>
{
    var given = new SqlParameter("name", name);
    await context.Database.ExecuteSqlRawAsync("exec Keep " + given.Value, given);
});
app.Run();

public class ShopContext : DbContext { }
"""
URLS = """
from django.http import HttpResponse
from django.urls import path


def index(request):
    return HttpResponse("")


urlpatterns = [path("a/", index)]
"""
SETTINGS = """
from os import environ

ROOT_URLCONF = 'shop.urls'
INSTALLED_APPS = ['shop']
DOMAIN = environ.get('DOMAIN')
if DOMAIN == 'localhost':
    SESSION_COOKIE_SECURE = False
else:
    SESSION_COOKIE_SECURE = {otherwise}
"""


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("flask"), {"app.py": FLASK})).inventory


@pytest.fixture(scope="module")
def csharp(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("csharp"), CSHARP)).inventory


def test_a_look_up_of_caller_and_object_in_a_type_that_is_not_known_ties_them(flask: Inventory) -> None:
    found = firm(flask, "AP101")
    assert "/sketches/{sketch_id}/graphs/{graph_id}" not in found
    assert "/sketches/{sketch_id}/lost/{graph_id}" in found, "the graph is not compared with the sketch"
    assert "/sketches/{sketch_id}/known/{graph_id}" in found, "nobody asks for the caller"


def test_an_answer_in_another_shape_than_declared_holds_what_it_was_given(csharp: Inventory) -> None:
    found = failures(csharp, "AP104")
    assert "/users/whole" in found
    assert "/users" not in found


def test_a_password_beside_its_hash_is_only_sent(csharp: Inventory) -> None:
    assert failures(csharp, "AP104")["/users/members/{id}"].confidence is Confidence.TENTATIVE


def test_a_read_outside_the_groups_may_be_meant_for_everybody(csharp: Inventory) -> None:
    found = failures(csharp, "AP008")
    assert found["/news"].confidence is Confidence.TENTATIVE
    assert "/stock" in found


def test_a_post_of_what_answers_get_too_changes_nothing_unless_it_stores(tmp_path: Path) -> None:
    inventory = scan(plant(tmp_path, CSHARP | {"Shown.cs": SHOWN})).inventory
    found = {path for path in firm(inventory, "AP004") if path.startswith("/shown")}
    assert found == {"/shown/kept", "/shown/items"}


@pytest.mark.parametrize(("otherwise", "is_told"), [("True", False), ("False", True)])
def test_a_switch_that_a_test_decides_is_told_where_both_ways_agree(
    tmp_path: Path, otherwise: str, is_told: bool
) -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": SETTINGS.format(otherwise=otherwise),
        "shop/urls.py": URLS,
    }
    inventory = scan(plant(tmp_path, files)).inventory
    held = [each.value for each in inventory.settings if each.name == "cookie-secure"]
    assert (held == ["off"]) is is_told


@pytest.mark.parametrize(
    "text",
    [
        'REGEX_PASSWORD = r"^[a-zA-Z0-9]{12,}$"\n',
        'RECAPTCHA_SECRET = "6LeIxAcTAAAAA' + 'GG-vFI1TnRWxMZNFuojJ4WifJWe"\n',
        'password = "b64encodedpw"\n',
    ],
)
def test_patterns_and_keys_of_everybody_are_no_secrets(text: str) -> None:
    assert secrets("shop/settings.py", text.encode()) == []


@pytest.mark.parametrize(("path", "is_meant"), [("api_key", True), ("session", False)])
def test_a_key_of_a_machine_has_no_end_on_purpose(tmp_path: Path, path: str, is_meant: bool) -> None:
    inventory = scan(plant(tmp_path, {"app.py": TOKENS.replace("PATH", path)})).inventory
    found = failures(inventory, "AP109")[f"/users/{path}"]
    assert (found.confidence is Confidence.TENTATIVE) is is_meant


def test_a_list_that_a_method_of_the_project_narrows_to_the_caller_is_not_the_whole(tmp_path: Path) -> None:
    assert set(failures(scan(plant(tmp_path, LISTS)).inventory, "AP111")) == {"/all/"}


def test_what_a_parameter_is_called_holds_nothing_of_its_value(tmp_path: Path) -> None:
    inventory = scan(plant(tmp_path, {"Shop.csproj": CSHARP["Shop.csproj"], "Program.cs": STATEMENTS})).inventory
    assert set(failures(inventory, "AP108")) == {"/spelled"}
