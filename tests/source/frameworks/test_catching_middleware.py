"""Middleware of ASP.NET Core that refuses in a `catch`: a guard only where what is tried looks at a credential."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.model.endpoint import Authorization
from assay.source.scan import scan

MAIN = """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.UseMiddleware<EdgeMiddleware>();
app.MapDelete("/orders/{id}", (int id, Store store) => store.Remove(id));
app.Run();

public class EdgeMiddleware(RequestDelegate next, ITokens tokens)
{
    public async Task Invoke(HttpContext context)
    {
        try
        {
            BODY
        }
        catch (UnauthorizedAccessException)
        {
            context.Response.StatusCode = 401;
            return;
        }
        await next(context);
    }
}
"""


@pytest.mark.parametrize(
    ("body", "guarded"),
    [
        (
            'if (context.Request.Query.ContainsKey("old")) { await next(context); return; } context.Items["edge"] = 1;',
            False,
        ),
        ('tokens.ValidateToken(context.Request.Headers["Authorization"]);', True),
    ],
)
def test_a_refusal_in_a_catch_demands_something_only_if_a_credential_is_tried(
    tmp_path: Path, body: str, guarded: bool
) -> None:
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'
    root = plant(tmp_path, {"Shop.csproj": project, "Program.cs": MAIN.replace("BODY", body)})
    (endpoint,) = scan(root).inventory.endpoints
    assert (endpoint.authorization is not Authorization.PUBLIC) is guarded
