"""`before_request` and `url_value_preprocessor`: run for each endpoint with its path, method and name, so that exemptions are decided."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.endpoint import Demand, Guard, Level
from assay.source.away import refusing, sending_away, turned_down, turning_down
from assay.source.evaluate.values import (
    Condition,
    Const,
    FunctionValue,
    Given,
    Invocation,
    Items,
    Table,
    Value,
    options,
    undecorated,
)
from assay.source.frameworks.flask.guards import Decorators
from assay.source.frameworks.flask.known import REQUESTS
from assay.source.mentions import names_in
from assay.source.program import Program, place_of, words
from assay.source.refusal import ABORTING, NOTHING, REFUSING, Refusal, observe, refusal
from assay.source.status import status_of
from assay.source.vocabulary import IDENTITY, parts_of, topic_of

PLACEHOLDER = re.compile(r"\{(\w+)\}")
FORGERY = frozenset({"csrf", "xsrf", "nonce"})


class Hook(Struct, frozen=True, eq=False):
    """A function that runs before every view of an application or blueprint."""

    function: Value
    level: Level
    takes_values: bool = False
    """Whether it is called with the endpoint and the values of the path: `url_value_preprocessor`."""


class Target(Struct, frozen=True):
    """The endpoint that a request is for."""

    path: str
    method: str
    endpoint: str
    rule: str
    view: Value


class Hooks:
    """The refusing hooks of one program."""

    def __init__(self, program: Program, decorators: Decorators) -> None:
        self.program = program
        self.decorators = decorators
        self.known: dict[tuple[int, str, str, str], Refusal] = {}
        self.may_refuse: dict[int, bool] = {}

    def of(self, owner: Value, level: Level) -> tuple[Hook, ...]:
        """The hooks of an application or blueprint that concern its own routes."""
        pulling = (Hook(function, level, True) for function in self.registered(owner, "url_value_preprocessor"))
        return (*pulling, *(Hook(function, level) for function in self.registered(owner, "before_request")))

    def of_application(self, blueprints: tuple[Value, ...]) -> tuple[Hook, ...]:
        """The hooks that blueprints set for the whole application."""
        return tuple(
            Hook(function, Level.APPLICATION, name == "app_url_value_preprocessor")
            for blueprint in blueprints
            for name in ("app_url_value_preprocessor", "before_app_request")
            for function in self.registered(blueprint, name)
        )

    def registered(self, owner: Value, name: str) -> Iterator[Value]:
        """`@owner.before_request`, `owner.before_request(f)`, `owner.before_request_funcs = {None: [f]}`."""
        for call in self.program.calls_on(owner, name):
            yield from call.positional[:1]
            for application in self.program.applications(call) if not call.positional else ():
                yield from application.positional[:1]
        if name != "before_request":
            return
        for assigned in self.program.assigned_on(owner, "before_request_funcs"):
            for option in options(assigned.value):
                listed = option.get("None") if isinstance(option, Table) else None
                yield from listed.items if isinstance(listed, Items) else ()

    def guards(self, hooks: tuple[Hook, ...], target: Target, application: Invocation) -> tuple[Guard, ...]:
        """The guards that hooks put before one endpoint."""
        found: list[Guard] = []
        for hook in hooks:
            found += self.decorators.of(hook.function, hook.level)
            function = undecorated(hook.function)
            if not isinstance(function, FunctionValue):
                continue
            what = self.demand(hook, function, target, application)
            if what.demand is Demand.NOTHING:
                continue
            found.append(
                Guard(
                    f"{'url_value_preprocessor' if hook.takes_values else 'before_request'} {function.name}",
                    "hook",
                    what.demand,
                    hook.level,
                    place_of(function),
                    what.values,
                    steps=what.steps,
                    reason=what.reason,
                )
            )
        return tuple(dict.fromkeys(found))

    def demand(self, hook: Hook, function: FunctionValue, target: Target, application: Invocation) -> Refusal:
        """What a hook demands of one request."""
        number = id(function.function)
        if number not in self.may_refuse:
            self.may_refuse[number] = hook.takes_values or self.judged(function).demand is not Demand.NOTHING
        if not self.may_refuse[number]:
            return NOTHING
        key = (number, target.path, target.method, target.endpoint)
        if key not in self.known:
            self.known[key] = self.run_for(hook, function, target, application)
        return self.known[key]

    def judged(self, function: FunctionValue, positional: tuple[Value, ...] = ()) -> Refusal:
        """What a hook demands as things are set; the state of the service and forged requests are no matter of who is calling."""
        general = observe(self.program.run, function, positional)
        exits = refusing(general.exits, sending_away(general.exits))
        exits = turned_down(exits, turning_down(exits, general.caught))
        tests = [exit_.conditions for exit_ in exits if status_of(exit_.value) in REFUSING]
        tests += [made.conditions for made in general.made if made.name in ABORTING and status_of(made) in REFUSING]
        if tests and not any(concerns_caller(conditions) for conditions in tests):
            return NOTHING
        found = refusal(self.program.run, function, positional)
        if found.demand in {Demand.NOTHING, Demand.UNKNOWN}:
            called = self.decorators.called(observe(self.program.run, function, positional))
            return called if called is not None else found
        return found

    def run_for(self, hook: Hook, function: FunctionValue, target: Target, application: Invocation) -> Refusal:
        """Run a hook as if the request were for this endpoint."""
        run = self.program.run
        held, run.overrides = run.overrides, {**run.overrides, **overrides(target)}
        views = Table({target.endpoint: (Const(target.endpoint), target.view)})
        had = application.attributes.get("view_functions")
        application.attributes["view_functions"] = views
        run.overrides["flask.current_app.view_functions"] = views
        try:
            return self.judged(function, (Const(target.endpoint), values_of(target)) if hook.takes_values else ())
        finally:
            run.overrides = held
            if had is None:
                del application.attributes["view_functions"]
            else:
                application.attributes["view_functions"] = had


def values_of(target: Target) -> Table:
    """The values that the path of a request gives, by name."""
    names = PLACEHOLDER.findall(target.path)
    return Table({name: (Const(name), Given(name)) for name in names})


def concerns_caller(conditions: tuple[Condition, ...]) -> bool:
    """Whether the tests before a refusal speak of the request or of who sends it; one without tests refuses everybody."""
    said = [[*words(condition.test), *names_in(condition.value)] for condition in conditions]
    named = {part for each in said for word in each for part in parts_of(word)}
    if named & FORGERY:
        return False
    return not conditions or "request" in named or any(topic_of(word) in IDENTITY for each in said for word in each)


def overrides(target: Target) -> dict[str, Value]:
    """What the request says of itself."""
    blueprint = target.endpoint.rpartition(".")[0]
    said: dict[str, Value] = {
        "path": Const(target.path),
        "full_path": Const(f"{target.path}?"),
        "method": Const(target.method),
        "endpoint": Const(target.endpoint),
        "blueprint": Const(blueprint or None),
        "blueprints": Items([Const(blueprint)] if blueprint else []),
        "url_rule": Given("url_rule", attributes={"rule": Const(target.rule), "endpoint": Const(target.endpoint)}),
        "url_rule.rule": Const(target.rule),
        "url_rule.endpoint": Const(target.endpoint),
    }
    return {f"{owner}.{key}": value for owner in REQUESTS for key, value in said.items()}
