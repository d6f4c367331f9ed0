"""How a view is run: hooks, the decorators around it, then the view with what comes from the path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from assay.model.place import Place
from assay.model.reach import Origin
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.calls import Request
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.known import REQUESTS
from assay.source.frameworks.flask.mishaps import Mishaps
from assay.source.frameworks.flask.paths import in_path
from assay.source.frameworks.flask.views import Route, View, class_of_view
from assay.source.handled import Performance
from assay.source.marshalling import SCHEMA, class_of
from assay.source.mentions import dotted, walk
from assay.source.program import Program
from assay.source.vocabulary import Topic, parts_of, topic_of

GLOBALS = frozenset({"flask.g", "quart.g", "flask.globals.g"})
"""What lives as long as a request does."""
CARRIERS = GLOBALS | frozenset(REQUESTS)
"""What guards put things on for the view: the request context, or the request itself."""
FORMS = ("flask_wtf.FlaskForm", "flask_wtf.Form", "wtforms.Form")
ACCOUNTS = ("flask_login.UserMixin", "flask_security.UserMixin", "flask_user.UserMixin")
CURRENT = ("flask_login.current_user", "flask_security.current_user", "flask_jwt_extended.current_user")
PROXIES = ("werkzeug.local.LocalProxy", "werkzeug.LocalProxy", "flask.LocalProxy")
TENANTS = frozenset({"org", "organization", "organisation", "tenant", "company", "workspace", "team"})
PARSING = frozenset({"arguments", "use_args", "use_kwargs", "input", "body"})
"""Outside decorators that give a view what they read from the request."""
PLACES = {
    "query": Origin.QUERY,
    "querystring": Origin.QUERY,
    "headers": Origin.HEADER,
    "cookies": Origin.COOKIE,
    "files": Origin.FILE,
    "form": Origin.FORM,
    "path": Origin.PATH,
    "view_args": Origin.PATH,
}
NOWHERE = Place(".", 1)
UNPACKING = (
    "pickle.", "cPickle.", "dill.", "jsonpickle.", "marshal.", "yaml.", "builtins.eval", "builtins.exec", "os.system", "subprocess."
)  # fmt: skip
"""Beginnings of the names of calls that run what they are given."""
CALLERS = frozenset({"user", "token_info"})
"""Parameters in which connexion hands over what its security functions found out."""
WRAPS = 12
"""Decorators around one view that are run."""


class Asked(Struct, frozen=True, eq=False):
    """One view with what it is called with."""

    callee: Callable[[], Value]
    """Gives the view inside its decorators."""
    arguments: dict[str, Value]
    hooks: tuple[Value, ...]
    method: str
    handler: facts.Function


class Performing:
    """Makes the views of one program ready to be run."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.run = program.run
        self.mishaps = Mishaps(program)
        self.is_prepared = False
        self.hooked: dict[int, dict[str, Value] | None] = {}
        """What each hook sets; None for those that are run for every view anew."""

    def of(self, route: Route, view: View, hooks: Sequence[Value], rule: str) -> Performance | None:
        """A view with the hooks before it; None when there is nothing of the project to run."""
        inner = undecorated(view.function)
        cls = class_of_view(route.handler)
        if cls is None and isinstance(inner, Made):
            inner = undecorated(inner.positional[0]) if inner.positional else inner
        if not isinstance(inner, FunctionValue):
            return None
        names = tuple(name for name, _ in in_path(rule))
        arguments: dict[str, Value] = {name: Given(name, origin=Origin.PATH) for name in names}
        within = (
            id(cls.type) if cls is not None else id(view.function),
            names,
            tuple(id(each) for each in hooks),
            view.method,
        )
        asked = Asked(partial(self.callee, route, view, cls), arguments, tuple(hooks), view.method, inner.function)
        return self.performance(asked, (id(inner.function), within))

    def of_operation(
        self, handler: Value, sources: dict[str, str], hooks: Sequence[Value], method: str
    ) -> Performance | None:
        """A function that a contract names: it is given the parameters by name, the body, and who is calling (connexion)."""
        inner = undecorated(handler)
        if not isinstance(inner, FunctionValue):
            return None
        arguments: dict[str, Value] = {}
        for parameter in inner.function.parameters:
            if parameter.kind in {"*", "**"} or parameter.name in {"self", "cls"}:
                continue
            known = Origin.PRINCIPAL if parameter.name in CALLERS else Origin(sources.get(parameter.name, Origin.BODY))
            arguments[parameter.name] = Given(parameter.name, origin=known)
        asked = Asked(lambda: handler, arguments, tuple(hooks), method, inner.function)
        return self.performance(asked, (id(inner.function), method, tuple(sorted(sources.items()))))

    def performance(self, asked: Asked, share: object) -> Performance:
        """A performance of one view."""
        return Performance(partial(self.perform, asked), share)

    # --- one request

    def perform(self, asked: Asked) -> Value:
        """Run everything as Flask does."""
        self.prepare()
        run = self.run
        held = run.overrides
        run.overrides = {**held, **{f"{name}.method": Const(asked.method) for name in REQUESTS}}
        run.noting, run.injecting, run.answering = self.note, inject, self.kept
        try:
            for hook in asked.hooks:
                self.before(hook)
            target = asked.callee()
            run.handler = asked.handler
            since = len(run.made)
            value = run.call(target, (), dict(asked.arguments), place=placed(target))
            self.mishaps.follow(since, placed(target))
            return value
        finally:
            run.overrides, run.noting, run.injecting, run.answering = held, None, None, None

    def before(self, hook: Value) -> None:
        """Run a hook. What it sets is kept: one that neither looks at the path nor runs what it is given is run once for all views, and
        is no part of any.
        """
        run, inner = self.run, undecorated(hook)
        if not isinstance(inner, FunctionValue):
            return
        key = id(inner.function)
        if key not in self.hooked:
            held, exits = dict(run.overrides), len(run.exits or ())
            starts = len(run.made), len(run.assigned), len(run.instances)
            run.call(hook, place=inner.place)
            run.has_raised = False
            if looks_at_path([*run.made[starts[0] :]]) or any(map(is_dangerous, run.made[starts[0] :])):
                self.hooked[key] = None
                return
            del run.made[starts[0] :], run.assigned[starts[1] :], run.instances[starts[2] :]
            del (run.exits or [])[exits:]
            self.hooked[key] = {name: value for name, value in run.overrides.items() if held.get(name) is not value}
            return
        kept = self.hooked[key]
        if kept is None:
            run.call(hook, place=inner.place)
            run.has_raised = False
        else:
            run.overrides.update(kept)

    def callee(self, route: Route, view: View, cls: ClassValue | None) -> Value:
        """The view inside its decorators."""
        if cls is None:
            return unwrapped(view.function)
        instance = self.run.call(cls, *self.made_with(route.handler), place=cls.place)
        name = undecorated(view.function)
        found = self.method(cls, view, instance)
        for listed in ("method_decorators", "decorators"):
            declared = self.program.class_attribute(cls, listed)
            for decorator in decorators_of(declared[0] if declared is not None else None, view.method):
                found = self.wrapped(decorator, found)
        return self.around(route.handler, found) if isinstance(name, FunctionValue) else found

    def method(self, cls: ClassValue, view: View, instance: Value) -> Value:
        """The method of an object of a view class."""
        function = undecorated(view.function)
        for base in self.program.mro(cls):
            if isinstance(base, ClassValue):
                for held in attributes.class_names(self.run, base).values():
                    if held is view.function or undecorated(held) is function:
                        return attributes.bound(self.run, held, instance, base)
        return view.function

    def around(self, handler: Value, method: Value) -> Value:
        """A method inside the decorators of `decorator(View.as_view("name"))` and of the class itself."""
        found: list[Value] = []
        while isinstance(handler, Decorated):
            found.append(handler.decorator)
            handler = handler.inner
        if isinstance(handler, Made) and not (isinstance(handler.callee, Member) and handler.callee.name == "as_view"):
            found.append(handler.callee)
        for decorator in reversed(found[:WRAPS]):
            method = self.wrapped(decorator, method)
        return method

    def wrapped(self, decorator: Value, inner: Value) -> Value:
        """What a decorator of the project makes of a view; one from outside hands the call through."""
        for option in options(decorator):
            if isinstance(undecorated(option), FunctionValue | Instance):
                outcome = self.run.call(option, (inner,), place=placed(option))  # the view is not entered by that
                if isinstance(undecorated(outcome), FunctionValue | Instance):
                    return outcome
        return inner

    def made_with(self, handler: Value) -> tuple[tuple[Value, ...], dict[str, Value]]:
        """The arguments of `View.as_view("name", *these)`."""
        inner = undecorated(handler)
        while isinstance(inner, Made):
            if isinstance(inner.callee, Member) and inner.callee.name == "as_view":
                return inner.positional[1:], {key: value for key, value in inner.named.items() if key != "name"}
            inner = undecorated(inner.positional[0]) if inner.positional else Const(None)
        return (), {}

    # --- what is known of values

    def note(self, owner: str, name: str, value: Value) -> None:
        """`g.user = ...`, `request.user_id = ...`: read again in this request; one that is named so is the principal."""
        if owner not in CARRIERS or (isinstance(value, Const) and value.value is None):
            return
        if topic_of(name) in {Topic.PRINCIPAL, Topic.CREDENTIAL}:
            cls = self.run.typing(value) if self.run.typing is not None else None
            value = Given(name, type=cls or self.run.class_of(value), origin=Origin.PRINCIPAL)
        self.run.overrides[f"{owner}.{name}"] = value

    def kept(self, request: Request) -> Value | None:
        """`g.get("user")`: what was set in this request."""
        callee, first = request.callee, request.positional[:1]
        owner, _, name = callee.name.rpartition(".") if isinstance(callee, External) else ("", "", "")
        said = text(first[0]) if first and name == "get" and owner in GLOBALS else None
        return self.run.attribute(External(owner), said) if said is not None else None

    def prepare(self) -> None:
        """What stands for the current user and for the fields of forms, worked out once."""
        if self.is_prepared:
            return
        self.is_prepared = True
        user = next(iter(self.program.classes(*ACCOUNTS)), None)
        stand_ins = self.program.stand_ins
        for name in CURRENT:
            stand_ins[name] = Given("current_user", type=user, origin=Origin.PRINCIPAL)
        for proxy in self.program.made(*PROXIES):
            name = self.bound_to(proxy)
            if TENANTS & set(parts_of(name)):
                stand_ins[id(proxy)] = Given(name, origin=Origin.TENANT)
            elif topic_of(name) is Topic.PRINCIPAL:
                stand_ins[id(proxy)] = Given(name, type=user, origin=Origin.PRINCIPAL)
        for cls in self.program.classes(*FORMS):
            stand_ins[id(cls.type)] = Given(cls.type.name, origin=Origin.FORM)
            for name, value in attributes.class_names(self.run, cls).items():
                if isinstance(value, Made):
                    stand_ins[id(value)] = Given(name, origin=Origin.FORM)

    def bound_to(self, value: Value) -> str:
        """The top-level name of what was made, "" without one."""
        module = self.run.modules.get(value.place.path) if isinstance(value, Made) else None
        names = module.scope.names.items() if module is not None else ()
        return next((name for name, held in names if held is value), "")


