"""What the value of a security setting means, before it becomes a verdict."""

from dataclasses import dataclass

from assay.model.program import Setting
from assay.model.verdict import Confidence, Outcome, Severity


@dataclass(frozen=True, slots=True)
class Ruling:
    """The judgement of one setting."""

    outcome: Outcome
    message: str
    weakness: str
    severity: Severity = Severity.INFO
    confidence: Confidence = Confidence.FIRM


def refused(message: str, weakness: str, severity: Severity, confidence: Confidence = Confidence.FIRM) -> Ruling:
    """A failing ruling."""
    return Ruling(Outcome.FAIL, message, weakness, severity, confidence)


def where(setting: Setting) -> str:
    """The environments in which a setting holds, as it reads after a sentence: "in every environment"."""
    return "in every environment" if setting.environment in {"", "any"} else f"in {setting.environment}"
