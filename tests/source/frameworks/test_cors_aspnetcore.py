"""Cross-origin policies of ASP.NET Core, however they are declared and applied."""

from pathlib import Path

import pytest

from assay.source.scan import scan

OPEN = "AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader()"
SOURCE = """
public static class Policies {{
    public static void Describe(CorsOptions options) {{ options.AddPolicy("x", p => p.{0}); }}
    public static IServiceCollection AddOpen(this IServiceCollection services) {{
        _ = services.AddCors(o => _ = o.AddPolicy("x", p => _ = p.{0}));
        return services;
    }}
    public static WebApplication UseOpen(this WebApplication app) {{ _ = app.UseCors("x"); return app; }}
}}
"""


def policies(root: Path, services: str, use: str) -> list[tuple[str, str]]:
    """(name, origins) of the policies that an application applies."""
    program = f"""var builder = WebApplication.CreateBuilder(args);
{services}
var app = builder.Build();
{use}
app.MapGet("/", () => 1);
app.Run();
"""
    (root / "Program.cs").write_text(program, "utf-8")
    (root / "Policies.cs").write_text(SOURCE.format(OPEN), "utf-8")
    found = (each for each in scan(root).inventory.settings if each.name == "cors")
    return sorted({(each.detail("policy"), each.value) for each in found if each.detail("applied") == "true"})


@pytest.mark.parametrize(
    ("services", "use", "expected"),
    [
        ("builder.Services.AddCors(Policies.Describe);", 'app.UseCors("x");', [("x", "*")]),
        ("_ = builder.Services.AddOpen();", "_ = app.UseOpen();", [("x", "*")]),
        (
            f'builder.Services.AddCors(o => o.AddPolicy("x", new CorsPolicyBuilder().{OPEN}.Build()));',
            'app.UseCors("x");',
            [("x", "*")],
        ),
        (
            f'builder.Services.AddCors(o => o.AddPolicy(builder.Configuration["Cors"], p => p.{OPEN}));',
            'app.UseCors(builder.Configuration["Cors"]);',
            [("", "*")],
        ),
        (
            f'builder.Services.AddCors(o => o.AddPolicy("x", p => p.{OPEN}));',
            'app.UseCors(builder.Configuration["Cors"]);',
            [],
        ),
        ('builder.Services.AddAuthorization(o => o.AddPolicy("x", p => p.RequireRole("a")));', "app.UseCors();", []),
    ],
)
def test_a_policy_is_read_wherever_it_is_described(
    tmp_path: Path, services: str, use: str, expected: list[tuple[str, str]]
) -> None:
    assert policies(tmp_path, services, use) == expected
