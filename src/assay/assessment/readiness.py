"""What an auditor would find missing in a window today: the dossier, read for its gaps, worst first and week by week."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from msgspec.structs import replace

from assay.assessment.dossier import Question, found
from assay.assessment.policies import required
from assay.assessment.settings import Settings
from assay.ledger.policy_standing import standing
from assay.ledger.recall import Recall
from assay.model.decision import Audit
from assay.model.dossier import Dossier
from assay.model.person import person
from assay.model.readiness import Gap, Readiness, ReadyWeek
from assay.model.verdict import Severity
from assay.version import VERSION

DAY, WEEK = timedelta(days=1), timedelta(days=7)
DATED = frozenset({"AP701", "AP703", "AP711"})
"""Rules whose failures are told by week instead."""
WEIGHT: Mapping[str, Severity] = {
    "AP702": Severity.MEDIUM,
    "AP704": Severity.MEDIUM,
    "AP708": Severity.CRITICAL,
    "AP712": Severity.MEDIUM,
    "AP713": Severity.LOW,
    "AP715": Severity.MEDIUM,
    "AP716": Severity.MEDIUM,
}
"""Of the failures of other rules; those that are not named are high."""
BOOKS = frozenset({"policies", "access-reviews", "deployments"})
"""Scopes that belong to every system."""
STATES: Mapping[str, tuple[Severity, str]] = {
    "deviation": (Severity.HIGH, "has a deviation that is open"),
    "not_tested": (Severity.MEDIUM, "was not tested"),
    "partly_tested": (Severity.LOW, "was tested in part"),
}


def readiness(recall: Recall, audit: Audit, settings: Settings) -> Readiness:
    """The gaps of an audit as the ledger knows them. The same ledger and moment give the same."""
    settings = replace(
        settings, frameworks=audit.catalogs or settings.frameworks, criteria=audit.criteria or settings.criteria
    )
    first, last = date.fromisoformat(audit.first), min(date.fromisoformat(audit.last), recall.at.date())
    window = None if audit.type == "1" else (_begin(first), _begin(date.fromisoformat(audit.last) + DAY))
    dossier = found(recall, Question("audit", audit.id, VERSION, recall.at, window, settings)).dossier
    lens = _Lens(audit, first, max(first, last))
    gaps = (
        *lens.recorded(recall),
        *lens.slots(dossier),
        *lens.findings(dossier),
        *lens.amiss(dossier),
        *lens.policies(recall, settings),
        *lens.changes(dossier),
        *lens.controls(dossier),
        *lens.deviations(recall, dossier),
    )
    ordered = tuple(sorted(gaps, key=lambda gap: (gap.severity.rank, gap.first, gap.rule, gap.subject, gap.message)))
    return Readiness(
        audit.id,
        recall.at.date(),
        first,
        max(first, last),
        ordered,
        tuple(_weeks(first, max(first, last), ordered)),
        tuple(f"{mark.catalog} {mark.control}: {mark.words}" for _, mark in dossier.boundaries if mark.is_outside),
    )


class _Lens:
    """Looks for gaps in a stretch of days."""

    def __init__(self, audit: Audit, first: date, last: date) -> None:
        self._audit = audit
        self._first, self._last = first, last

    def recorded(self, recall: Recall) -> Iterator[Gap]:
        """Days before anything was recorded, and systems that never were."""
        runs = [sealed for sealed in recall.store.of_type("run") if sealed.sequence <= recall.size]
        for scope in self._audit.systems or ("",):
            ours = [sealed.recorded_at.date() for sealed in runs if scope in {"", sealed.entry.subject}]
            begun = min(ours, default=self._last + DAY)
            if begun > self._first:
                name = scope or "ledger"
                text = f"{name}: nothing was recorded before {begun}" if ours else f"{name}: no scan was ever recorded"
                yield self._gap(
                    Severity.HIGH,
                    (self._first, begun - DAY),
                    ("AP701", name),
                    text,
                    "A past gap cannot be closed: say it in the description, or let the window begin later.",
                )

    def slots(self, dossier: Dossier) -> Iterator[Gap]:
        """Scans that never came, or came late."""
        for scope in sorted({look.record.scope for look in dossier.looks} - {week.scope for week in dossier.weeks}):
            text = f"{scope}: no schedule is in force, so that no scan was expected"
            yield self._gap(
                Severity.HIGH,
                (self._first, self._last),
                ("AP701", scope),
                text,
                "Add [ledger] with every-days to assay.toml.",
            )
        for week in dossier.weeks:
            if week.state not in {"missed", "late"} or not self._is_ours(week.scope):
                continue
            severity = Severity.HIGH if week.state == "missed" else Severity.LOW
            first, last = week.start.date(), week.end.date() - DAY
            if last >= self._first and first <= self._last:
                mend = "Explain it as a deviation, or as excused where nothing could run; a past gap cannot be closed."
                yield self._gap(
                    severity,
                    (first, last),
                    ("AP701", week.scope),
                    f"{week.scope}: the scan was {week.state}; {week.why}",
                    mend,
                )

    def findings(self, dossier: Dossier) -> Iterator[Gap]:
        """Findings that were open after they were due; those that are open in time are no gap."""
        for case in dossier.cases:
            if case.due and case.is_late and self._is_ours(case.scope):
                ended = case.closed_at.date() if case.closed_at else self._last
                text = f"{case.endpoint} ({case.weakness}): due on {case.due:%Y-%m-%d}, " + (
                    f"fixed on {ended}" if case.closed_at else "still open"
                )
                controls = tuple(control for _, control in case.controls)
                yield self._gap(
                    Severity(case.severity),
                    (case.due.date(), ended),
                    ("AP703", case.fingerprint[:12]),
                    text,
                    "Fix it, or have the risk accepted.",
                    controls=controls,
                )

    def amiss(self, dossier: Dossier) -> Iterator[Gap]:
        """What the evidence itself lacks as of today."""
        for each in dossier.amiss:
            if each.outcome == "fail" and each.rule not in DATED and (self._is_ours(each.scope) or each.scope in BOOKS):
                severity = WEIGHT.get(each.rule, Severity.HIGH)
                yield self._gap(
                    severity,
                    (self._last, self._last),
                    (each.rule, each.scope),
                    each.message.rstrip("."),
                    "assay evidence status and assay policy status say how.",
                )

    def policies(self, recall: Recall, settings: Settings) -> Iterator[Gap]:
        """Weeks at whose end a policy was not in force."""
        for outline in required(settings):
            bare = [
                week
                for week in _mondays(self._first, self._last)
                if standing(recall, outline.id, min(week + WEEK - DAY, self._last)).approved is None
            ]
            for first, last in _spans(bare):
                text = f"{outline.id}: no approved version was in force"
                yield self._gap(
                    Severity.MEDIUM, (first, last), ("AP711", outline.id), text, f"assay policy approve {outline.id}"
                )

    def changes(self, dossier: Dossier) -> Iterator[Gap]:
        """Changes that nobody else approved, and those of which nobody knows."""
        told = {record.id: record for _, record in dossier.changes}
        ours = [(each, _day_of(each.merged_at)) for each in told.values()]
        within = [(each, day) for each, day in ours if day and self._first <= day <= self._last]
        for each, day in within:
            if each.origin == "forge" and not any(person(name) != person(each.author) for name in each.approvers):
                text = f"change {each.pull_request or each.id[:12]} of {each.author} was approved by nobody else"
                yield self._gap(
                    Severity.HIGH,
                    (day, day),
                    ("AP603", each.id[:12]),
                    text,
                    "Review it now, and record the deviation with its response.",
                )
        unknown = sum(each.origin == "git" for each, _ in within)
        if unknown:
            text = (
                f"{unknown} of {len(within)} changes are known from git alone: nobody asked the forge who approved them"
            )
            yield self._gap(
                Severity.MEDIUM,
                (self._first, self._last),
                ("AP603", "changes"),
                text,
                "Scan with --change and a token for the forge (ASSAY_FORGE_TOKEN).",
            )

    def controls(self, dossier: Dossier) -> Iterator[Gap]:
        """Controls that do not operate, or of which nobody knows."""
        for each in dossier.operations:
            if each.state in STATES:
                severity, words = STATES[each.state]
                yield self._gap(
                    severity,
                    (self._last, self._last),
                    ("", each.control),
                    f"{each.control} {words}: {each.summary}",
                    "See assay controls.",
                    controls=(each.control,),
                )

    def deviations(self, recall: Recall, dossier: Dossier) -> Iterator[Gap]:
        """Deviations that management said nothing of."""
        answered = {response.deviation for _, response in dossier.responses}
        for sequence, each in dossier.deviations:
            sealed = recall.store.entry(sequence)
            if each.id not in answered and sealed:
                day = sealed.recorded_at.date()
                mend = f"assay evidence deviation {each.id} --response TEXT"
                yield self._gap(
                    Severity.MEDIUM,
                    (day, day),
                    ("", each.id),
                    f"deviation {each.id} has no response of management",
                    mend,
                    controls=(each.control,),
                )

    def _is_ours(self, scope: str) -> bool:
        return not self._audit.systems or scope in self._audit.systems

    def _gap(
        self,
        severity: Severity,
        days: tuple[date, date],
        about: tuple[str, str],
        message: str,
        mend: str,
        *,
        controls: tuple[str, ...] = (),
    ) -> Gap:
        """A gap, as far as it lies in the window; `about` is its rule and subject."""
        first = min(max(days[0], self._first), self._last)
        last = max(min(max(days), self._last), first)
        return Gap(severity, first, last, *about, message, mend, controls)


def week_name(day: date) -> str:
    """The ISO week of a day: `2026-W23`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _weeks(first: date, last: date, gaps: Iterable[Gap]) -> Iterator[ReadyWeek]:
    every = tuple(gaps)
    for monday in _mondays(first, last):
        ours = [gap for gap in every if gap.first < monday + WEEK and gap.last >= monday]
        worst = min((gap.severity for gap in ours), key=lambda each: each.rank, default=None)
        yield ReadyWeek(week_name(monday), str(worst) if worst else "", len(ours))


def _mondays(first: date, last: date) -> Iterator[date]:
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        yield monday
        monday += WEEK


def _spans(mondays: list[date]) -> Iterator[tuple[date, date]]:
    """First and last day of weeks that follow each other."""
    start = previous = None
    for monday in mondays:
        if previous is not None and monday == previous + WEEK:
            previous = monday
            continue
        if start is not None and previous is not None:
            yield start, previous + WEEK - DAY
        start = previous = monday
    if start is not None and previous is not None:
        yield start, previous + WEEK - DAY


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_of(moment: str) -> date | None:
    try:
        return datetime.fromisoformat(moment).date()
    except ValueError:
        return None
