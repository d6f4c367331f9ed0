"""The endpoints that `MapIdentityApi<TUser>()` maps by itself."""

from __future__ import annotations

from assay.model.endpoint import Demand, Endpoint, Guard, Level, authorization_of
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.minimal import Minimal
from assay.source.frameworks.aspnetcore.site import Sites
from assay.source.frameworks.aspnetcore.template import plain
from assay.source.frameworks.aspnetcore.vocabulary import identity_endpoints
from assay.source.program import environment_of


def identity(minimal: Minimal, sites: Sites, authorization: Authorization) -> list[Endpoint]:
    """One endpoint for each, under the prefix and guards of the groups around."""
    found: list[Endpoint] = []
    for site, made in sites.events("MapIdentityApi"):
        around = minimal.around(site, made.receiver, Level.GROUP)
        own = [g for call in minimal.conventions(made) if (g := authorization.of_convention(site, call, Level.GROUP))]
        for method, path, is_protected in identity_endpoints():
            guards = [*around.guards, *own]
            if is_protected:
                guards.append(
                    Guard("RequireAuthorization()", "convention", Demand.AUTHENTICATED, Level.GROUP, made.place)
                )
            guarded = authorization.settled(site, guards)
            found.append(
                Endpoint(
                    api=site.api.id,
                    method=method,
                    path=plain("/".join((*around.prefix, path))),
                    handler=f"MapIdentityApi.{path}",
                    place=made.place,
                    framework="aspnetcore",
                    authorization=authorization_of(guarded.guards),
                    guards=guarded.guards,
                    route_place=made.place,
                    environment=environment_of(made.conditions),
                    reasons=guarded.reasons,
                )
            )
    return found
