"""Counts what a run says of each weakness, by subject: failed, accepted, suspected, undecided or passed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from msgspec import Struct

from assay.compliance.compendium import Demands
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Verdict

EXCEPTED = "excepted"
"""The state of a finding that is suppressed, and not expired."""


class Mark(IntEnum):
    """What a run says of one subject, worst first: where verdicts differ, the worst stands."""

    FAILED = 0
    ACCEPTED = 1
    """It fails, and the finding is suppressed: neither a deviation nor a pass."""
    SUSPECTED = 2
    """A tentative failure: for a review list; neither a deviation nor a pass."""
    UNDECIDED = 3
    PASSED = 4


class Tally(Struct, frozen=True):
    """How many subjects a weakness has of each mark."""

    marks: tuple[tuple[Mark, int], ...] = ()
    """Those that occur."""
    findings: tuple[str, ...] = ()
    """Fingerprints of the open findings behind the failures, sorted."""
    severity: Severity = Severity.INFO
    """Of the worst failure."""

    def count(self, *marks: Mark) -> int:
        """How many subjects have one of the marks."""
        return sum(number for mark, number in self.marks if mark in marks)


def tallies(
    verdicts: Iterable[Verdict], findings: Iterable[Finding], demanded: Mapping[str, Demands]
) -> dict[str, Tally]:
    """The tally of each weakness that any applicable verdict or finding is about; order and repetition do not matter."""
    book = _Book(tuple(findings))
    marked: dict[str, dict[Subject, Mark]] = defaultdict(dict)
    failures: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in dict.fromkeys((*verdicts, *(finding.verdict for finding in book.findings))):
        mark = book.mark(verdict)
        if mark is None:
            continue
        subject = _counted(verdict.subject, demanded.get(verdict.weakness))
        marks = marked[verdict.weakness]
        marks[subject] = min(mark, marks.get(subject, mark))
        if mark is Mark.FAILED:
            failures[verdict.weakness].append(verdict)
    return {
        weakness: Tally(
            tuple(sorted(Counter(marks.values()).items())),
            tuple(sorted({print_ for verdict in failures[weakness] for print_ in book.open_prints(verdict)})),
            min((verdict.severity for verdict in failures[weakness]), key=_rank, default=Severity.INFO),
        )
        for weakness, marks in marked.items()
    }


class _Book:
    """The findings of a run by subject."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        self._by_subject: dict[Subject, list[Finding]] = defaultdict(list)
        for finding in findings:
            self._by_subject[finding.verdict.subject].append(finding)

    def mark(self, verdict: Verdict) -> Mark | None:
        match verdict.outcome:
            case Outcome.NOT_APPLICABLE:
                return None
            case Outcome.PASS:
                return Mark.PASSED
            case Outcome.NOT_TESTED:
                return Mark.UNDECIDED
        if verdict.confidence is Confidence.TENTATIVE:
            return Mark.SUSPECTED
        related = self._related(verdict)
        if related and all(finding.state == EXCEPTED for finding in related):
            return Mark.ACCEPTED
        return Mark.FAILED

    def open_prints(self, verdict: Verdict) -> Iterator[str]:
        return (finding.fingerprint for finding in self._related(verdict) if finding.state != EXCEPTED)

    def _related(self, verdict: Verdict) -> list[Finding]:
        """Its own finding, else those of its weakness on its subject, else those that it may have been merged into."""
        there = self._by_subject.get(verdict.subject, [])
        own = [finding for finding in there if finding.verdict == verdict]
        same = [finding for finding in there if finding.verdict.weakness == verdict.weakness]
        return own or same or there


def _counted(subject: Subject, demands: Demands | None) -> Subject:
    """The subject as its sentence counts: parameters of one endpoint are one where the sentence counts endpoints."""
    if demands and demands.counts_endpoints and subject.kind == "endpoint":
        return Subject(subject.api, subject.kind, subject.method, subject.path)
    return subject


def _rank(severity: Severity) -> int:
    return severity.rank
