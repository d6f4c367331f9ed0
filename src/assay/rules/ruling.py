"""What the value of a security setting means, before it becomes a verdict."""

from msgspec import Struct

from assay.model.program import Setting
from assay.model.verdict import Confidence, Outcome, Severity


class Ruling(Struct, frozen=True):
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
