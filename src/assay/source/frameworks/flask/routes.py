"""Routes: what applications and blueprints were told to answer."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Level
from assay.model.place import Skipped, Step
from assay.model.program import Api, Setting
from assay.plugins.framework import Reading
from assay.source.evaluate.values import External, Given, Instance, Invocation, Made, Value, options
from assay.source.frameworks.flask.appbuilder import AppBuilders
from assay.source.frameworks.flask.collect import Around, Collector
from assay.source.frameworks.flask.contract import Contracts
from assay.source.frameworks.flask.known import APPLICATIONS, BLUEPRINTS, VERBS
from assay.source.frameworks.flask.paths import joined, known_path
from assay.source.frameworks.flask.resources import Resources
from assay.source.frameworks.flask.settings import settings_of
from assay.source.frameworks.flask.views import Route
from assay.source.program import Program

UNKNOWN_PREFIX = "/{?}"
"""What stands for a prefix that comes from outside the code."""
NESTING = 20
"""Blueprints in blueprints."""
ROUTING = (*VERBS, "route")
CURRENT = ("flask.current_app", "quart.current_app")


class Reader:
    """Reads one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.collector = Collector(program)
        self.resources = Resources(program, self.collector)
        self.apis: list[Api] = []
        self.settings: list[Setting] = []

    def read(self) -> Reading:
        """Every application with its routes."""
        self.collector.performing.mishaps.read()
        made: dict[object, list[Invocation]] = {}
        for application in self.program.made(*APPLICATIONS):
            if any(self.does_nothing(application, other) for other in self.program.made(*APPLICATIONS)):
                continue
            made.setdefault((application.place.path, application.place.line), []).append(application)
        losing = [applications for applications in made.values() if self.is_losing(applications)]
        for applications in made.values():
            self.application(applications, has_orphans=len(made) == 1, is_losing=losing == [applications])
        contracts = Contracts(self.program, self.collector)
        for api in contracts.read({each.place for each in self.apis}):
            self.apis.append(api)
        if not self.apis:
            self.unbound()
        return Reading(
            tuple(self.apis),
            tuple(self.collector.endpoints.values()),
            tuple(self.settings),
            tuple(self.collector.skipped),
        )

    def does_nothing(self, application: Invocation, other: Invocation) -> bool:
        """Whether an application is only a stand-in (for a context, a test) beside a real one of the tree."""
        return (
            other is not application and not self.program.calls_on(application) and bool(self.program.calls_on(other))
        )

    def unbound(self) -> None:
        """Blueprints of a tree that makes no application itself: an extension for others."""
        for blueprint in self.program.made(*BLUEPRINTS):
            if not self.program.calls_on(blueprint, *ROUTING, "add_url_rule"):
                continue
            api = self.api(blueprint, "flask")
            known = next((each for each in self.apis if each.id == api.id), None)
            if known is None:
                self.apis.append(api)
            prefix = known_path(blueprint.argument(-1, "url_prefix")) or ""
            around = Around(api.id, blueprint, prefix=prefix, name=self.name_of(blueprint))
            around = replace(around, hooks=self.collector.hooks.of(blueprint, Level.GROUP))
            self.container(blueprint, around)

    def api(self, application: Invocation, framework: str) -> Api:
        """The API that an application object is."""
        folder = application.place.path.rpartition("/")[0]
        name = folder.rpartition("/")[2] or self.program.project.root.name
        return Api(folder or ".", name, framework, "python", folder or ".", application.place)

    def is_losing(self, applications: list[Invocation]) -> bool:
        """Whether an application is told to register what could not be found out."""
        calls = (call for each in applications for call in self.program.calls_on(each, "register_blueprint"))
        return any(self.is_lost(call) for call in calls)

    def application(self, applications: list[Invocation], *, has_orphans: bool, is_losing: bool) -> None:
        """One application; made several times by a factory it is one."""
        api = self.api(applications[0], "flask")
        taken = {each.id for each in self.apis}
        if api.id in taken:
            stem = applications[0].place.path.rpartition("/")[2].removesuffix(".py")
            unique = f"{api.id}/{stem}"
            number = 2
            while unique in taken:
                unique, number = f"{api.id}/{stem}-{number}", number + 1
            api = replace(api, id=unique, name=stem)
        self.apis.append(api)
        for application in applications:
            self.settings += settings_of(self.program, application, api.id)
            around = Around(api.id, application, steps=(Step("application made", application.place),))
            blueprints = tuple(self.blueprints(application, 0))
            hooks = self.collector.hooks.of(application, Level.APPLICATION)
            hooks += self.collector.hooks.of_application(blueprints)
            self.container(application, replace(around, hooks=hooks))
            if has_orphans and application is applications[0]:
                self.handed_in(replace(around, hooks=hooks))
            elif is_losing and applications[0] is application:
                self.loaded(replace(around, hooks=hooks))
            AppBuilders(self.program, self.collector).read(application, replace(around, hooks=hooks))

    def handed_in(self, around: Around) -> None:
        """What is put on an application that is not seen to be this one: `current_app`, one that a plug-in system hands in."""
        for name in CURRENT:
            current = External(name)
            hooks = (*around.hooks, *self.collector.hooks.of(current, Level.APPLICATION))
            self.container(current, replace(around, hooks=hooks))
        for call in self.program.run.made:
            if call.name == "register_blueprint" and isinstance(call.receiver, Given):
                self.register(call, around)
        if any(call.name == "register_blueprint" and self.is_lost(call) for call in self.program.run.made):
            self.loaded(around)

    @staticmethod
    def is_lost(call: Made) -> bool:
        """Whether what a call registers could not be found out."""
        return not any(isinstance(option, Invocation) for option in options(registered(call)))

    def loaded(self, around: Around) -> None:
        """Blueprints that nothing is seen to register, where some are loaded by names that only running tells."""
        known = [
            option
            for call in self.program.run.made
            if call.name in {"register_blueprint", "register_api"}
            for option in options(registered(call))
        ]
        for blueprint in self.program.made(*BLUEPRINTS):
            prefix = self.prefix_of(blueprint)
            if any(option is blueprint for option in known) or prefix is None:
                continue
            self.mount(blueprint, prefix, around, Step("blueprint loaded by its name", blueprint.place))

    def blueprints(self, owner: Value, depth: int) -> Iterator[Value]:
        """The blueprints registered on an application or blueprint, and theirs."""
        for call in self.program.calls_on(owner, "register_blueprint", "register_api"):
            for option in options(call.argument(0, "blueprint")):
                if isinstance(option, Invocation) and depth < NESTING:
                    yield option
                    yield from self.blueprints(option, depth + 1)

    # --- applications and blueprints

    def container(self, owner: Value, around: Around) -> None:
        """The routes of an application or blueprint."""
        if around.depth > NESTING:
            return
        for call in self.program.calls_on(owner):
            if call.name in ROUTING:
                self.decorated(call, around)
            elif call.name == "add_url_rule":
                self.added(call, owner, around)
            elif call.name in {"register_blueprint", "register_api"}:
                self.register(call, around)
        self.resources.on(owner, around)
        for call in self.registrars(owner):
            self.register(call, around)

    def registrars(self, owner: Value) -> Iterator[Made]:
        """flask-smorest: `Api(app).register_blueprint(bp)`."""
        for made in self.program.made("flask_smorest.Api"):
            given = [made.argument(0, "app"), *(c.argument(0, "app") for c in self.program.calls_on(made, "init_app"))]
            if any(option is owner for value in given for option in options(value)):
                yield from self.program.calls_on(made, "register_blueprint")

    def decorated(self, call: Made, around: Around) -> None:
        """`@owner.route("/x")` on functions or view classes."""
        path = known_path(call.argument(0, "rule"))
        for application in self.program.applications(call):
            if not application.positional:
                continue
            if path is None:
                self.collector.unresolved(call)
            else:
                self.collector.add(Route(call, path, application.positional[0]), around)

    def added(self, call: Made, owner: Value, around: Around) -> None:
        """`owner.add_url_rule("/x", "name", f)`; without a function one that `@owner.endpoint("name")` names later."""
        path = known_path(call.argument(0, "rule"))
        if path is None:
            self.collector.unresolved(call)
            return
        view = call.argument(2, "view_func")
        if view is None:
            name = known_path(call.argument(1, "endpoint"))
            for other in self.program.calls_on(owner, "endpoint"):
                if known_path(other.argument(0, "endpoint")) == name:
                    view = next((a.positional[0] for a in self.program.applications(other) if a.positional), view)
        if view is None:
            self.collector.skipped.append(
                Skipped(call.place.path, f"the view of {path} is not known", "route", call.place.line)
            )
            return
        self.collector.add(Route(call, path, view), around)

    def register(self, call: Made, around: Around) -> None:
        """`app.register_blueprint(bp, url_prefix="/x")`: that prefix, else the blueprint's own."""
        for option in options(call.argument(0, "blueprint")):
            if not isinstance(option, Invocation):
                self.collector.skipped.append(
                    Skipped(call.place.path, "a blueprint could not be resolved", "route", call.place.line)
                )
                continue
            given = call.argument(-1, "url_prefix")
            own = known_path(given) if given is not None else None
            if given is not None and own is None:
                own = UNKNOWN_PREFIX
                self.collector.unresolved(call)
            prefix = own or self.prefix_of(option)
            if prefix is None:
                self.collector.unresolved(call)
                continue
            step = Step(f"blueprint registered under {prefix or '/'}", call.place)
            self.mount(option, prefix, replace(around, conditions=(*around.conditions, *call.conditions)), step)

    def mount(self, blueprint: Invocation, prefix: str, around: Around, step: Step) -> None:
        """The routes of a blueprint under a prefix."""
        name = self.name_of(blueprint)
        inner = replace(
            around,
            prefix=joined(around.prefix, prefix) if prefix else around.prefix,
            name=f"{around.name}.{name}" if around.name else name,
            hooks=(*around.hooks, *self.collector.hooks.of(blueprint, Level.GROUP)),
            steps=(*around.steps, step),
            depth=around.depth + 1,
        )
        self.container(blueprint, inner)

    @staticmethod
    def prefix_of(blueprint: Invocation) -> str | None:
        """A blueprint's own prefix; "" when it has none."""
        given = blueprint.argument(-1, "url_prefix")
        base = blueprint.attributes.get("super()") if isinstance(blueprint, Instance) else None
        if given is None and isinstance(base, Made):
            given = base.argument(-1, "url_prefix")
        return known_path(given)

    @staticmethod
    def name_of(blueprint: Invocation) -> str:
        """A blueprint's name."""
        base = blueprint.attributes.get("super()") if isinstance(blueprint, Instance) else None
        return (
            known_path(blueprint.argument(0, "name"))
            or (known_path(base.argument(0, "name")) if isinstance(base, Made) else None)
            or ""
        )


def registered(call: Made) -> Value | None:
    """What a call registers."""
    return call.argument(0, "blueprint")


def read(program: Program) -> Reading:
    """The reading of a program."""
    return Reader(program).read()
