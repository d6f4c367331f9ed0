"""How passwords and codes of accounts are kept, what goes into the log as a whole, and what is set for every request."""

from pathlib import Path

import pytest
from tests.source.reach.test_unseen_python import failing, written

PROJECT = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>'
SHARP = """
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
public class User {{ public int Id {{ get; set; }} public string Name {{ get; set; }} public string Password {{ get; set; }}
  public string PasswordHash {{ get; set; }} public string ResetCode {{ get; set; }} }}
public class ShopDb : DbContext {{ public DbSet<User> Users {{ get; set; }} }}
public record Login(string Name, string Password);
public class Named {{ public string Name {{ get; set; }} public string Password {{ get; set; }} }}
public static class Secrets {{ public static string Encrypt(string s) {{ using var aes = Aes.Create(); using var e = aes.CreateEncryptor();
  var b = Encoding.UTF8.GetBytes(s); return Convert.ToBase64String(e.TransformFinalBlock(b, 0, b.Length)); }} }}
[ApiController] [Route("people")]
public class PeopleController : ControllerBase {{
  private readonly ShopDb _db; private readonly ILogger<PeopleController> _logger;
  public PeopleController(ShopDb db, ILogger<PeopleController> logger) {{ _db = db; _logger = logger; }}
  [HttpPost] public IActionResult Do(Login dto, int id) {{ {body} return Ok(); }}
}}
"""
PYTHON = """
import hashlib, logging, random
from fastapi import Depends, FastAPI
from passlib.hash import bcrypt
from pydantic import BaseModel, SecretStr
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import Session, declarative_base, sessionmaker, validates
Base = declarative_base()
SessionLocal = sessionmaker()
logger = logging.getLogger(__name__)
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    password = Column(String)
    otp = Column(String)
{members}
class Login(BaseModel):
    name: str
    password: {kind}
def get_db():
    db = SessionLocal()
    yield db
app = FastAPI()
@app.post("/people")
def people(body: Login, id: int = 1, db: Session = Depends(get_db)):
{body}
    return {{}}
"""


def sharp(tmp_path: Path, body: str, rule: str) -> list[str]:
    return failing(
        written(
            tmp_path,
            {"Shop.csproj": PROJECT, "A.cs": SHARP.format(body=body), "Program.cs": START.format(set="", use="")},
        ),
        rule,
    )


def python(tmp_path: Path, body: str, rule: str, kind: str = "str", members: str = "") -> list[str]:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return failing(written(tmp_path, {"main.py": PYTHON.format(body=lines, kind=kind, members=members)}), rule)


START = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
{set}
var app = builder.Build();
{use}
app.UseHttpsRedirection();
app.MapControllers();
app.Run();
"""
ADD = "_db.Users.Add(new User {{ Name = dto.Name, {} }}); _db.SaveChanges();"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ADD.format("Password = dto.Password"), "stores a password as it was sent"),
        (ADD.format("PasswordHash = Secrets.Encrypt(dto.Password)"), "stores a password encrypted"),
        (
            ADD.format("PasswordHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(dto.Password)))"),
            "hashes a password with a fast hash",
        ),
        (
            "var u = _db.Users.Find(id); u.ResetCode = new Random().Next(100000, 999999).ToString(); _db.SaveChanges();",
            "predictable random generator",
        ),
    ],
)
def test_how_csharp_keeps_a_password_or_a_code_is_told(tmp_path: Path, body: str, said: str) -> None:
    found = sharp(tmp_path, body, "AP109")
    assert [one for one in found if said in one and one.startswith("firm")], found


def test_a_password_that_is_hashed_before_it_is_kept_is_none_of_these(tmp_path: Path) -> None:
    body = ADD.format("PasswordHash = BCrypt.Net.BCrypt.HashPassword(dto.Password)")
    assert sharp(tmp_path, body, "AP109") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("db.add(User(name=body.name, password=body.password))\ndb.commit()", "stores a password as it was sent"),
        (
            "user = db.get(User, id)\nuser.password = body.password\ndb.commit()",
            "stores a password as it was sent",
        ),
        (
            "db.add(User(name=body.name, password=hashlib.sha256(body.password.encode()).hexdigest()))\ndb.commit()",
            "fast hash",
        ),
        ("user = db.get(User, id)\nuser.otp = str(random.randint(1000, 9999))\ndb.commit()", "predictable"),
    ],
)
def test_how_python_keeps_a_password_or_a_code_is_told(tmp_path: Path, body: str, said: str) -> None:
    found = python(tmp_path, body, "AP109")
    assert [one for one in found if said in one and one.startswith("firm")], found


@pytest.mark.parametrize(
    ("body", "members"),
    [
        ("db.add(User(name=body.name, password=bcrypt.hash(body.password)))\ndb.commit()", ""),
        (
            "db.add(User(name=body.name, password=body.password))\ndb.commit()",
            "    @validates('password')\n    def validate_password(self, key, value):\n        return bcrypt.hash(value)\n",
        ),
        (
            "db.add(User(name=body.name, password=hashlib.sha256((user_salt() + body.password).encode()).hexdigest()))\ndb.commit()",
            "",
        ),
    ],
)
def test_a_password_that_the_type_or_a_salted_hash_changes_is_not_told_as_sent(
    tmp_path: Path, body: str, members: str
) -> None:
    assert [one for one in python(tmp_path, body, "AP109", members=members) if one.startswith("firm")] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('_logger.LogInformation("sign-in {@Login}", dto);', "dto.Password"),
        ("Console.WriteLine(dto);", "dto.Password"),
        ("_logger.LogInformation(JsonSerializer.Serialize(dto));", "dto.Password"),
        ('var u = _db.Users.Find(id); _logger.LogInformation("{@User}", u);', "User.Password"),
    ],
)
def test_an_object_that_csharp_logs_as_a_whole_is_told_with_its_secret(tmp_path: Path, body: str, said: str) -> None:
    found = sharp(tmp_path, body, "AP112")
    assert [one for one in found if said in one and one.startswith("firm")], found


@pytest.mark.parametrize(
    "body",
    [
        '_logger.LogInformation("sign-in of {Name}", dto.Name);',
        'var n = new Named(); _logger.LogInformation("{Named}", n);',
        "var u = _db.Users.Find(id); Console.WriteLine(u);",
        "var n = _db.Users.Select(u => u.Name).ToList(); Console.WriteLine(JsonSerializer.Serialize(n));",
    ],
)
def test_an_object_whose_text_is_its_type_holds_no_secret(tmp_path: Path, body: str) -> None:
    assert sharp(tmp_path, body, "AP112") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print(body)", "body.password"),
        ('logger.info("asked: %s", body.model_dump())', "body.password"),
        ('logger.info(f"asked: {body}")', "body.password"),
        ("user = db.get(User, id)\nprint(user.__dict__)", "User.password"),
    ],
)
def test_an_object_that_python_logs_as_a_whole_is_told_with_its_secret(tmp_path: Path, body: str, said: str) -> None:
    found = python(tmp_path, body, "AP112")
    assert [one for one in found if said in one and one.startswith("firm")], found


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("print(body)", "SecretStr"),
        ("print(body.name)", "str"),
        ('print(body.model_dump(exclude={"password"}))', "str"),
        ("user = db.get(User, id)\nprint(user)", "str"),
    ],
)
def test_an_object_that_hides_its_secret_may_be_logged(tmp_path: Path, body: str, kind: str) -> None:
    assert python(tmp_path, body, "AP112", kind) == []


def started(tmp_path: Path, set_: str, use: str, rule: str) -> list[str]:
    tree = {"Shop.csproj": PROJECT, "A.cs": SHARP.format(body=""), "Program.cs": START.format(set=set_, use=use)}
    return [one for one in failing(written(tmp_path, tree), rule) if one.startswith("firm")]


def test_logging_the_bodies_of_requests_writes_passwords(tmp_path: Path) -> None:
    every = "builder.Services.AddHttpLogging(logging => {{ logging.LoggingFields = HttpLoggingFields.{}; }});"
    assert len(started(tmp_path / "a", every.format("All"), "app.UseHttpLogging();", "AP112")) == 1
    assert started(tmp_path / "b", every.format("RequestPropertiesAndHeaders"), "app.UseHttpLogging();", "AP112") == []
    assert started(tmp_path / "c", every.format("All"), "", "AP112") == []


def test_values_of_statements_in_the_log_of_production_are_told(tmp_path: Path) -> None:
    context = "builder.Services.AddDbContext<ShopDb>(options => {{ {} }});"
    plain, guarded = (
        "options.EnableSensitiveDataLogging();",
        "if (builder.Environment.IsDevelopment()) options.EnableSensitiveDataLogging();",
    )
    assert len(started(tmp_path / "a", context.format(plain), "", "AP112")) == 1
    assert started(tmp_path / "b", context.format(guarded), "", "AP112") == []


def test_a_policy_that_inline_middleware_writes_by_hand_is_judged(tmp_path: Path) -> None:
    use = "app.Use(async (context, next) => {{ {} await next(); }});"
    back = 'context.Response.Headers["Access-Control-Allow-Origin"] = context.Request.Headers["Origin"];'
    back += ' context.Response.Headers["Access-Control-Allow-Credentials"] = "true";'
    named = 'context.Response.Headers["Access-Control-Allow-Origin"] = "https://shop.example";'
    assert "by sending it back" in started(tmp_path / "a", "", use.format(back), "AP105")[0]
    assert started(tmp_path / "b", "", use.format(named), "AP105") == []


def test_a_policy_that_middleware_of_fastapi_writes_by_hand_is_judged(tmp_path: Path) -> None:
    layer = (
        "from fastapi import FastAPI\napp = FastAPI()\nKNOWN = ['https://shop.example']\n\n\n"
        '@app.middleware("http")\nasync def origins(request, call_next):\n'
        "    response = await call_next(request)\n    origin = request.headers.get('origin')\n{}"
        "    return response\n\n\n@app.get('/health')\ndef health(): return 'ok'\n"
    )
    back = "    response.headers['Access-Control-Allow-Origin'] = origin\n"
    back += "    response.headers['Access-Control-Allow-Credentials'] = 'true'\n"
    known = "    if origin in KNOWN:\n        response.headers['Access-Control-Allow-Origin'] = origin\n"
    found = failing(written(tmp_path / "a", {"main.py": layer.format(back)}), "AP105")
    assert [one for one in found if "by sending it back" in one and one.startswith("firm")], found
    assert [
        one for one in failing(written(tmp_path / "b", {"main.py": layer.format(known)}), "AP105") if "origin" in one
    ] == []


def test_that_nothing_forces_https_is_not_tested_behind_a_proxy(tmp_path: Path) -> None:
    bare = START.replace("app.UseHttpsRedirection();\n", "")
    for name, use, count in (("a", "", 1), ("b", "app.UseForwardedHeaders();", 0)):
        tree = {"Shop.csproj": PROJECT, "A.cs": SHARP.format(body=""), "Program.cs": bare.format(set="", use=use)}
        found = failing(written(tmp_path / name, tree), "AP105")
        assert len([one for one in found if "redirects to HTTPS" in one]) == count, found


def test_a_password_in_the_path_is_told_for_sure(tmp_path: Path) -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n\n\n"
    text += "@app.get('/enter/{name}/{password}')\ndef enter(name: str, password: str): return {}\n"
    assert [one.split()[0] for one in failing(written(tmp_path, {"main.py": text}), "AP112")] == ["firm"]


def test_a_policy_that_only_development_applies_is_not_told(tmp_path: Path) -> None:
    add = 'builder.Services.AddCors(o => o.AddPolicy("open", p => p.SetIsOriginAllowed(_ => true).AllowCredentials()));'
    use = 'app.UseCors("open");'
    guarded = f"if (app.Environment.IsDevelopment()) {{ {use} }}"
    assert len(started(tmp_path / "a", add, use, "AP105")) == 1
    assert started(tmp_path / "b", add, guarded, "AP105") == []
    assert len(started(tmp_path / "c", add, guarded + use, "AP105")) == 1


def test_a_token_that_is_read_to_be_ended_is_a_suspicion(tmp_path: Path) -> None:
    text = (
        "import jwt\nfrom fastapi import FastAPI, Header\napp = FastAPI()\n\n\n@app.post('/{0}')\n"
        "def {0}(authorization: str = Header('')):\n"
        "    return jwt.decode(authorization, options={{'verify_signature': False}})\n"
    )
    for name, said in (("logout", "tentative"), ("me", "firm")):
        found = failing(written(tmp_path / name, {"main.py": text.format(name)}), "AP109")
        assert [one.split()[0] for one in found] == [said]
