"""Results that say whether it worked, and who decides that; roles that a registration takes; patterns that end before `||`."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached

from assay.model.endpoint import Endpoint

RESULT = """
public class Result {
    public bool IsSuccess { get; } public object Value { get; }
    private Result(bool ok, object value) { IsSuccess = ok; Value = value; }
    public static Result Ok(object value) => new Result(true, value);
    public static Result Fail() => new Result(false, null);
}
"""
SERVICE = """
public class OrderService(ShopContext db) {{
    public async Task<{returns}> Get(int id, string me) {{
        var order = await db.Orders.FindAsync(id);
        if ({test}) return {no};
        return {yes};
    }}
}}
"""
CONTROLLER = """
[ApiController, Route("orders")]
public class OrdersController(%s it) : ControllerBase { %s }
"""
TEST = "order == null || order.OwnerId != me"


def protection(root: Path, action: str, *, result: str = RESULT, **service: str) -> str:
    """What protects the order that a service of these parts loads."""
    filled = SERVICE.format(**{"test": TEST, **service})
    action = (
        f'[HttpGet("{{id}}")] public async Task<IActionResult> Get(int id) {{ var me = User.Identity.Name; {action} }}'
    )
    (access,) = accesses(reached(root, result, filled, CONTROLLER % ("OrderService", action)))
    return access.protection


def test_a_tuple_tells_why_it_says_no(tmp_path: Path) -> None:
    parts = {"returns": "(bool Success, Order Order)", "no": "(false, null)", "yes": "(true, order)"}
    action = "var found = await it.Get(id, me); if (!found.Success) return NotFound(); return Ok(found.Order);"
    assert protection(tmp_path, action, **parts).startswith("compared")


def test_a_tuple_that_is_taken_apart_tells_it_too(tmp_path: Path) -> None:
    parts = {"returns": "(bool, Order)", "no": "(false, null)", "yes": "(true, order)"}
    action = "var (ok, order) = await it.Get(id, me); if (!ok) return NotFound(); return Ok(order);"
    assert protection(tmp_path, action, **parts).startswith("compared")


def test_a_result_object_tells_why_it_says_no_to_a_choice_of_answers(tmp_path: Path) -> None:
    parts = {"returns": "Result", "no": "Result.Fail()", "yes": "Result.Ok(order)"}
    action = "var found = await it.Get(id, me); return found.IsSuccess ? Ok(found.Value) : NotFound();"
    assert protection(tmp_path, action, **parts).startswith("compared")


def test_a_result_that_asks_nobody_protects_nothing(tmp_path: Path) -> None:
    parts = {"returns": "(bool Success, Order Order)", "no": "(false, null)", "yes": "(true, order)"}
    action = "var found = await it.Get(id, me); if (!found.Success) return NotFound(); return Ok(found.Order);"
    assert protection(tmp_path, action, test="order == null", **parts) == ""


def test_a_pattern_ends_before_what_binds_less(tmp_path: Path) -> None:
    parts = {"returns": "Order", "no": "null", "yes": "order", "test": "order is null || order.OwnerId != me"}
    action = "var found = await it.Get(id, me); return found is null ? NotFound() : Ok(found);"
    assert protection(tmp_path, action, **parts).startswith("compared")


# --- rights that are taken from the request

ACCOUNTS = """
public class Role { public int Id { get; set; } public string Name { get; set; } }
public class Account {
    public int Id { get; set; } public string Email { get; set; } public int RoleId { get; set; } public Role Role { get; set; }
}
public class Sent { public string Email { get; set; } public int RoleId { get; set; } public string Role { get; set; } }
public class Batch { public List<Account> Accounts { get; set; } }
public class Accounts : DbContext { public DbSet<Account> All { get; set; } public DbSet<Role> Roles { get; set; } }
"""


def copied(root: Path, action: str) -> set[tuple[str, str]]:
    """(entity, field) of the rights that one action copies."""
    (endpoint,) = reached(root, ACCOUNTS, CONTROLLER % ("Accounts", action))
    return rights_of(endpoint)


def rights_of(endpoint: Endpoint) -> set[tuple[str, str]]:
    assert endpoint.reach is not None
    return {(copy.entity, name) for copy in endpoint.reach.copies for name in copy.fields if name.startswith("Role")}


def test_a_registration_that_takes_a_role_sets_it_by_name(tmp_path: Path) -> None:
    action = (
        "[HttpPost] public void Register(Sent s) { it.All.Add(new Account { Email = s.Email, RoleId = s.RoleId }); }"
    )
    assert copied(tmp_path, action) == {("Account", "RoleId")}


def test_a_role_that_is_looked_up_by_its_name_is_taken_all_the_same(tmp_path: Path) -> None:
    action = """[HttpPost] public void Register(Sent s) {
        var role = it.Roles.First(r => r.Name == s.Role);
        it.All.Add(new Account { Email = s.Email, Role = role });
    }"""
    assert copied(tmp_path, action) == {("Account", "Role")}


def test_a_fixed_role_is_not_taken_from_the_request(tmp_path: Path) -> None:
    action = """[HttpPost] public void Register(Sent s) {
        var role = it.Roles.First(r => r.Name == "User");
        it.All.Add(new Account { Email = s.Email, Role = role, RoleId = 2 });
    }"""
    assert copied(tmp_path, action) == set()


def test_a_list_of_stored_objects_is_bound_from_the_request(tmp_path: Path) -> None:
    action = "[HttpPost] public void Restore(Batch b) { it.All.AddRange(b.Accounts); }"
    assert copied(tmp_path, action) == {("Account", "RoleId"), ("Account", "Role")}


def test_an_object_that_is_marked_as_changed_is_bound_from_the_request(tmp_path: Path) -> None:
    action = """[HttpPut("{id}")] public void Put(int id, Account account) {
        it.Entry(account).State = EntityState.Modified; it.SaveChanges();
    }"""
    assert copied(tmp_path, action) == {("Account", "RoleId"), ("Account", "Role")}


def test_what_is_in_a_list_that_was_sent_was_sent(tmp_path: Path) -> None:
    action = """[HttpPost] public void Many(List<Sent> all) {
        foreach (var one in all) it.All.Add(new Account { Email = one.Email, RoleId = one.RoleId });
    }"""
    assert copied(tmp_path, action) == {("Account", "RoleId")}


OPEN = "public class Told { public bool IsSuccess { get; set; } public string Error { get; set; } public Order Value { get; set; } %s }"
BY_NEW = """
    public static Told Fail(string e) => new() { Error = e };
    public static Told Ok(Order o) => new() { Value = o, IsSuccess = true };
