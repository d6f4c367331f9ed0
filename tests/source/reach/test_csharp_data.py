"""What the data libraries of .NET do."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached, shown

CONTROLLER = """
[ApiController, Route("orders")]
public class OrdersController(ShopContext db, IDbConnection connection, IMapper mapper, UserManager<Customer> users) : ControllerBase
{
    [HttpPost("{id}")] public async Task<object> Post(int id, Order input) { %s }
}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return await db.Orders.Where(o => o.Id == id).ToListAsync();", ["list Order Id=path:id"]),
        ("return db.Orders.AsNoTracking().OrderBy(o => o.Status).Take(3).ToList();", ["list Order"]),
        ("return await db.Orders.Where(o => o.Id == id).Select(o => new { o.Status }).FirstAsync();", ["read Order Id=path:id"]),
        ("return await db.Orders.AnyAsync(o => o.Id == id);", ["read Order Id=path:id"]),
        ("await db.Orders.Where(o => o.Id == id).ExecuteDeleteAsync(); return 0;", ["delete Order Id=path:id"]),
        ("db.Orders.Add(new Order { Status = input.Status }); return 0;", ["create Order"]),
        ("db.Update(input); db.SaveChanges(); return 0;", ["update Order Id=body:Id"]),
        ("db.Remove(new Order { Id = id }); return 0;", ["delete Order Id=path:id"]),
        ("db.Entry(input).State = EntityState.Modified; db.SaveChanges(); return 0;", ["update Order Id=body:Id"]),
        ("var o = db.Orders.Find(id); mapper.Map(input, o); db.SaveChanges(); return 0;",
         ["read Order =path:id", "update Order =path:id"]),
        ("var o = await db.Orders.FindAsync(id); o.Status = input.Status; db.SaveChanges(); return 0;",
         ["read Order =path:id", "update Order =path:id"]),
        ('return await connection.QuerySingleAsync<Order>("SELECT * FROM Orders WHERE Id = @Id", new { id });', ["read Orders Id=path:id"]),
        ('return await connection.ExecuteAsync("DELETE FROM Orders WHERE Id = @key", new { key = input.Id });',
         ["delete Orders Id=body:Id"]),
        ("var u = await users.FindByIdAsync(input.OwnerId); await users.DeleteAsync(u); return 0;",
         ["read Customer =body:OwnerId", "delete Customer =body:OwnerId"]),
        ("var list = new List<Order>(); list.Add(input); return list;", []),
        ("return (await db.Orders.Where(o => o.Id == id).ToListAsync()).First().Status.ToUpper();", ["read Order Id=path:id"]),
    ],
)  # fmt: skip
def test_a_call_of_a_data_library_is_an_access(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert shown(accesses(reached(tmp_path, CONTROLLER % body))) == expected


def test_the_account_of_the_caller_is_the_caller(tmp_path: Path) -> None:
    body = """var me = await users.GetUserAsync(User); await users.ChangePasswordAsync(me, "a", "b");
    return db.Customers.Where(c => c.Id == me.Id).ToList();"""
    found = accesses(reached(tmp_path, CONTROLLER % body))
    assert [access.action for access in found] == ["read", "update", "list"]
    assert all(access.protection.startswith("keyed") for access in found)


def test_a_change_that_nothing_saves_is_not_certain(tmp_path: Path) -> None:
    body = "var o = await db.Orders.FindAsync(id); o.Status = input.Status; return o;"
    found = accesses(reached(tmp_path, CONTROLLER % body))
    assert [(access.action, access.is_certain) for access in found] == [("read", True), ("update", False)]


def test_a_filter_built_for_mongo_selects(tmp_path: Path) -> None:
    controller = """
    [ApiController, Route("orders")]
    public class OrdersController(IMongoCollection<Order> orders) : ControllerBase
    {
        [HttpGet("{id}")] public async Task<Order> Get(int id) =>
            await orders.Find(Builders<Order>.Filter.Eq(o => o.Id, id)).FirstOrDefaultAsync();
        [HttpDelete("{id}")] public Task Delete(int id) => orders.DeleteOneAsync(o => o.Id == id);
    }"""
    endpoints = reached(tmp_path, controller)
    assert shown(accesses(endpoints, "GET /orders/{id}")) == ["read Order Id=path:id"]
    assert shown(accesses(endpoints, "DELETE /orders/{id}")) == ["delete Order Id=path:id"]


FILTERED = """
public interface ITenant { string Id { get; } }
public class Invoice { public int Id { get; set; } public string TenantId { get; set; } }
public class Billing(ITenant tenant) : DbContext {
    public DbSet<Invoice> Invoices { get; set; }
    protected override void OnModelCreating(ModelBuilder builder) {
        builder.Entity<Invoice>().HasKey(i => i.Id);
        builder.Entity<Invoice>().HasQueryFilter(i => i.TenantId == tenant.Id);
    }
}
[ApiController, Route("invoices")]
public class InvoicesController(Billing db) : ControllerBase
{
    [HttpGet("{id}")] public Invoice Get(int id) => db.Invoices%s.Single(i => i.Id == id);
}"""


def test_a_filter_of_the_context_protects_every_read(tmp_path: Path) -> None:
    (access,) = accesses(reached(tmp_path, FILTERED % ""))
    assert access.protection == "filter: i.TenantId == tenant.Id"


def test_a_query_may_set_the_filter_aside(tmp_path: Path) -> None:
    (access,) = accesses(reached(tmp_path, FILTERED % ".IgnoreQueryFilters()"))
    assert access.protection == ""


def test_an_identity_that_a_middleware_sets_is_the_caller(tmp_path: Path) -> None:
    source = """
    public interface ICurrentContext { string UserId { get; set; } }
    public class CurrentContext : ICurrentContext { public string UserId { get; set; } }
    [ApiController, Route("mine")]
    public class MineController(ShopContext db, ICurrentContext current) : ControllerBase
    { [HttpGet] public List<Order> Get() => db.Orders.Where(o => o.OwnerId == current.UserId).ToList(); }"""
    (access,) = accesses(reached(tmp_path, source))
    assert access.protection.startswith("keyed: OwnerId")


def test_an_id_that_was_parsed_still_comes_from_the_caller(tmp_path: Path) -> None:
    body = """if (!int.TryParse(User.FindFirstValue("sub"), out var me)) { return Forbid(); }
    return await db.Customers.SingleAsync(c => c.Id == me);"""
    (access,) = accesses(reached(tmp_path, CONTROLLER % body))
    assert access.protection.startswith("keyed: Id")
