"""Suppressions: who lets a finding pass, why, and until when. One without reason, owner or end suppresses nothing and is shown."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.inline import problem
from assay.assessment.settings import Waiver, is_day
from assay.model.endpoint import Endpoint, Level
from assay.model.place import Place, Skipped
from assay.model.verdict import Finding, Subject, Suppression

DETECTED = "detected"
EXCEPTED = "excepted"

Lines = frozenset[tuple[str, int]]
"""(path, line) pairs."""


class Judged(Struct, frozen=True):
    """Findings with the suppressions that hold for them, and what is wrong with those that hold for none."""

    findings: tuple[Finding, ...]
    problems: tuple[Skipped, ...]


class Notice(Struct, frozen=True):
    """A suppression that is whole."""

    waiver: Waiver
    suppression: Suppression

    def holds(self, finding: Finding, names: frozenset[str], lines: Lines) -> bool:
        """Whether it holds for a finding that has these names of rules and stands at these lines."""
        waiver, subject = self.waiver, finding.verdict.subject
        return (
            (not waiver.rules or not names.isdisjoint(waiver.rules))
            and (not waiver.fingerprint or waiver.fingerprint == finding.fingerprint)
            and (waiver.endpoint is None or waiver.endpoint.matches(subject.method, subject.path))
            and (not waiver.lines or not lines.isdisjoint(waiver.lines))
        )


def suppressed(
    findings: Iterable[Finding],
    waivers: Iterable[Waiver],
    names: Mapping[str, frozenset[str]],
    endpoints: Iterable[Endpoint],
    today: date,
) -> Judged:
    """The findings, each marked by the first suppression that holds for it.

    `names` gives for each fingerprint the ids and names of the rules that found it. One that is in force is preferred to an expired
    one, which marks the finding but lets it count.
    """
    problems = []
    notices = []
    for waiver in waivers:
        if fault := _fault(waiver):
            problems.append(problem(waiver.origin, fault))
        else:
            notices.append(Notice(waiver, _suppression(waiver, today)))
    notices.sort(key=lambda notice: notice.suppression.is_expired)
    places = _declared(endpoints)
    marked = []
    used: set[int] = set()
    for finding in findings:
        lines = places.get(finding.verdict.subject, frozenset()) | _lines(finding.verdict.place)
        holding = [i for i, notice in enumerate(notices) if notice.holds(finding, names[finding.fingerprint], lines)]
        used.update(holding)
        marked.append(_marked(finding, notices[holding[0]].suppression) if holding else finding)
    idle = [
        problem(notice.waiver.origin, "it matches no finding of this run. Mend: remove it, or correct what it names")
        for i, notice in enumerate(notices)
        if i not in used
    ]
    return Judged(tuple(marked), tuple(sorted({*problems, *idle})))


def _fault(waiver: Waiver) -> str:
    """What keeps a suppression from having effect, "" when it is whole."""
    missing = [word for word in ("reason", "owner", "until") if not getattr(waiver, word)]
    if missing:
        return f"it has no {' and no '.join(missing)}. Mend: state reason, owner and until, as until=2027-01-31"
    return "" if is_day(waiver.until) else f"until={waiver.until} is no date. Mend: write it as 2027-01-31"


def _suppression(waiver: Waiver, today: date) -> Suppression:
    expires = date.fromisoformat(waiver.until)
    return Suppression(waiver.reason, waiver.owner, expires.isoformat(), waiver.origin, is_expired=expires <= today)


def _marked(finding: Finding, suppression: Suppression) -> Finding:
    state = DETECTED if suppression.is_expired else EXCEPTED
    return replace(finding, state=state, suppression=suppression)


def _declared(endpoints: Iterable[Endpoint]) -> dict[Subject, Lines]:
    """Where an endpoint is declared: its handler, its route, and the guards that stand on it alone."""
    found: dict[Subject, Lines] = {}
    for endpoint in endpoints:
        subject = Subject(endpoint.api, "endpoint", endpoint.method, endpoint.path)
        own = [guard.place for guard in endpoint.guards if guard.level is Level.ENDPOINT]
        lines = frozenset().union(*(_lines(place) for place in (endpoint.place, endpoint.route_place, *own)))
        found[subject] = found.get(subject, frozenset()) | lines
    return found


def _lines(place: Place | None) -> Lines:
    return frozenset({(place.path, place.line)}) if place else frozenset()
