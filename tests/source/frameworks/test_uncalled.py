"""Functions that map routes, and who calls them: what nothing calls is not served."""

from pathlib import Path

import pytest

from assay.source.scan import scan

MAIN = """
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => Results.Ok());
{call}
app.Run();
"""
STATIC = 'public static class Users {{ public static void {name}({taken} app) {{ app.MapGet("/users", () => 1); }} }}'
INSTANCE = (
    'public class Users{based} {{ public void MapUsers(WebApplication app) {{ app.MapGet("/users", () => 1); }} }}'
)
OTHERS = 'public static class Orders { public static void Map(WebApplication app) { app.MapGet("/orders", () => 1); } }'


def paths(root: Path, call: str, source: str, others: str = "") -> list[str]:
    """The paths of an application that makes this call."""
    (root / "Program.cs").write_text(MAIN.format(call=call), "utf-8")
    (root / "Users.cs").write_text(source, "utf-8")
    (root / "Orders.cs").write_text(others, "utf-8")
    return [endpoint.path for endpoint in scan(root).inventory.endpoints]


@pytest.mark.parametrize(
    ("call", "is_served"),
    [
        ("Users.MapUsers(app);", True),
        ("// users\nUsers.MapUsers(app);", True),
        ("if (app.Environment.IsDevelopment()) Users.MapUsers(app);", True),
        ("// Users.MapUsers(app);", False),
        ("/* Users.MapUsers(app); */", False),
        ('app.MapGet("http://users", () => 1).WithName(nameof(Users.MapUsers));', True),
        (
            "typeof(Program).Assembly.GetTypes().Select(t => t.GetMethod(name)).ToList().ForEach(m => m.Invoke(null, [app]));",
            True,
        ),
        ("", False),
    ],
)
def test_routes_of_a_static_method_that_nothing_calls_are_not_served(
    tmp_path: Path, call: str, is_served: bool
) -> None:
    source = STATIC.format(name="MapUsers", taken="IEndpointRouteBuilder")
    assert ("/users" in paths(tmp_path, call, source)) is is_served


@pytest.mark.parametrize(
    ("call", "is_served"), [("Orders.Map(app); Users.Map(app);", True), ("Orders.Map(app);", False)]
)
def test_a_class_that_nobody_names_maps_nothing_though_another_has_a_method_of_that_name(
    tmp_path: Path, call: str, is_served: bool
) -> None:
    source = STATIC.format(name="Map", taken="WebApplication")
    assert ("/users" in paths(tmp_path, call, source, OTHERS)) is is_served


@pytest.mark.parametrize(
    ("based", "call", "is_served"),
    [("", "new Users().MapUsers(app);", True), ("", "", False), (" : IModule", "", True)],
)
def test_an_object_that_nobody_makes_maps_nothing_unless_its_base_may_be_looked_for(
    tmp_path: Path, based: str, call: str, is_served: bool
) -> None:
    assert ("/users" in paths(tmp_path, call, INSTANCE.format(based=based))) is is_served
