"""From a handler of ASP.NET Core into services, repositories and message handlers."""

from pathlib import Path

from tests.source.reach.csharp_trees import accesses, reached, shown

USING = """
[ApiController, Route("orders")]
public class OrdersController : ControllerBase
{
    private readonly %s _it;
    public OrdersController(%s it) { _it = it; }
    %s
}
"""


def using(declared: str, action: str) -> str:
    """A controller with one injected thing."""
    return USING % (declared, declared, action)


GET = """[HttpGet("{id}")] public Order Get(int id) => _it.Get(id);"""


def test_a_generic_repository_keeps_its_type_argument(tmp_path: Path) -> None:
    source = """
    public interface IRepository<T> { T Get(int id); }
    public class Repository<T> : IRepository<T> where T : class {
        private readonly DbSet<T> _set;
        public Repository(ShopContext context) { _set = context.Set<T>(); }
        public T Get(int id) => _set.Find(id);
    }"""
    found = accesses(reached(tmp_path, source, using("IRepository<Order>", GET)))
    assert shown(found) == ["read Order =path:id"]
    assert found[0].symbol == "Repository.Get: Find"


def test_of_several_implementations_the_registered_one_is_run(tmp_path: Path) -> None:
    source = """
    public interface IOrders { Order Get(int id); }
    public class Fake : IOrders { public Order Get(int id) => null; }
    public class Careless(ShopContext db) : IOrders { public Order Get(int id) => db.Orders.Find(id); }
    public class Careful(ShopContext db, IHttpContextAccessor http) : IOrders {
        public Order Get(int id) => db.Orders.Single(o => o.Id == id && o.OwnerId == http.HttpContext.User.Identity.Name); }"""
    (access,) = accesses(
        reached(tmp_path, source, using("IOrders", GET), services="builder.Services.AddScoped<IOrders, Careful>();")
    )
    assert access.protection.startswith("keyed: OwnerId")


def test_a_decorator_of_a_service_is_run_around_it(tmp_path: Path) -> None:
    source = """
    public interface IOrders { Order Get(int id); }
    public class Stored(ShopContext db) : IOrders { public Order Get(int id) => db.Orders.Find(id); }
    public class Cached(IOrders inner) : IOrders { public Order Get(int id) => inner.Get(id); }"""
    services = "builder.Services.AddScoped<IOrders, Stored>(); builder.Services.Decorate<IOrders, Cached>();"
    (access,) = accesses(reached(tmp_path, source, using("IOrders", GET), services=services))
    assert [step.text for step in access.steps][:-1] == ["calls Cached.Get", "calls Stored.Get"]


def test_the_current_user_of_a_service_is_the_caller(tmp_path: Path) -> None:
    source = """
    public interface IWho { string Id { get; } }
    public class Who(IHttpContextAccessor http) : IWho { public string Id => http.HttpContext?.User?.FindFirstValue("sub"); }
    public class Orders(ShopContext db, IWho who) { public List<Order> Mine() => db.Orders.Where(o => o.OwnerId == who.Id).ToList(); }"""
    action = """[HttpGet] public List<Order> Get() => _it.Mine();"""
    (access,) = accesses(reached(tmp_path, source, using("Orders", action)))
    assert access.protection.startswith("keyed: OwnerId")
    assert access.is_bounded is False


def test_what_one_request_sets_the_next_does_not_find(tmp_path: Path) -> None:
    source = """
    public class Orders(ShopContext db) {
        private Order _kept;
        public Order Get(int id) { if (_kept == null) { _kept = db.Orders.Find(id); } return _kept; } }"""
    twice = """[HttpGet("{id}")] public Order One(int id) => _it.Get(id);
    [HttpGet("again/{number}")] public Order Two(int number) => _it.Get(number);"""
    endpoints = reached(tmp_path, source, using("Orders", twice))
    assert shown(accesses(endpoints, "GET /orders/{id}")) == ["read Order =path:id"]
    assert shown(accesses(endpoints, "GET /orders/again/{number}")) == ["read Order =path:number"]


def test_a_message_reaches_its_handler(tmp_path: Path) -> None:
    source = """
    public record GetOrder(int Id) : IRequest<Order>;
    public class GetOrderHandler(ShopContext db) : IRequestHandler<GetOrder, Order>
    { public Task<Order> Handle(GetOrder request, CancellationToken token) => db.Orders.SingleAsync(o => o.Id == request.Id, token); }"""
    action = """[HttpGet("{id}")] public Task<Order> Get(int id) => _it.Send(new GetOrder(id));"""
    assert shown(accesses(reached(tmp_path, source, using("ISender", action)))) == ["read Order Id=path:id"]


def test_a_command_of_the_body_reaches_the_consumer_of_a_bus(tmp_path: Path) -> None:
    source = """
    public class CancelOrder { public int Id { get; set; } }
    public class CancelOrderConsumer(ShopContext db) : IConsumer<CancelOrder> {
        public async Task Consume(ConsumeContext<CancelOrder> context) {
            var order = await db.Orders.FindAsync(context.Message.Id); db.Remove(order); await db.SaveChangesAsync(); } }"""
    action = """[HttpPost("cancel")] public Task Post(CancelOrder command) => _it.Publish(command);"""
    found = accesses(reached(tmp_path, source, using("IBus", action)))
    assert shown(found) == ["read Order =body:Id", "delete Order =body:Id"]


