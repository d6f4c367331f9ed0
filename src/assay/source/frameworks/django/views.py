"""Views: what a route leads to, out of its wrappers, and the methods that it answers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Instance,
    Made,
    Member,
    Parent,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django.bodies import methods_tested, only_refuses, only_shows
from assay.source.frameworks.django.known import ADMIN_VIEW, VERBS, last, lineage, word
from assay.source.mentions import dotted
from assay.source.program import Program

DEPTH = 20
"""Wrappers inside each other."""


class View(Struct, frozen=True, eq=False):
    """A view without what was put around it."""

    core: Value
    """A function, a class, or a thing from outside."""
    wrappers: tuple[Value, ...] = ()
    """What was put around it, outermost first: `Decorated` (a decorator at its declaration), `Made` (an outside
    decorator called on it), `FunctionValue` (what a project decorator gave)."""
    arguments: dict[str, Value] = field(default_factory=dict)
    """What `as_view(...)` was given."""
    made_of: ClassValue | None = None
    """The class of an object that is a view itself: `path("feed/", News())`."""


class Served(Struct, frozen=True, eq=False):
    """One method that a view answers."""

    method: str
    cls: ClassValue | None
    action: str
    """The name of the method of the class; "" for functions."""
    handler: Value | None
    """The function, decorated as it is; None when only an outside base has it."""
    arguments: dict[str, Value]
    """What `as_view(...)` or `@action(...)` was given."""
    is_detail: bool = False


def unwrapped(view: Value) -> View:
    """A view out of its wrappers."""
    wrappers: list[Value] = []
    for _ in range(DEPTH):
        made = view if isinstance(view, Made) else None
        if made is not None and isinstance(made.callee, Member) and made.callee.name in {"as_view", "as_asgi"}:
            return of_class(made, made.callee.value, wrappers)
        if made is not None and isinstance(made.callee, External) and made.callee.name.endswith(".as_view"):
            return of_class(made, External(made.callee.name.removesuffix(".as_view")), wrappers)
        if isinstance(view, FunctionValue) and (own := of_own_class(view)) is not None:
            return View(own.core, tuple(wrappers), own.arguments)
        inner = inside(view)
        if inner is None:
            break
        wrappers.append(view)
        view = inner
    return View(view, tuple(wrappers))


def of_object(program: Program, view: View) -> View:
    """A view that is an object of a project class: its `__call__`, else that of the nearest base from outside."""
    made = view.core
    if not isinstance(made, Instance):
        return view
    outside = (base for base in lineage(program, made.cls) if isinstance(base, External))
    own = program.class_attribute(made.cls, "__call__")
    core = program.run.attribute(made, "__call__") if own is not None else next(outside, made)
    return replace(view, core=core, made_of=made.cls)


def of_class(made: Made, owner: Value, wrappers: list[Value]) -> View:
    """The view that `Class.as_view(...)` gives."""
    owner = class_in(owner)
    arguments = dict(made.named)
    actions = made.argument(0, "actions")
    if actions is not None:
        arguments["actions"] = actions
    return View(owner, tuple(wrappers), arguments)


def of_own_class(function: FunctionValue) -> View | None:
    """The view that `as_view` of a class of the project gave: the function closes over its class, and maybe over `actions`."""
    scope: Scope | None = function.scope
    while scope is not None and scope is not scope.module.scope:
        cls = next(iter(options(scope.names.get("cls"))), None)
        if isinstance(cls, ClassValue) and "self" not in scope.names:
            actions = next((o for o in options(scope.names.get("actions")) if isinstance(o, Table)), None)
            initial = next((o for o in options(scope.names.get("initkwargs")) if isinstance(o, Table)), None)
            held = {key: value for key, (_, value) in initial.entries.items()} if initial is not None else {}
            return View(cls, (), held | ({"actions": actions} if actions is not None else {}))
        scope = scope.parent
    return None


def class_in(owner: Value) -> Value:
    """The class that `as_view` was called on, out of its decorators."""
    for _ in range(DEPTH):
        owner = undecorated(next(iter(options(owner)), owner))
        match owner:
            case Parent(receiver=inner) | Made(positional=(inner, *_)):
                owner = inner
            case _:
                break
    return owner


def inside(view: Value) -> Value | None:
    """What a wrapper was put around."""
    match view:
        case Decorated(decorator=Made(name="wraps"), inner=FunctionValue() as function):
            return held(function) or function
        case Decorated(inner=inner):
            return inner
        case Made(positional=[*positional]) if positional and (
            not isinstance(view.callee, Member) or view.callee.name == ADMIN_VIEW
        ):
            alone = positional[0] if len(positional) == 1 and isinstance(positional[0], Instance) else None
            return next((a for a in positional if is_view(a)), alone)
        case FunctionValue():
            return held(view)
        case Instance(positional=[first, *_]) if is_view(first):
            return first
    return None


def held(function: FunctionValue) -> Value | None:
    """The view in the closure of what a project decorator gave."""
    scope = function.scope
    if scope is scope.module.scope or scope.is_class:
        return None
    for value in scope.names.values():
        if is_view(value) and undecorated(value) is not function and not is_inside(value, function):
            return value
    return None


def is_inside(value: Value, function: FunctionValue) -> bool:
    """Whether a value is a function that was defined beside another one."""
    inner = undecorated(value)
    return isinstance(inner, FunctionValue) and inner.scope is function.scope


def is_view(value: Value) -> bool:
    """Whether a value may be a view: a function or what `as_view` gave, wrapped or not."""
    match value:
        case FunctionValue():
            return True
        case Decorated():
            return is_view(value.inner)
        case Made(callee=Member(name=name) | External(name=name)) if name.rpartition(".")[2] == "as_view":
            return True
        case Made(positional=[*positional]):
            return any(is_view(a) for a in positional)
    return False


class Answers(Struct):
    """Tells which methods views answer."""

    program: Program
    known: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def of(self, view: View) -> Iterator[Served]:
        """What a view answers."""
        core = view.core
        if isinstance(core, ClassValue):
            actions = next((o for o in options(view.arguments.get("actions")) if isinstance(o, Table)), None)
            yield from self.mapped(core, actions, view) if actions is not None else self.of_class(core, view)
        elif isinstance(core, FunctionValue):
            for method in self.confined(view) or self.of_function(core):
                yield Served(method, None, "", core, view.arguments)
        else:
            said = (word("views", dotted(core)) or "").split()
            for method in self.confined(view) or tuple(w for w in said if w.isupper()) or ("ANY",):
                yield Served(method, None, "", None, view.arguments)

    def mapped(self, cls: ClassValue, actions: Table, view: View) -> Iterator[Served]:
        """`as_view({"get": "list"})`."""
        allowed = self.allowed(cls, view.arguments)
        for key, (_, value) in actions.entries.items():
            action = text(value) or ""
            if key.lower() in allowed and self.has(cls, action):
                handler = self.member(cls, action)
                arguments = view.arguments | self.action_arguments(handler)
                if not self.is_refused(cls, handler, key.upper()):
                    yield Served(key.upper(), cls, action, handler, arguments, action in DETAIL)

    def of_class(self, cls: ClassValue, view: View) -> Iterator[Served]:
        """The methods of a class-based view."""
        allowed = self.allowed(cls, view.arguments)
        brought = self.brought(cls)
        found = False
        confined = self.confined(view)
        for name in VERBS:
            handler = self.member(cls, name)
            if name not in allowed or (handler is None and name.upper() not in brought):
                continue
            found = True
            if (confined and name.upper() not in confined) or self.is_refused(cls, handler, name.upper()):
                continue
            yield Served(name.upper(), cls, name, handler, view.arguments, "Retrieve" in brought)
        if not found and (dispatch := self.member(cls, "dispatch")) is not None:
            for method in confined or self.of_function(undecorated(dispatch)):
                yield Served(method, cls, "dispatch", dispatch, view.arguments)
        elif not found and self.is_open(cls):
            yield Served("ANY", cls, "", None, view.arguments)

    def is_open(self, cls: ClassValue) -> bool:
        """Whether an outside base that nobody knows may answer something."""
        bases = [base for base in lineage(self.program, cls) if isinstance(base, External)]
        return any(
            last(base.name).endswith("View")
            and word("views", base.name) is None
            and not base.name.startswith(("django.", "rest_framework."))
            for base in bases
        )

    def brought(self, cls: ClassValue) -> set[str]:
        """The methods that outside bases answer."""
        found: set[str] = set()
        for base in lineage(self.program, cls):
            if isinstance(base, External) and (said := word("views", base.name)):
                found |= {method for method in said.split() if method.isupper()}
                found |= {"Retrieve"} & {part for part in ("Retrieve",) if part in base.name}
        return found

    def allowed(self, cls: ClassValue, arguments: dict[str, Value]) -> set[str]:
        """`http_method_names`."""
        declared = self.program.class_attribute(cls, "http_method_names")
        value = arguments.get("http_method_names") or (declared[0] if declared else None)
        listed = items(value)
        if listed is None:
            return set(VERBS)
        return {name.lower() for item in listed if (name := text(item))}

    def member(self, cls: ClassValue, name: str) -> Value | None:
        """A method of a project class or base; aliases (`put = post`) too."""
        found = self.program.class_attribute(cls, name)
        value = next(iter(options(found[0])), None) if found else None
        return None if isinstance(value, Const) else value

    def has(self, cls: ClassValue, action: str) -> bool:
        """Whether a view set has an action, its own or from an outside mixin."""
        found = self.program.class_attribute(cls, action)
        if found is not None:
            return not isinstance(found[0], Const)
        return any(
            isinstance(base, External) and action in (word("actions", base.name) or "").split()
            for base in lineage(self.program, cls)
        ) or (action not in DETAIL | {"list", "create"} and not self.is_known(cls))

    def is_known(self, cls: ClassValue) -> bool:
        """Whether all bases of a class are in the source or known."""
        return all(
            not isinstance(base, External) or base.name.startswith(("rest_framework.", "django.", "builtins."))
            for base in lineage(self.program, cls)
        )

    @staticmethod
    def action_arguments(handler: Value | None) -> dict[str, Value]:
        """What `@action(...)` says of a method."""
        while isinstance(handler, Decorated):
            if isinstance(handler.decorator, Made) and handler.decorator.name in ACTIONS:
                return handler.decorator.named
            handler = handler.inner
        return {}

    def is_refused(self, cls: ClassValue, handler: Value | None, method: str) -> bool:
        """Whether a handler does nothing but refuse the method (405)."""
        function = undecorated(handler) if handler is not None else None
        if not isinstance(function, FunctionValue):
            return False
        key = id(function.function)
        if key not in self.known:
            self.known[key] = ("405",) if only_refuses(self.program, function, cls, method) else ()
        return bool(self.known[key])

    # --- functions

    def confined(self, view: View) -> tuple[str, ...]:
        """The methods that decorators confine a view to."""
        for wrapper in view.wrappers:
            decorator = wrapper.decorator if isinstance(wrapper, Decorated) else None
            if decorator is None and isinstance(wrapper, Made):
                decorator = wrapper.callee
            found = self.methods_of(decorator)
            if found:
                return found
        return ()

    def methods_of(self, decorator: Value | None) -> tuple[str, ...]:
        """The methods that one decorator names."""
        match decorator:
            case External(name=name):
                return SINGLE.get(last(name), ())
            case Made(name="method_decorator", positional=[inner, *_]):
                return self.methods_of(inner)
            case Made(name="require_http_methods" | "api_view" | "allowed_methods"):
                given = decorator.argument(0, "request_method_list", "http_method_names")
                named = tuple(t.upper() for item in items(given) or () if (t := text(item)))
                return tuple(m for m in named if m not in {"HEAD", "OPTIONS"}) or ("GET",)
        return ()

    def of_function(self, function: Value) -> tuple[str, ...]:
        """The methods that a function without decorators answers, as its body tells."""
        if not isinstance(function, FunctionValue) or function.function.body is None:
            return ("ANY",)
        key = id(function.function)
        if key not in self.known:
            self.known[key] = self.told(function)
        return self.known[key]

    def told(self, function: FunctionValue) -> tuple[str, ...]:
        """The methods that the body tests for; ANY when it tests none."""
        named = [method for method in methods_tested(function.function) if method.lower() in VERBS]
        if not named:
            return ("GET",) if only_shows(function.function) else ("ANY",)
        candidates = list(dict.fromkeys(["GET", *named]))
        served = [m for m in candidates if not only_refuses(self.program, function, function.owner, m)]
        return tuple(served) or ("ANY",)


DETAIL = {"retrieve", "update", "partial_update", "destroy"}
ACTIONS = {"action", "detail_route", "list_route"}
SINGLE = {
    "require_GET": ("GET",),
    "require_POST": ("POST",),
    "require_safe": ("GET",),
    "api_view": ("GET",),
}
