"""Policies with a company's values: what the settings of the tool are stands in the text, and nowhere a second time."""

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from assay.assessment.settings import FILE, Settings
from assay.assessment.table import nearest
from assay.compliance.policy import outline, outlines, variables, written
from assay.errors import ConfigurationError
from assay.model.policy import Outline, PolicyText
from assay.reports.policy import markdown

TOOLS = {
    "scan_cadence_days": "every-days under [ledger]",
    "fix_days_critical": "critical under [ledger.sla]",
    "fix_days_high": "high under [ledger.sla]",
    "fix_days_medium": "medium under [ledger.sla]",
    "fix_days_low": "low under [ledger.sla]",
    "gate_fail_severity": "fail-on under [thresholds]",
    "default_branches": "branch under [change]",
}
"""Values that are settings of the tool, and where those are stated."""


class Document(Struct, frozen=True):
    """A policy as it reads today."""

    policy: PolicyText
    text: str
    """Markdown."""
    digest: str
    """SHA-256 of the text: what an approval is bound to."""


def required(settings: Settings) -> tuple[Outline, ...]:
    """The policies that have to be in force. Raises `CatalogError` for an id that is none."""
    return tuple(outline(each) for each in settings.policy.required) or outlines()


def document(id_: str, settings: Settings, name: str) -> Document:
    """A policy as the settings make it; `name` is that of the project, where they give none."""
    policy = written(outline(id_), values(settings, name))
    text = markdown(policy)
    return Document(policy, text, sha256(text.encode()).hexdigest())


def values(settings: Settings, name: str) -> Mapping[str, str]:
    """Every value that is known. Raises `ConfigurationError` for one that no policy takes, and for one that is a setting of the tool."""
    stated = dict(settings.policy.values)
    for key in stated:
        spelled = key.replace("_", "-")
        if key in TOOLS:
            message = f"{FILE}: policy.{spelled} is a setting of the tool. Mend: write {TOOLS[key]}; the policy takes it from there."
            raise ConfigurationError(message)
        if key not in variables():
            near = nearest(key, set(variables()))
            mend = f"write {near.replace('_', '-')}" if near else "assay policy list shows what is taken"
            message = f"{FILE}: policy.{spelled} is a value that no policy takes. Mend: {mend}."
            raise ConfigurationError(message)
    return {**_usual(settings, name), **{key: value for key, value in stated.items() if value}, **_tools(settings)}


def _tools(settings: Settings) -> dict[str, str]:
    ledger = settings.ledger
    days = {
        f"fix_days_{word}": str(count)
        for word, count in zip(("critical", "high", "medium", "low"), ledger.sla, strict=True)
    }
    return {
        **days,
        "scan_cadence_days": str(ledger.every_days),
        "gate_fail_severity": settings.fail_on,
        "default_branches": settings.change.branch or "the default branch",
    }


def _usual(settings: Settings, name: str) -> dict[str, str]:
    """What holds unless something else is stated."""
    system = settings.name or name
    catalogs = settings.frameworks or ("soc2",)
    return {
        "system_name": system,
        "system_scope": f"all APIs that the API inventory of {system} lists",
        "trust_categories": ", ".join(("security", *settings.criteria)),
        "review_interval_months": "12",
        "framework_set": ", ".join(catalogs),
        "evidence_location": "the ledger of Assay",
        "retention_years": "6" if any("hipaa" in each for each in catalogs) else "3",
        "risk_review_interval_months": "12",
        "training_interval_months": "12",
    }
