"""What records changes wherever they are made: interceptors of the data layer, events and signals, histories of models, logging middleware.

What holds for a stored type is a text of its `Entity.audit`; what holds for an application is a `Setting("audit")` whose value says how
much it tells: `on` (who did what), `fields` (columns of the changed row itself), `access` (method and path, not who).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.place import Place
from assay.model.program import Api, Setting
from assay.model.reach import Note
from assay.source import facts
from assay.source.evaluate.values import ClassValue, External, FunctionValue, Made, ModuleValue, undecorated
from assay.source.inside import inside
from assay.source.program import Program, environment_of
from assay.source.reach.configured import settings_modules, texts
from assay.source.reach.library import log_words
from assay.source.reach.marks import Marks, last_of, written_as
from assay.source.reach.noted import kind_of, records
from assay.source.reach.recorded import Recorded
from assay.source.vocabulary import parts_of

LAYERS = frozenset(
    {
        "add_middleware",
        "Middleware",
        "UseMiddleware",
        "after_request",
        "before_request",
        "before_app_request",
        "after_app_request",
        "middleware",
    }
)
ROUTES = "route_class"
"""The name by which a router is given the class of its routes, which stands around every handler of it."""
APPENDING = frozenset({"a", "a+", "at", "ab"})
WHO = frozenset(
    {"user", "username", "principal", "identity", "current_user", "userid", "actor", "account", "email", "sub"}
)
WHAT = frozenset({"method", "path", "url", "full_path", "endpoint", "route", "uri"})
LOGGING_CALLS = {
    "UseAuditing": "on",
    "UseAuditMiddleware": "on",
    "AddAuditFilter": "on",
    "UseAudit": "on",
    "UseSerilogRequestLogging": "access",
    "UseHttpLogging": "access",
    "UseW3CLogging": "access",
}
"""Calls of .NET after which every request is recorded, and how much that tells."""
ENTRY_APPS = frozenset({"axes", "defender", "easyaudit"})
"""Applications of Django that keep a record of every sign-in."""
INTERCEPTORS = ("SaveChangesInterceptor", "ISaveChangesInterceptor")
AUDITING_BASES = frozenset({"AuditDbContext", "AuditIdentityDbContext", "AbpDbContext"})
BEHAVIOURS = ("IPipelineBehavior", "IRequestPreProcessor", "IRequestPostProcessor")
SAVING = frozenset(
    {"SavingChanges", "SavingChangesAsync", "SaveChanges", "SaveChangesAsync", "SavedChanges", "SavedChangesAsync"}
)


class Trail(Struct, frozen=True, order=True):
    """One thing that records for a whole application."""

    value: str
    """on, fields, access."""
    text: str
    place: Place
    scope: str = ""
    """`mediator`: only what goes through a mediator."""


class Trails:
    """Knows what one program records everywhere."""

    def __init__(self, program: Program, marks: Marks) -> None:
        self.program = program
        self.marks = marks
        self.levels = frozenset(log_words(program.language).levels)
        self.recorded = Recorded(program, self.levels)

    def of_entity(self, cls: ClassValue) -> str:
        """What records every change of a stored type; "" when nothing was seen."""
        return self.recorded.of(cls)

    def marked(self, endpoint: Endpoint) -> tuple[Note, ...]:
        """Decorators and attributes of a handler or its class that are named so that they record what it does."""
        return tuple(
            Note("audit", "", mark.path, mark.place, mark.path, ("principal",))
            for mark in self.marks.of(endpoint)
            if kind_of(mark.path, self.program.vocabulary.audit) == "audit" or is_log_mark(mark.name)
        )

    def settings(self, apis: Iterable[Api]) -> tuple[Setting, ...]:
        """For each API the trails that hold for all of it."""
        found = sorted({*self.found(), *(Trail("on", text, place) for text, place in self.recorded.everywhere)})
        every = tuple(apis)
        trails = tuple(
            Setting(api.id, "audit", trail.value, "any", trail.place, (("by", trail.text), ("scope", trail.scope)))
            for api in every
            for trail in found
            if is_below(trail.place, api) or not any(is_below(trail.place, other) for other in every)
        )
        return (*trails, *self.entries(every))

    def entries(self, apis: Iterable[Api]) -> tuple[Setting, ...]:
        """For each API what logs sign-ins wherever they are made."""
        found = [(end, text, place) for end, text, place in self.recorded.entries]
        for path, names in settings_modules(self.program) if self.program.language == "python" else ():
            apps = {text.partition(".")[0] for text in texts(names.get("INSTALLED_APPS"))} & ENTRY_APPS
            found += [(end, app, Place(path, 1)) for app in sorted(apps) for end in ("failure", "success")]
        return tuple(
            Setting(api.id, "sign-in-log", end, "any", place, (("by", text),))
            for api in apis
            for end, text, place in sorted(found)
        )

    def found(self) -> Iterator[Trail]:
        """Every trail that was seen."""
        for made in self.program.run.made:
            is_layer = made.name in LOGGING_CALLS or hook_of(made) in LAYERS or ROUTES in made.named
            if not is_layer or environment_of(made.conditions) == "development":
                continue
            if made.name in LOGGING_CALLS:
                yield Trail(LOGGING_CALLS[made.name], made.name, made.place)
            else:
                yield from self.layer(made)
        if self.program.language == "csharp":
            yield from self.saving()
            yield from self.behaviours()
        else:
            yield from self.django()

    # --- requests

    def layer(self, made: Made) -> Iterator[Trail]:
        """A middleware or hook that logs what is asked."""
        routes = made.named.get(ROUTES)
        for value in (routes,) if routes is not None else (*made.positional[:1], *made.type_arguments):
            inner = undecorated(value)
            if isinstance(inner, FunctionValue):
                yield from self.logs(inner.function, inner.name, inner.place)
            elif isinstance(inner, ClassValue):
                yield from self.logs(inner.type, inner.name, inner.place)
            elif isinstance(inner, External) and kind_of(inner.name) == "audit":
                yield Trail("on", inner.name, made.place)

    def logs(self, part: facts.Function | facts.Type, name: str, place: Place) -> Iterator[Trail]:
        """Whether code logs method and path of every request, and who asked."""
        found = ""
        named = assigned_words(part)
        for call in (*logged(part, self.levels), *appended(part)):
            said = {word for each in inside(call.arguments) for word in word_parts(each)}
            for each in inside(call.arguments):
                said |= named.get(each.id, set()) if isinstance(each, facts.Name) else set()
            is_record = kind_of(written_as(call.function)) == "audit"
            if is_record or said & WHAT:
                found = "on" if is_record or said & WHO else found or "access"
        if found:
            yield Trail(found, name, place)

    def django(self) -> Iterator[Trail]:
        """Applications and middleware in the settings of Django."""
        for path, names in settings_modules(self.program):
            for text in texts(names.get("INSTALLED_APPS")):
                if text.partition(".")[0] == "easyaudit":
                    yield Trail("on", "django-easy-audit", Place(path, 1))
            for text in texts(names.get("MIDDLEWARE")):
                module, _, last = text.rpartition(".")
                held = self.program.run.python.import_named(module, path) if module else None
                if isinstance(held, ModuleValue) and held.module is not None:
                    cls = undecorated(held.module.scope.names.get(last) or External(text))
                    if isinstance(cls, ClassValue):
                        yield from self.logs(cls.type, cls.name, cls.place)
                    elif isinstance(cls, FunctionValue):
                        yield from self.logs(cls.function, cls.name, cls.place)

    # --- the data layer of .NET

    def saving(self) -> Iterator[Trail]:
        """`SaveChanges` of a context, or an interceptor of it, that writes records of what changes."""
        project = self.program.project
        contexts = [
            name for name in project.bases("csharp") if name.endswith("DbContext") or name.startswith("DbContext")
        ]
        for base in (*INTERCEPTORS, *contexts):
            for path in project.deriving(base):
                file = project.file(path)
                for type_ in (
                    (each for each in inside(file.body) if isinstance(each, facts.Type)) if file is not None else ()
                ):
                    yield from self.of_context(type_, path)

    def of_context(self, type_: facts.Type, path: str) -> Iterator[Trail]:
        """What one context or interceptor records."""
        bases = {last_of(base) for base in type_.bases}
        if bases & AUDITING_BASES:
            yield Trail("on", f"{type_.name} : {', '.join(sorted(bases & AUDITING_BASES))}", Place(path, type_.line))
        methods = [each.function for each in type_.body if isinstance(each, facts.Define)]
        is_hook = any(
            method.name in SAVING and ("override" in method.modifiers or bases & set(INTERCEPTORS))
            for method in methods
        )
        if not is_hook:
            return
        parts = [part for method in methods for part in inside(method.body)]
        if any(isinstance(part, facts.Call | facts.New) and records(part, frozenset()) for part in parts):
            yield Trail("on", f"{type_.name} writes records when changes are saved", Place(path, type_.line))
        elif any("by" in said and said & {"modified", "deleted", "updated"} for said in map(word_parts, parts)):
            yield Trail("fields", f"{type_.name} writes who changed a row into it", Place(path, type_.line))

    def behaviours(self) -> Iterator[Trail]:
        """Behaviours of a mediator that log every request."""
        project = self.program.project
        for base in BEHAVIOURS:
            for path in project.deriving(base):
                file = project.file(path)
                for type_ in (
                    (each for each in inside(file.body) if isinstance(each, facts.Type)) if file is not None else ()
                ):
                    if base not in {last_of(each) for each in type_.bases} or "perform" in type_.name.lower():
                        continue
                    calls = list(logged(type_, self.levels))
                    said = {word for call in calls for part in inside(call.arguments) for word in word_parts(part)}
                    if calls:
                        yield Trail("on" if said & WHO else "access", type_.name, Place(path, type_.line), "mediator")


def hook_of(made: Made) -> str:
    """The name of what a function or class is handed to: `app.add_middleware(X)`, `@app.middleware("http")`."""
    return made.callee.name if isinstance(made.callee, Made) else made.name


def is_below(place: Place, api: Api) -> bool:
    """Whether a place is in the folder of an API."""
    return api.root in {"", "."} or place.path.startswith(f"{api.root}/")


def logged(part: facts.Function | facts.Type, levels: frozenset[str]) -> Iterator[facts.Call]:
    """The calls that record or log as a matter of course: not in the handling of an exception, not warnings and errors."""
    caught = {id(each) for outer in inside(part) if isinstance(outer, facts.Handler) for each in inside(outer.body)}
    for each in inside(part):
        if isinstance(each, facts.Call) and id(each) not in caught and records(each, levels):
            last = last_of(each.function).lower()
            if not any(
                word in last
                for word in ("warn", "error", "exception", "critical", "fatal", "debug", "trace", "verbose")
            ):
                yield each


def assigned_words(part: facts.Function | facts.Type) -> dict[str, set[str]]:
    """The words of what local names are set to: `line = f"{user} {path}"` before `logger.info(line)`."""
    found: dict[str, set[str]] = {}
    for each in inside(part):
        if isinstance(each, facts.Assign) and isinstance(each.target, facts.Name) and each.value is not None:
            words = {word for one in inside(each.value) for word in word_parts(one)}
            found.setdefault(each.target.id, set()).update(words)
    return found


def appended(part: facts.Function | facts.Type) -> Iterator[facts.Call]:
    """The calls that write to the end of a file: `with open(path, "a") as log: log.write(line)`."""
    names = {
        f"{target.id}.write"
        for each in inside(part)
        if isinstance(each, facts.With)
        for expression, target in each.items
        if isinstance(target, facts.Name) and isinstance(expression, facts.Call)
        if any(isinstance(given.value, facts.Text) and given.value.value in APPENDING for given in expression.arguments)
    }
    yield from (each for each in inside(part) if isinstance(each, facts.Call) and written_as(each.function) in names)


def is_log_mark(name: str) -> bool:
    """Whether a decorator is named so that it logs: `@log_activity`, `[LogUsage]`, `@action_logging`."""
    parts = parts_of(name)
    return (
        bool(parts)
        and (parts[0] in {"log", "logged"} or parts[-1] in {"log", "logging", "logged", "audited"})
        and "in" not in parts
    )


def word_parts(part: object) -> frozenset[str]:
    """The words of a name in the facts."""
    match part:
        case facts.Attr(name=name) | facts.Name(id=name):
            return frozenset(parts_of(name))
        case facts.Text(value=text) if text.isidentifier():
            return frozenset(parts_of(text))
    return frozenset()
