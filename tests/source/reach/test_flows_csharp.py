"""Request data that reaches a dangerous place in C# handlers."""

from pathlib import Path
from textwrap import indent

import pytest
from tests.source.reach.csharp_trees import reached

from assay.model.reach import Flow
from assay.source.scan import scan

PROJECT = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>'
HEAD = """
using Microsoft.AspNetCore.Mvc;
using System.Net.Http;
namespace Shop;
public enum Unit { Disk }
public class Item {
    public string Name { get; set; } public int Size { get; set; } public Guid Key { get; set; } public Unit Unit { get; set; } }
public class ShopContext : DbContext { public DbSet<Item> Items { get; set; } }
[ApiController]
[Route("items")]
public class ItemsController : ControllerBase
{
    private readonly HttpClient _http;
    private readonly ShopContext _db;
    public ItemsController(HttpClient http, ShopContext db) { _http = http; _db = db; }

    [HttpPost]
    public async Task<IActionResult> Post(Guid id, string name, [FromBody] Item item)
    {
"""


def flows(root: Path, body: str) -> tuple[Flow, ...]:
    (root / "Shop.csproj").write_text(PROJECT, encoding="utf-8")
    (root / "Items.cs").write_text(
        HEAD + indent(body, " " * 8) + "\n        return Ok();\n    }\n}\n", encoding="utf-8"
    )
    (endpoint,) = scan(root).inventory.endpoints
    assert endpoint.reach is not None
    return endpoint.reach.flows


UNSAFE = [
    ("_db.Items.FromSqlRaw($\"SELECT * FROM Items WHERE Name = '{name}'\").ToList();", "sql"),
    ("var query = $\"SELECT * FROM Items WHERE Name = '{name}'\";\n_db.Items.FromSql(query).ToList();", "sql"),
    (
        'var command = new SqlCommand();\ncommand.CommandText = "SELECT * FROM Items WHERE Name = \'" + item.Name + "\'";',
        "sql",
    ),
    ('System.IO.File.ReadAllText(Path.Combine("/srv", name));', "path"),
    ("await _http.GetAsync(name);", "url"),
    ('Process.Start("bash", "-c " + name);', "command"),
    ("return Redirect(name);", "redirect"),
    ("Activator.CreateInstance(Type.GetType(name));", "deserialization"),
    (
        "JsonConvert.DeserializeObject(name, new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All });",
        "deserialization",
    ),
    ("var found = new FileStream(name, FileMode.Open);", "path"),
]


@pytest.mark.parametrize(("body", "kind"), UNSAFE, ids=[each[0] for each in UNSAFE])
def test_request_data_reaches_it(body: str, kind: str, tmp_path: Path) -> None:
    found = flows(tmp_path, body)
    assert {(flow.kind, flow.is_safe, flow.is_certain) for flow in found} == {(kind, False, True)}


SAFE = [
    ('_db.Items.FromSqlInterpolated($"SELECT * FROM Items WHERE Name = {name}").ToList();', "sql"),
    ('_db.Items.FromSql($"SELECT * FROM Items WHERE Name = {name}").ToList();', "sql"),
    ('_db.Database.ExecuteSqlRaw("DELETE FROM Items WHERE Id = \'" + id + "\'");', "sql"),
    ('_db.Database.ExecuteSqlRaw("DELETE FROM Items WHERE Size = " + item.Size);', "sql"),
    ('_db.Database.ExecuteSqlRaw("DELETE FROM Items WHERE Unit = " + item.Unit);', "sql"),
    ('System.IO.File.ReadAllText(Path.Combine("/srv", Path.GetFileName(name)));', "path"),
    ('if (name.Contains("..")) return BadRequest();\nSystem.IO.File.ReadAllText(Path.Combine("/srv", name));', "path"),
    ('await _http.GetAsync($"https://api.example/items/{name}");', "url"),
    ("if (!Url.IsLocalUrl(name)) return BadRequest();\nreturn Redirect(name);", "redirect"),
    ("return LocalRedirect(name);", "redirect"),
]


@pytest.mark.parametrize(("body", "kind"), SAFE, ids=[each[0] for each in SAFE])
def test_it_is_made_harmless_on_the_way(body: str, kind: str, tmp_path: Path) -> None:
    found = flows(tmp_path, body)
    assert {(flow.kind, flow.is_safe) for flow in found} == {(kind, True)}, [flow.how for flow in found]


NONE = [
    "var reader = new StreamReader(Request.Body);",
    "JsonConvert.DeserializeObject<Item>(name);",
    "var document = new XmlDocument();\ndocument.LoadXml(name);",
]


@pytest.mark.parametrize("body", NONE)
def test_what_only_reads_data_is_no_dangerous_place(body: str, tmp_path: Path) -> None:
    assert flows(tmp_path, body) == ()


def test_what_an_object_is_filled_with_comes_out_of_it_again(tmp_path: Path) -> None:
    body = 'var document = new XmlDocument();\ndocument.LoadXml(name);\nType.GetType(document.GetAttribute("Type"));'
    (flow,) = flows(tmp_path, body)
    assert (flow.kind, flow.is_safe) == ("deserialization", False)


def test_either_side_of_an_alternative_may_refuse(tmp_path: Path) -> None:
    body = "if (name == null || !Url.IsLocalUrl(name)) return BadRequest();\nreturn Redirect(name);"
    (flow,) = flows(tmp_path, body)
    assert (flow.kind, flow.is_safe) == ("redirect", True)


def test_a_value_to_fall_back_to_makes_nothing_harmless(tmp_path: Path) -> None:
    source = """
    [ApiController, Route("orders")]
    public class OrdersController(ShopContext db) : ControllerBase {
        [HttpGet] public object Get(string sort) {
            if (string.IsNullOrEmpty(sort)) { sort = "Id"; }
            return db.Orders.FromSqlRaw(string.Format("SELECT * FROM Orders ORDER BY {0}", sort)).ToList();
        }
    }"""
    (endpoint,) = reached(tmp_path, source)
    assert endpoint.reach is not None
    assert [(flow.kind, flow.name, flow.is_safe) for flow in endpoint.reach.flows] == [("sql", "sort", False)]
