"""Statements and stored procedures of .NET: what they do by their names, whole objects as parameters, rows that become answers."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, shown
from tests.source.reach.test_unseen_minimal import served
from tests.source.reach.test_unseen_python import failing, written

from assay.model.reach import Access

SOURCE = """
namespace Shop;
public record Row { public int Id { get; set; } public string Name { get; set; } public int? Above { get; set; } }
public record Dto(int Id, string Name);
"""
PROCEDURE = "commandType: CommandType.StoredProcedure"


def touched(root: Path, body: str, method: str = "Put") -> list[Access]:
    """What a route that is given a connection touches."""
    route = f'app.Map{method}("/rows/{{id}}", async (int id, [FromBody] Row row, IDbConnection db) => {{ {body} }});'
    return accesses(served(root, route, source=SOURCE))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'await db.ExecuteAsync("sp_DeleteRow", new {{ id }}, {PROCEDURE});', ["delete Row id=path:id"]),
        (f'return await db.QueryAsync<Row>("dbo.usp_Row_GetAll", {PROCEDURE});', ["list Row"]),
        (
            f'return await db.QueryAsync<Row>("Rows_GetByName", new {{ name = row.Name }}, {PROCEDURE});',
            ["list Row name=body:Name"],
        ),
        (f'return await db.QueryFirstAsync<Row>("GetRowById", new {{ id }}, {PROCEDURE});', ["read Row id=path:id"]),
        ('await db.ExecuteAsync("EXEC UpdateRow @Id", new { Id = id });', ["update Row Id=path:id"]),
        (
            f'var p = new DynamicParameters(); p.Add("@Id", id); await db.ExecuteAsync("RemoveRow", p, {PROCEDURE});',
            ["delete Row Id=path:id"],
        ),
        (f'await db.ExecuteAsync("Eliminar_Row", new {{ Row_ID = id }}, {PROCEDURE});', ["delete Row Row_ID=path:id"]),
        (f'await db.ExecuteAsync("usp_Nightly", new {{ id }}, {PROCEDURE});', []),
        ('await db.ExecuteAsync("DeleteRow", new { id });', []),
    ],
)
def test_a_stored_procedure_does_what_its_name_says_and_how_much_a_list_gives_is_not_certain(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    found = touched(tmp_path, body)
    assert shown(found) == expected
    assert [each.is_certain for each in found] == [str(each.action) != "list" for each in found]


@pytest.mark.parametrize(
    "body",
    [
        'await db.ExecuteAsync("UPDATE Rows SET Name = @Name WHERE Id = @id", row with { Id = id });',
        'row.Id = id; await db.ExecuteAsync("UPDATE Rows SET Name = @Name WHERE Id = @Id", row);',
        'await db.ExecuteAsync("UPDATE Rows SET Name = @Name WHERE Id = @Id", new Row { Id = id, Name = row.Name });',
    ],
)
def test_an_object_as_parameters_of_a_statement_gives_its_members(tmp_path: Path, body: str) -> None:
    (found,) = touched(tmp_path, body)
    assert shown([found]) == ["update Rows Id=path:id"]
    assert found.fields == ("Name",)


ROWS = '(await db.QueryAsync<Row>("SELECT * FROM Rows")).ToList()'


@pytest.mark.parametrize(
    ("body", "is_whole"),
    [
        (f"return {ROWS};", True),
        (f"var rows = {ROWS}; return rows.Select(r => new Dto(r.Id, r.Name)).ToList();", True),
        (
            f"var all = new List<Dto>(); foreach (var r in {ROWS}) {{ all.Add(new Dto(r.Id, r.Name)); }} return all;",
            True,
        ),
        (
            f"var all = new List<Dto>(); foreach (var r in {ROWS}) {{ if (r.Above == null) all.Add(new Dto(r.Id, r.Name)); }} return all;",
            False,
        ),
        (
            f"var rows = {ROWS}; return rows.Where(r => r.Above == null).Select(r => new Dto(r.Id, r.Name)).ToList();",
            False,
        ),
    ],
)
def test_rows_that_are_made_into_something_else_one_by_one_are_all_of_them(
    tmp_path: Path, body: str, is_whole: bool
) -> None:
    program = (
        f'var app = WebApplication.Create(); app.MapGet("/rows", async (IDbConnection db) => {{ {body} }}); app.Run();'
    )
    inventory = written(tmp_path, {"Program.cs": program, "Rows.cs": SOURCE})
    assert failing(inventory, "AP111") == (
        ["firm GET /rows answers with every Rows that is stored."] if is_whole else []
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await db.GetAsync<Row>(id);", ["read Row =path:id"]),
        ("await db.GetAllAsync<Row>();", ["list Row"]),
        ("await db.InsertAsync(row);", ["create Row"]),
        ("await db.DeleteAsync(new Row { Id = id });", ["delete Row Id=path:id"]),
        ("await db.QueryAsync<Row>(text);", []),
        ("await client.GetAsync<Row>(id);", []),
    ],
)
def test_calls_of_a_connection_that_name_or_take_a_stored_object_are_accesses(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    assert shown(touched(tmp_path, body)) == expected


@pytest.mark.parametrize(("field", "is_gone"), [("IsDeleted", True), ("Active", True), ("Name", False)])
def test_a_row_that_a_delete_switches_off_is_gone(tmp_path: Path, field: str, is_gone: bool) -> None:
    program = f"""var app = WebApplication.Create();
    app.MapDelete("/rows/{{id}}", async (int id, IDbConnection db) => {{
        await db.ExecuteAsync("UPDATE Rows SET {field} = 0 WHERE Id = @id", new {{ id }}); }}); app.Run();"""
    found = failing(written(tmp_path, {"Program.cs": program}), "AP107")
    assert [message.partition(" and ")[0] for message in found] == (
        ["firm DELETE /rows/{id} marks Rows as deleted"] if is_gone else []
    )


CONTEXT = """
namespace Shop;
public class Row { public int Id { get; set; } }
public interface IRows { void Remove<T>(T one) where T : class; IQueryable<Row> Rows { get; } }
public class RowContext : DbContext, IRows {
    public DbSet<Row> Stored => Set<Row>();
    public IQueryable<Row> Rows => Set<Row>();
    public new void Remove<T>(T one) where T : class => base.Remove(one!);
}
"""


def test_what_a_method_hands_to_the_base_from_outside_is_stored_there_though_an_interface_declares_it(
    tmp_path: Path,
) -> None:
    route = """app.MapDelete("/rows/{id}", async (int id, IRows db) => {
        var row = await db.Rows.FirstOrDefaultAsync(r => r.Id == id); db.Remove(row); });"""
    found = accesses(served(tmp_path, route, source=CONTEXT))
    assert shown(found) == ["read Row Id=path:id", "delete Row Id=path:id"]


REPOSITORY = """
namespace Shop;
public interface IRepository<T> where T : class { Task<List<T>> All(Expression<Func<T, bool>> which = null); }
public class Repository<T>(ShopContext db) : IRepository<T> where T : class {
    public async Task<List<T>> All(Expression<Func<T, bool>> which = null) {
        IQueryable<T> query = db.Set<T>();
        if (which is not null) query = query.Where(which);
        return await query.ToListAsync();
    }
}
"""


@pytest.mark.parametrize(
    ("call", "expected"), [("All(o => o.OwnerId == id)", ["list Order OwnerId=path:id"]), ("All()", ["list Order"])]
)
def test_a_function_that_was_handed_over_is_there(tmp_path: Path, call: str, expected: list[str]) -> None:
    route = f'app.MapGet("/orders/{{id}}", async (string id, IRepository<Order> orders) => await orders.{call});'
    services = "builder.Services.AddScoped(typeof(IRepository<>), typeof(Repository<>));"
    assert shown(accesses(served(tmp_path, route, services, REPOSITORY))) == expected


def test_a_route_may_be_the_empty_text_of_the_library(tmp_path: Path) -> None:
    route = 'var orders = app.MapGroup("/orders"); orders.MapGet(string.Empty, () => 1);'
    assert [each.name for each in served(tmp_path, route)] == ["GET /orders"]
