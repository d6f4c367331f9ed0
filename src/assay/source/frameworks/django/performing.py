"""How a view is run: as a function with a request, or as an object of its class with what the generic classes around it do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from assay.model.place import Place
from assay.model.reach import Origin
from assay.source.declared import is_model, model_in
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django.known import last
from assay.source.frameworks.django.outside import Outside, of_name
from assay.source.frameworks.django.project import Settings
from assay.source.frameworks.django.views import Served, View
from assay.source.handled import Performance
from assay.source.program import Program

REQUEST = External("django.http.HttpRequest")
ACCOUNTS = ("django.contrib.auth.models.AbstractUser", "django.contrib.auth.models.AbstractBaseUser")
BEFORE = ("setup", "initial", "dispatch")
"""Methods that Django and Django REST framework run before the one of the verb."""
DEFAULTS = {
    "filter_backends": "DEFAULT_FILTER_BACKENDS",
    "permission_classes": "DEFAULT_PERMISSION_CLASSES",
}
FAKED = "swagger_fake_view"
"""What tools that write documentation set on a view while nobody asks."""
ENTERED = frozenset(
    {"LoginView", "TokenObtainPairView", "TokenObtainSlidingView", "ObtainAuthToken", "TokenCreateView"}
)
"""Views of libraries by which callers come in: what they do is known."""
SIGNING = {"obtain_token": "rest_framework_simplejwt.views.TokenObtainPairView"}
"""Operations of libraries by which callers come in, with the view that does the same."""
LIBRARIES = frozenset({"dj_rest_auth", "djoser", "knox"})
"""Libraries of accounts, all views of which are known."""
MARKED = {
    "Query": Origin.QUERY,
    "Path": Origin.PATH,
    "PathEx": Origin.PATH,
    "Body": Origin.BODY,
    "BodyEx": Origin.BODY,
    "Form": Origin.FORM,
    "Header": Origin.HEADER,
    "Cookie": Origin.COOKIE,
    "File": Origin.FILE,
}


class Performing:
    """Makes the views of one project ready to be run."""

    def __init__(self, program: Program, settings: Settings | None) -> None:
        self.program = program
        self.settings = settings
        self.outside = Outside(program)
        self.account: tuple[ClassValue | None] | None = None

    def of_view(self, view: View, served: Served, whole: Value, names: Iterable[str]) -> Performance | None:
        """The performance of one method of a view; None when nothing of it is in the project."""
        in_path = tuple(names)
        if served.cls is not None:
            work = partial(self.of_class, view, served, in_path)
            share: object = (id(served.cls.type), served.action, served.method, in_path, id(view.wrappers and whole))
            return Performance(partial(self.perform, work, served.method), share)
        target = innermost(whole)
        inner = undecorated(target)
        if isinstance(view.core, External) and is_entered(view.core.name) and isinstance(whole, Made):
            share = (view.core.name, served.method, whole.place)
            return Performance(
                partial(self.perform, partial(self.of_outside, view, served, whole.place), served.method), share
            )
        if not isinstance(inner, FunctionValue):
            return None
        share = (id(inner.function), id(whole), served.method, in_path)
        return Performance(partial(self.perform, partial(self.of_function, target, in_path), served.method), share)

    def of_operation(
        self,
        handler: Value,
        method: str,
        names: Iterable[str],
        cls: ClassValue | None = None,
        *,
        place: Place | None = None,
    ) -> Performance | None:
        """The performance of an operation of Django Ninja, or of a method of a controller."""
        inner = undecorated(handler)
        if isinstance(inner, External) and last(inner.name) in SIGNING and place is not None:
            view, served = View(External(SIGNING[last(inner.name)])), Served(method, None, "", None, {})
            return Performance(
                partial(self.perform, partial(self.of_outside, view, served, place), method), (inner.name, place)
            )
        if not isinstance(inner, FunctionValue):
            return None
        in_path = tuple(names)
        share = (id(inner.function), id(inner.scope), method, in_path, id(cls.type) if cls is not None else 0)
        work = partial(self.of_ninja, handler, inner, in_path)
        if cls is not None:
            work = partial(self.of_controller, handler, inner, in_path, cls)
        return Performance(partial(self.perform, work, method), share)

    # --- one request

    def perform(self, work: Callable[[Given], Value], method: str) -> Value:
        """Run a view with what its outside classes do."""
        run = self.program.run
        run.answering = self.outside.answer
        try:
            return work(self.request(method))
        finally:
            run.answering = None

    def request(self, method: str) -> Given:
        """A request that somebody sends who is known."""
        held: dict[str, Value] = {"method": Const(method)} if method != "ANY" else {}
        held["user"] = Given("user", type=self.user(), origin=Origin.PRINCIPAL)
        return Given("request", type=REQUEST, attributes=held, origin=Origin.REQUEST)

    def user(self) -> ClassValue | None:
        """The model of users: the one that the settings name, else the only one that is made to be it."""
        if self.account is None:
            named = text(self.settings.value("AUTH_USER_MODEL")) if self.settings is not None else None
            label, _, last = (named or "").rpartition(".")
            self.load(label.rpartition(".")[2])
            found = self.program.classes(*ACCOUNTS)
            chosen = next((cls for cls in found if cls.type.name == last), None)
            known = self.program.run.overrides.get("django.contrib.auth.models.User") if not found else None
            own = known if isinstance(known, ClassValue) and not named else None
            self.account = (chosen or (found[0] if len(found) == 1 else own),)
        return self.account[0]

    def load(self, label: str) -> None:
        """Run the models of an application: nothing may have asked for them yet."""
        for path in self.program.project.paths("python") if label else ():
            parts = path.removesuffix(".py").split("/")
            if label in parts and "models" in parts:
                self.program.run.module(path)

    def of_function(self, target: Value, names: tuple[str, ...], request: Given) -> Value:
        """A function of a request and of what the path says."""
        inner = undecorated(target)
        self.program.run.handler = inner.function if isinstance(inner, FunctionValue) else None
        return self.program.run.call(target, (request,), path_arguments(names), place=placed(target))

    def of_outside(self, view: View, served: Served, place: Place, request: Given) -> Value:
        """A view of a library that signs callers in, run as if its class stood where the route does."""
        assert isinstance(view.core, External)
        cls = of_name(self.outside.standing_at(place), view.core.name)
        instance = self.program.run.call(cls, place=place) if isinstance(cls, ClassValue) else None
        if not isinstance(instance, Instance):
            return view.core
        instance.attributes |= {**view.arguments, "request": request}
        method = self.program.run.attribute(instance, served.method.lower())
        return self.program.run.call(method, (request,), place=place)

    def of_class(self, view: View, served: Served, names: tuple[str, ...], request: Given) -> Value:
        """A method of a class: what is run before it, then it."""
        run, cls = self.program.run, served.cls
        assert cls is not None
        instance = run.call(cls, place=cls.place)
        if not isinstance(instance, Instance):
            return instance
        arguments = path_arguments(names)
        instance.attributes.update({k: v for k, v in {**view.arguments, **served.arguments}.items() if k != "actions"})
        kwargs = Table({name: (Const(name), value) for name, value in arguments.items()})
        instance.attributes |= {"request": request, "kwargs": kwargs, "args": Items([], "tuple"), FAKED: Const(False)}
        if served.action:
            instance.attributes["action"] = Const(served.action)
        self.defaults(cls, instance)
        for name in BEFORE:
            if self.program.class_attribute(cls, name) is not None and name != served.action:
                run.call(run.attribute(instance, name), (request,), dict(arguments), place=cls.place)
                run.has_raised = False
        if self.outside.method(instance, "check_permissions") is not None:
            run.call(run.attribute(instance, "check_permissions"), (request,), place=cls.place)
        if self.outside.method(instance, "check_access") is not None:
            run.call(run.attribute(instance, "check_access"), place=cls.place)
        run.has_raised = False
        if served.action == "partial_update" and not self.takes_partial(cls):
            return Const(None)
        handler = self.bound(served, instance)
        inner = undecorated(handler)
        run.handler = inner.function if isinstance(inner, FunctionValue) else None
        return run.call(handler, (request,), dict(arguments), place=cls.place)

    def takes_partial(self, cls: ClassValue) -> bool:
        """Whether `update(..., partial=True)`, by which REST framework answers PATCH, can be called: one that takes `pk` alone cannot."""
        own = self.program.class_attribute(cls, "update")
        if own is None or self.program.class_attribute(cls, "partial_update") is not None:
            return True
        function = undecorated(own[0])
        parameters = function.function.parameters if isinstance(function, FunctionValue) else ()
        return not parameters or any(each.kind == "**" or each.name == "partial" for each in parameters)

    def bound(self, served: Served, instance: Instance) -> Value:
        """The method of the verb or action, bound to the view."""
        run, cls = self.program.run, instance.cls
        name = served.action or served.method.lower()
        if served.handler is not None:
            wanted = undecorated(served.handler)
            for base in self.program.mro(cls):
                held = attributes.class_names(run, base).values() if isinstance(base, ClassValue) else ()
                for value in held:
                    if isinstance(base, ClassValue) and (value is served.handler or undecorated(value) is wanted):
                        return attributes.bound(run, value, instance, base)
        return run.attribute(instance, name)

    def defaults(self, cls: ClassValue, instance: Instance) -> None:
        """What the settings say where the class does not."""
        for name, setting in DEFAULTS.items():
            if name in instance.attributes or self.program.class_attribute(cls, name) is not None:
                continue
            held = self.settings.entry("REST_FRAMEWORK", setting) if self.settings is not None else None
            found = [self.named(option) for item in options(held) if isinstance(item, Items) for option in item.items]
            instance.attributes[name] = Items(found)
        if self.program.class_attribute(cls, "pagination_class") is None:
            instance.attributes.setdefault("pagination_class", Const("paged" if self.is_paged() else None))

    def is_paged(self) -> bool:
        """Whether the settings let every list be paged: a class, and a size unless the class is one of the project's own."""
        if self.settings is None:
            return False
        named = self.settings.entry("REST_FRAMEWORK", "DEFAULT_PAGINATION_CLASS")
        size = self.settings.entry("REST_FRAMEWORK", "PAGE_SIZE")
        is_sized = size is not None and not (isinstance(size, Const) and size.value is None)
        said = [text(option) for option in options(named) if not (isinstance(option, Const) and option.value is None)]
        return bool(said) and (is_sized or not any(name and name.startswith("rest_framework.") for name in said))

    def named(self, value: Value) -> Value:
        """The class of a dotted name in the settings."""
        dotted = text(value)
        if dotted is None or self.settings is None:
            return value
        module, _, name = dotted.rpartition(".")
        return self.program.run.attribute(self.program.run.python.import_named(module, self.settings.path), name)

    def of_ninja(self, handler: Value, function: FunctionValue, names: tuple[str, ...], request: Given) -> Value:
        """An operation: its parameters come from the path, the query or, where they are schemas, the body."""
        named = self.sent(function, names, 1)
        return self.program.run.call(handler, (request,), named, place=function.place)

    def of_controller(
        self, handler: Value, function: FunctionValue, names: tuple[str, ...], cls: ClassValue, request: Given
    ) -> Value:
        """A method of a controller: the request is one of its parameters, or is held by the context."""
        run = self.program.run
        instance = run.call(cls, place=cls.place)
        if not isinstance(instance, Instance):
            return instance
        instance.attributes.setdefault("context", Given("context", attributes={"request": request}))
        named = self.sent(function, names, 1)
        if "request" in named:
            named["request"] = request
        run.handler = function.function
        bound = attributes.bound(run, handler, instance, function.owner or cls)
        return run.call(bound, (), named, place=function.place)

    def sent(self, function: FunctionValue, names: tuple[str, ...], start: int) -> dict[str, Value]:
        """What the parameters of an operation from this one on are sent."""
        named: dict[str, Value] = {}
        for parameter in function.function.parameters[start:]:
            if parameter.kind in {"*", "**"}:
                continue
            declared = self.program.run.type_of(parameter, function)
            default = (
                self.program.run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
            )
            named[parameter.name] = Given(
                parameter.name, type=declared, origin=self.source(parameter.name, declared, default, names)
            )
        return named

    def source(self, name: str, declared: Value | None, default: Value | None, names: tuple[str, ...]) -> Origin:
        """Where a parameter of an operation is read from."""
        if name in names:
            return Origin.PATH
        for option in (*options(default), *options(declared)):
            if isinstance(option, Made) and option.name in MARKED:
                return MARKED[option.name]
        cls = model_in(declared)
        return Origin.BODY if cls is not None and is_model(self.program, cls) else Origin.QUERY


def is_entered(name: str) -> bool:
    """Whether it is known what a view of a library does."""
    return last(name) in ENTERED or name.partition(".")[0] in LIBRARIES


def path_arguments(names: Iterable[str]) -> dict[str, Value]:
    """What the path says."""
    return {name: Given(name, origin=Origin.PATH) for name in names}


def innermost(view: Value) -> Value:
    """A view out of the outside calls around it: `login_required(view)`."""
    while isinstance(view, Made) and not isinstance(view.callee, Member):
        inner = next((o for o in view.positional if isinstance(undecorated(o), FunctionValue | Made)), None)
        if inner is None:
            break
        view = inner
    return view


def placed(value: Value) -> Place:
    """Where a view is declared."""
    inner = undecorated(value)
    return inner.place if isinstance(inner, FunctionValue) else Place(".", 1)
