"""ASP.NET Core: controllers, minimal APIs, Razor Pages, FastEndpoints and Carter, with their guards.

May import the evaluator and what stands beside `program.py`; knows no tree. A new way to declare endpoints is a module here that
`reader.py` asks.
"""

from assay.plugins.framework import Framework, Reading
from assay.source.program import Program

LITERALS = (
    b"ControllerBase", b": Controller", b"Controller :", b"Controller<", b"Controller(", b"Controller\n", b"Controller\r",
    b"[ApiController", b"[Controller", b"[Http", b"[Route", b"[Authorize", b"[AllowAnonymous", b"[Wolverine", b"[Area", b"[AcceptVerbs",
    b".Map", b"IEndpointRouteBuilder", b"RouteGroupBuilder", b"IEndpoint", b"Endpoint<", b"EndpointWithoutRequest", b"EndpointGroup",
    b"PageModel", b"WebApplication", b"IApplicationBuilder", b"IServiceCollection", b"IHostBuilder", b"IWebHostBuilder", b"Carter",
    b"IAuthorizationFilter", b"IActionFilter", b"IAsyncActionFilter", b"IAsyncAuthorizationFilter", b"UseStartup",
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
    """The reading of a program, of all files that pass the gate; the reader is loaded when there is something to read."""
    from assay.source.frameworks.aspnetcore.reader import Reader

    return Reader(program, program.project.gated("csharp", LITERALS)).read()


FRAMEWORK: Framework[Program] = Framework(
    name="aspnetcore", title="ASP.NET Core", language="csharp", literals=LITERALS, registrars=REGISTRARS, read=read
)
