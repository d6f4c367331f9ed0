"""Razor Pages: paths from folders and `@page`, handlers from page models, authorization by attributes and folder conventions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place, Step
from assay.source import facts
from assay.source.evaluate.values import ClassValue, FunctionValue, Made, Member
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.controller import Controllers, methods
from assay.source.frameworks.aspnetcore.mark import text_of
from assay.source.frameworks.aspnetcore.policy import Demanded
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.program import Program

PAGE = re.compile(r"^\s*@page\b[ \t]*(?:\"([^\"]*)\")?", re.MULTILINE)
ATTRIBUTE = re.compile(r"^\s*@attribute\s+\[(\w+)(?:\(([^)]*)\))?\]", re.MULTILINE)
MODEL = re.compile(r"^\s*@model\s+([\w.]+)[ \t]*$", re.MULTILINE)
NAMED = re.compile(r"(Roles|Policy)\s*=\s*\"([^\"]*)\"")
HANDLER = re.compile(r"^On(Get|Post|Put|Delete|Patch|Head|Options)(\w*?)(?:Async)?$")
FUNCTION = re.compile(r"\b(On(?:Get|Post|Put|Delete|Patch|Head|Options)\w*)\s*\(")
FOLDER = re.compile(r"^(?:(?P<site>.*?)/)?(?:Areas/(?P<area>[^/]+)/)?Pages/(?P<rest>.+)\.cshtml$")
CONVENTIONS = (
    "AuthorizeFolder", "AuthorizePage", "AuthorizeAreaFolder", "AuthorizeAreaPage", "AllowAnonymousToPage", "AllowAnonymousToFolder",
    "AllowAnonymousToAreaPage", "AllowAnonymousToAreaFolder",
)  # fmt: skip


class Page(Struct, frozen=True):
    """One way to a page."""

    site: Site
    method: str
    template: str
    handler: str
    place: Place
    guards: tuple[Guard, ...]
    steps: tuple[Step, ...]
    function: FunctionValue | None
    model: ClassValue | None = None


class Pages:
    """Reads the pages of a tree."""

    def __init__(self, program: Program, sites: Sites, controllers: Controllers, authorization: Authorization) -> None:
        self.program = program
        self.sites = sites
        self.controllers = controllers
        self.authorization = authorization

    def all(self) -> Iterator[Page]:
        """Every page, by path."""
        for path in sorted(self.program.project.other_paths(".cshtml")):
            found = FOLDER.match(path)
            text = self.program.project.text(path) if found is not None else None
            stated = PAGE.search(text) if text else None
            if found is None or stated is None or text is None or text[: stated.start()].strip(" \n\r\t\ufeff@*"):
                continue
            name = "/" + found["rest"]
            for site in self.sites.of_path(path):
                yield from self.page(site, path, text, Named(name, found["area"] or "", stated[1]))

    def page(self, site: Site, path: str, text: str, named: Named) -> Iterator[Page]:
        """The handlers of one page."""
        model = self.model(path) or self.named(path, text)
        marks = self.controllers.inherited(self.program.mro(model)) if model is not None else ()
        guards = [
            *self.by_convention(site, named),
            *self.authorization.of_marks(site, marks),
            *self.stated(site, path, text),
        ]
        place = model.place if model is not None else Place(path, 1)
        handlers: list[tuple[str, str, FunctionValue | None]] = []
        for function in self.handlers(model) if model is not None else ():
            found = HANDLER.match(function.function.name)
            if found is not None:
                handlers.append((found[1].upper(), function.function.name, function))
        handlers += [
            (m[1].upper(), name, None)
            for name in FUNCTION.findall(text)
            if (m := HANDLER.match(name)) and model is None
        ]
        if not any(method == "GET" for method, _, _ in handlers):
            handlers.insert(0, ("GET", "(page)", None))
        owner = model.name if model is not None else named.name.strip("/").replace("/", ".")
        step = Step(f"page {path}", Place(path, 1))
        for method, name, answering in handlers:
            where = answering.place if answering is not None else place
            yield Page(
                site, method, named.template, f"{owner}.{name}", where, tuple(guards), (step,), answering, model
            )  # fmt: skip

    def model(self, path: str) -> ClassValue | None:
        """The page model in the file beside the page."""
        behind = f"{path}.cs"
        if not self.program.project.has(behind):
            return None
        file = self.program.project.file(behind)
        for statement in file.body if file is not None else ():
            if isinstance(statement, facts.Declare) and statement.type.kind == "class":
                for cls in self.program.run.csharp.types.all(statement.type.name):
                    if any(part is statement.type for part, _ in cls.parts):
                        return cls
        return None

    def named(self, path: str, text: str) -> ClassValue | None:
        """The page model that stands elsewhere in the project and that `@model` names."""
        found = MODEL.search(text)
        home = self.program.run.csharp.types.project_of(path)
        for cls in self.program.run.csharp.types.all(found[1].rpartition(".")[2]) if found is not None else ():
            is_near = self.program.run.csharp.types.project_of(cls.module.path) == home
            if is_near and self.program.derives(cls, "PageModel"):
                return cls
        return None

    def handlers(self, model: ClassValue) -> Iterator[FunctionValue]:
        """The handler methods of a page model and its bases."""
        seen: set[str] = set()
        for base in self.program.mro(model):
            if isinstance(base, ClassValue) and base.type.kind == "class":
                for function in methods(self.program, base):
                    fits = HANDLER.match(function.function.name) and "public" in function.function.modifiers
                    marks = self.controllers.marks.of(function.function.annotations, function.module, function.owner)
                    if fits and function.function.name not in seen and not any(m.is_a("NonHandler") for m in marks):
                        seen.add(function.function.name)
                        yield function

    # --- guards

    def stated(self, site: Site, path: str, text: str) -> Iterator[Guard]:
        """`@attribute [Authorize(Roles = "x")]` in the page itself."""
        for found in ATTRIBUTE.finditer(text):
            place = Place(path, text.count("\n", 0, found.start()) + 1)
            if found[1] == "AllowAnonymous":
                yield Guard("[AllowAnonymous]", "attribute", Demand.ANONYMOUS, Level.TYPE, place)
            elif found[1] == "Authorize":
                named = dict(NAMED.findall(found[2] or ""))
                roles = [role.strip() for role in named.get("Roles", "").split(",") if role.strip()]
                what = self.authorization.demanded(site, [named["Policy"]] if "Policy" in named else [], roles)
                yield Guard("[Authorize]", "attribute", what.demand, Level.TYPE, place, what.values)

    def by_convention(self, site: Site, named: Named) -> Iterator[Guard]:
        """The guards that page conventions bring."""
        for owner, made in self.sites.events(*CONVENTIONS):
            if owner is not site or not isinstance(made.receiver, Member | Made):
                continue
            given = [text_of(value) for value in made.positional]
            area = (given.pop(0) or "") if "Area" in made.name and given else ""
            target = given.pop(0) if given else None
            if target is None or area.lower() != named.area.lower() or not reaches(made.name, target, named.name):
                continue
            if made.name.startswith("AllowAnonymous"):
                yield Guard(f'{made.name}("{target}")', "convention", Demand.ANONYMOUS, Level.GROUP, made.place)
            else:
                policy = given[0] if given else None
                what: Demanded = self.authorization.demanded(site, [policy] if policy else [], [])
                yield Guard(f'{made.name}("{target}")', "convention", what.demand, Level.GROUP, made.place, what.values)


class Named(Struct, frozen=True):
    """A page's name, its area and what `@page` says."""

    name: str
    area: str
    stated: str | None

    @property
    def template(self) -> str:
        """The route template of the page; that of an index page is its folder."""
        if self.stated is not None and self.stated.startswith(("/", "~/")):
            return self.stated
        name = self.name.removesuffix("/Index") if self.name.endswith("/Index") else self.name
        return "/".join(part.strip("/") for part in (self.area, name, self.stated or "") if part.strip("/"))


def reaches(convention: str, target: str, page: str) -> bool:
    """Whether a convention for a folder or page is about a page."""
    if convention.endswith("Folder"):
        folder = "/" + target.strip("/")
        return folder == "/" or page.lower().startswith(folder.lower() + "/")
    return page.lower() == "/" + target.strip("/").lower()
