"""What answers for the errors of a whole application, and tells its callers the trace."""

from collections.abc import Iterator

from assay.model.program import Inventory, Setting
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.rules.landscape import PRODUCTION

IDENTIFIER, WEAKNESS = "AP104", "excessive-data-exposure"
FIX = "Log the trace, and answer with a number that the log explains."


def of_settings(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for everything that answers errors with a trace in production."""
    frameworks = {api.id: api.framework for api in inventory.apis}
    for setting in inventory.settings:
        if setting.name == "trace-answered" and setting.environment.lower() in PRODUCTION:
            yield _verdict(setting, frameworks.get(setting.api, ""))


def _verdict(setting: Setting, framework: str) -> Verdict:
    by = setting.detail("by")
    return Verdict(
        rule=IDENTIFIER,
        weakness=WEAKNESS,
        subject=Subject(setting.api, "setting", symbol=f"trace {by}"),
        outcome=Outcome.FAIL,
        message=f"{by} answers errors with a stack trace.",
        severity=Severity.MEDIUM,
        confidence=Confidence.FIRM,
        place=setting.place,
        fix=FIX,
        framework=framework,
    )
