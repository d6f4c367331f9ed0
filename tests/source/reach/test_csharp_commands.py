"""Commands of ADO.NET, objects that go out in another shape, collections of what people think, messages of the same name."""

from pathlib import Path

from tests.source.reach.csharp_trees import accesses, reached, shown

STORE = """
public class Orders(SqliteConnection db) {
    public object Get(int id) {
        var command = new SqliteCommand("SELECT id, owner FROM orders WHERE id = @id LIMIT 1", db);
        command.Parameters.AddWithValue("id", id);
        return command.ExecuteReader();
    }
}
"""
CONTROLLER = """
[ApiController, Route("orders")]
public class OrdersController(%s it) : ControllerBase { %s }
"""


def test_a_command_is_keyed_by_its_parameters_and_not_by_its_connection(tmp_path: Path) -> None:
    action = '[HttpGet("{id}")] public object Get(int id) => it.Get(id);'
    found = accesses(reached(tmp_path, STORE, CONTROLLER % ("Orders", action)))
    assert shown(found) == ["read orders id=path:id"]


def test_what_is_added_to_the_text_of_a_command_narrows_it(tmp_path: Path) -> None:
    action = """
    [HttpGet("{id}")] public object Get(int id) {
        var command = it.CreateCommand();
        command.CommandText = "SELECT id FROM orders WHERE id = @id";
        command.CommandText += " AND owner = @owner";
        command.Parameters.Add(new SqliteParameter("@id", id));
        command.Parameters.AddWithValue("@owner", User.Identity.Name);
        return command.ExecuteReader();
    }"""
    (access,) = accesses(reached(tmp_path, CONTROLLER % ("SqliteConnection", action)))
    assert access.protection.startswith("keyed: owner")


def test_a_property_that_a_method_sets_is_an_object_and_not_null(tmp_path: Path) -> None:
    holder = """
    public class Database {
        public Orders Orders { get; private set; }
        public void Open() { Orders = new Orders(new SqliteConnection("x")); }
    }"""
    action = '[HttpGet("{id}")] public object Get(int id) => it.Orders.Get(id);'
    found = accesses(reached(tmp_path, STORE, holder, CONTROLLER % ("Database", action)))
    assert shown(found) == ["read orders id=path:id"]


def test_a_lambda_that_makes_something_new_lets_no_stored_object_out(tmp_path: Path) -> None:
    action = """[HttpGet] public async Task<IActionResult> All() =>
        Ok(await it.Customers.Select(c => new { c.Id }).ToListAsync());"""
    (endpoint,) = reached(tmp_path, CONTROLLER % ("ShopContext", action))
    assert endpoint.reach is not None
    assert [(each.entity, each.way, each.fields) for each in endpoint.reach.exposures] == [
        ("Customer", "made of each", ())
    ]


def test_a_lambda_that_takes_a_secret_lets_just_that_out(tmp_path: Path) -> None:
    source = "public class Login { public int Id { get; set; } public string PasswordHash { get; set; } }"
    context = "public class Logins : DbContext { public DbSet<Login> All { get; set; } }"
    action = "[HttpGet] public IActionResult Get() => Ok(it.All.Select(c => new { c.Id, c.PasswordHash }).ToList());"
    (endpoint,) = reached(tmp_path, source, context, CONTROLLER % ("Logins", action))
    assert endpoint.reach is not None
    assert ("named in the answer", ("PasswordHash",)) in {(e.way, e.fields) for e in endpoint.reach.exposures}


LIKED = """
public class Post {{ public int Id {{ get; set; }} public List<Mark> {name} {{ get; set; }} }}
public class Mark {{ public string Who {{ get; set; }} public Post Post {{ get; set; }} }}
public class Posts : DbContext {{ public DbSet<Post> All {{ get; set; }} }}
"""
LIKE = """[HttpPost("{id}")] public IActionResult Like(int id) {
    var post = it.All.First(p => p.Id == id);
    post.%s.Add(new Mark { Who = User.Identity.Name, Post = post });
    it.All.Update(post);
    it.SaveChanges();
    return Ok();
}"""


def test_who_only_says_what_one_thinks_of_an_object_changes_what_is_ones_own(tmp_path: Path) -> None:
    endpoints = reached(tmp_path, LIKED.format(name="Likes"), CONTROLLER % ("Posts", LIKE % "Likes"))
    update = next(access for access in accesses(endpoints) if access.action == "update")
    assert update.protection.startswith("keyed: Likes")


def test_who_puts_oneself_among_the_owners_is_not_protected_by_that(tmp_path: Path) -> None:
    endpoints = reached(tmp_path, LIKED.format(name="Owners"), CONTROLLER % ("Posts", LIKE % "Owners"))
    update = next(access for access in accesses(endpoints) if access.action == "update")
    assert update.protection == ""


FEATURE = """
public class {feature} {{
    public record Command(int Id) : IRequest;
    public class Handler(ShopContext db) : IRequestHandler<Command> {{
        public async Task Handle(Command message, CancellationToken token) {{ db.{table}.Remove(db.{table}.Find(message.Id)); }}
    }}
}}
"""


def test_of_many_messages_with_the_same_name_only_the_sent_one_is_handled(tmp_path: Path) -> None:
    action = '[HttpDelete("{id}")] public Task Delete(int id) => it.Send(new DropOrder.Command(id));'
    sources = [
        FEATURE.format(feature=name, table=table)
        for name, table in (("DropCustomer", "Customers"), ("DropOrder", "Orders"))
    ]
    found = accesses(reached(tmp_path, *sources, CONTROLLER % ("IMediator", action)))
    assert {access.entity for access in found} == {"Order"}


def test_a_write_behind_a_test_of_the_object_that_selects_it_is_protected(tmp_path: Path) -> None:
    action = """[HttpPut("{id}")] public async Task<object> Put(int id) => await it.Send(new Rename { Id = id });"""
    handler = """
    public class Rename : IRequest<object> { public int Id { get; set; } }
    public class Handler(ShopContext orders, SqliteConnection db, IHttpContextAccessor http) : IRequestHandler<Rename, object> {
        public async Task<object> Handle(Rename message, CancellationToken token) {
            var order = orders.Orders.First(o => o.Id == message.Id);
            if (order.OwnerId != http.HttpContext.User.Identity.Name) return Answers.Make(2);
            db.Execute("UPDATE orders SET status = 'x' WHERE id = @id", new { id = order.Id });
            return Answers.Make(1);
        }
    }"""
    found = accesses(reached(tmp_path, handler, CONTROLLER % ("IMediator", action)))
    update = next(access for access in found if access.action == "update")
    assert "OwnerId" in update.protection or update.protection.startswith("parent")
