"""What a well-kept project does on purpose, and what it switches on only when somebody asks for it, is no finding for sure."""

from pathlib import Path

import pytest
from tests.source.reach.test_secrets_kept_and_logged import PROJECT, started
from tests.source.reach.test_unseen_python import failing, written

CALLS = """
import time
import jwt
import requests
from fastapi import FastAPI, Header, HTTPException
from settings import settings
app = FastAPI()
def ask(path):
    given = {{"timeout": 5}}
    {given}
    return requests.get(path, **given).json()
def over(claims):
    if claims["exp"] <= time.time():
        raise HTTPException(status_code=403)
@app.get("/x")
def handler(authorization: str = Header("")):
    {body}
    return {{}}
"""
DECODED = 'claims = jwt.decode(authorization, settings.KEY, algorithms=["HS256"], options={"verify_exp": False})'

PEEKED = 'peeked = jwt.decode(authorization, options={"verify_signature": False})'


def calls(tmp_path: Path, body: str, given: str = "pass") -> list[str]:
    text = CALLS.format(body=body.replace("\n", "\n    "), given=given.replace("\n", "\n    "))
    tree = {"main.py": text, "settings.py": "from environs import Env\nsettings = Env()\n"}
    return [one.partition(" ")[0] for one in failing(written(tmp_path, tree), "AP109")]


@pytest.mark.parametrize(
    ("body", "given", "confidence"),
    [
        ('ask("https://x.example")', 'given["verify"] = False', "firm"),
        ('ask("https://x.example")', 'if settings.SKIP:\n    given["verify"] = False', "tentative"),
        ('if settings.SKIP_SSL:\n    requests.get("https://x.example", verify=False)', "pass", "tentative"),
        ('if authorization:\n    requests.get("https://x.example", verify=False)', "pass", "firm"),
        (DECODED, "pass", "firm"),
        (f"{DECODED}\nover(claims)", "pass", "tentative"),
        (PEEKED, "pass", "firm"),
        (f'{PEEKED}\njwt.decode(authorization, peeked["iss"], algorithms=["RS256"])', "pass", "tentative"),
    ],
)
def test_what_is_switched_off_in_some_cases_or_asked_by_hand_is_doubtful(
    tmp_path: Path, body: str, given: str, confidence: str
) -> None:
    assert calls(tmp_path, body, given) == [confidence]


LOGS = """
import logging
from fastapi import FastAPI
logger = logging.getLogger(__name__)
app = FastAPI()
class Channel:
    def __init__(self, password): self.password = password
@app.post("/x")
def handler(password: str):
    channel = Channel(password)
    logger.info({said})
"""


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ('f"with {password}"', 1),
        ('f"with {password[7:]}"', 1),
        ('f"with {password[:4]}..."', 0),
        ('"with %s", password[-4:]', 0),
        ('f"{channel.__class__.__name__} of {len(password)}"', 0),
        ('f"of {type(channel).__name__}"', 0),
        ('"of %s" % getattr(channel, "id", channel.password)', 0),
        ('"of %s" % channel.password', 1),
    ],
)
def test_some_characters_of_a_secret_and_what_kind_of_thing_holds_it_may_be_logged(
    tmp_path: Path, said: str, count: int
) -> None:
    found = failing(written(tmp_path, {"main.py": LOGS.format(said=said)}), "AP112")
    assert len([one for one in found if "into the log" in one]) == count, found


def test_values_of_statements_are_not_logged_where_that_is_switched_off(tmp_path: Path) -> None:
    context = "builder.Services.AddDbContext<ShopDb>(options => {{ options.EnableSensitiveDataLogging({}); }});"
    assert len(started(tmp_path / "a", context.format("true"), "", "AP112")) == 1
    assert started(tmp_path / "b", context.format("false"), "", "AP112") == []
    assert started(tmp_path / "c", context.format("builder.Environment.IsDevelopment()"), "", "AP112") == []


SETTINGS = """
from os import environ
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "corsheaders"]
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
named = environ.get("ORIGINS", "")
if {test}:
    CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_CREDENTIALS = True
"""
URLS = """
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("a/", lambda request: HttpResponse("ok"))]
"""


@pytest.mark.parametrize(("test", "count"), [('environ.get("OPEN")', 0), ("named", 0), ("not named", 1)])
def test_origins_that_only_a_deployment_lets_in_are_not_let_in_by_the_code(
    tmp_path: Path, test: str, count: int
) -> None:
    tree = {"shop/settings.py": SETTINGS.format(test=test), "shop/urls.py": URLS, "manage.py": ""}
    found = failing(written(tmp_path, tree), "AP105")
    assert len([one for one in found if "every origin" in one]) == count, found


DEBUGGING = """
import configparser
import os
config = configparser.ConfigParser()
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth"]
DEBUG = {debug}
LOGGING_DB = os.getenv("LOGGING_DB", "")
if {test}:
    DEBUG = True
"""


@pytest.mark.parametrize(
    ("debug", "test", "count"),
    [
        ('config.getboolean("site", "debug")', "LOGGING_DB", 0),
        ("False", "LOGGING_DB", 0),
        ("False", "not LOGGING_DB", 1),
        ("True", "LOGGING_DB", 1),
    ],
)
def test_debugging_that_only_a_deployment_switches_on_is_off(tmp_path: Path, debug: str, test: str, count: int) -> None:
    tree = {"shop/settings.py": DEBUGGING.format(debug=debug, test=test), "shop/urls.py": URLS, "manage.py": ""}
    found = failing(written(tmp_path, tree), "AP105")
    assert len([one for one in found if "Debug" in one]) == count, found


