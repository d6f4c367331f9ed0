"""Put the readings of all frameworks into one inventory: sorted, without doubles, with what was skipped."""

from __future__ import annotations

from collections.abc import Sequence

from assay.model.endpoint import Endpoint
from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.plugins.framework import Reading
from assay.source.project import Project


def assemble(project: Project, readings: Sequence[Reading], skipped: Sequence[Skipped]) -> Inventory:
    """One inventory. The same method, path and handler of one API is one endpoint, however often its registration was run."""
    apis = {api.id: api for reading in readings for api in reading.apis}
    endpoints: dict[tuple[str, ...], Endpoint] = {}
    for reading in readings:
        for endpoint in reading.endpoints:
            key = (endpoint.api, endpoint.path, endpoint.method, endpoint.handler, str(endpoint.place))
            endpoints.setdefault(key, endpoint)
    used = {endpoint.api for endpoint in endpoints.values()}
    settings = {setting for reading in readings for setting in reading.settings}
    used |= {setting.api for setting in settings}
    everything = [*skipped, *project.skipped, *project.left_out, *(s for reading in readings for s in reading.skipped)]
    kept = tuple(sorted(api for api in apis.values() if api.id in used))
    uses = {use for reading in readings for use in reading.uses}
    return Inventory(
        apis=kept,
        endpoints=tuple(endpoints[key] for key in sorted(endpoints)),
        settings=tuple(sorted(settings, key=lambda s: (s.api, s.name, str(s.place), s.value, s.details))),
        skipped=tuple(sorted(set(everything))),
        files=project.counts(),
        languages=tuple(sorted({api.language for api in kept})),
        uses=tuple(sorted(uses, key=lambda use: (str(use.place), use))),
        frameworks=tuple(sorted({endpoint.framework for endpoint in endpoints.values()})),
    )
