"""The numbers of policies that the ledger is held to: how often access is reviewed, how soon it is removed, how long evidence is kept."""

from assay.assessment.policies import values
from assay.assessment.settings import Settings
from assay.compliance.policy import outline
from assay.errors import ConfigurationError

ACCESS = "access-control"
SOC2, PCI, HIPAA = 24, 12, 72
"""Months: a window of a year with a year behind; PCI DSS 10.5.1, all of it at hand; HIPAA 164.316(b)(2)(i)."""


def review_months(settings: Settings, name: str = "") -> int:
    """Months between reviews of access."""
    return _number(settings, name, "access_review_interval_months", 120)


def revoke_hours(settings: Settings, name: str = "") -> int:
    """Hours within which rights are removed."""
    return _number(settings, name, "revoke_hours", 8760)


def kept_months(settings: Settings, name: str = "") -> tuple[int, str]:
    """Months that evidence is kept, and the rule that says so: the longest of all that apply."""
    years = _number(settings, name, "retention_years", 100)
    catalogs = settings.frameworks or ("soc2",)
    found = [
        (SOC2, "an audit window of 12 months with 12 months behind it"),
        (years * 12, f"retention-years {years} of the policies"),
    ]
    if any("pci" in each for each in catalogs):
        found.append((PCI, "PCI DSS 10.5.1: 12 months, three of them at hand"))
    if any("hipaa" in each for each in catalogs):
        found.append((HIPAA, "HIPAA 164.316(b)(2)(i): 6 years"))
    return max(found)


def _number(settings: Settings, name: str, key: str, most: int) -> int:
    text = {**dict(outline(ACCESS).defaults), **values(settings, name)}[key]
    if not text.isdigit() or not 1 <= int(text) <= most:
        message = f"policy.{key.replace('_', '-')} is {text!r}. Mend: write a number from 1 to {most}."
        raise ConfigurationError(message)
    return int(text)
