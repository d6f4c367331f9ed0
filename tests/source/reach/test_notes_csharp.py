"""What handlers and applications of .NET leave behind, and what limits tries there."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.csharp_trees import ENTITIES, reached

from assay.model.reach import Note
from assay.source.scan import scan

CONTROLLER = """
using Microsoft.Extensions.Logging;
[ApiController, Route("orders")]
public class OrdersController(ShopContext db, ILogger<OrdersController> logger, IMediator mediator, IAuditService audit,
    SignInManager<Customer> signIn, UserManager<Customer> users, ICaptcha captcha) : ControllerBase
{
    %s
    [HttpPost("{id}")] public async Task<object> Post(int id, Order input) { %s }
}
"""


def notes(root: Path, body: str) -> list[Note]:
    (endpoint,) = reached(root, CONTROLLER % ("", body))
    assert endpoint.reach is not None
    return list(endpoint.reach.notes)


@pytest.mark.parametrize(
    ("call", "kind", "level"),
    [
        ('logger.LogInformation("deleted {Id}", id);', "log", "info"),
        ('logger.LogWarning("deleted {Id}", id);', "log", "warning"),
        ('Log.Information("deleted {Id}", id);', "log", "info"),
        ('Serilog.Log.ForContext<Order>().Information("deleted {Id}", id);', "log", "info"),
        ("logger.OrderDeleted(id);", "log", "info"),
        ("await mediator.Publish(new OrderDeleted(id));", "event", ""),
        ("await audit.WriteAsync(id);", "audit", ""),
    ],
)
def test_a_call_that_tells_of_something_is_a_note(tmp_path: Path, call: str, kind: str, level: str) -> None:
    assert [(note.kind, note.level) for note in notes(tmp_path, f"{call} return 0;")] == [(kind, level)]


def test_what_was_only_declared_writes_nothing(tmp_path: Path) -> None:
    assert notes(tmp_path, 'using var scope = logger.BeginScope("x"); return logger.IsEnabled(LogLevel.Debug);') == []


INTERCEPTOR = """
namespace Shop;
public class Trail : SaveChangesInterceptor {
    public override InterceptionResult<int> SavingChanges(DbContextEventData data, InterceptionResult<int> result) { %s return result; }
}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('data.Context.Add(new AuditLog { Text = "x" });', ["on"]),
        ("foreach (var e in data.Context.ChangeTracker.Entries()) { e.Entity.ModifiedBy = user; }", ["fields"]),
        ("clock.Tick();", []),
    ],
)
def test_an_interceptor_that_writes_records_is_a_trail(tmp_path: Path, body: str, expected: list[str]) -> None:
    plant(tmp_path, {"Trail.cs": INTERCEPTOR % body, "Entities2.cs": ENTITIES.replace("Shop", "Other")})
    reached(tmp_path, CONTROLLER % ("", "return 0;"))
    found = [setting.value for setting in scan(tmp_path).inventory.settings if setting.name == "audit"]
    assert found == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('return await signIn.PasswordSignInAsync(input.Status, "p", false, true);', ["lockout"]),
        ('return await signIn.PasswordSignInAsync(input.Status, "p", false, lockoutOnFailure: true);', ["lockout"]),
        ('return await signIn.PasswordSignInAsync(input.Status, "p", false, false);', []),
        ("var u = await users.FindByIdAsync(input.Status); await users.AccessFailedAsync(u); return 0;", ["lockout"]),
        ('if (!await captcha.VerifyAsync("x")) return BadRequest(); return 0;', ["captcha"]),
        ("return StatusCode(429);", ["rate-limit"]),
        ("return 0;", []),
    ],
)
def test_a_lockout_of_identity_is_a_throttle(tmp_path: Path, body: str, expected: list[str]) -> None:
    (endpoint,) = reached(tmp_path, CONTROLLER % ("", body))
    assert endpoint.reach is not None
    assert [throttle.kind for throttle in endpoint.reach.throttles] == expected


@pytest.mark.parametrize(("routes", "expected"), [("app.UseRateLimiter();", ["rate-limit"]), ("", [])])
def test_an_attribute_limits_only_with_its_middleware(tmp_path: Path, routes: str, expected: list[str]) -> None:
    source = CONTROLLER.replace("[HttpPost", '[EnableRateLimiting("strict")]\n    [HttpPost') % ("", "return 0;")
    (endpoint,) = reached(tmp_path, source, routes=routes)
    assert endpoint.reach is not None
    assert [throttle.kind for throttle in endpoint.reach.throttles] == expected


def test_a_global_limiter_is_a_setting(tmp_path: Path) -> None:
    services = (
        "builder.Services.AddRateLimiter(options => { options.GlobalLimiter = PartitionedRateLimiter.Create(x); });"
    )
    reached(tmp_path, CONTROLLER % ("", "return 0;"), services=services, routes="app.UseRateLimiter();")
    settings = [setting for setting in scan(tmp_path).inventory.settings if setting.name == "rate-limit"]
    assert [setting.detail("by") for setting in settings] == ["GlobalLimiter with UseRateLimiter"]


def test_a_logging_method_that_a_generator_fills_in_is_a_note(tmp_path: Path) -> None:
    member = '[LoggerMessage(Level = LogLevel.Information, Message = "deleted")] static partial void LogDeleted(ILogger logger, int id);'
    source = CONTROLLER.replace("public class", "public partial class") % (member, "LogDeleted(logger, id); return 0;")
    (endpoint,) = reached(tmp_path, source)
    assert endpoint.reach is not None
    assert [(note.kind, note.symbol) for note in endpoint.reach.notes] == [("log", "OrdersController.Post: LogDeleted")]


def test_a_log_helper_of_the_projects_own_writes_a_line(tmp_path: Path) -> None:
    source = """
    public static class LogHelper {
        public static void Log(this ILogger logger, string said, string who) { LogContext.PushProperty("who", who); }
    }
    [ApiController, Route("orders")]
    public class OrdersController(ShopContext db, ILogger<OrdersController> log) : ControllerBase {
        [HttpDelete("{id}")] public void Delete(int id) {
            db.Orders.Remove(db.Orders.Find(id)); db.SaveChanges();
            LogHelper.Log(log, "order deleted", User.Identity.Name);
        }
    }"""
    (endpoint,) = reached(tmp_path, source)
    assert endpoint.reach is not None
    assert [note.kind for note in endpoint.reach.notes] == ["log"]