CROSSED = """
from flask import Flask
from flask_cors import cross_origin
from flask_login import login_required
app = Flask(__name__)
@app.get("/mine")
@login_required
def mine(): return {{}}
@app.get("{path}")
@cross_origin()
def other(): return {{}}
"""


def test_keys_and_metadata_of_openid_connect_are_for_every_origin(tmp_path: Path) -> None:
    for name, path, said in (("a", "/orders", "firm"), ("b", "/.well-known/jwks.json", "tentative")):
        found = failing(written(tmp_path / name, {"app.py": CROSSED.format(path=path)}), "AP105")
        assert [one.partition(" ")[0] for one in found if "every origin" in one] == [said], found


LISTED = """
using Dapper;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Data.SqlClient;
public class User {{ public int Id {{ get; set; }} public string Name {{ get; set; }} }}
[ApiController] [Route("people")]
public class PeopleController : ControllerBase {{
  [HttpGet("{{id}}")] public IActionResult Get(int id) {{
    using var connection = new SqlConnection("x");
    var where = " where Id = " + id;
    return Ok(connection.Query<User>({query}).ToList()); }}
}}
"""
START = "var app = WebApplication.CreateBuilder(args).Build(); app.MapControllers(); app.Run();"


def test_a_list_that_the_text_of_the_statement_narrows_is_not_everything(tmp_path: Path) -> None:
    for name, query, count in (("a", '"call AllUsers()"', 1), ("b", '"call SearchUsers(\'" + where + "\')"', 0)):
        tree = {"Shop.csproj": PROJECT, "A.cs": LISTED.format(query=query), "Program.cs": START}
        assert len(failing(written(tmp_path / name, tree), "AP111")) == count


LIKED = """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
public class Question {{ public int Id {{ get; set; }} }}
public class Ticket {{ public int Id {{ get; set; }} public List<Question> Questions {{ get; set; }} = new();
  public void Part(Question question) {{ Questions.Remove(question); }} }}
public class ShopDb : DbContext {{ public DbSet<Question> Questions {{ get; set; }} public DbSet<Ticket> Tickets {{ get; set; }} }}
[ApiController] [Authorize] [Route("tickets")]
public class TicketsController : ControllerBase {{
  private readonly ShopDb _db;
  public TicketsController(ShopDb db) {{ _db = db; }}
  [HttpDelete("{path}")] public IActionResult Remove(int id, int questionId) {{
    var ticket = _db.Tickets.Include(t => t.Questions).First(t => t.Id == id);
    var question = _db.Questions.First(q => q.Id == questionId);
    {body} _db.SaveChanges(); return Ok(); }}
}}
"""


@pytest.mark.parametrize(
    ("path", "body", "confidence"),
    [
        ("{id}/questions/{questionId}", "_db.Questions.Remove(question);", "firm"),
        ("{id}/questions/{questionId}", "ticket.Part(question);", "tentative"),
        ("{id}/questions/{questionId}/like", "_db.Questions.Remove(question);", "tentative"),
    ],
)
def test_what_is_only_parted_from_another_and_an_opinion_are_not_destroyed_for_sure(
    tmp_path: Path, path: str, body: str, confidence: str
) -> None:
    tree = {"Shop.csproj": PROJECT, "A.cs": LIKED.format(path=path, body=body), "Program.cs": START}
    assert [one.partition(" ")[0] for one in failing(written(tmp_path, tree), "AP107")] == [confidence]


def test_a_key_in_a_library_for_tests_is_doubtful(tmp_path: Path) -> None:
    text = "using Microsoft.IdentityModel.Tokens; using System.Text;\n"
    text += 'var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes("a-key-that-stands-in-the-code-12"));\n'
    for name, path, said in (("a", "App/Program.cs", "firm"), ("b", "testing/Program.cs", "tentative")):
        tree = {path.replace("Program.cs", "Shop.csproj"): PROJECT, path: text + START}
        found = failing(written(tmp_path / name, tree), "AP109")
        assert [one.partition(" ")[0] for one in found] == [said], found


def test_a_query_in_words_is_narrowed_by_its_where(tmp_path: Path) -> None:
    words = "from q in _db.Questions {} select q"
    for name, where, count in (("a", "orderby q.Id", 1), ("b", "where q.Id == id orderby q.Id", 0)):
        text = LIKED.format(path="{id}", body="").replace("HttpDelete", "HttpGet")
        text = text.replace("return Ok();", f"return Ok({words.format(where)});")
        tree = {"Shop.csproj": PROJECT, "A.cs": text, "Program.cs": START}
        found = [one for one in failing(written(tmp_path / name, tree), "AP111") if "every Question" in one]
        assert len(found) == count, found


MADE = """
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import HttpResponse
from django.urls import path
from simple_history.models import HistoricalRecords
class OwnHistoricalRecords(HistoricalRecords): ...
def audited():
    class Base(models.Model):
        {member}
        class Meta:
            abstract = True
    return Base
class Invoice(audited()):
    number = models.CharField(max_length=9)
@login_required
def remove(request, pk):
    Invoice.objects.get(pk=pk).delete()
    return HttpResponse()
urlpatterns = [path("invoices/<int:pk>/delete/", remove)]
"""


def test_a_history_that_a_function_gives_to_classes_is_a_trail(tmp_path: Path) -> None:
    settings = 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\n'
    for name, member, count in (("a", "pass", 1), ("b", "history = OwnHistoricalRecords(inherit=True)", 0)):
        tree = {"shop/settings.py": settings, "shop/urls.py": MADE.format(member=member), "manage.py": ""}
        found = failing(written(tmp_path / name, tree), "AP107")
        assert len(found) == count, found
