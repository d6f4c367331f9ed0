"""Projects to hold properties against: the examples, and one that is generated."""

import shutil
from pathlib import Path

from tests.examples.truth import ASPNETCORE, FASTAPI
from tests.source.planting import plant

MAIN = """
from fastapi import Depends, FastAPI

{imports}
from shop.security import caller

app = FastAPI()
{includes}
"""
SECURITY = """
from fastapi import Header, HTTPException


def caller(authorization: str = Header("")) -> str:
    if not authorization:
        raise HTTPException(status_code=401)
    return authorization
"""
ROUTER = """
from fastapi import APIRouter, Depends

from shop.security import caller

router = APIRouter(prefix="/part{number}")


@router.get("/{{key}}", dependencies=[Depends(caller)])
def one(key: int) -> int:
    return key


@router.delete("/{{key}}")
def remove(key: int) -> None: ...
"""
CONTROLLER = """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Depot.Controllers;

[ApiController]
[Route("depot/[controller]")]
public class Shelf{number}Controller : ShelfBase
{{
    [HttpGet("{{id:int}}")]
    public int One(int id) => id;

    [HttpDelete("{{id:int}}")]
    [AllowAnonymous]
    public IActionResult Remove(int id) => NoContent();
}}
"""
PROGRAM = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();
"""
BASE = """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Depot.Controllers;

[Authorize]
public abstract class ShelfBase : ControllerBase
{
}
"""
IRRELEVANT = """
class Sum:
    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
"""
PARTS = 12


def generated(root: Path) -> Path:
    """A FastAPI service of a dozen routers beside an ASP.NET Core one of a dozen controllers, and files that are of neither."""
    numbers = range(PARTS)
    imports = "\n".join(f"from shop.routers import part{number}" for number in numbers)
    includes = "\n".join(f'app.include_router(part{number}.router, prefix="/v{number % 3}")' for number in numbers)
    files = {
        "web/shop/__init__.py": "",
        "web/shop/main.py": MAIN.format(imports=imports, includes=includes),
        "web/shop/security.py": SECURITY,
        "web/shop/sums.py": IRRELEVANT,
        "web/shop/routers/__init__.py": "",
        "depot/Depot.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
        "depot/Program.cs": PROGRAM,
        "depot/Controllers/ShelfBase.cs": BASE,
    }
    files |= {f"web/shop/routers/part{number}.py": ROUTER.format(number=number) for number in numbers}
    files |= {f"depot/Controllers/Shelf{number}Controller.cs": CONTROLLER.format(number=number) for number in numbers}
    return plant(root, files)


def tree(kind: str, root: Path) -> Path:
    """A copy of an example, or the generated project, below a folder whose name does not tell where it is."""
    target = root / "project"
    match kind:
        case "generated":
            return generated(target)
        case "fastapi":
            return Path(shutil.copytree(FASTAPI, target, ignore=shutil.ignore_patterns("__pycache__")))
        case _:
            return Path(shutil.copytree(ASPNETCORE, target))
