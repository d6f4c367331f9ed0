"""Wolverine: methods that an attribute makes endpoints (`[WolverinePost("/orders")]`), with what their parameters load before they run.

Source: wolverinefx.net/guide/http/endpoints.html, /guide/http/marten.html (`[Entity]`, `[Aggregate]`), /guide/http/security.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import Struct

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place, Step
from assay.source import facts
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import ClassValue, External, FunctionValue, Given, Value
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.controller import classes, methods
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of
from assay.source.frameworks.aspnetcore.minimal import Minimal
from assay.source.frameworks.aspnetcore.parameter import Binding, simple_name
from assay.source.frameworks.aspnetcore.performing import Performing
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.frameworks.aspnetcore.template import parameters as parameters_of
from assay.source.handled import Performance
from assay.source.program import Program

VERBS = {
    "WolverineGet": "GET", "WolverinePost": "POST", "WolverinePut": "PUT", "WolverinePatch": "PATCH", "WolverineDelete": "DELETE",
    "WolverineHead": "HEAD", "WolverineOptions": "OPTIONS",
}  # fmt: skip
MAPPING = ("MapWolverineEndpoints",)
LOADING = {
    "Entity": "LoadAsync", "Document": "LoadAsync", "ReadAggregate": "FetchLatest", "Aggregate": "FetchForWriting",
    "WriteAggregate": "FetchForWriting",
}  # fmt: skip
"""Attributes of parameters that are loaded, with the call of the session that does it."""
CHANGED = frozenset({"Aggregate", "WriteAggregate"})
"""Those to whose stream the events go that the handler returns."""
HANDLER = "AggregateHandler"
"""The attribute of a method whose second parameter is an aggregate."""


class Chain(Struct, frozen=True):
    """One endpoint."""

    site: Site
    cls: ClassValue
    method: FunctionValue
    verb: str
    template: str
    guards: tuple[Guard, ...]
    marks: tuple[Mark, ...]
    place: Place
    steps: tuple[Step, ...]


class Wolverine:
    """Reads the endpoints of Wolverine, and runs them."""

    def __init__(
        self, program: Program, sites: Sites, marks: Marks, authorization: Authorization, minimal: Minimal
    ) -> None:
        self.program = program
        self.sites = sites
        self.marks = marks
        self.authorization = authorization
        self.minimal = minimal

    def all(self, paths: Iterable[str]) -> Iterator[Chain]:
        """Every endpoint, by path and line."""
        seen: set[int] = set()
        for cls in classes(self.program, paths):
            if id(cls.type) in seen:
                continue
            seen.add(id(cls.type))
            for method in methods(self.program, cls):
                own = tuple(self.marks.of(method.function.annotations, method.module, method.owner))
                if any(mark.name in VERBS for mark in own):
                    for site in self.sites.of_path(cls.module.path):
                        yield from self.chains(site, cls, method, own)

    def chains(self, site: Site, cls: ClassValue, method: FunctionValue, own: tuple[Mark, ...]) -> Iterator[Chain]:
        """The endpoints of one method."""
        outer = tuple(mark for part, module in cls.parts for mark in self.marks.of(part.annotations, module, cls))
        levels = [*((mark, Level.TYPE) for mark in outer), *((mark, Level.ENDPOINT) for mark in own)]
        prefix, around = self.around(site)
        stated = next((text_of(mark.argument(0, "prefix")) for mark in outer if mark.name == "RoutePrefix"), None)
        guards = (*around, *self.authorization.of_marks(site, levels))
        for mark in own:
            template = text_of(mark.argument(0, "template")) if mark.name in VERBS else None
            if template is not None:
                whole = "/".join(part.strip("/") for part in (stated or prefix, template) if part and part.strip("/"))
                step = Step(f"route of {mark.shown}", mark.place)
                yield Chain(site, cls, method, VERBS[mark.name], whole, guards, (*own, *outer), mark.place, (step,))

    def around(self, site: Site) -> tuple[str, tuple[Guard, ...]]:
        """The prefix and guards that the options of `MapWolverineEndpoints` give to all."""
        prefix, found = "", list[Guard]()
        for owner, made in self.sites.events("RequireAuthorizeOnAll", "RoutePrefix", *MAPPING):
            if owner is not site:
                continue
            if made.name == "RoutePrefix":
                prefix = text_of(made.argument(0, "prefix")) or prefix
            elif made.name == "RequireAuthorizeOnAll":
                found.append(
                    Guard("RequireAuthorizeOnAll()", "policy", Demand.AUTHENTICATED, Level.APPLICATION, made.place)
                )
            else:
                group = self.minimal.around(site, made.receiver, Level.GROUP)
                found += group.guards
                calls = self.minimal.conventions(made)
                found += [g for call in calls if (g := self.authorization.of_convention(site, call, Level.APPLICATION))]
        return prefix, tuple(found)

    # --- running

    def performance(self, chain: Chain, binding: Binding, performing: Performing) -> Performance:
        """An endpoint made ready to be run."""
        share = ("wolverine", id(chain.method.function), binding.template)
        return Performance(partial(self.perform, chain, binding, performing), share)

    def perform(self, chain: Chain, binding: Binding, performing: Performing) -> Value:
        """Run one endpoint with what its parameters load; what it returns of an aggregate goes to that one's stream."""
        parameters = chain.method.function.parameters
        asked = [(parameter, self.loads(chain, parameter)) for parameter in parameters]
        sent = {
            parameter.name: performing.argument(parameter, chain.method, binding) for parameter, how in asked if not how
        }
        given = {parameter.name: self.loaded(chain, parameter, how, binding, sent) for parameter, how in asked if how}
        found = performing.perform(chain.method, chain.cls, binding, {**sent, **given})
        for parameter, how in asked:
            if how in CHANGED:
                self.session(chain, "Append", self.key(chain, parameter, binding, sent), found, None)
        return found

    def loads(self, chain: Chain, parameter: facts.Parameter) -> str:
        """The attribute by which a parameter is loaded; "" for one that is bound."""
        own = self.marks.of(parameter.annotations, chain.method.module, chain.method.owner)
        stated = next((mark.name for mark in own if mark.name in LOADING), "")
        position = chain.method.function.parameters.index(parameter)
        is_handler = position == 1 and any(mark.name == HANDLER for mark in chain.marks)
        return stated or ("Aggregate" if is_handler else "")

    def key(self, chain: Chain, parameter: facts.Parameter, binding: Binding, sent: dict[str, Value]) -> Value:
        """What a loaded parameter is looked up by: as stated, else by the name of its type, else `id`."""
        own = self.marks.of(parameter.annotations, chain.method.module, chain.method.owner)
        stated = next((text_of(mark.argument(0, "argumentName")) for mark in own if mark.name in LOADING), None)
        wanted = [name.lower() for name in (stated, f"{simple_name(parameter.annotation)}Id", "id") if name]
        in_path = {piece.name.lower(): piece.name for piece in parameters_of(binding.template)}
        for name in wanted:
            if name in in_path:
                return Given(in_path[name], origin="path")
            for called, value in sent.items():
                if called.lower() == name:
                    return value
        body = next((value for value in sent.values() if isinstance(value, Given) and value.origin == "body"), None)
        for name in wanted if body is not None else ():
            member = self.member(body, name)
            if body is not None and member:
                return self.program.run.attribute(body, member)
        return Given(wanted[0], origin="query")

    def member(self, body: Value | None, wanted: str) -> str:
        """The member of what was sent that is called so."""
        cls = self.program.run.class_of(body) if body is not None else None
        for part, _ in cls.parts if cls is not None else ():
            names = [s.target.id for s in part.body if isinstance(s, facts.Assign) and isinstance(s.target, facts.Name)]
            names += [p.name for s in part.body if isinstance(s, facts.Define) for p in s.function.parameters]
            for name in names:
                if name.lower() == wanted:
                    return name
        return ""

    def loaded(
        self, chain: Chain, parameter: facts.Parameter, how: str, binding: Binding, sent: dict[str, Value]
    ) -> Value:
        """The object that a parameter is: as if the handler asked the session for it."""
        annotation = parameter.annotation
        while isinstance(annotation, facts.Unary):
            annotation = annotation.value
        return self.session(chain, LOADING[how], self.key(chain, parameter, binding, sent), None, annotation)

    def session(self, chain: Chain, name: str, key: Value, value: Value | None, type_: facts.Expr | None) -> Value:
        """A call on the session that nobody wrote: `session.LoadAsync<T>(key)`, `session.Append(key, value)`."""
        names: dict[str, Value] = {"session": Given("session", type=External("IDocumentSession")), "key": key}
        if value is not None:
            names["value"] = value
        given = tuple(facts.Argument(facts.Name(each)) for each in names if each != "session")
        line = chain.method.function.line
        call = facts.Call(facts.Attr(facts.Name("session"), name), given, line, (type_,) if type_ is not None else ())
        scope = Scope(chain.method.module, names, chain.method.scope, chain.cls)
        return self.program.run.evaluate(call, scope)
