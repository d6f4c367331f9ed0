"""Small ASP.NET Core trees and what their endpoints reach."""

from pathlib import Path

from assay.model.endpoint import Endpoint
from assay.model.reach import Access
from assay.source.scan import scan

PROJECT = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'
PROGRAM = """
using Microsoft.AspNetCore.Builder;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
{services}
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
{routes}
app.Run();
"""
ENTITIES = """
namespace Shop;
using Microsoft.EntityFrameworkCore;
public class Order {
    public int Id { get; set; } public string OwnerId { get; set; } public string Status { get; set; }
    public Customer Customer { get; set; }
}
public class Customer { public int Id { get; set; } public string UserName { get; set; } }
public class ShopContext : DbContext {
    public DbSet<Order> Orders { get; set; } = null!;
    public DbSet<Customer> Customers { get; set; }
}
"""


def reached(root: Path, *sources: str, services: str = "", routes: str = "") -> tuple[Endpoint, ...]:
    """The endpoints of a shop with these sources."""
    (root / "Shop.csproj").write_text(PROJECT)
    (root / "Program.cs").write_text(PROGRAM.format(services=services, routes=routes))
    (root / "Entities.cs").write_text(ENTITIES)
    for position, source in enumerate(sources):
        (root / f"Source{position}.cs").write_text(f"namespace Shop;\nusing Microsoft.AspNetCore.Mvc;\n{source}")
    return scan(root).inventory.endpoints


def accesses(endpoints: tuple[Endpoint, ...], name: str = "") -> list[Access]:
    """What the endpoint of that name (method and path) touches; of the only one, if none is named."""
    chosen = [endpoint for endpoint in endpoints if not name or endpoint.name == name]
    assert len(chosen) == 1, [endpoint.name for endpoint in endpoints]
    assert chosen[0].reach is not None
    return list(chosen[0].reach.accesses)


def shown(found: list[Access]) -> list[str]:
    """Accesses in short: `read Order Id=path:id`."""
    return [
        " ".join([access.action, access.entity, *(f"{key.field}={key.origin}:{key.name}" for key in access.keys)])
        for access in found
    ]
