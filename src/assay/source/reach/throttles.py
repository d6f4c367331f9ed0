"""What limits how often a caller may try, as it is declared: on handlers and their classes, groups, middleware and settings.

What an application has for all of its endpoints is a `Setting("rate-limit")`; what one endpoint has is a `Throttle` of its reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay.model.endpoint import Endpoint
from assay.model.place import Place
from assay.model.program import Api, Setting
from assay.model.reach import Throttle
from assay.source import facts
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Invocation,
    Items,
    Made,
    Table,
    Value,
    options,
    undecorated,
)
from assay.source.inside import inside
from assay.source.program import Program, environment_of, place_of
from assay.source.reach.configured import settings_modules, texts
from assay.source.reach.library import throttle_words
from assay.source.reach.limits import Forms, named_so
from assay.source.reach.marks import Mark, Marks, last_of
from assay.source.reach.trails import hook_of

HOOKS = frozenset(
    {"add_middleware", "Middleware", "UseMiddleware", "before_request", "before_app_request", "middleware", "enable"}
)
LIMITERS = (
    "flask_limiter.Limiter",
    "slowapi.Limiter",
    "quart_rate_limiter.RateLimiter",
    "flask_limiter.extension.Limiter",
)
MADE = frozenset(name.rpartition(".")[2] for name in LIMITERS)
REGISTERING = frozenset({"register_blueprint", "include_router", "mount"})
DEFAULTS = ("default_limits", "application_limits")
SLOWAPI_LAYERS = frozenset({"SlowAPIMiddleware", "SlowAPIASGIMiddleware"})


class Throttles:
    """Knows the throttles that one program declares."""

    def __init__(self, program: Program, marks: Marks) -> None:
        self.program = program
        self.marks = marks
        self.words = throttle_words()
        self.forms: Forms = {}
        self.answers: dict[int, bool] = {}
        """Whether the body of a function or class answers 429, by identity."""
        self.groups = tuple(self.limited())
        """Groups and handlers that a limiter was put on by a call: where they are made, and by what."""
        self.is_switched_on = program.language != "csharp" or any(
            made.name == "UseRateLimiter" for made in program.run.made
        )
        """Whether what attributes say is done: .NET needs its middleware for it."""

    # --- one endpoint

    def of(self, endpoint: Endpoint) -> tuple[Throttle, ...]:
        """What limits one endpoint by itself."""
        marks = self.marks.of(endpoint)
        if any(mark.name in self.words.exempting for mark in marks[:1]):
            return ()
        found = [Throttle(kind, mark.path, mark.place) for mark in marks if (kind := self.kind(mark))]
        places = {endpoint.place, endpoint.route_place, *(step.place for step in endpoint.steps)}
        found += [throttle for place, throttle in self.groups if place in places]
        return tuple(dict.fromkeys(found))

    def kind(self, mark: Mark) -> str:
        """The kind of throttle that a mark is; "" for none."""
        if mark.name in {"EnableRateLimiting", "RequireRateLimiting"}:
            return "rate-limit" if self.is_switched_on else ""
        if mark.name in self.words.exempting:
            return ""
        if mark.name in self.words.marks:
            return "rate-limit"
        return named_so(mark.path) or (
            "rate-limit" if mark.target is not None and self.answers_429(mark.target) else ""
        )

    def answers_429(self, value: FunctionValue | ClassValue) -> bool:
        """Whether the code of a function or class speaks of the answer 429, or makes what limits."""
        part: object = value.function if isinstance(value, FunctionValue) else value.type
        if id(part) not in self.answers:
            is_factory = isinstance(value, FunctionValue)
            self.answers[id(part)] = any(
                is_429(each) or (is_factory and is_limiting_class(each)) for each in inside(part)
            )
        return self.answers[id(part)]

    def limited(self) -> Iterator[tuple[Place, Throttle]]:
        """`limiter.limit("5/minute")(blueprint)`, `app.MapGroup("/auth").RequireRateLimiting("strict")`."""
        for made in self.program.run.made:
            if (
                made.name in {"limit", "shared_limit"}
                and named_so(made.name, "limiter")
                and self.is_limiter(made.receiver)
            ):
                for applied in self.program.applications(made):
                    for place in self.places(applied.positional[:1]):
                        yield place, Throttle("rate-limit", "limiter.limit", made.place)
            elif made.name == "RequireRateLimiting":
                below = made.receiver
                while isinstance(below, Made):
                    yield below.place, Throttle("rate-limit", "RequireRateLimiting", made.place)
                    below = None if below.name.startswith("Map") else below.receiver  # others stand in the same group

    def places(self, given: tuple[Value, ...]) -> Iterator[Place]:
        """Where a handler is declared, or a group is made and registered."""
        for value in given:
            place = place_of(undecorated(value))
            if place is not None:
                yield place
            yield from (
                made.place for made in self.program.run.made if made.name in REGISTERING and value in made.positional
            )

    def is_limiter(self, value: Value | None) -> bool:
        """Whether a value is the limiter of a library."""
        return value is not None and self.program.is_made_by(value, *LIMITERS)

    # --- a whole application

    def settings(self, apis: Iterable[Api]) -> tuple[Setting, ...]:
        """One setting for each API that has a throttle for everything."""
        found = list(self.everywhere())
        every = list(apis)
        settings = []
        for api in every:
            for text, place, application in found:
                if (
                    application is None
                    or application == api.place
                    or all(application != other.place for other in every)
                ):
                    settings.append(Setting(api.id, "rate-limit", "on", "any", place, (("by", text),)))
                    break
        return tuple(settings)

    def everywhere(self) -> Iterator[tuple[str, Place, Place | None]]:
        """What limits whole applications: in words, where, and where the application is made if that is known."""
        yield from self.limiters()
        for made in self.program.run.made:
            text = self.whole(made)
            if text and environment_of(made.conditions) != "development":
                is_own = hook_of(made) in HOOKS and isinstance(made.receiver, Invocation)
                yield (
                    text,
                    made.place,
                    made.receiver.place if is_own and isinstance(made.receiver, Invocation) else None,
                )
        if self.program.language == "csharp":
            yield from ((f"{a.name} with UseRateLimiter", a.place, None) for a in self.global_limiters())
        else:
            yield from self.django()

    def whole(self, made: Made) -> str:
        """What a call says limits a whole application; "" for every other one."""
        if hook_of(made) in HOOKS:
            return self.layer(made)
        if made.name in self.words.everywhere:
            return made.name
        is_mapped = (
            made.name == "RequireRateLimiting"
            and isinstance(made.receiver, Made)
            and made.receiver.name == "MapControllers"
        )
        return "MapControllers().RequireRateLimiting" if is_mapped and self.is_switched_on else ""

    def limiters(self) -> Iterator[tuple[str, Place, Place | None]]:
        """`Limiter(default_limits=["200/day"])`; one without defaults limits nothing."""
        found = [
            made
            for made in self.program.run.made
            if made.name in MADE and self.program.is_named(made.callee, *LIMITERS)
        ]
        layers = {
            name_of(made.positional[0]) for made in self.program.run.made if made.name in HOOKS and made.positional
        }
        for made in found:
            is_slow = isinstance(made.callee, External) and made.callee.name.startswith("slowapi")
            if is_slow and not layers & SLOWAPI_LAYERS:
                continue
            for name in DEFAULTS:
                given = made.named.get(name)
                if given is not None and not is_empty(given):
                    yield f"Limiter({name}=...)", made.place, None

    def layer(self, made: Made) -> str:
        """The middleware or hook of a call that limits, by its name or because it answers 429."""
        given = [*made.positional[:1], *(type_ for type_ in made.type_arguments)]
        for value in given:
            inner = undecorated(value)
            name = name_of(inner)
            if name in SLOWAPI_LAYERS:
                continue  # does what the limiter's defaults say
            if named_so(name) == "rate-limit" or (
                isinstance(inner, FunctionValue | ClassValue) and self.answers_429(inner)
            ):
                return name
        return ""

    def global_limiters(self) -> Iterator[Assigned]:
        """`options.GlobalLimiter = ...`, where the middleware is used."""
        if self.is_switched_on:
            yield from (each for each in self.program.run.assigned if each.name == "GlobalLimiter")

    def django(self) -> Iterator[tuple[str, Place, Place | None]]:
        """Applications, middleware and defaults in the settings of Django."""
        for path, names in settings_modules(self.program):
            place = Place(path, 1)
            for listed in ("MIDDLEWARE", "AUTHENTICATION_BACKENDS", "MIDDLEWARE_CLASSES"):
                for text in texts(names.get(listed)):
                    if text in self.words.django or named_so(text.rpartition(".")[2]) == "rate-limit":
                        yield text, place, None
            for table in options(names.get("REST_FRAMEWORK")):
                held = table.get("DEFAULT_THROTTLE_CLASSES") if isinstance(table, Table) else None
                if texts(held):
                    yield "DEFAULT_THROTTLE_CLASSES", place, None


def is_429(part: object) -> bool:
    """Whether a fact is the status 429."""
    match part:
        case facts.Number(value="429"):
            return True
        case facts.Attr(name=name) | facts.Name(id=name):
            return "429" in name or name.replace("_", "").lower() in {"toomanyrequests", "status429toomanyrequests"}
    return False


def is_limiting_class(part: object) -> bool:
    """Whether a fact is the making of something that is named so that it limits: `RateLimitMiddleware(app)`."""
    last = last_of(part.function) if isinstance(part, facts.Call) else ""
    return last[:1].isupper() and named_so(last) == "rate-limit"


def is_empty(value: Value) -> bool:
    """Whether it is known that there is nothing in it."""
    found = list(options(value))
    return bool(found) and all(
        (isinstance(o, Items) and not o.items and not o.is_open) or (isinstance(o, Const) and not o.value)
        for o in found
    )


def name_of(value: Value) -> str:
    """The last name of a class or function."""
    match value:
        case External(name=name):
            return name.rpartition(".")[2]
        case FunctionValue() | ClassValue():
            return value.name
    return ""