"""
WHOLE = "return Ok(await it.Get(id, me));"
ASKED = (
    "var found = await it.Get(id, me); if (!found.IsSuccess) return BadRequest(found.Error); return Ok(found.Value);"
)


@pytest.mark.parametrize("action", [WHOLE, ASKED])
@pytest.mark.parametrize(
    ("no", "yes"),
    [
        ('new Told { Error = "no" }', "new Told { Value = order, IsSuccess = true }"),
        ('Told.Fail("no")', "Told.Ok(order)"),
        ("null", "new Told { Value = order }"),
    ],
)
def test_what_a_result_leaves_out_where_somebody_else_asks_is_not_handed_out(
    tmp_path: Path, action: str, no: str, yes: str
) -> None:
    if no == "null" and action == ASKED:
        action = "var found = await it.Get(id, me); if (found == null) return NotFound(); return Ok(found.Value);"
    parts = {"returns": "Told", "no": no, "yes": yes}
    assert protection(tmp_path, action, **parts, result=OPEN % BY_NEW).startswith("compared")


def test_a_result_that_is_left_out_for_another_reason_is_handed_out_to_everybody(tmp_path: Path) -> None:
    parts = {"returns": "Told", "no": "null", "yes": "new Told { Value = order }", "test": "order.Status == null"}
    assert protection(tmp_path, WHOLE, **parts, result=OPEN % "") == ""


def test_what_is_written_before_somebody_is_asked_is_not_protected_by_what_is_answered(tmp_path: Path) -> None:
    service = """
    public class OrderService(ShopContext db) {
        public Order Take(int id, string me) {
            var order = db.Orders.Find(id);
            db.Orders.Remove(order);
            if (order.OwnerId != me) return null;
            return order;
        }
    }
    """
    action = '[HttpDelete("{id}")] public IActionResult Take(int id) => Ok(it.Take(id, User.Identity.Name));'
    found = accesses(reached(tmp_path, service, CONTROLLER % ("OrderService", action)))
    assert [(each.action.value, bool(each.protection)) for each in found] == [("read", True), ("delete", False)]


GENERIC = """
public class Answer { public bool IsSuccess { get; set; } public string Error { get; set; } }
public class Answer<T> : Answer { public T Value { get; set; } }
public static class Answers {
    public static IActionResult Shown(this Answer answer) => answer.IsSuccess ? new OkResult() : new BadRequestObjectResult(answer.Error);
    public static IActionResult Shown<T>(this Answer<T> answer) =>
        answer.IsSuccess ? new OkObjectResult(answer.Value) : new BadRequestResult();
}
public class OrdersController(ShopContext db) : ControllerBase {
    [HttpGet("orders")] public IActionResult All() => new Answer<List<Order>> { IsSuccess = true, Value = db.Orders.ToList() }.Shown();
}
"""


def test_of_two_types_of_one_name_the_one_with_type_parameters_is_meant(tmp_path: Path) -> None:
    (endpoint,) = reached(tmp_path, GENERIC)
    assert endpoint.reach is not None
    assert "Order" in {exposure.entity for exposure in endpoint.reach.exposures}


CODED = """
public enum Code { Missing, Refused }
public class Told<T> {
    public bool IsSuccess { get; private set; } public string Message { get; private set; } public T Data { get; private set; }
    private Told(bool ok, Code code, string message) { IsSuccess = ok; Message = message; }
    private Told(bool ok, string message, T data) { IsSuccess = ok; Message = message; Data = data; }
    private Told(bool ok, string message) { IsSuccess = ok; Message = message; }
    public static Told<T> Success(T data) => new(true, "fine", data);
    public static Told<T> Success(string message) => new(true, message);
    public static Told<T> Failure(Code code, string message) => new(false, code, message);
}
public class OrderService(ShopContext db) {
    public async Task<Told<Order>> Get(int id) {
        var order = await db.Orders.FindAsync(id);
        if (order == null) return Told<Order>.Failure(Code.Missing, "no");
        return %s;
    }
}
public class OrdersController(OrderService it) : ControllerBase {
    [HttpGet("orders/{id}")] public IActionResult Get(int id) => Ok(it.Get(id).Result);
}
"""


@pytest.mark.parametrize(
    ("gives", "is_shown"), [("Told<Order>.Success(order)", True), ('Told<Order>.Success("done")', False)]
)
def test_a_result_with_a_text_alone_holds_no_object(tmp_path: Path, gives: str, is_shown: bool) -> None:
    (endpoint,) = reached(tmp_path, CODED % gives)
    assert endpoint.reach is not None
    assert ("Order" in {exposure.entity for exposure in endpoint.reach.exposures}) is is_shown


def test_who_knows_the_password_of_an_account_may_change_it(tmp_path: Path) -> None:
    source = """
    public class Account { public int Id { get; set; } public string Email { get; set; } public string Password { get; set; } }
    public record Change(int Id, string Old, string New);
    public class AccountContext : DbContext { public DbSet<Account> Accounts { get; set; } }
    public class AccountsController(AccountContext db) : ControllerBase {
        [HttpPut("password")] public IActionResult Put(Change sent) {
            var found = db.Accounts.First(a => a.Id == sent.Id);
            var answer = new PasswordHasher<object>().VerifyHashedPassword(null, found.Password, sent.Old);
            var isRight = answer == PasswordVerificationResult.Success;
            if (!isRight) return BadRequest();
            found.Password = sent.New;
            db.SaveChanges();
            return Ok();
        }
    }
    """
    found = accesses(reached(tmp_path, source))
    assert all(each.protection for each in found), found
