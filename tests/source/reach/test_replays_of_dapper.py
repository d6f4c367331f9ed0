"""Replays of fixes in projects of MediatR and Dapper: checks of services that there are none of, rows that nothing keeps track of."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached, shown

BEHAVIOR = """
public interface IAuthorizer<T> { Task<Answer> AuthorizeAsync(T request); }
public class Answer { public bool IsAuthorized { get; set; } }
public class Authorizing<TRequest, TAnswer> : IPipelineBehavior<TRequest, TAnswer> {
    private readonly IEnumerable<IAuthorizer<TRequest>> _authorizers;
    public Authorizing(IEnumerable<IAuthorizer<TRequest>> authorizers) { _authorizers = authorizers; }
    public async Task<TAnswer> Handle(TRequest request, RequestHandlerDelegate<TAnswer> next, CancellationToken token) {
        foreach (var one in _authorizers) {
            var answer = await one.AuthorizeAsync(request);
            if (!answer.IsAuthorized) throw new ForbiddenAccessException();
        }
        return await next();
    }
}
public record DeleteOrder(int Id) : IRequest;
public record RenameOrder(int Id) : IRequest;
public class DeleteOrderHandler(ShopContext db) : IRequestHandler<DeleteOrder>
{ public async Task Handle(DeleteOrder request, CancellationToken token) { db.Orders.Remove(await db.Orders.FindAsync(request.Id)); } }
public class Doors(IMediator it) : ControllerBase {
    [HttpDelete("{id}")] public Task Delete(int id) => it.Send(new DeleteOrder(id));
}
"""
AUTHORIZER = """
public class May%(message)s(IRights rights) : IAuthorizer<%(message)s> {
    public async Task<Answer> AuthorizeAsync(%(message)s request) => await rights.AuthorizeAsync(request.Id);
}
"""


@pytest.mark.parametrize("others", ["", AUTHORIZER % {"message": "RenameOrder"}])
def test_a_message_for_which_there_is_no_authorizer_is_not_authorized(tmp_path: Path, others: str) -> None:
    found = accesses(reached(tmp_path, BEHAVIOR + others))
    assert found
    assert all(access.protection == "" for access in found)


def test_a_message_with_an_authorizer_is_authorized(tmp_path: Path) -> None:
    found = accesses(reached(tmp_path, BEHAVIOR + AUTHORIZER % {"message": "DeleteOrder"}))
    assert found
    assert all(access.protection.startswith("authorized") for access in found)


DAPPER = """
using Dapper;
public class Doors(SqlConnection connection) : ControllerBase {
    [HttpPut("{id}")] public IActionResult Change(int id, [FromBody] Order sent) {
        var order = connection.%s;
        order.Status = sent.Status;
        connection.Execute("UPDATE Letters SET Text = @text WHERE Id = @id", new { id, text = order.Status });
        return Ok();
    }
}
"""
SELECT = '("SELECT * FROM Orders WHERE Id = @id", new { id })'


@pytest.mark.parametrize("way", [f"QuerySingle<Order>{SELECT}", f"Query<Order>{SELECT}.SingleOrDefault()"])
def test_a_row_that_nothing_keeps_track_of_is_not_changed_in_the_database(tmp_path: Path, way: str) -> None:
    assert shown(accesses(reached(tmp_path, DAPPER % way))) == [
        "read Orders Id=path:id",
        "update Letters Id=path:id",
    ]


def test_a_list_of_rows_is_selected_by_its_statement(tmp_path: Path) -> None:
    source = """
    using Dapper;
    public class Doors(SqlConnection connection) : ControllerBase {
        [HttpGet("{owner}")] public IActionResult All(string owner) {
            return Ok(connection.Query<Order>("SELECT * FROM Orders WHERE OwnerId = @owner", new { owner }).ToList());
        }
    }"""
    assert shown(accesses(reached(tmp_path, source))) == ["list Orders OwnerId=path:owner"]
