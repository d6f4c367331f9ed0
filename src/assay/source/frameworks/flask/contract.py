"""connexion: an OpenAPI document names the functions that answer; its security schemes are the guards."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml
from msgspec import Struct

from assay.model.endpoint import Demand, Endpoint, Guard, Level, Parameter, authorization_of
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.values import (
    ClassValue,
    FunctionValue,
    Invocation,
    Made,
    Member,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.collect import Collector
from assay.source.frameworks.flask.hooks import Hook, Target
from assay.source.frameworks.flask.known import VERBS
from assay.source.handled import key_of
from assay.source.paths import join
from assay.source.program import Program, environment_of, place_of

APPLICATIONS = ("connexion.FlaskApp", "connexion.App", "connexion.AsyncApp", "connexion.FlaskApi")
PLACES = frozenset({"path", "query", "header", "cookie", "form", "body"})
DYNAMIC = re.compile(r"\{\{.*?\}\}")


class Document(Struct, frozen=True):
    """One contract that was added to an application."""

    api: str
    application: Invocation
    call: Made
    path: str
    content: Mapping[str, Any]
    hooks: tuple[Hook, ...]


class Contracts:
    """Reads the connexion applications of a program."""

    def __init__(self, program: Program, collector: Collector) -> None:
        self.program = program
        self.collector = collector

    def read(self, taken: set[Place | None]) -> Iterator[Api]:
        """An API for each application that is not yet known, its endpoints collected."""
        for application in self.program.made(*APPLICATIONS):
            if application.place in taken:
                continue
            taken.add(application.place)
            folder = application.place.path.rpartition("/")[0] or "."
            api = Api(folder, folder.rpartition("/")[2], "flask", "python", folder, application.place)
            yield api
            hooks = self.collector.hooks.of(Member(application, "app"), Level.APPLICATION)
            for call in self.program.calls_on(application, "add_api"):
                self.add(application, call, api.id, hooks)

    def add(self, application: Invocation, call: Made, api: str, hooks: tuple[Hook, ...]) -> None:
        """One `app.add_api("openapi.yaml")`."""
        told = text(call.argument(0, "specification"))
        folder = text(application.argument(-1, "specification_dir")) or ""
        path = self.find(told, folder, application.place.path) if told is not None else None
        if path is None:
            self.skip(call, f"the contract {told or ''} was not found".replace("  ", " "))
            return
        source = DYNAMIC.sub("x", self.program.project.text(path) or "")
        try:
            content = yaml.safe_load(source)
        except (yaml.YAMLError, RecursionError):
            content = None
        if not isinstance(content, dict) or not isinstance(content.get("paths"), dict):
            self.skip(call, f"the contract {path} could not be read")
            return
        document = Document(api, application, call, path, content, hooks)
        for rule, methods in content["paths"].items():
            for method, operation in methods.items() if isinstance(methods, dict) else ():
                if method in VERBS and isinstance(operation, dict):
                    self.operation(
                        document, str(rule), method, {"x-shared": methods.get("parameters", ()), **operation}
                    )

    def skip(self, call: Made, reason: str) -> None:
        """Say what was not read."""
        self.collector.skipped.append(Skipped(call.place.path, reason, "route", call.place.line))

    def find(self, name: str, folder: str, beside: str) -> str | None:
        """The file of a contract: beside the application, from the root, else the only one that ends so."""
        project = self.program.project
        own = beside.rpartition("/")[0]
        for start in (posixpath.join(own, folder), folder, own):
            path = posixpath.normpath(posixpath.join(start, name))
            if project.text(path) is not None:
                return path
        suffix = "." + name.rpartition(".")[2]
        ending = [path for path in project.other_paths(suffix) if f"/{path}".endswith(f"/{posixpath.basename(name)}")]
        return ending[0] if len(ending) == 1 else None

    def operation(self, document: Document, rule: str, method: str, operation: Mapping[str, Any]) -> None:
        """One operation of a contract."""
        path = join(self.base_of(document), rule)
        handler = self.handler_of(document, rule, method, operation)
        function = undecorated(handler) if handler is not None else None
        target = Target(
            path, method.upper(), str(operation.get("operationId", "")), path, handler or Member(document.call, method)
        )
        guards = self.collector.hooks.guards(document.hooks, target, document.application)
        guards += tuple(security_of(document, operation))
        if handler is not None:
            guards += self.collector.decorators.of(handler)
            inline = self.collector.decorators.of_body(handler) if not guards else None
            guards += (inline,) if inline is not None else ()
        name = (
            function.name if isinstance(function, FunctionValue) else str(operation.get("operationId") or "(unknown)")
        )
        place = (place_of(function) if function is not None else None) or document.call.place
        endpoint = Endpoint(
            api=document.api,
            method=method.upper(),
            path=path,
            handler=name,
            place=place,
            framework="flask",
            authorization=authorization_of(guards),
            guards=guards,
            parameters=tuple(parameters_of(operation)),
            route_place=Place(document.path, 0),
            steps=(
                Step("contract added", document.call.place),
                Step(f"operation {method} {rule}", Place(document.path, 0)),
            ),
            environment=environment_of(document.call.conditions),
            reasons=tuple(dict.fromkeys(guard.reason for guard in guards if guard.reason)),
        )
        if handler is None:
            self.skip(document.call, f"the function {name} of {method.upper()} {rule} was not found")
        self.collector.endpoints.setdefault((document.api, endpoint.method, path, name, place), endpoint)
        sources = {each.name.replace("-", "_"): each.source for each in endpoint.parameters if each.source in PLACES}
        before = [hook.function for hook in document.hooks]
        performance = (
            self.collector.performing.of_operation(handler, sources, before, endpoint.method) if handler else None
        )
        if performance is not None:
            self.program.performances[key_of(endpoint)] = performance

    @staticmethod
    def base_of(document: Document) -> str:
        """`base_path=`, else the path of the first server, else `basePath`."""
        told = text(document.call.argument(1, "base_path"))
        if told is not None:
            return told
        servers = document.content.get("servers")
        if isinstance(servers, list) and servers and isinstance(servers[0], dict):
            return urlsplit(str(servers[0].get("url", ""))).path
        return str(document.content.get("basePath") or "")

    def handler_of(self, document: Document, rule: str, method: str, operation: Mapping[str, Any]) -> Value | None:
        """The function that `operationId` (with the controller) or the resolver names."""
        name = operation.get("operationId")
        controller = operation.get("x-openapi-router-controller") or operation.get("x-swagger-router-controller")
        if not isinstance(name, str):
            name = self.by_rule(document, rule, method)
        elif isinstance(controller, str):
            name = f"{controller}.{name}"
        return self.resolve(name, document.application.place.path) if name else None

    def by_rule(self, document: Document, rule: str, method: str) -> str | None:
        """RestyResolver: `GET /pets/{id}` is `module.pets.get`, a collection's `get` is `search`."""
        for option in options(document.call.argument(-1, "resolver")):
            if isinstance(option, Made) and option.name in {"RestyResolver", "MethodViewResolver", "MethodResolver"}:
                module = text(option.argument(0, "default_module_name")) or ""
                parts = [part for part in rule.split("/") if part and not part.startswith("{")]
                last = "search" if method == "get" and not rule.rstrip("/").endswith("}") else method
                return ".".join(part for part in (module, *parts[:1], last) if part).replace("-", "_")
        return None

    def resolve(self, dotted: str, beside: str) -> Value | None:
        """The value of a dotted name: a function, or a method of a class of a module."""
        parts = dotted.replace(":", ".").split(".")
        for cut in range(len(parts) - 1, 0, -1):
            stem = "/".join(parts[:cut])
            for path in self.modules(stem, beside):
                value = self.program.value_at(path, parts[cut])
                for member in parts[cut + 1 :]:
                    inner = undecorated(value) if value is not None else None
                    value = (
                        class_attribute(self.program.run, inner, member, inner)
                        if isinstance(inner, ClassValue)
                        else None
                    )
                if value is not None:
                    return value
        return None

    def modules(self, stem: str, beside: str) -> Iterator[str]:
        """The files that a module of this name may be: beside the application, from the root, then anywhere."""
        own = beside.rpartition("/")[0]
        for start in (own, "", own.rpartition("/")[0]):
            for end in (".py", "/__init__.py"):
                path = posixpath.join(start, stem + end)
                if self.program.project.has(path):
                    yield path
        for path in self.program.project.paths("python"):
            if path.endswith((f"/{stem}.py", f"/{stem}/__init__.py")):
                yield path


def security_of(document: Document, operation: Mapping[str, Any]) -> Iterator[Guard]:
    """The guards that the security of an operation (else of the document) is; an empty alternative lets everybody in."""
    stated = operation.get("security", document.content.get("security"))
    alternatives = [each for each in stated if isinstance(each, dict)] if isinstance(stated, list) else []
    if not alternatives or any(not each for each in alternatives):
        return
    level = Level.ENDPOINT if "security" in operation else Level.APPLICATION
    for name, scopes in alternatives[0].items():
        values = tuple(str(scope) for scope in scopes or ())
        demand = Demand.SCOPE if values else Demand.AUTHENTICATED
        yield Guard(f"security {name}", "convention", demand, level, Place(document.path, 0), values)


def parameters_of(operation: Mapping[str, Any]) -> Iterator[Parameter]:
    """The declared parameters of an operation."""
    for each in (*(operation.get("x-shared") or ()), *(operation.get("parameters") or ())):
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            schema = each.get("schema") if isinstance(each.get("schema"), dict) else each
            source = {"formData": "form"}.get(str(each.get("in")), str(each.get("in", "unknown")))
            yield Parameter(each["name"], str((schema or {}).get("type", "")), source, bool(each.get("required")))
