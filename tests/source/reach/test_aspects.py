"""What proxies run around the methods of services: roles that an attribute asks for, lines that an interceptor writes."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached

from assay.model.endpoint import Endpoint

ASPECTS = """
using Castle.DynamicProxy;
using System.Security.Claims;
using Microsoft.Extensions.Logging;
public abstract class MethodInterception : Attribute, IInterceptor {
    protected virtual void OnBefore(IInvocation invocation) { }
    public virtual void Intercept(IInvocation invocation) {
        OnBefore(invocation);
        try { invocation.Proceed(); } catch (Exception e) { throw; }
    }
}
public class SecuredOperation : MethodInterception {
    private string[] _roles; private IHttpContextAccessor _http;
    public SecuredOperation(string roles) {
        _roles = roles.Split(','); _http = ServiceTool.ServiceProvider.GetService<IHttpContextAccessor>();
    }
    protected override void OnBefore(IInvocation invocation) {
        var mine = _http.HttpContext.User.FindAll(ClaimTypes.Role).Select(c => c.Value).ToList();
        foreach (var role in _roles) { if (mine.Contains(role)) { return; } }
        throw new Exception("denied");
    }
}
public class AuditableAttribute : Attribute { public AuditableAttribute(string what) { } }
public class AuditInterceptor : IInterceptor {
    private readonly ILogger<AuditInterceptor> _logger;
    public AuditInterceptor(ILogger<AuditInterceptor> logger) { _logger = logger; }
    public void Intercept(IInvocation invocation) {
        var mark = invocation.Method.GetCustomAttributes(typeof(AuditableAttribute), true).FirstOrDefault();
        invocation.Proceed();
        if (mark != null) _logger.LogInformation("done");
    }
}
public class OtherAttribute : Attribute { }
"""
SERVICE = """
public interface IOrderService { void Remove(int id); }
public class OrderManager(ShopContext db) : IOrderService {
    %s public void Remove(int id) { db.Orders.Remove(db.Orders.Find(id)); db.SaveChanges(); }
}
public class OrdersController(IOrderService orders) : ControllerBase {
    [HttpDelete("{id}")] public IActionResult Remove(int id) { orders.Remove(id); return Ok(); }
}
"""


def removing(root: Path, attribute: str) -> Endpoint:
    """The endpoint whose service has a method with this attribute."""
    services = "builder.Services.AddScoped<IOrderService, OrderManager>();"
    (endpoint,) = reached(root, ASPECTS, SERVICE % attribute, services=services)
    return endpoint


@pytest.mark.parametrize(
    ("attribute", "is_asked"), [('[SecuredOperation("admin,editor")]', True), ("[Other]", False), ("", False)]
)
def test_a_role_that_an_attribute_of_the_service_asks_for_protects_what_it_does(
    tmp_path: Path, attribute: str, is_asked: bool
) -> None:
    reach = removing(tmp_path, attribute).reach
    assert reach is not None
    assert {bool(access.protection) for access in reach.accesses} == {is_asked}
    assert {decision.kind for decision in reach.decisions} == ({"role"} if is_asked else set())


@pytest.mark.parametrize(("attribute", "is_logged"), [('[Auditable("REMOVE")]', True), ("[Other]", False)])
def test_what_an_interceptor_logs_of_marked_methods_is_a_trail(tmp_path: Path, attribute: str, is_logged: bool) -> None:
    reach = removing(tmp_path, attribute).reach
    assert reach is not None
    assert any(note.kind == "log" for note in reach.notes) is is_logged
