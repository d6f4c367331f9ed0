"""Middleware that refuses: asked for each endpoint, with its path and method."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Guard, Level
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    FunctionValue,
    Given,
    Made,
    Overloads,
    Value,
    options,
)
from assay.source.frameworks.aspnetcore.anonymous import Look, request
from assay.source.frameworks.aspnetcore.filters import REFUSING_NOTHING
from assay.source.frameworks.aspnetcore.mark import text_of
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.program import Program, environment_of
from assay.source.refusal import NOTHING, Refusal, observe
from assay.source.vocabulary import parts_of

BRANCHES = ("UseWhen", "MapWhen", "Map")
LIMITING = frozenset(
    {
        "throttle",
        "throttling",
        "limit",
        "limiting",
        "limiter",
        "overage",
        "quota",
        "origin",
        "cors",
        "csrf",
        "antiforgery",
    }
)
"""Words of middleware that counts requests, or asks from which page they come: it refuses, and asks nobody who is calling."""
TERMINAL = ("UseEndpoints", "UseMvc", "UseMvcWithDefaultRoute")


class Piece(Struct, frozen=True, eq=False):
    """One piece of middleware of a site."""

    name: str
    call: Made
    function: FunctionValue
    outside: Refusal
    """What it demands when nothing is known of the request."""
    is_asking: bool
    """Whether that depends on path, method or endpoint."""
    is_late: bool
    """Whether it stands after the endpoints and so never runs for them."""
    honours_marker: bool
    """Whether it lets endpoints through that are marked anonymous."""


class Middlewares:
    """The middleware of sites."""

    def __init__(self, program: Program, sites: Sites) -> None:
        self.program = program
        self.sites = sites
        self.known: dict[str, list[Piece]] | None = None
        self.answers: dict[tuple[int, str, str], Refusal] = {}

    def of(self, site: Site, method: str, path: str, *, is_anonymous: bool) -> list[Guard]:
        """The guards that middleware is for one endpoint, in order."""
        found: list[Guard] = []
        for piece in self.pieces(site):
            what = self.demanded(piece, method, path) if piece.is_asking else piece.outside
            if what.demand in REFUSING_NOTHING or environment_of(piece.call.conditions) == "development":
                continue
            guard = Guard(
                piece.name,
                "middleware",
                what.demand,
                Level.APPLICATION,
                piece.call.place,
                what.values,
                steps=what.steps,
            )
            if piece.is_late:
                guard = replace(
                    guard,
                    is_effective=False,
                    defeat="order: it is registered after the endpoints and never runs for them",
                )
            elif is_anonymous and piece.honours_marker:
                guard = replace(
                    guard, is_effective=False, defeat="overridden: it lets endpoints through that are marked anonymous"
                )
            found.append(guard)
        return found

    def pieces(self, site: Site) -> list[Piece]:
        """The refusing middleware of a site, in order of registration."""
        if self.known is None:
            self.known = {}
            ends = {owner.folder: made.index for owner, made in reversed(list(self.sites.events(*TERMINAL)))}
            for owner, made in self.sites.events("UseMiddleware", "Use"):
                piece = self.piece(made, ends.get(owner.folder, made.index))
                if piece is not None:
                    self.known.setdefault(owner.folder, []).append(piece)
        return self.known.get(site.folder, [])

    def piece(self, made: Made, end: int) -> Piece | None:
        """A call that adds middleware, when that may refuse."""
        named = self.function(made)
        if named is None:
            return None
        name, function = named
        if LIMITING & set(parts_of(name)):
            return None
        look = Look(self.program, function)
        if look.refusal.demand in REFUSING_NOTHING:
            return None
        around = self.branch(made)
        is_asking = around is not None or bool(look.asked)
        is_late = made.index > end and around is None
        return Piece(name, made, function, look.refusal, is_asking, is_late, look.honours_marker)

    def function(self, made: Made) -> tuple[str, FunctionValue] | None:
        """The name and function of what a call adds."""
        if made.name == "Use":
            for value in made.positional:
                for option in options(value):
                    if isinstance(option, FunctionValue) and len(option.function.parameters) == 2:
                        return "Use(...)", option
            return None
        types = [*made.type_arguments, *made.positional[:1]]
        cls = next((c for c in map(bare, types) if c is not None), None)
        return (f"UseMiddleware<{cls.type.name}>", found) if cls is not None and (found := self.invoke(cls)) else None

    def invoke(self, cls: ClassValue) -> FunctionValue | None:
        """The method of a middleware class."""
        for name in ("InvokeAsync", "Invoke"):
            found = attributes.class_attribute(self.program.run, cls, name, Given("this", type=cls))
            if isinstance(found, Overloads):
                found = found.functions[0]
            if isinstance(found, FunctionValue):
                return found
        return None

    # --- for one endpoint

    def demanded(self, piece: Piece, method: str, path: str) -> Refusal:
        """What a piece demands of callers of one endpoint."""
        key = (id(piece), method, path)
        if key not in self.answers:
            around = self.branch(piece.call)
            is_reached = around is None or self.is_in(around, method, path)
            self.answers[key] = Look(self.program, piece.function, method, path).refusal if is_reached else NOTHING
        return self.answers[key]

    def branch(self, made: Made) -> Made | None:
        """The `UseWhen`, `MapWhen` or `Map` whose branch a call stands in."""
        value: Value | None = made.receiver
        for _ in range(20):
            match value:
                case Given(call=Made() as call) if call.name in BRANCHES:
                    return call
                case Made():
                    value = value.receiver
                case _:
                    return None
        return None

    def is_in(self, branch: Made, method: str, path: str) -> bool:
        """Whether a request for an endpoint goes into a branch; doubt means yes."""
        if branch.name == "Map":
            start = text_of(branch.argument(0, "pathMatch")) or ""
            return (path.lower() + "/").startswith(start.rstrip("/").lower() + "/")
        for option in options(branch.argument(0, "predicate")):
            if isinstance(option, FunctionValue):
                value = observe(self.program.run, option, (request(method, path),)).value
                return not (isinstance(value, Const) and value.value is False)
        return True
