"""Where every finding of a scope stands in a run, and what changed against the run before.

A finding that was seen once is followed for ever: a run that says nothing of it says so. Absence is recorded as absence; whether it closes
anything is for `history` to derive.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.ledger.history import ABSENT
from assay.model.evidence import FindingChange, Pairs, Said
from assay.model.verdict import Finding, Outcome, Subject, Verdict


class Standing(Struct, frozen=True):
    """One finding in one run: a line of the run's attachment `findings`."""

    fingerprint: str
    parts: Pairs
    endpoint: str
    outcome: str
    rules: tuple[str, ...]
    """Those that failed, now or when it last failed."""
    last_failed: str
    """Run id of the last run in which it failed; "" while it fails, so that equal states have equal bytes."""
    weakness: str
    severity: str
    confidence: str
    asked: bool = False
    """Whether it was found by asking a running API."""
    is_closed: bool = False
    """Whether this run, or one before it since it last failed, showed that it is fixed or gone."""

    @property
    def subject(self) -> Subject:
        """What it is about."""
        part = defaultdict(str, self.parts)
        if part["kind"] == "code":  # several endpoints share it; the one that it was told of says whether it is mended
            method, _, path = self.endpoint.partition(" ")
            return Subject(part["api"], "endpoint", method, path, part["method"])
        return Subject(part["api"], part["kind"], part["method"], part["path"], part["symbol"])

    @property
    def family(self) -> str:
        """Of the rules that find it."""
        return dict(self.parts).get("family", "")


class Look(Struct, frozen=True):
    """What a run looked at and what it said, as far as identities need it."""

    verdicts: Sequence[Verdict]
    findings: Sequence[Finding]
    families: Mapping[str, str]
    """The family of each rule."""
    executed: frozenset[str]
    """Rules that ran to their end."""
    listed: frozenset[Subject]
    """The endpoints that are there."""
    complete: frozenset[str]
    """APIs of which everything was read."""
    is_exempt: Callable[[Subject], bool]
    """Whether the settings say that nothing is to be judged there."""
    closes: Callable[[FindingChange], bool]
    """Whether a change, still without scope and run, shows by itself that its finding is fixed or gone."""
    may_remove: bool
    """Whether what is missing from a complete reading is gone: so it is with code, and never with a host that may not answer."""
    asking: frozenset[str] = frozenset()
    """Rules that ask a running API: what they do not meet is not gone, it may not answer."""
    is_searched: bool = True
    """Whether every file was searched for secrets."""

    def is_silent(self, standing: Standing) -> bool:
        """Whether this run was not about a finding at all: it was found by asking, and nothing was asked."""
        return standing.asked and not self.asking


class Compared(Struct, frozen=True):
    """The standings of a run, and the changes that brought them about."""

    standings: tuple[Standing, ...]
    """By fingerprint."""
    changes: tuple[FindingChange, ...]
    """By fingerprint; each without scope and run."""


def compared(look: Look, before: Iterable[Standing], previous: str, asked: Mapping[str, str]) -> Compared:
    """Where the findings stand now, against where they stood in the run `previous`.

    `asked` names findings that are recorded even if nothing changed, with the reason, as that somebody claims to have fixed them.
    """
    judged = _Judged(look)
    known = {standing.fingerprint: standing for standing in before}
    failing = {finding.fingerprint: finding for finding in look.findings}
    standings, changes = [], []
    for fingerprint in sorted(known.keys() | failing.keys()):
        old, finding = known.get(fingerprint), failing.get(fingerprint)
        if old and not finding and look.is_silent(old):
            standings.append(old)
            continue
        standing, change = judged.failed(finding) if finding else judged.followed(known[fingerprint], previous)
        standings.append(standing)
        if _has_changed(standing, old) or fingerprint in asked:
            reason = change.reason or asked.get(fingerprint, "")
            changes.append(replace(change, before=old.outcome if old else "", reason=reason))
    return Compared(tuple(standings), tuple(changes))


