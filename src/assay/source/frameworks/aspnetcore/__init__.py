"""ASP.NET Core: controllers, minimal APIs, Razor Pages, FastEndpoints and Carter, with their guards.

May import the evaluator and what stands beside `program.py`; knows no tree. A new way to declare endpoints is a module here that
`reader.py` asks.
"""

from assay.plugins.framework import Framework, Reading
from assay.source.frameworks.aspnetcore.reader import Reader
from assay.source.program import Program

LITERALS = (
    b"AspNetCore", b"Controller", b"Map", b"Endpoint", b"PageModel", b"WebApplication", b"IApplicationBuilder",
    b"IServiceCollection", b"Carter", b"[Http", b"[Route", b"[Authorize",
)  # fmt: skip
REGISTRARS = (
    "MapGet", "MapPost", "MapPut", "MapDelete", "MapPatch", "MapMethods", "MapGroup", "MapControllers",
    "UseEndpoints", "AddControllers", "AddMvc", "AddMvcCore", "AddControllersWithViews", "AddRazorPages",
    "AddAuthorization", "AddAuthorizationBuilder", "AddCors", "UseMvc", "UseRouting", "UseAuthorization",
    "UseAuthentication", "UseCors", "UseMiddleware", "MapControllerRoute", "MapRazorPages", "UseStartup",
    "CreateBuilder", "MapHub", "MapHealthChecks", "MapFallback", "AddAuthorizationCore", "UseHttpsRedirection",
    "UseHsts", "UseDeveloperExceptionPage", "ConfigureWebHostDefaults", "AddPolicy", "UseFastEndpoints",
)  # fmt: skip


def read(program: Program) -> Reading:
    """The reading of a program: of all files that pass the gate."""
    return Reader(program, program.project.gated("csharp", LITERALS)).read()


FRAMEWORK: Framework[Program] = Framework(
    name="aspnetcore", title="ASP.NET Core", language="csharp", literals=LITERALS, registrars=REGISTRARS, read=read
)
