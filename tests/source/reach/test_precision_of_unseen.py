"""What was taken for a fault in projects that nobody had seen, told apart."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.source.scan import scan

FLASK = """
import hmac
import os

import jwt
from flask import Flask, request, session
from flask_cors import CORS
from flask_talisman import Talisman
from werkzeug.security import check_password_hash

app = Flask(__name__)
app.config.from_object("settings")
CORS(app, supports_credentials=True)
Talisman(app, session_cookie_secure=False)


@app.route("/admin", methods=["POST"])
def admin():
    if check_password_hash(app.config["ADMIN_PASSWORD"], request.form["password"]):
        session["is_admin"] = True
    return "ok"


@app.route("/paid", methods=["POST"])
def paid():
    if request.form["signature"] != worked_out(request.form["order"]):
        return "no", 400
    return "ok"


@app.route("/seen", methods=["POST"])
def seen():
    answer = providers.post("https://sso.example/token").json()
    jwt.decode(answer["id_token"], options={"verify_signature": False})
    return jwt.encode({"some": "payload"}, os.environ["KEY"])
"""
SETTINGS = 'CORS_ORIGINS = ["https://shop.example"]\nSESSION_COOKIE_SECURE = True\n'
FACTORY = """
from enum import Enum

from fastapi import Depends, FastAPI, Request
from fastapi.security import OAuth2PasswordBearer

oauth = OAuth2PasswordBearer(tokenUrl="token")


class ErrorCode(Enum):
    INSUFFICIENT_PERMISSIONS = ("INSUFFICIENT_PERMISSIONS", 403)


class ShopError(Exception):
    def __init__(self, code, detail=None):
        super().__init__(detail)
        self.code = code


class Verifier:
    def __init__(self, key):
        self.enabled = True
        if key is None:
            self.enabled = False

    def __call__(self, request: Request):
        if not self.enabled:
            return {}
        if request.headers.get("Authorization") is None:
            raise ShopError(ErrorCode.INSUFFICIENT_PERMISSIONS)


def require(right):
    async def dependency(user=Depends(oauth)):
        if not granted(user, right):
            raise ShopError(ErrorCode.INSUFFICIENT_PERMISSIONS)
        return user

    return dependency


app = FastAPI()
verifier = Verifier(load_key())


@app.delete("/admin/things/{id}")
def remove(id: int, user=Depends(require("things"))): ...


@app.put("/scopes")
def put(claims=Depends(verifier)): ...
"""
DEVICES = """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();

public class User { public string Id { get; set; } public List<Device> Devices { get; set; } }
public class Device { public int Id { get; set; } public string UserId { get; set; } public DateTime Used { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } public DbSet<Device> Devices { get; set; } }

[ApiController]
[Authorize]
[Route("devices")]
public class DevicesController(Shop shop) : ControllerBase
{
    [HttpPost("use")]
    public async Task<IActionResult> Use(int deviceId)
    {
        var me = User.Identity.Name;
        var user = await shop.Users.Include(u => u.Devices).FirstOrDefaultAsync(u => u.Id == me);
        if (user == null || user.Devices.All(d => d.Id != deviceId)) return BadRequest();
        var device = await shop.Devices.FirstOrDefaultAsync(d => d.Id == deviceId);
        device.Used = DateTime.UtcNow;
        await shop.SaveChangesAsync();
        return Ok();
    }
}
"""


def named(inventory: Inventory, path: str) -> Endpoint:
    return next(each for each in inventory.endpoints if each.path == path)


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("flask"), {"app.py": FLASK, "settings.py": SETTINGS})).inventory


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("fastapi"), {"main.py": FACTORY})).inventory


def kinds(endpoint: Endpoint) -> set[str]:
    return {act.kind for act in endpoint.reach.acts} if endpoint.reach is not None else set()


def test_a_session_that_is_told_who_somebody_is_after_a_password_is_started(flask: Inventory) -> None:
    assert {"password-verify", "session-start"} <= kinds(named(flask, "/admin"))


def test_a_signature_that_is_compared_is_a_proof(flask: Inventory) -> None:
    assert "secret-verify" in kinds(named(flask, "/paid"))


def test_an_id_token_and_a_token_for_nobody_are_suspicions(flask: Inventory) -> None:
    reach = named(flask, "/seen").reach
    assert reach is not None
    assert {(use.problem, use.is_certain) for use in reach.uses} == {("no-verification", False), ("no-expiry", False)}


@pytest.mark.parametrize(("name", "values"), [("cors", {"unknown"}), ("cookie-secure", {"unknown", "on"})])
def test_what_an_extension_leaves_to_the_configuration_is_unknown(
    name: str, values: set[str], flask: Inventory
) -> None:
    assert {setting.value for setting in flask.settings if setting.name == name} == values


def test_a_dependency_that_a_factory_makes_asks_for_the_right_that_its_refusal_names(factory: Inventory) -> None:
    assert named(factory, "/admin/things/{id}").authorization is Authorization.ROLE


def test_a_flag_that_is_turned_round_in_one_case_decides_nothing(factory: Inventory) -> None:
    assert named(factory, "/scopes").authorization is not Authorization.PUBLIC


def test_an_id_that_none_of_the_callers_own_has_is_refused(tmp_path: Path) -> None:
    reach = named(scan(plant(tmp_path, {"Program.cs": DEVICES})).inventory, "/devices/use").reach
    assert reach is not None
    assert [access.entity for access in reach.accesses if not access.protection] == []