BEHAVIOR = """
public class AuthorizeAttribute : Attribute { public string Roles { get; set; } = ""; }
public class Authorizing<TRequest, TAnswer>(IHttpContextAccessor http) : IPipelineBehavior<TRequest, TAnswer> {
    public async Task<TAnswer> Handle(TRequest request, RequestHandlerDelegate<TAnswer> next, CancellationToken token) {
        var asked = request.GetType().GetCustomAttributes<AuthorizeAttribute>();
        if (asked.Any()) {
            var allowed = false;
            foreach (var one in asked) { if (http.HttpContext.User.IsInRole(one.Roles)) { allowed = true; } }
            if (!allowed) throw new ForbiddenAccessException();
        }
        return await next();
    }
}
%s public record DeleteOrder(int Id) : IRequest;
public class DeleteOrderHandler(ShopContext db) : IRequestHandler<DeleteOrder>
{ public async Task Handle(DeleteOrder request, CancellationToken token) { db.Orders.Remove(await db.Orders.FindAsync(request.Id)); } }
"""
DELETE = """[HttpDelete("{id}")] public Task Delete(int id) => _it.Send(new DeleteOrder(id));"""


def test_a_behavior_protects_the_messages_that_state_a_role(tmp_path: Path) -> None:
    found = accesses(reached(tmp_path, BEHAVIOR % '[Authorize(Roles = "Admin")]', using("IMediator", DELETE)))
    assert found
    assert all(access.protection.startswith("authorized") for access in found)


def test_a_behavior_protects_no_message_that_states_nothing(tmp_path: Path) -> None:
    found = accesses(reached(tmp_path, BEHAVIOR % "", using("IMediator", DELETE)))
    assert found
    assert all(access.protection == "" for access in found)


def test_a_specification_selects(tmp_path: Path) -> None:
    source = """
    public class OrderById : Specification<Order> { public OrderById(int id) { Query.Where(o => o.Id == id).Include(o => o.Customer); } }"""
    action = """[HttpGet("{id}")] public Task<Order> Get(int id) => _it.FirstOrDefaultAsync(new OrderById(id));"""
    assert shown(accesses(reached(tmp_path, source, using("IReadRepository<Order>", action)))) == [
        "read Order Id=path:id"
    ]


def test_an_interface_that_nothing_implements_is_recognised_by_its_name_only(tmp_path: Path) -> None:
    source = "public interface IOrderRepository { Task<Order> GetByIdAsync(int id); }"
    action = """[HttpGet("{id}")] public Task<Order> Get(int id) => _it.GetByIdAsync(id);"""
    (access,) = accesses(reached(tmp_path, source, using("IOrderRepository", action)))
    assert shown([access]) == ["read Order =path:id"]
    assert not access.is_certain


def test_a_function_that_gives_nothing_to_strangers_is_a_check(tmp_path: Path) -> None:
    source = """
    public class Orders(ShopContext db) {
        public Order Mine(int id, string who) { var order = db.Orders.Find(id); if (order.OwnerId != who) { return null; } return order; }
        public void Drop(Order order) { db.Orders.Remove(order); db.SaveChanges(); } }"""
    action = """[HttpDelete("{id}")] public IActionResult Delete(int id) {
        var order = _it.Mine(id, User.Identity.Name); if (order == null) return NotFound(); _it.Drop(order); return Ok(); }"""
    found = accesses(reached(tmp_path, source, using("Orders", action)))
    assert [access.action for access in found] == ["read", "delete"]
    assert all(access.protection.startswith("compared") for access in found)


def gaps(tmp_path: Path, *sources: str) -> list[str]:
    """Why the only endpoint could not be followed to its end."""
    (endpoint,) = reached(tmp_path, *sources)
    assert endpoint.reach is not None
    return [gap.reason for gap in endpoint.reach.gaps]


def test_a_message_that_nothing_takes_is_a_gap(tmp_path: Path) -> None:
    action = """[HttpGet("{id}")] public Task Get(int id) => _it.Send(new Lost(id));"""
    assert gaps(tmp_path, "public record Lost(int Id);", using("IMediator", action)) == [
        "nothing was found that takes the message Lost"
    ]


def test_one_of_too_many_implementations_is_a_gap(tmp_path: Path) -> None:
    source = "public interface IOrders { Order Get(int id); }\n" + "\n".join(
        f"public class {name} : IOrders {{ public Order Get(int id) => null; }}"
        for name in ("Red", "Green", "Blue", "Black")
    )
    (reason,) = gaps(tmp_path, source, using("IOrders", GET))
    assert reason == "which of the implementations of IOrders is meant could not be found out"


def test_a_repository_whose_inside_is_not_understood_is_recognised_by_its_name(tmp_path: Path) -> None:
    source = """
    public class BasicRepository<T> { protected Odd Odd; public List<T> Ask(string what) => Odd.Run<T>(what); }
    public class OrderRepository : BasicRepository<Order> { public List<Order> OfCustomer(int customer) => Ask("x" + customer); }
    public interface IOrders { List<Order> FindByCustomer(int customer); }
    public class OrdersRepository : BasicRepository<Order>, IOrders { public List<Order> FindByCustomer(int customer) => Ask("x"); }"""
    action = """[HttpGet("{id}")] public List<Order> Get(int id) => _it.FindByCustomer(id);"""
    (access,) = accesses(reached(tmp_path, source, using("IOrders", action)))
    assert shown([access]) == ["read Order customer=path:id"]
    assert not access.is_certain
