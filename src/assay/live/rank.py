"""What a caller may be expected to do, by the names that its owner and the routes use."""

import re

from assay.live.personal import snake
from assay.model.target import Caller, Route, Target

HIGH = frozenset(
    {
        *("admin", "administrator", "admins", "superadmin", "superuser", "super", "root", "owner", "manager", "staff"),
        *("support", "operator", "moderator", "sysadmin", "system"),
    }
)
GUARDED = re.compile(
    r"(?:^|[/_.-])(?:admin|admins|administration|administrator|internal|manage|management|backoffice|back-office|staff|superuser|sysadmin"
    r"|moderation|moderator|operator|ops)(?=$|[/_.-])",
    re.IGNORECASE,
)
PARAMETER = re.compile(r"\{[^{}]*\}")


def is_high(caller: Caller) -> bool:
    """Whether a caller's role says that it may do what others may not."""
    return bool(HIGH & set(re.split(r"[^a-z]+", snake(caller.role))))


def is_for_few(route: Route) -> bool:
    """Whether a route is for callers of a high rank, by its path or by the roles that it declares."""
    if GUARDED.search(PARAMETER.sub("", route.path)):
        return True
    return any(HIGH & set(re.split(r"[^a-z]+", snake(value))) for value in route.values)


def low(target: Target, route: Route) -> Caller | None:
    """A caller whose role is not one that the route is for; one with a stated role goes first."""
    fitting = [each for each in target.usable if not is_high(each) and each.role not in route.values]
    return min(fitting, key=lambda each: not each.role, default=None)
