"""The four rulings, in as many words as a probe needs for them."""

from assay.model.exchange import Exchange
from assay.model.verdict import Confidence, Outcome, Severity
from assay.plugins.probe import Ruling


def passed(message: str, *exchanges: Exchange, symbol: str = "") -> Ruling:
    """The subject was asked, and does not have the defect."""
    return Ruling(Outcome.PASS, message, exchanges, symbol=symbol)


def failed(
    message: str,
    *exchanges: Exchange,
    severity: Severity | None = None,
    confidence: Confidence = Confidence.CONFIRMED,
    fix: str = "",
    symbol: str = "",
    steps: tuple[str, ...] = (),
) -> Ruling:
    """The subject has the defect; the exchanges show it."""
    return Ruling(Outcome.FAIL, message, exchanges, severity, confidence, fix, symbol, steps)


def not_tested(reason: str, *exchanges: Exchange, symbol: str = "") -> Ruling:
    """It could not be asked, or the answers do not tell; the reason is a sentence."""
    return Ruling(Outcome.NOT_TESTED, reason, exchanges, symbol=symbol)


def not_applicable(reason: str, *exchanges: Exchange, symbol: str = "") -> Ruling:
    """There is nothing to ask of this subject; the reason is a sentence."""
    return Ruling(Outcome.NOT_APPLICABLE, reason, exchanges, symbol=symbol)


def unanswered(*exchanges: Exchange) -> Ruling:
    """Not tested, for the reason of the first exchange that has no answer."""
    broken = next((exchange for exchange in exchanges if exchange.failure), None)
    reason = broken.reason if broken else "nothing was asked"
    return Ruling(Outcome.NOT_TESTED, f"Not tested: {reason.removeprefix('not sent: ')}.", exchanges)
