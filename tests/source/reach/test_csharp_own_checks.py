"""Handlers and hubs of ASP.NET Core that look at their caller themselves."""

from pathlib import Path

from tests.source.reach.csharp_trees import reached

BASE = """
public abstract class Signed : Controller {
    protected bool IsSignedIn() { return string.IsNullOrEmpty(HttpContext.Session.GetString("username")) == false; }
    protected IActionResult ToLogin() { return new RedirectToRouteResult(new { controller = "Account", action = "Login" }); }
}
[Route("posts")]
public class PostsController(IKeys keys, ShopContext db) : Signed { %s }
public interface IKeys { Task<bool> Check(string key); }
public class Keys(IOptions<Settings> options) : IKeys {
    public Task<bool> Check(string key) => Task.FromResult(options.Value.ApiKey == key);
}
public class Settings { public string ApiKey { get; set; } }
public static class Requests { public static string GetApiKey(this HttpRequest request) => request.Headers["X-Key"]; }
"""


def authorization(root: Path, action: str) -> str:
    """How the only action is protected."""
    (endpoint,) = reached(root, BASE % action)
    return str(endpoint.authorization)


def test_who_is_not_in_the_session_is_led_to_the_login(tmp_path: Path) -> None:
    action = "[HttpPost] public IActionResult Post(string text) { if (IsSignedIn() == false) return ToLogin(); return Ok(text); }"
    assert authorization(tmp_path, action) == "authenticated"


def test_a_redirection_that_asks_nobody_is_no_check(tmp_path: Path) -> None:
    action = (
        "[HttpPost] public IActionResult Post(string text) { if (text == null) return ToLogin(); return Ok(text); }"
    )
    assert authorization(tmp_path, action) == "public"


def test_a_key_that_is_asked_for_after_other_refusals_is_a_check(tmp_path: Path) -> None:
    action = """[HttpDelete("{id}")] public async Task<IActionResult> Delete(string id) {
        if (!int.TryParse(id, out var number)) return NotFound();
        if (!await keys.Check(Request.GetApiKey())) return Unauthorized();
        return NoContent();
    }"""
    assert authorization(tmp_path, action) == "authenticated"


def test_a_cookie_that_is_only_asked_for_is_no_check(tmp_path: Path) -> None:
    action = """[HttpGet] public IActionResult Get() {
        var cookie = HttpContext.Request.Cookies["sso"];
        if (string.IsNullOrEmpty(cookie)) return Unauthorized();
        return Ok(db.Customers.First(c => c.UserName == cookie));
    }"""
    assert authorization(tmp_path, action) == "public"


HUB = """
using Microsoft.AspNetCore.SignalR;
public class Live : Hub {
    public override async Task OnConnectedAsync() { %s await base.OnConnectedAsync(); }
    public Task Send(string text) => Clients.All.SendAsync("said", text);
}
"""


def of_hub(root: Path, check: str) -> str:
    """How a hub is protected that looks at who connects."""
    (endpoint,) = reached(root, HUB % check, routes='app.MapHub<Shop.Live>("/live");')
    return str(endpoint.authorization)


def test_a_hub_that_aborts_the_connection_of_strangers_is_closed(tmp_path: Path) -> None:
    check = 'if (Context.GetHttpContext() is null || !Context.User.IsInRole("Admin")) { Context.Abort(); return; }'
    assert of_hub(tmp_path, check) == "role"


def test_a_hub_that_only_asks_whether_there_is_a_principal_is_open(tmp_path: Path) -> None:
    assert of_hub(tmp_path, 'if (Context.User == null) throw new HubException("nobody");') == "public"
