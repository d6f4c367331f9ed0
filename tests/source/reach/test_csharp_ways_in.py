"""What small ASP.NET Core projects taught of routes and of ways in."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import firm

from assay.source.scan import scan

NAMED = """
[ApiController, Route("%s")]
public class OrdersController : ControllerBase {
    [HttpGet("{id}")] public IActionResult One(int id) => Ok(id);
}
"""


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("api/{controller}", "/api/Orders/{id}"),
        ("api/{controller}/{action}", "/api/Orders/One/{id}"),
        ("api/{region}/[controller]", "/api/{region}/Orders/{id}"),
    ],
)
def test_reserved_parameters_of_a_route_are_what_the_action_is_called(tmp_path: Path, template: str, path: str) -> None:
    (endpoint,) = reached(tmp_path, NAMED % template)
    assert endpoint.path == path


BY_NAME = """
public class Member { public int Id { get; set; } public string UserName { get; set; } public string Bio { get; set; } }
public class Club : Microsoft.EntityFrameworkCore.DbContext { public DbSet<Member> Members { get; set; } }
public class Called { public string UserName { get; set; } public string Code { get; set; } }
public class EntryController(Club club, CodeService codes) : ControllerBase {
    [HttpPost("members/%s")] public async Task<IActionResult> Enter(Called called) {
        var member = await club.Members.FirstOrDefaultAsync(m => m.UserName == called.UserName);
        if (member == null) return NotFound();
        return Ok(%s);
    }
}
"""


def test_a_sign_in_that_answers_with_whom_the_request_names_takes_its_word(tmp_path: Path) -> None:
    reached(tmp_path, BY_NAME % ("authenticate", "member"))
    assert firm(scan(tmp_path).inventory, "AP113") == {"/members/authenticate"}


@pytest.mark.parametrize(("way", "answer"), [("authenticate", '"sent"'), ("search", "member")])
def test_what_answers_with_nobody_or_is_no_sign_in_does_not(tmp_path: Path, way: str, answer: str) -> None:
    reached(tmp_path, BY_NAME % (way, answer))
    assert not firm(scan(tmp_path).inventory, "AP113")


HANDED = """
public interface ICommandOf { }
public class CloseOrder : ICommandOf { public int Id { get; set; } }
public class OpenOrder : ICommandOf { public int Id { get; set; } }
public interface IHandler<T> where T : ICommandOf { Task<bool> HandleAsync(T command); }
public class CloseHandler(ShopContext shop) : IHandler<CloseOrder> {
    public async Task<bool> HandleAsync(CloseOrder command) {
        shop.Orders.Remove(await shop.Orders.FindAsync(command.Id)); await shop.SaveChangesAsync(); return true;
    }
}
public class OpenHandler(ShopContext shop) : IHandler<OpenOrder> {
    public async Task<bool> HandleAsync(OpenOrder command) => true;
}
public class OrdersController : ControllerBase {
    [HttpDelete("orders/{id}")]
    public async Task<IActionResult> Close(int id, [FromServices] IHandler<CloseOrder> handler) =>
        await handler.HandleAsync(new CloseOrder { Id = id }) ? NoContent() : NotFound();
}
"""


def test_a_command_that_its_handler_takes_leaves_nothing_open(tmp_path: Path) -> None:
    (endpoint,) = reached(
        tmp_path,
        HANDED,
        services="builder.Services.AddScoped<Shop.IHandler<Shop.CloseOrder>, Shop.CloseHandler>();",
    )
    assert endpoint.reach is not None
    assert [each.action for each in endpoint.reach.accesses][-1:] == ["delete"]
    assert not endpoint.reach.gaps
