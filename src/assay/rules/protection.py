"""Says what guards an endpoint, and shows the steps that lead to a judgement."""

from assay.model.endpoint import CLASS_OF_DEMAND, STRENGTH, Demand, Endpoint, Guard, Level
from assay.model.place import Step

STANDS = {
    Level.ENDPOINT: "on the endpoint",
    Level.TYPE: "on its type",
    Level.BASE: "on a base type",
    Level.GROUP: "on its group",
    Level.APPLICATION: "on the application",
}
DEMANDS = {
    Demand.NOTHING: "does not ask who the caller is",
    Demand.ANONYMOUS: "lets everybody in",
    Demand.AUTHENTICATED: "demands a known caller",
    Demand.ROLE: "demands a role",
    Demand.SCOPE: "demands a scope",
    Demand.POLICY: "demands a policy",
    Demand.OBJECT: "demands the right to the object",
    Demand.CUSTOM: "refuses on a condition of its own",
    Demand.UNKNOWN: "could not be followed to its end",
}


def strongest(endpoint: Endpoint) -> Guard | None:
    """The effective guard that demands most; the first of equals; None when none demands anything."""
    demanding = [guard for guard in endpoint.effective_guards if guard.demand in CLASS_OF_DEMAND]
    return max(demanding, key=lambda guard: STRENGTH[CLASS_OF_DEMAND[guard.demand]]) if demanding else None


def protection(endpoint: Endpoint) -> str:
    """What protects it, as it reads after its name: "demands a role (Admin): [Authorize] on its type"."""
    guard = strongest(endpoint)
    if guard is None:
        return "demands nothing"
    return f"{demand(guard)}: {guard.name} {STANDS[guard.level]}"


def demand(guard: Guard) -> str:
    """What a guard demands: "demands a role (Admin, Editor)"."""
    named = f" ({', '.join(guard.values)})" if guard.values else ""
    return f"{DEMANDS[guard.demand]}{named}"


def steps(endpoint: Endpoint) -> tuple[Step, ...]:
    """Where the route was declared, how its path came together, and every guard that was found, outermost first."""
    declared = endpoint.route_place or endpoint.place
    found = [Step(f"{endpoint.name} is declared here.", declared), *endpoint.steps]
    if declared != endpoint.place:
        found.append(Step(f"{endpoint.handler} answers it.", endpoint.place))
    return (*found, *(_step(guard) for guard in endpoint.guards))


def search(endpoint: Endpoint) -> Step:
    """What was looked for and not found."""
    return Step(
        "Looked on the endpoint, its type and base types, its groups and the application: no guard that decides asks who the caller is.",
        endpoint.place,
    )


def _step(guard: Guard) -> Step:
    stands = f"{guard.name} stands {STANDS[guard.level]}"
    if not guard.is_effective:
        return Step(f"{stands} and never decides: {defeat(guard)}.", guard.place)
    return Step(f"{stands} and {demand(guard)}.", guard.place)


def defeat(guard: Guard) -> str:
    """Why a guard never decides, without the machine word: "the decorator stands above the route and never runs"."""
    word, _, sentence = guard.defeat.partition(":")
    return (sentence.strip() or word or "something overrides it").rstrip(".")


def defeat_word(guard: Guard) -> str:
    """The machine word of a defeat: order, unawaited, commented-out, shadowed, overridden, unregistered."""
    return guard.defeat.partition(":")[0].strip()
