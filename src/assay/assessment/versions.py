"""Knows the versions of an API that its contracts have, so that one which they have left behind is told from one they have."""

from collections import defaultdict
from collections.abc import Iterable

from assay.assessment.join import CONTRACT
from assay.assessment.template import Segments, segments, version
from assay.model.endpoint import Endpoint


class Versions:
    """The documented endpoints that have a version in their path."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._starts: set[tuple[str, Segments]] = set()
        self._paths: dict[tuple[str, Segments], list[tuple[tuple[int, ...], str, Endpoint]]] = defaultdict(list)
        for endpoint in endpoints:
            path = segments(endpoint.path)
            if CONTRACT in endpoint.views and (mark := version(path)):
                at, number = mark
                self._starts.add((endpoint.api, path[: at + 1]))
                self._paths[endpoint.api, _unversioned(path, at)].append((number, endpoint.path, endpoint))

    def later(self, endpoint: Endpoint) -> Endpoint | None:
        """The newest documented version of an endpoint of a version that no contract has any longer."""
        path = segments(endpoint.path)
        mark = version(path)
        if mark is None or (endpoint.api, path[: mark[0] + 1]) in self._starts:
            return None
        found = [each for each in self._paths.get((endpoint.api, _unversioned(path, mark[0])), ()) if each[0] > mark[1]]
        return max(found, key=lambda each: each[:2])[2] if found else None


def _unversioned(path: Segments, at: int) -> Segments:
    return (*path[:at], "", *path[at + 1 :])
