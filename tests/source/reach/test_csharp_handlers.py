"""Handlers of ASP.NET Core: who calls them, with what, and what they reach."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached, shown

CONTROLLER = """
[ApiController, Route("orders")]
public class OrdersController : ControllerBase
{
    private readonly ShopContext _context;
    public OrdersController(ShopContext context) { _context = context; }
    %s
}
"""


def test_the_id_of_the_path_selects_the_order(tmp_path: Path) -> None:
    action = """[HttpGet("{id}")] public Order Get(int id) => _context.Orders.FirstOrDefault(o => o.Id == id);"""
    found = accesses(reached(tmp_path, CONTROLLER % action))
    assert shown(found) == ["read Order Id=path:id"]
    assert found[0].is_request_driven
    assert found[0].is_certain
    assert found[0].protection == ""


@pytest.mark.parametrize(
    ("signature", "value", "key"),
    [
        ("[FromQuery] int number", "number", "query:number"),
        ('[FromHeader(Name = "X-Order")] int number', "number", "header:number"),
        ("[FromForm] Order input", "input.Id", "form:Id"),
        ("Order input", "input.Id", "body:Id"),
    ],
)
def test_a_parameter_says_where_it_binds_from(tmp_path: Path, signature: str, value: str, key: str) -> None:
    action = f"""[HttpPost("x")] public Order Post({signature}) => _context.Orders.Find({value});"""
    assert shown(accesses(reached(tmp_path, CONTROLLER % action))) == [f"read Order ={key}"]


def test_an_order_of_the_caller_is_keyed(tmp_path: Path) -> None:
    action = """
    private string Caller => User.FindFirst("sub").Value;
    [HttpGet("{id}")] public Order Get(int id) => _context.Orders.Single(o => o.Id == id && o.OwnerId == Caller);"""
    (access,) = accesses(reached(tmp_path, CONTROLLER % action))
    assert access.protection.startswith("keyed: OwnerId")


def test_a_comparison_that_refuses_protects_what_follows(tmp_path: Path) -> None:
    action = """
    [HttpDelete("{id}")] public IActionResult Delete(int id) {
        var order = _context.Orders.Find(id);
        if (order.OwnerId != User.Identity.Name) return Forbid();
        _context.Orders.Remove(order); _context.SaveChanges(); return NoContent();
    }"""
    found = accesses(reached(tmp_path, CONTROLLER % action))
    assert shown(found) == ["read Order =path:id", "delete Order =path:id"]
    assert all(access.protection.startswith("compared") for access in found)


def test_a_comparison_after_the_effect_protects_nothing(tmp_path: Path) -> None:
    action = """
    [HttpDelete("{id}")] public IActionResult Delete(int id) {
        var order = _context.Orders.Find(id);
        _context.Orders.Remove(order); _context.SaveChanges();
        if (order.OwnerId != User.Identity.Name) return Forbid();
        return NoContent();
    }"""
    deleted = accesses(reached(tmp_path, CONTROLLER % action))[-1]
    assert deleted.action == "delete"
    assert deleted.protection == ""


def test_only_that_the_caller_has_a_claim_protects_nothing(tmp_path: Path) -> None:
    action = """
    [HttpGet("{id}")] public Order Get(int id) {
        if (User.Claims.SingleOrDefault(c => c.Type == "sub")?.Value == null) throw new InvalidOperationException();
        return _context.Orders.Find(id);
    }"""
    (access,) = accesses(reached(tmp_path, CONTROLLER % action))
    assert access.protection == ""


def test_an_authorization_service_that_is_given_the_order_protects_it(tmp_path: Path) -> None:
    controller = """
    [ApiController, Route("orders")]
    public class OrdersController(ShopContext context, IAuthorizationService authorization) : ControllerBase
    {
        [HttpPut("{id}")] public async Task<IActionResult> Put(int id, string status) {
            var order = await context.Orders.FindAsync(id);
            var answer = await authorization.AuthorizeAsync(User, order, "CanEdit");
            if (!answer.Succeeded) return Forbid();
            order.Status = status; await context.SaveChangesAsync(); return Ok();
        }
    }"""
    found = accesses(reached(tmp_path, controller))
    assert shown(found) == ["read Order =path:id", "update Order =path:id"]
    assert found[1].fields == ("Status",)
    assert found[1].protection.startswith("authorized")


def test_a_method_named_like_the_entity_or_the_caller_is_told_apart(tmp_path: Path) -> None:
    entity = "public class User { public int Id { get; set; } }\npublic class Users : DbContext { public DbSet<User> User { get; set; } }"
    controller = """
    [ApiController, Route("users")]
    public class UsersController(Users users) : ControllerBase
    { [HttpGet("{id}")] public User Get(int id) => users.User.Find(id); }"""
    assert shown(accesses(reached(tmp_path, "using Microsoft.EntityFrameworkCore;\n" + entity, controller))) == [
        "read User =path:id"
    ]


def test_an_inherited_action_is_run_for_the_type_argument_of_its_controller(tmp_path: Path) -> None:
    source = """
    public abstract class Crud<T> : ControllerBase where T : class {
        protected readonly ShopContext Context;
        protected Crud(ShopContext context) { Context = context; }
        [HttpGet("{id}")] public virtual T Get(int id) => Context.Set<T>().Find(id);
    }
    [ApiController, Route("orders")] public class OrdersController : Crud<Order>
    { public OrdersController(ShopContext c) : base(c) { } }
    [ApiController, Route("customers")] public class CustomersController : Crud<Customer>
    { public CustomersController(ShopContext c) : base(c) { } }"""
    endpoints = reached(tmp_path, source)
    assert shown(accesses(endpoints, "GET /orders/{id}")) == ["read Order =path:id"]
    assert shown(accesses(endpoints, "GET /customers/{id}")) == ["read Customer =path:id"]


@pytest.mark.parametrize("handler", ["(int id, ShopContext db) => db.Orders.Find(id)", "Handlers.Get"])
def test_a_minimal_api_is_run(tmp_path: Path, handler: str) -> None:
    source = "public static class Handlers { public static Order Get(int id, ShopContext db) => db.Orders.Find(id); }"
    endpoints = reached(tmp_path, source, routes=f'app.MapGet("/orders/{{id}}", {handler});')
    assert shown(accesses(endpoints)) == ["read Order =path:id"]


def test_the_members_of_as_parameters_bind_each_on_its_own(tmp_path: Path) -> None:
    source = "public record Ask(int Id, string Sort, ShopContext Db);"
    found = "ask.Db.Orders.Where(o => o.Id == ask.Id && o.Status == ask.Sort).ToList()"
    routes = f'app.MapGet("/orders/{{id}}", ([AsParameters] Ask ask) => {found});'
    assert shown(accesses(reached(tmp_path, source, routes=routes))) == ["list Order Id=path:Id Status=query:Sort"]


def test_a_page_is_run_with_its_bound_property(tmp_path: Path) -> None:
    (tmp_path / "Pages").mkdir()
    (tmp_path / "Pages/Edit.cshtml").write_text("@page\n@model EditModel\n")
    (tmp_path / "Pages/Edit.cshtml.cs").write_text(
        """namespace Shop;
        public class EditModel : PageModel {
            private readonly ShopContext _context;
            public EditModel(ShopContext context) { _context = context; }
            [BindProperty] public Order Input { get; set; }
            public void OnPost() { _context.Orders.Find(Input.Id); }
        }"""
    )
    endpoints = reached(tmp_path, routes="app.MapRazorPages();")
    assert shown(accesses(endpoints, "POST /Edit")) == ["read Order =form:Id"]


def test_an_endpoint_class_is_run_with_what_its_route_binds(tmp_path: Path) -> None:
    source = """
    public class AskOrder { public int Id { get; set; } public string Status { get; set; } }
    public class GetOrder : Endpoint<AskOrder, Order> {
        public ShopContext Db { get; set; }
        public override void Configure() { Put("/orders/{Id}"); AllowAnonymous(); }
        public override async Task HandleAsync(AskOrder request, CancellationToken token) {
            var order = await Db.Orders.SingleAsync(o => o.Id == request.Id && o.Status == request.Status, token);
            await SendAsync(order); }
    }"""
    endpoints = reached(
        tmp_path, source, services="builder.Services.AddFastEndpoints();", routes="app.UseFastEndpoints();"
    )
    assert shown(accesses(endpoints)) == ["read Order Id=path:Id Status=body:Status"]


def test_every_method_of_a_hub_is_run(tmp_path: Path) -> None:
    source = """
    public class OrderHub(ShopContext db) : Hub {
        public async Task Close(int id) { var order = await db.Orders.FindAsync(id); db.Orders.Remove(order); await db.SaveChangesAsync(); }
        public List<Order> Mine() => db.Orders.Where(o => o.OwnerId == Context.UserIdentifier).ToList();
    }"""
    found = accesses(reached(tmp_path, source, routes='app.MapHub<OrderHub>("/orders");'))
    assert shown(found)[:2] == ["read Order =body:id", "delete Order =body:id"]
    assert found[2].protection.startswith("keyed: OwnerId")


def test_the_caller_of_a_controller_is_no_type_that_is_called_user(tmp_path: Path) -> None:
    source = "public class User { public int Id { get; set; } public static User Nobody => new User(); }"
    action = """[HttpGet("{id}")] public Order Get(int id) => _context.Orders.Single(o => o.OwnerId == User.FindFirstValue("sub"));"""
    (access,) = accesses(reached(tmp_path, source, CONTROLLER % action))
    assert access.protection.startswith("keyed: OwnerId")
