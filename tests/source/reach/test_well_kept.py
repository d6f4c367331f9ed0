"""What was taken for a fault in well-kept projects that nobody had seen, told apart from what is one."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.assessment.wiring import rules
from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Verdict
from assay.source.scan import scan

DJANGO = {
    "shop/settings.py": """
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "shop.middleware.Spaces"]
""",
    "shop/middleware.py": """
class Spaces:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.branch = request.headers.get("X-Branch")
        if request.user.is_authenticated:
            request.space = request.user.spaces.filter(active=True).first().space
        return self.get_response(request)
""",
    "shop/models.py": """
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    seen = models.DateTimeField(null=True)

    def save(self, *args, **kwargs):
        if self.is_superuser:
            self.is_staff = True
        super().save(*args, **kwargs)


class Log(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    space = models.CharField(max_length=9)
    branch = models.CharField(max_length=9)
    note = models.TextField()
""",
    "shop/urls.py": """
from django.urls import path

from shop import views

urlpatterns = [
    path("mine/<int:pk>/", views.mine),
    path("branches/<int:pk>/", views.of_branch),
    path("all/<int:pk>/", views.of_everybody),
    path("leave/", views.leave),
    path("assets/<path:name>", views.asset),
    path("any/<path:name>", views.any_asset),
    path("kept/<int:pk>/", views.kept),
    path("teachers/", views.teachers),
]
""",
    "shop/views.py": """
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shop.models import Log, User


def is_teacher(user):
    return user.groups.filter(name="teachers").exists()


@login_required
def mine(request, pk):
    log = get_object_or_404(Log, pk=pk, space=request.space)
    return JsonResponse({"note": log.note})


@login_required
def of_branch(request, pk):
    log = get_object_or_404(Log, pk=pk, branch=request.branch)
    return JsonResponse({"note": log.note})


@user_passes_test(is_teacher)
def of_everybody(request, pk):
    log = get_object_or_404(Log, pk=pk)
    return JsonResponse({"note": log.note})


def has_group(user, names):
    found = False
    if user.is_authenticated:
        if bool(user.groups.filter(name__in=names)):
            found = True
    return found


@user_passes_test(lambda user: has_group(user, ["editors"]))
def kept(request, pk):
    return JsonResponse({})


@login_required
def asset(request, name):
    get_object_or_404(Log, note=name)
    return FileResponse(open("assets/" + name, "rb"))


@login_required
def any_asset(request, name):
    return FileResponse(open("assets/" + name, "rb"))


@login_required
def leave(request):
    user = User.objects.get(pk=request.user.id)
    user.seen = timezone.now()
    user.save()
    logout(request)
    return JsonResponse({})


@login_required
def teachers(request):
    found = User.objects.filter(groups__name="teachers")
    return JsonResponse({"teachers": tuple({"name": each.username, "full": each.get_full_name()} for each in found)})
""",
}
FLASK = """
import base64

from Crypto.Signature import PKCS1_v1_5
from flask import Flask, request
from jinja2 import Environment
from jinja2.sandbox import SandboxedEnvironment

app = Flask(__name__)


def verify_incoming(form):
    return PKCS1_v1_5.new(KEY).verify(digest(form), form["p_signature"])


@app.route("/paid", methods=["POST"])
def paid():
    if not verify_incoming(dict(request.form)):
        return "KO", 400
    orders.mark(request.form["order"])
    return "ok"


@app.route("/plain", methods=["POST"])
def plain():
    if not request.form.get("order"):
        return "KO", 400
    orders.mark(request.form["order"])
    return "ok"


@app.route("/named")
def named():
    sent = str(base64.b64decode(request.headers.get("Authorization")), "utf-8")
    (username, password) = sent.split(":", 1)
    app.logger.warning("no such user {}".format(username))
    return "ok"


@app.route("/told")
def told():
    sent = str(base64.b64decode(request.headers.get("Authorization")), "utf-8")
    (username, password) = sent.split(":", 1)
    app.logger.warning("no such user {} {}".format(username, password))
    return "ok"


@app.route("/boxed")
def boxed():
    return SandboxedEnvironment().from_string(request.args["text"]).render()


@app.route("/open")
def open_():
    return Environment().from_string(request.args["text"]).render()
"""
FASTAPI = """
from typing import List, Optional

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse
from peewee import CharField, Model
from pydantic import BaseModel, SecretStr


class User(Model):
    name = CharField(primary_key=True)
    role = CharField()
    password_hash = CharField()


class Machine(BaseModel):
    host: str
    password: Optional[SecretStr] = None


class Naked(BaseModel):
    host: str
    password: Optional[str] = None


def current(authorization: str = Header("")) -> str:
    if not authorization:
        raise HTTPException(status_code=401)
    return authorization


def administrator(request: Request) -> None:
    if request.headers.get("remote-role") != "admin":
        raise HTTPException(status_code=403)


def claimed(request: Request) -> None:
    if request.headers.get("x-role") != "admin":
        raise HTTPException(status_code=403)


app = FastAPI()


@app.get("/users/some", dependencies=[Depends(current)])
def some():
    return JSONResponse([each for each in User.select(User.name, User.role).dicts().iterator()])


@app.get("/users/whole", dependencies=[Depends(current)])
def whole():
    return JSONResponse([each for each in User.select(User.name, User.password_hash).dicts().iterator()])


@app.get("/machines", response_model=List[Machine], dependencies=[Depends(current)])
def machines(): ...


@app.get("/naked", response_model=List[Naked], dependencies=[Depends(current)])
def naked(): ...


@app.put("/services/{name}")
def redirect_to_root(name: str):
    return RedirectResponse(f"/services/{name}/", 308)


@app.post("/language")
def language(code: str):
    return {}


@app.delete("/services/{name}/all")
def remove(name: str):
    return {}


@app.post("/one")
def one(_: None = Depends(administrator)):
    return [each.name for each in User.select(User.name)]


@app.post("/two")
def two(_: None = Depends(administrator)):
    return [each.name for each in User.select(User.name)]


@app.post("/three")
def three(_: None = Depends(claimed)):
    return [each.name for each in User.select(User.name)]
"""
CSHARP = {
    "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
    "Program.cs": """
using Messages = Shop.Api.Messages;
using Microsoft.EntityFrameworkCore;
using Shop.Data;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.UseMiddleware<ThrottlingMiddleware>();
app.UseMiddleware<KeyMiddleware>();
app.MapDelete("/orders/{id}", async (int id, IMediator mediator) => await mediator.InvokeAsync<bool>(new Messages.Remove(id)));
app.Run();

public class ThrottlingMiddleware(RequestDelegate next, Counter counter)
{
    public async Task Invoke(HttpContext context)
    {
        var who = counter.Of(context.User.Identity.Name ?? context.Connection.RemoteIpAddress.ToString());
        if (String.IsNullOrEmpty(who)) { context.Response.StatusCode = 403; return; }
        await next(context);
    }
}

public class KeyMiddleware(RequestDelegate next)
{
    public async Task Invoke(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/closed") && context.Request.Headers["X-Api-Key"] != Keys.Mine)
        {
            context.Response.StatusCode = 401;
            return;
        }
        await next(context);
    }
}
""",
    "Messages.cs": "namespace Shop.Api.Messages;\npublic record Remove(int Id);\n",
    "OrderHandler.cs": """
using Shop.Api.Messages;
using Shop.Data;
namespace Shop.Api.Handlers;

public class OrderHandler(Store store, ILogger<OrderHandler> logger)
{
    public async Task<bool> Handle(Remove message)
    {
        await store.Orders.Where(o => o.Id == message.Id).ExecuteDeleteAsync();
        logger.Removed(message.Id);
        return true;
    }
}

public static class Lines
{
    private static readonly Action<ILogger, int, Exception?> _removed =
        LoggerMessage.Define<int>(LogLevel.Warning, new EventId(1), "Removed {Id}");

    public static void Removed(this ILogger logger, int id) => _removed(logger, id, null);
}
""",
    "Store.cs": """
using Microsoft.EntityFrameworkCore;
namespace Shop.Data;
public class Order { public int Id { get; set; } }
public class Store : DbContext { public DbSet<Order> Orders { get; set; } }
""",
}


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("django"), DJANGO)).inventory


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("flask"), {"app.py": FLASK})).inventory


@pytest.fixture(scope="module")
def fastapi(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("fastapi"), {"main.py": FASTAPI})).inventory


@pytest.fixture(scope="module")
def csharp(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("csharp"), CSHARP)).inventory


def named(inventory: Inventory, path: str) -> Endpoint:
    return next(each for each in inventory.endpoints if each.path == path)


def failures(inventory: Inventory, rule: str) -> dict[str, Verdict]:
    judge = next(each for each in rules() if each.id == rule).judge
    return {each.subject.path: each for each in judge(inventory) if each.outcome is Outcome.FAIL}


def firm(inventory: Inventory, rule: str) -> set[str]:
    return {path for path, each in failures(inventory, rule).items() if each.confidence is Confidence.FIRM}


def test_a_group_of_accounts_is_a_role(django: Inventory) -> None:
    endpoint = named(django, "/all/{pk}/")
    assert endpoint.authorization is Authorization.ROLE
    assert endpoint.guards[0].values == ("teachers",)
    assert "/all/{pk}/" not in failures(django, "AP101")


def test_a_group_is_a_role_too_where_a_test_keeps_its_answer(django: Inventory) -> None:
    endpoint = named(django, "/kept/{pk}/")
    assert endpoint.authorization is Authorization.ROLE
    assert endpoint.guards[0].values == ("editors",)


def test_a_value_by_which_something_is_stored_is_a_doubtful_path(django: Inventory) -> None:
    assert "/any/{name}" in firm(django, "AP108")
    assert failures(django, "AP108")["/assets/{name}"].confidence is Confidence.TENTATIVE


def test_what_middleware_takes_from_the_account_ties_objects_to_the_caller_and_a_header_does_not(
    django: Inventory,
) -> None:
    found = failures(django, "AP101")
    assert "/mine/{pk}/" not in found
    assert "/branches/{pk}/" in found


def test_what_a_model_sets_of_itself_when_it_is_saved_changes_no_rights(django: Inventory) -> None:
    assert "/leave/" not in failures(django, "AP107")
    assert "/leave/" not in failures(django, "AP110")


def test_what_a_method_says_of_an_account_is_not_the_account(django: Inventory) -> None:
    assert "/teachers/" not in failures(django, "AP104")


def test_a_signature_that_a_function_checks_is_a_proof_though_a_wrong_one_gets_400(flask: Inventory) -> None:
    found = failures(flask, "AP004")
    assert "/paid" not in firm(flask, "AP004")
    assert "/plain" in firm(flask, "AP004")
    assert set(found) >= {"/plain"}


def test_the_name_before_the_colon_is_no_secret_in_a_log(flask: Inventory) -> None:
    assert "/named" not in failures(flask, "AP112")
    assert "/told" in failures(flask, "AP112")


def test_a_template_in_a_sandbox_does_no_harm(flask: Inventory) -> None:
    found = failures(flask, "AP108")
    assert "/boxed" not in found
    assert "/open" in found


def test_columns_that_peewee_is_asked_for_are_all_that_goes_out(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP104")
    assert "/users/some" not in found
    assert "password_hash" in found["/users/whole"].message


def test_a_field_that_answers_asterisks_shows_no_secret(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP104")
    assert "/machines" not in found
    assert "/naked" in found


def test_leading_on_and_what_visitors_choose_are_doubtful_writes(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP004")
    assert found["/services/{name}"].confidence is Confidence.TENTATIVE
    assert found["/language"].confidence is Confidence.TENTATIVE
    assert found["/services/{name}/all"].confidence is Confidence.FIRM


def test_a_header_of_a_proxy_is_one_question_and_any_other_header_a_fault(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP102")
    assert "/three" in firm(fastapi, "AP102")
    assert [path for path in ("/one", "/two") if path in found] == ["/one"]
    assert found["/one"].confidence is Confidence.TENTATIVE


def test_middleware_that_counts_requests_asks_nobody_who_is_calling(csharp: Inventory) -> None:
    assert named(csharp, "/orders/{id}").authorization is Authorization.PUBLIC


def test_a_message_named_through_an_alias_reaches_the_handler_that_only_takes_it(csharp: Inventory) -> None:
    reach = named(csharp, "/orders/{id}").reach
    assert reach is not None
    assert [access.entity for access in reach.accesses] == ["Order"]


def test_a_function_that_logs_by_definition_leaves_a_line(csharp: Inventory) -> None:
    reach = named(csharp, "/orders/{id}").reach
    assert reach is not None
    assert [(note.kind, note.level) for note in reach.notes] == [("log", "warning")]
    assert "/orders/{id}" not in failures(csharp, "AP107")


def test_examples_beside_an_api_are_doubtful(tmp_path: Path) -> None:
    open_ = (
        'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.delete("/things/{id}")\ndef remove(id: int): ...\n'
    )
    inventory = scan(plant(tmp_path, {"shop/main.py": open_, "examples/plugin/main.py": open_})).inventory
    judge = next(each for each in rules() if each.id == "AP004").judge
    found = {each.subject.api: each.confidence for each in judge(inventory) if each.outcome is Outcome.FAIL}
    assert sorted(found.values()) == [Confidence.FIRM, Confidence.TENTATIVE]


def test_a_tree_of_nothing_but_examples_is_judged_as_any_other(tmp_path: Path) -> None:
    open_ = (
        'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.delete("/things/{id}")\ndef remove(id: int): ...\n'
    )
    inventory = scan(plant(tmp_path, {"samples/one/main.py": open_, "samples/two/main.py": open_})).inventory
    judge = next(each for each in rules() if each.id == "AP004").judge
    assert {each.confidence for each in judge(inventory) if each.outcome is Outcome.FAIL} == {Confidence.FIRM}