def inject(decorated: Decorated, request: Request) -> Request:
    """What an outside decorator hands to the view that it stands around."""
    decorator = decorated.decorator
    if not isinstance(decorator, Made) or decorator.name not in PARSING:
        return request
    is_query = decorator.name == "arguments" and dotted(decorator.callee).startswith("apifairy.")
    where = text(decorator.argument(-1, "location")) or ("query" if is_query else "json")
    schema = next((each for each in decorator.positional if class_of(each) is not None), None)
    held = {SCHEMA: schema} if schema is not None else {}
    given = Given(where, origin=PLACES.get(where, Origin.BODY), attributes=held)
    inner = undecorated(decorated.inner)
    if decorator.name == "use_kwargs" or (decorator.name == "input" and not takes_position(inner, request)):
        names = [parameter.name for parameter in inner.function.parameters] if isinstance(inner, FunctionValue) else []
        named = {
            name: Given(name, origin=given.origin, attributes=held)
            for name in names
            if name not in {"self", *request.named}
        }
        return replace(request, named={**request.named, **named})
    return replace(request, positional=(*request.positional, given))


def looks_at_path(calls: Sequence[Made]) -> bool:
    """Whether something that was called was given what the path says."""
    return any(isinstance(part, External) and "view_args" in part.name for made in calls for part in walk(made))


def is_dangerous(made: Made) -> bool:
    """Whether a call makes objects or code of what it is given: a hook that does so does it before every view."""
    return dotted(made.callee).startswith(UNPACKING)


def takes_position(function: Value, request: Request) -> bool:
    """Whether the first parameter that nothing fills stands before those of the path."""
    if not isinstance(function, FunctionValue):
        return True
    names = [parameter.name for parameter in function.function.parameters if parameter.name != "self"]
    return bool(names) and names[0] not in request.named and not any(name.endswith("_data") for name in names)


def unwrapped(view: Value) -> Value:
    """A view out of the outside calls around it: `login_required(view)`."""
    while isinstance(view, Made) and view.positional:
        view = view.positional[0]
    return view


def decorators_of(value: Value | None, method: str) -> list[Value]:
    """The decorators of a class for one method, innermost first."""
    for option in options(value):
        if isinstance(option, Table):
            return decorators_of(option.get(method.lower()), method)
        if isinstance(option, Items):
            return list(items(option) or ())[:WRAPS]
    return []


def placed(value: Value) -> Place:
    """Where a view is declared."""
    inner = undecorated(value)
    return inner.place if isinstance(inner, FunctionValue) else NOWHERE
