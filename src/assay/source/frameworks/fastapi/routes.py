"""Routes: what applications and routers were told to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assay.model.endpoint import Endpoint, Guard, Level, authorization_of
from assay.model.place import Skipped, Step
from assay.model.program import Api
from assay.plugins.framework import Reading
from assay.source.paths import join
from assay.source.evaluate.values import (
    Const,
    Decorated,
    Deferred,
    FunctionValue,
    Instance,
    Invocation,
    Made,
    Template,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.fastapi.guards import Dependencies
from assay.source.program import Program, environment_of, place_of

APPLICATIONS = ("fastapi.FastAPI", "starlette.Starlette")
ROUTERS = ("fastapi.APIRouter", "starlette.Router")
VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "trace"}
PARAMETER = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a route: where it is mounted and what guards it there."""

    api: str
    prefix: str = ""
    guards: tuple[Guard, ...] = ()
    steps: tuple[Step, ...] = ()
    depth: int = 0


class Reader:
    """Reads one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.dependencies = Dependencies(program)
        self.apis: list[Api] = []
        self.endpoints: list[Endpoint] = []
        self.skipped: list[Skipped] = []

    def read(self) -> Reading:
        """Every application with its routes."""
        applications = self.program.made(*APPLICATIONS)
        mounted = {id(option) for app in applications for call in self.program.calls_on(app, "mount") for option in options(call.argument(1, "app"))}
        for application in applications:
            if id(application) in mounted:
                continue
            api = self.api_of(application, applications)
            self.apis.append(api)
            guards = self.dependencies.of_list(application.argument(-1, "dependencies"), Level.APPLICATION)
            step = Step(f"application made as {api.name}", application.place)
            self.container(application, Around(api.id, "", guards, (step,)))
        return Reading(tuple(self.apis), tuple(self.endpoints), (), tuple(self.skipped))

    def api_of(self, application: Invocation, all_: tuple[Invocation, ...]) -> Api:
        """The API of an application object: its folder, with the file's name when a folder makes several."""
        folder = application.place.path.rpartition("/")[0]
        beside = [other for other in all_ if other.place.path.rpartition("/")[0] == folder]
        name = text(application.argument(-1, "title")) or folder.rpartition("/")[2] or self.program.project.root.name
        stem = application.place.path.rpartition("/")[2].removesuffix(".py")
        same_file = [other for other in beside if other.place.path == application.place.path]
        id_ = folder or "."
        if len(beside) > 1:
            id_ = f"{folder}/{stem}".lstrip("/")
        if len(same_file) > 1:
            id_ += f"#{same_file.index(application) + 1}"
        return Api(id_, name, "fastapi", "python", folder or ".", application.place)

    # --- containers

    def container(self, owner: Value, around: Around) -> None:
        """The routes of an application or router, in order of registration."""
        if around.depth > 20:
            return
        for call in self.program.calls_on(owner):
            name = call.name
            if name in VERBS or name in {"api_route", "route", "websocket", "websocket_route"}:
                for application in self.program.applications(call):
                    self.route(call, application.positional[0] if application.positional else None, around)
            elif name in {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route"}:
                self.route(call, call.argument(1, "endpoint", "route", "handler"), around)
            elif name == "include_router":
                self.include(call, around)
            elif name in {"mount", "host"}:
                self.mount(call, around)

    def include(self, call: Made, around: Around) -> None:
        """`app.include_router(router, prefix=..., dependencies=[...])`."""
        router = call.argument(0, "router")
        prefix = self.path_of(call.argument(-1, "prefix"), call)
        if prefix is None:
            return
        guards = self.dependencies.of_list(call.argument(-1, "dependencies"), Level.GROUP)
        for option in options(router):
            if isinstance(option, Invocation):
                own = self.path_of(option.argument(-1, "prefix") if "prefix" not in option.attributes else option.attributes["prefix"], call)
                if own is None:
                    continue
                inner = self.dependencies.of_list(option.argument(-1, "dependencies"), Level.GROUP)
                step = Step(f"router included under {join(around.prefix, prefix, own)}", call.place)
                self.container(
                    option,
                    replace(
                        around,
                        prefix=join(around.prefix, prefix, own) if around.prefix or prefix or own else "",
                        guards=(*around.guards, *guards, *inner),
                        steps=(*around.steps, step),
                        depth=around.depth + 1,
                    ),
                )

    def mount(self, call: Made, around: Around) -> None:
        """`app.mount("/x", other)`."""
        prefix = self.path_of(call.argument(0, "path"), call)
        for option in options(call.argument(1, "app")):
            if prefix is not None and self.program.is_made_by(option, *APPLICATIONS, *ROUTERS) and isinstance(option, Invocation):
                guards = self.dependencies.of_list(option.argument(-1, "dependencies"), Level.APPLICATION)
                step = Step(f"mounted under {prefix}", call.place)
                self.container(option, replace(around, prefix=join(around.prefix, prefix), guards=(*around.guards, *guards), steps=(*around.steps, step), depth=around.depth + 1))

    # --- routes

    def path_of(self, value: Value | None, call: Made) -> str | None:
        """A known path; None (and a `Skipped`) when it is not known."""
        if value is None:
            return ""
        for option in options(value):
            if isinstance(option, Const):
                return option.value if isinstance(option.value, str) else ""
            if isinstance(option, Template):
                return "".join(piece if isinstance(piece, str) else "{?}" for piece in option.pieces)
        self.skipped.append(Skipped(call.place.path, f"the path given to {call.name} could not be resolved", "route", call.place.line))
        return None

    def route(self, call: Made, handler: Value | None, around: Around) -> None:
        """One registration."""
        path = self.path_of(call.argument(0, "path"), call)
        if path is None:
            return
        full = PARAMETER.sub(r"{\1}", join(around.prefix, path) if around.prefix or path else "/")
        function = undecorated(handler) if handler is not None else None
        guards = (
            *around.guards,
            *self.dependencies.of_list(call.argument(-1, "dependencies"), Level.ENDPOINT),
            *(self.dependencies.of_handler(handler) if handler is not None else ()),
        )
        place = place_of(function) if function is not None else None
        for method in self.methods(call):
            self.endpoints.append(
                Endpoint(
                    api=around.api,
                    method=method,
                    path=full,
                    handler=function.name if isinstance(function, FunctionValue) else "(unknown)",
                    place=place or call.place,
                    framework="fastapi",
                    authorization=authorization_of(guards),
                    guards=guards,
                    route_place=call.place,
                    steps=(*around.steps, Step(f"route declared as {method} {path}", call.place)),
                    environment=environment_of(call.conditions),
                )
            )

    def methods(self, call: Made) -> Iterator[str]:
        """The methods of a registration."""
        if "websocket" in call.name:
            yield "WS"
        elif call.name in VERBS:
            yield call.name.upper()
        else:
            given = items(call.argument(-1, "methods"))
            known = [name.upper() for item in given or () if (name := text(item))]
            yield from known or ["GET"]


def read(program: Program) -> Reading:
    """The reading of a program."""
    return Reader(program).read()
