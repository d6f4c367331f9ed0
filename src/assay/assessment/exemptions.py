"""Exemptions: endpoints that are public on purpose, as assay.toml states with a reason. Rules then have nothing to judge there."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.inline import problem
from assay.assessment.settings import Exemption
from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Skipped
from assay.model.verdict import Outcome, Subject, Verdict

OVERRIDDEN = "overridden"
"""The defeat of a guard that an anonymous marker sets aside on purpose."""


class Exempted(Struct, frozen=True):
    """Verdicts after exemptions, and the exemptions that have no effect."""

    verdicts: tuple[Verdict, ...]
    problems: tuple[Skipped, ...]


def exempted(
    verdicts: Iterable[Verdict], endpoints: Iterable[Endpoint], exemptions: Iterable[Exemption], today: date
) -> Exempted:
    """The verdicts, of which a failing one on a public endpoint with an exemption becomes `not-applicable` with the reason.

    Only an endpoint that nothing guards can be public on purpose: one that carries a guard which never runs still fails.
    """
    held: dict[Subject, Exemption] = {}
    problems = []
    open_endpoints = tuple(endpoint for endpoint in endpoints if _may_be_meant(endpoint))
    for exemption in exemptions:
        if exemption.until and date.fromisoformat(exemption.until) <= today:
            problems.append(
                problem(
                    exemption.origin,
                    f"the exemption ended on {exemption.until}. Mend: review it, or guard the endpoint",
                )
            )
            continue
        subjects = [_subject(endpoint) for endpoint in open_endpoints if _matches(exemption, endpoint)]
        if not subjects:
            fault = f"the exemption {exemption.endpoint.text} matches no unguarded endpoint. Mend: remove it, or correct its path"
            problems.append(problem(exemption.origin, fault))
        for subject in subjects:
            held.setdefault(subject, exemption)
    return Exempted(tuple(_judged(verdict, held) for verdict in verdicts), tuple(problems))


def _may_be_meant(endpoint: Endpoint) -> bool:
    dead = [guard for guard in endpoint.guards if not guard.is_effective and not guard.defeat.startswith(OVERRIDDEN)]
    return endpoint.authorization is Authorization.PUBLIC and not dead


def _matches(exemption: Exemption, endpoint: Endpoint) -> bool:
    return exemption.endpoint.matches(endpoint.method, endpoint.path)


def _subject(endpoint: Endpoint) -> Subject:
    return Subject(endpoint.api, "endpoint", endpoint.method, endpoint.path)


def _judged(verdict: Verdict, held: Mapping[Subject, Exemption]) -> Verdict:
    exemption = held.get(verdict.subject)
    if exemption is None or verdict.outcome is not Outcome.FAIL:
        return verdict
    owner = f", {exemption.owner}" if exemption.owner else ""
    message = (
        f"{verdict.subject.name} is public on purpose: {exemption.reason.rstrip('.')} ({exemption.origin}{owner})."
    )
    return replace(verdict, outcome=Outcome.NOT_APPLICABLE, message=message)