class _Judged:
    """The verdicts of a run by what they are about."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._said: dict[tuple[str, Subject], list[Verdict]] = defaultdict(list)
        for verdict in look.verdicts:
            self._said[look.families.get(verdict.rule, ""), verdict.subject].append(verdict)
        self._subjects = {verdict.subject for verdict in look.verdicts}

    def failed(self, finding: Finding) -> tuple[Standing, FindingChange]:
        """A finding of this run."""
        verdict, family = finding.verdict, dict(finding.parts).get("family", "")
        said = self._said[family, verdict.subject]
        standing = Standing(
            fingerprint=finding.fingerprint,
            parts=tuple(sorted(finding.parts)),
            endpoint=verdict.subject.name,
            outcome=Outcome.FAIL.value,
            rules=tuple(sorted({each.rule for each in said if each.outcome is Outcome.FAIL} or {verdict.rule})),
            last_failed="",
            weakness=verdict.weakness,
            severity=verdict.severity.value,
            confidence=verdict.confidence.value,
            asked=bool(self._look.asking.intersection({each.rule for each in said})),
            is_closed=False,
        )
        return standing, self._change(standing, finding)

    def followed(self, old: Standing, previous: str) -> tuple[Standing, FindingChange]:
        """A finding of an earlier run that this one does not have."""
        last = previous if old.outcome == Outcome.FAIL else old.last_failed
        standing = replace(old, outcome=self._outcome(old), last_failed=last)
        change = self._change(standing, None)
        # What was gone and is there again is closed no more, until it passes.
        is_still = old.is_closed and (old.outcome != ABSENT or standing.outcome == ABSENT)
        return replace(standing, is_closed=is_still or self._look.closes(change)), change

    def _outcome(self, standing: Standing) -> str:
        """What the family says of a subject that had a finding and has this one no more."""
        said = self._said.get((standing.family, standing.subject), [])
        outcomes = {verdict.outcome for verdict in said}
        if not said:
            return ABSENT
        if Outcome.NOT_TESTED in outcomes or not {verdict.rule for verdict in said} >= set(standing.rules):
            return Outcome.NOT_TESTED.value
        if outcomes & {Outcome.FAIL} or Outcome.PASS not in outcomes or self._look.is_exempt(standing.subject):
            return Outcome.NOT_APPLICABLE.value
        return Outcome.PASS.value

    def _change(self, standing: Standing, finding: Finding | None) -> FindingChange:
        said = self._said.get((standing.family, standing.subject), [])
        told = finding.verdict if finding else next(iter(_telling(said, standing.outcome)), None)
        is_gone = standing.outcome == ABSENT and self._is_gone(standing)
        return FindingChange(
            fingerprint=standing.fingerprint,
            parts=standing.parts,
            endpoint=standing.endpoint,
            scope="",
            run="",
            outcome=standing.outcome,
            before="",
            said=tuple(sorted({(each.rule, each.outcome.value): _said(each) for each in said}.values(), key=_order)),
            rules=standing.rules,
            last_failed=standing.last_failed,
            weakness=standing.weakness,
            severity=standing.severity,
            confidence=standing.confidence,
            message=told.message if told else "",
            place=str(told.place) if told and told.place else "",
            is_gone=is_gone,
            reason=self._reason(standing, said, is_gone=is_gone),
        )

    def _is_gone(self, standing: Standing) -> bool:
        """Whether a complete reading of its API shows that the subject is there no more."""
        subject = standing.subject
        if not self._look.may_remove or subject.api not in self._look.complete:
            return False
        if subject in self._look.listed or subject in self._subjects:
            return False
        if not self._look.executed.issuperset(standing.rules) or self._look.asking.intersection(standing.rules):
            return False
        return subject.kind != "secret" or self._look.is_searched

    def _reason(self, standing: Standing, said: Sequence[Verdict], *, is_gone: bool) -> str:
        if standing.outcome == ABSENT:
            return "its API was read completely and has it no more" if is_gone else self._silence(standing)
        if standing.outcome == Outcome.NOT_APPLICABLE:
            return _set_aside(said, is_exempt=self._look.is_exempt(standing.subject))
        if standing.outcome == Outcome.NOT_TESTED:
            silent = sorted(set(standing.rules) - {verdict.rule for verdict in said})
            return f"{', '.join(silent)} did not judge it" if silent else "it could not be judged"
        return ""

    def _silence(self, standing: Standing) -> str:
        if silent := sorted(set(standing.rules) - self._look.executed):
            return f"{', '.join(silent)} did not run"
        if standing.subject.api not in self._look.complete:
            return "nothing was said of it, and its API was not read completely"
        return "nothing was said of it"


def _set_aside(said: Iterable[Verdict], *, is_exempt: bool) -> str:
    if is_exempt:
        return "the settings exempt it"
    failing = sorted({verdict.weakness for verdict in said if verdict.outcome is Outcome.FAIL})
    return f"it fails as {', '.join(failing)} now" if failing else "its rules have nothing to judge there"


def _telling(said: Sequence[Verdict], outcome: str) -> Iterator[Verdict]:
    yield from (verdict for verdict in said if verdict.outcome == outcome)
    yield from said


def _has_changed(now: Standing, old: Standing | None) -> bool:
    if old is None:
        return True
    if (now.outcome, now.is_closed) != (old.outcome, old.is_closed):
        return True
    return now.outcome == Outcome.FAIL and (now.severity, now.confidence, now.rules) != (
        old.severity,
        old.confidence,
        old.rules,
    )


def _said(verdict: Verdict) -> Said:
    return Said(verdict.rule, verdict.outcome.value)


def _order(said: Said) -> tuple[str, str]:
    return (said.rule, said.outcome)
