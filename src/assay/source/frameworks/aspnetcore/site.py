"""Web applications of a tree: which projects start one, which libraries belong to it, and whose an event is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from assay.model.place import Place
from assay.model.program import Api
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import (
    Either,
    External,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Value,
    options,
)
from assay.source.program import Program

REFERENCE = re.compile(r"<ProjectReference\s[^>]*?Include\s*=\s*\"([^\"]+)\"", re.IGNORECASE)
PARTS = re.compile(r"<Import\s[^>]*?Project\s*=\s*\"([^\"]+\.projitems)\"", re.IGNORECASE)
STARTING = frozenset(["UseStartup", "ConfigureWebHostDefaults", "ConfigureWebHost", "UseKestrel"])
BUILDING = frozenset(["CreateBuilder", "CreateSlimBuilder", "CreateEmptyBuilder", "CreateDefaultBuilder", "Create"])
HOSTS = ("WebApplication", "WebHost")
ROUTING = frozenset(
    ["UseMvc", "UseMvcWithDefaultRoute", "UseEndpoints", "UseRouting", "MapControllers", "MapControllerRoute", "MapRazorPages",
     "MapDefaultControllerRoute", "UseFastEndpoints", "MapCarter"]
)  # fmt: skip


HOSTING = frozenset(["CreateBuilder", "CreateSlimBuilder", "CreateEmptyBuilder"])
"""Hosts that put the middleware of authorization in place by themselves (since .NET 7)."""
FAMILIAR = frozenset(
    ["UseRouting", "UseEndpoints", "UseStaticFiles", "UseDefaultFiles", "UseHttpsRedirection", "UseHsts",
     "UseDeveloperExceptionPage", "UseExceptionHandler", "UseCors", "UseAuthentication", "UseSwagger",
     "UseSwaggerUI", "UseStartup", "UseSession", "UseCookiePolicy", "UseKestrel", "UseIIS", "UseIISIntegration",
     "UseResponseCompression", "UseResponseCaching", "UseStatusCodePages", "UseStatusCodePagesWithReExecute",
     "UseForwardedHeaders", "UseUrls", "UseContentRoot", "UseSqlServer", "UseNpgsql", "UseSqlite",
     "UseInMemoryDatabase", "UseMySql"]
)  # fmt: skip
"""Calls that surely put no middleware of authorization in place."""


class Site(Struct, frozen=True):
    """One web application."""

    api: Api
    folder: str
    """Of its project, "" for the root."""


class Sites:
    """The web applications of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.types = program.run.csharp.types
        self.projects = {
            path.rpartition("/")[0]: path for path in sorted(program.project.other_paths(".csproj"), reverse=True)
        }
        self.references = {folder: self._references(path) for folder, path in sorted(self.projects.items())}
        self.reach: dict[str, frozenset[str]] = {}
        self.entries = self._entries()
        self.sites: dict[str, Site] = {}
        for folder, place in sorted(self.entries.items()):
            self.sites[folder] = self.made(folder, place)
        self.by_folder: dict[str, tuple[Site, ...]] = {}
        self.roots: dict[int, Value] = {}
        self.is_lacking: bool | None = None

    def made(self, folder: str, place: Place | None) -> Site:
        """The site of a folder."""
        project = self.projects.get(folder)
        name = project.rpartition("/")[2].removesuffix(".csproj") if project else folder.rpartition("/")[2]
        name = name or self.program.project.root.name
        return Site(Api(folder or ".", name, "aspnetcore", "csharp", folder or ".", place), folder)

    def _references(self, path: str) -> tuple[str, ...]:
        text = self.program.project.text(path) or ""
        folder = path.rpartition("/")[0]
        found = [posixpath.normpath(posixpath.join(folder, one.replace("\\", "/"))) for one in REFERENCE.findall(text)]
        return tuple(one.rpartition("/")[0] for one in found)

    # --- entries

    def _entries(self) -> dict[str, Place]:
        """The folders in which a web application is started, with the place."""
        strong: dict[str, Place] = {}
        weak: dict[str, Place] = {}
        for made in self.program.run.made:
            if is_start(made):
                path = made.place.path
                cls = next((c for c in map(bare, made.type_arguments) if c is not None), None)
                if made.name == "UseStartup" and cls is not None:
                    path = cls.module.path
                strong.setdefault(self.folder_of(path), made.place)
            elif made.name in ROUTING:
                weak.setdefault(self.folder_of(made.place.path), made.place)
        for folder, place in weak.items():
            if folder not in strong and self.is_web(folder) and not self.is_used(folder, strong):
                strong[folder] = place
        return strong or dict(list(weak.items())[:1])

    def is_used(self, folder: str, entries: Iterable[str]) -> bool:
        """Whether one of the started projects references this one."""
        return any(folder in self.reached(entry) for entry in entries)

    def is_web(self, folder: str) -> bool:
        """Whether a project is built as a web application (or there is no project file)."""
        project = self.projects.get(folder)
        return project is None or "Sdk.Web" in (self.program.project.text(project) or "")

    def folder_of(self, path: str) -> str:
        """The folder of the project of a file; without project files that of the file itself."""
        if self.projects:
            return self.types.project_of(path)
        return path.rpartition("/")[0]

    def reached(self, folder: str) -> frozenset[str]:
        """The projects that one references, however far; those that start an application of their own are left out."""
        if folder not in self.reach:
            seen: set[str] = set()
            waiting = list(self.references.get(folder, ()))
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += self.references.get(one, ())
            self.reach[folder] = frozenset(seen)
        return self.reach[folder]

    # --- whose

    def of_path(self, path: str) -> tuple[Site, ...]:
        """The sites that a source file belongs to: its own project's, else those that reference it, else the only one there is."""
        folder = self.folder_of(path) if self.projects else self.nearest(path)
        if folder not in self.by_folder:
            self.by_folder[folder] = self._of_folder(folder)
        return self.by_folder[folder]

    def nearest(self, path: str) -> str:
        """Without project files: the nearest folder above a file in which an application is started."""
        folder = path.rpartition("/")[0]
        while folder and folder not in self.entries:
            folder = folder.rpartition("/")[0]
        return folder

    def _of_folder(self, folder: str) -> tuple[Site, ...]:
        if folder in self.sites:
            return (self.sites[folder],)
        using = tuple(site for known, site in sorted(self.sites.items()) if folder in self.reached(known))
        if using:
            return using
        if len(self.entries) == 1:
            return (self.sites[next(iter(self.entries))],)
        if not self.projects and self.entries:
            return tuple(site for _, site in sorted(self.sites.items()))[:1]
        self.sites[folder] = self.made(folder, None)
        return (self.sites[folder],)

    def root(self, value: Value) -> Value:
        """What a value came out of: the builder, the application, a parameter that the framework fills in."""
        seen: list[int] = []
        while True:
            if id(value) in self.roots:
                value = self.roots[id(value)]
                break
            seen.append(id(value))
            inner = next(iter(inside(value)), None)
            if inner is None:
                break
            value = inner
        for one in seen:
            self.roots[one] = value
        return value

    def of(self, made: Value) -> tuple[Site, ...]:
        """The sites that an event belongs to."""
        found: tuple[Site, ...] = ()
        match self.root(made):
            case Made(place=place) | Instance(place=place):
                found = self.of_path(place.path)
            case Given(function=function) if function is not None:
                found = self.of_path(function.module.path)
            case _:
                return self.of_path(made.place.path) if isinstance(made, Made) else ()
        return tuple(site for site in found if self.holds(site, made.place.path)) if isinstance(made, Made) else found

    def holds(self, site: Site, path: str) -> bool:
        """Whether a site can reach a source: a module that a container finds belongs to the applications that reference its project."""
        folder = self.folder_of(path)
        if folder == site.folder or not self.projects or folder not in self.projects:
            return True
        if folder in self.entries:
            return False
        return folder in self.reached(site.folder) or not self.is_used(folder, self.entries)

    def lacks_authorization(self) -> bool:
        """Whether endpoints are surely run without the middleware of authorization, which then never asks the fallback policy.

        An endpoint that itself demands something fails there at run time (`EndpointMiddleware` throws), so it is not open.
        """
        if self.is_lacking is None:
            names = {made.name for made in self.program.run.made}
            is_brought = "UseEndpoints" not in names or "UseAuthorization" in names or bool(names & HOSTING)
            self.is_lacking = not is_brought and all(name in FAMILIAR for name in names if name.startswith("Use"))
        return self.is_lacking

    def events(self, *names: str) -> Iterator[tuple[Site, Made]]:
        """The calls of these names with the sites that they belong to, in order."""
        for made in self.named(*names):
            for site in self.of(made):
                yield site, made

    def named(self, *names: str) -> list[Made]:
        """The calls of these names, in order."""
        if not self._by_name or self._counted != len(self.program.run.made):
            self._by_name = {}
            self._counted = len(self.program.run.made)
            for made in self.program.run.made:
                self._by_name.setdefault(made.name, []).append(made)
        found = [made for name in names for made in self._by_name.get(name, ())]
        return sorted(found, key=lambda made: made.index)

    _by_name: dict[str, list[Made]] = {}  # noqa: RUF012  # replaced on first use
    _counted = -1


def inside(value: Value) -> Iterator[Value]:
    """One step towards where a value came from."""
    match value:
        case Made(callee=Member(value=owner)) if not isinstance(owner, External):
            yield owner
        case Made(callee=Made() as callee):
            yield callee
        case Member(value=owner) | Generic(value=owner):
            yield owner
        case Given(call=Made() as call):
            yield call
        case Either():
            yield from list(options(value))[:1]


def is_start(made: Made) -> bool:
    """Whether a call starts a web application."""
    if made.name in STARTING:
        return True
    if made.name not in BUILDING:
        return False
    owner = made.receiver
    dotted = (
        made.callee.name if isinstance(made.callee, External) else owner.name if isinstance(owner, External) else ""
    )
    return any(part in HOSTS for part in dotted.split("."))
