"""Guards that an application puts before all its controllers and pages: filters in the options of MVC."""

from __future__ import annotations

from assay.model.endpoint import Guard, Level
from assay.source.evaluate.values import External, Made, Member, Value, options
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.selector import texts
from assay.source.frameworks.aspnetcore.site import Site, Sites


class Everywhere:
    """The global filters of sites."""

    def __init__(self, sites: Sites, authorization: Authorization) -> None:
        self.sites = sites
        self.authorization = authorization
        self.known: dict[str, tuple[Guard, ...]] | None = None

    def of(self, site: Site) -> tuple[Guard, ...]:
        """The guards before every controller action and page of a site, in order."""
        if self.known is None:
            self.known = {}
            for owner, made in self.sites.events("Add", "AddService"):
                if isinstance(made.receiver, Member) and made.receiver.name == "Filters":
                    guard = self.one(owner, made)
                    if guard is not None:
                        self.known[owner.folder] = (*self.known.get(owner.folder, ()), guard)
        return self.known.get(site.folder, ())

    def one(self, site: Site, made: Made) -> Guard | None:
        """The guard that one filter is."""
        for value in (*made.type_arguments, *made.positional[:1]):
            for option in options(value):
                if filter_name(option) == "AuthorizeFilter":
                    return self.authorize(site, made, option)
        return self.authorization.filters.of_options(made, Level.APPLICATION)

    def authorize(self, site: Site, made: Made, option: Value) -> Guard:
        """`new AuthorizeFilter(policy)`."""
        given = option.positional if isinstance(option, Made) else ()
        policies = self.authorization.policies
        what = next((found for value in given if (found := policies.of_value(value)) is not None), None)
        names = [name for value in given for name in texts(value)]
        what = what or self.authorization.demanded(site, names, [])
        return Guard(
            "AuthorizeFilter", "policy", what.demand, Level.APPLICATION, made.place, what.values, steps=what.steps
        )


def filter_name(value: Value) -> str:
    """The simple name of an outside filter."""
    if isinstance(value, Made):
        return value.name
    return value.name.rpartition(".")[2] if isinstance(value, External) else ""
