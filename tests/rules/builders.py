"""Makes inventories by hand, in a line each, for tests of rules."""

from collections.abc import Iterable

from assay.model.endpoint import Demand, Endpoint, Guard, Level, Parameter, authorization_of
from assay.model.place import Place
from assay.model.program import Api, Inventory, Setting
from assay.model.verdict import Outcome, Verdict
from assay.plugins.registry import registry
from assay.plugins.rule import Rule

API = Api(id="shop", name="shop", framework="fastapi", language="python", root="shop", place=Place("shop/main.py", 1))


def guard(
    demand: Demand = Demand.AUTHENTICATED,
    *values: str,
    level: Level = Level.ENDPOINT,
    defeat: str = "",
    name: str = "",
    kind: str = "attribute",
) -> Guard:
    """A guard; a defeat makes it ineffective."""
    return Guard(
        name=name or f"[{demand.value}]",
        kind=kind,
        demand=demand,
        level=level,
        place=Place("shop/orders.py", 3),
        values=values,
        is_effective=not defeat,
        defeat=defeat,
    )


SIGNED_IN = guard()
CLERK = guard(Demand.ROLE, "Clerk")
UNKNOWN = guard(Demand.UNKNOWN)
ANONYMOUS = guard(Demand.ANONYMOUS, name="[AllowAnonymous]")


def endpoint(
    name: str,
    *guards: Guard,
    handler: str = "",
    framework: str = "fastapi",
    environment: str = "",
    api: str = "shop",
    path: str = "shop/orders.py",
    parameters: tuple[Parameter, ...] = (),
    reasons: tuple[str, ...] = (),
) -> Endpoint:
    """An endpoint as `GET /orders`, with the authorization that its guards give; the handler is made up from the name."""
    method, _, template = name.partition(" ")
    made_up = f"orders.{method.lower()}_it"
    return Endpoint(
        api=api,
        method=method,
        path=template,
        handler=handler or made_up,
        place=Place(path, 10),
        framework=framework,
        authorization=authorization_of(guards),
        guards=guards,
        parameters=parameters,
        environment=environment,
        reasons=reasons,
    )


def inventory(*endpoints: Endpoint, settings: Iterable[Setting] = (), api: Api = API) -> Inventory:
    """An inventory of one API."""
    return Inventory(apis=(api,), endpoints=endpoints, settings=tuple(settings))


def rule(identifier: str) -> Rule:
    """The rule of an id, from the registry as users get it."""
    known: tuple[Rule, ...] = registry("assay.rules", "RULE", Rule, "id")
    return next(each for each in known if each.id == identifier)


def verdicts(identifier: str, *endpoints: Endpoint) -> dict[str, Verdict]:
    """What a rule says of endpoints, by their name."""
    return {verdict.subject.name: verdict for verdict in rule(identifier).judge(inventory(*endpoints))}


def outcomes(identifier: str, *endpoints: Endpoint) -> dict[str, Outcome]:
    """The outcomes of a rule, by the name of the endpoint."""
    return {name: verdict.outcome for name, verdict in verdicts(identifier, *endpoints).items()}


def verdict(identifier: str, subject: Endpoint, *others: Endpoint) -> Verdict:
    """What a rule says of one endpoint among others."""
    return verdicts(identifier, subject, *others)[subject.name]
