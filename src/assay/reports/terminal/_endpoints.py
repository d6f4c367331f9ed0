"""Draws every endpoint with what guards it, by API; where there is more than code, with the views that have it."""

from rich.console import Console
from rich.text import Text

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.reports.outline.text import counted, line
from assay.reports.outline.views import has_views, seen_in
from assay.reports.terminal._layout import columns, heading, say

MOST_PAD = 40
"""Paths are padded to one width, so that what follows stands in a column, unless one is longer than this."""
DOUBTED = {Authorization.UNKNOWN, Authorization.PUBLIC}
"""Classes of which it is said what speaks against them."""
STYLES = {Authorization.PUBLIC: "bold red", Authorization.UNKNOWN: "yellow"}


def draw_endpoints(inventory: Inventory, console: Console) -> None:
    """A heading for each API, a row for each endpoint."""
    has_seen = has_views(inventory)
    for api in inventory.apis:
        mine = [endpoint for endpoint in inventory.endpoints if endpoint.api == api.id]
        heading(console, f"{line(api.name)} ({line(api.framework)}): {counted(len(mine), 'endpoint')}")
        if mine:
            width = max(len(line(endpoint.path)) for endpoint in mine)
            columns(console, [_row(endpoint, width, has_seen=has_seen) for endpoint in mine], indent=2, flexible=2)
    if not inventory.endpoints:
        say(console, "No endpoint was found.")


def _row(endpoint: Endpoint, width: int, *, has_seen: bool) -> tuple[Text, ...]:
    guards = ", ".join(line(guard.name) for guard in endpoint.effective_guards)
    idle = ", ".join(line(guard.name) for guard in endpoint.guards if not guard.is_effective)
    told = Text(guards or "no guard", style="" if guards else "dim")
    if idle:
        told.append(f" (never decides: {idle})", style="yellow")
    if endpoint.reasons and endpoint.authorization in DOUBTED:
        told.append(f" ({line('; '.join(endpoint.reasons))})", style="yellow")
    kind = Text(str(endpoint.authorization), style=STYLES.get(endpoint.authorization, "green"))
    path = line(endpoint.path).ljust(width if width <= MOST_PAD else 0)
    name = Text().append(f"{line(endpoint.method):<6} ", style="bold").append(path)
    seen = (Text(seen_in(endpoint), style="dim"),) if has_seen else ()
    return (name, kind, told, *seen, Text(line(str(endpoint.place)), style="cyan"))
