"""OData: the routes that its conventions give to the actions of a controller that is called like an entity set.

Source: learn.microsoft.com/odata/webapi-8/fundamentals/routing-overview and EntitySetRoutingConvention, SingletonRoutingConvention,
EntityRoutingConvention, PropertyRoutingConvention, FunctionRoutingConvention, ActionRoutingConvention of Microsoft.AspNetCore.OData.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from assay.model.place import Place, Step
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import Made
from assay.source.frameworks.aspnetcore.controller import Action, Controller
from assay.source.frameworks.aspnetcore.mark import text_of
from assay.source.frameworks.aspnetcore.routing import Way
from assay.source.frameworks.aspnetcore.site import Site, Sites

COMPONENTS = ("AddRouteComponents", "AddModel", "MapODataRoute", "MapODataServiceRoute")
"""Calls that put a model under a prefix."""
VERB = re.compile(r"^(Get|Post|Put|Patch|Delete)(?=[A-Z]|$)")
RELATED = re.compile(r"^(PostTo|CreateRefTo|CreateRef|DeleteRefTo|DeleteRef|GetRef|PutTo|PatchTo)(\w+)$")
OF_RELATED = {
    "PostTo": ("POST", ""), "PutTo": ("PUT", ""), "PatchTo": ("PATCH", ""), "CreateRefTo": ("POST", "/$ref"),
    "CreateRef": ("POST", "/$ref"), "DeleteRefTo": ("DELETE", "/$ref"), "DeleteRef": ("DELETE", "/$ref"), "GetRef": ("GET", "/$ref"),
}  # fmt: skip
KEY = re.compile(r"^key[A-Z]?\w*$")


class Model(Struct):
    """What an application's models hold, and the prefixes that they are under."""

    prefixes: dict[str, Place] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    """Name -> the simple name of its type."""
    singletons: dict[str, str] = field(default_factory=dict)
    operations: dict[str, str] = field(default_factory=dict)
    """Functions and actions by name: GET or POST."""


class OData:
    """Reads the models of sites."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        self.known: dict[str, Model] = {}

    def model(self, site: Site) -> Model:
        """What the models of a site hold; without prefixes where it has none."""
        if site.folder not in self.known:
            found = self.known[site.folder] = Model()
            for made in self.own(site, *COMPONENTS):
                is_old = made.name.startswith("MapOData")
                prefix = text_of(made.argument(1 if is_old else 0, "routePrefix", "prefix"))
                found.prefixes.setdefault((prefix or "").strip("/"), made.place)
            for made in self.sites.named("EntitySet", "Singleton") if found.prefixes else ():
                name = text_of(made.argument(0, "name"))
                cls = bare(made.type_arguments[0]) if made.type_arguments else None
                if name is not None:
                    held = found.sets if made.name == "EntitySet" else found.singletons
                    held.setdefault(name, cls.type.name if cls is not None else "")
            for made in self.sites.named("Function", "Action") if found.prefixes else ():
                name = text_of(made.argument(0, "name"))
                if name is not None:
                    found.operations.setdefault(name, "GET" if made.name == "Function" else "POST")
        return self.known[site.folder]

    def own(self, site: Site, *names: str) -> list[Made]:
        """The calls of these names that belong to a site."""
        return [made for owner, made in self.sites.events(*names) if owner is site]

    def ways(self, site: Site, controller: Controller, action: Action) -> tuple[Way, ...]:
        """The ways that convention gives to an action, one a prefix."""
        model = self.model(site)
        is_set = controller.name in model.sets
        if not is_set and controller.name not in model.singletons:
            return ()
        found = routed(model, controller.name, action, is_set=is_set)
        if found is None:
            return ()
        method, template = found
        steps = [Step(f"OData: the controller of {controller.name}", controller.cls.place)]
        ways: list[Way] = []
        for prefix, place in model.prefixes.items():
            whole = "/".join(part for part in (prefix, template) if part)
            ways.append(Way(whole, (method,), place, (*steps, Step(f"model under {prefix or '/'}", place))))
        return tuple(ways)


def routed(model: Model, name: str, action: Action, *, is_set: bool) -> tuple[str, str] | None:
    """The method and template of one action."""
    called = action.name
    keys = [p.name for p in action.method.function.parameters if KEY.match(p.name)]
    whole = f"{name}({{{keys[0]}}})" if is_set and keys else name
    related = RELATED.match(called)
    if related is not None:
        method, ending = OF_RELATED[related[1]]
        return method, f"{whole}/{related[2]}{ending}"
    if called in model.operations:
        return model.operations[called], f"{whole}/{called}"
    verb = VERB.match(called)
    if verb is None:
        return None
    method, rest = verb[1].upper(), called[len(verb[1]) :].partition("From")[0]
    if rest in {"", name, (model.sets if is_set else model.singletons).get(name)}:
        if method in {"PUT", "DELETE"} and is_set and not keys:
            return None
        return method, name if method == "POST" else whole
    return (method, f"{whole}/{rest}") if keys or not is_set else None
