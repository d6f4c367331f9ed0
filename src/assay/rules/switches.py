"""Judges settings that are on or off, such as a debug mode or the redirection to HTTPS."""

from msgspec import Struct

from assay.model.program import Setting
from assay.model.verdict import Confidence, Outcome, Severity
from assay.rules.ruling import Ruling, refused, where


class Switch(Struct, frozen=True):
    """What a setting should be, and what it means when it is not."""

    name: str
    weakness: str
    good: str
    bad: str
    """The value that is refused; any other passes where `good` is ""."""
    says_good: str
    says_bad: str
    """A sentence without its end; where the setting holds is added."""
    severity: Severity
    confidence: Confidence = Confidence.FIRM


SWITCHES = {
    switch.name: switch
    for switch in (
        Switch(
            "https-redirection",
            "plaintext-http",
            good="on",
            bad="off",
            says_good="Requests over plain HTTP are redirected to HTTPS",
            says_bad="The redirection from plain HTTP to HTTPS is switched off",
            severity=Severity.MEDIUM,
            confidence=Confidence.TENTATIVE,
        ),
        Switch(
            "hsts",
            "missing-hsts",
            good="on",
            bad="off",
            says_good="Strict-Transport-Security is sent",
            says_bad="Strict-Transport-Security is switched off",
            severity=Severity.LOW,
            confidence=Confidence.TENTATIVE,
        ),
        Switch(
            "debug",
            "debug-enabled",
            good="off",
            bad="on",
            says_good="Debug mode is off",
            says_bad="Debug mode is on",
            severity=Severity.HIGH,
        ),
        Switch(
            "error-detail",
            "verbose-error",
            good="off",
            bad="on",
            says_good="Errors do not show the inside of the service",
            says_bad="Errors show the inside of the service",
            severity=Severity.MEDIUM,
        ),
        Switch(
            "cookie-secure",
            "insecure-cookie",
            good="on",
            bad="off",
            says_good="Session cookies travel over HTTPS only",
            says_bad="Session cookies travel over plain HTTP too",
            severity=Severity.MEDIUM,
        ),
        Switch(
            "cookie-httponly",
            "insecure-cookie",
            good="on",
            bad="off",
            says_good="Scripts cannot read the session cookie",
            says_bad="Scripts can read the session cookie",
            severity=Severity.MEDIUM,
        ),
        Switch(
            "cookie-samesite",
            "insecure-cookie",
            good="",
            bad="none",
            says_good="Other sites' requests do not carry the session cookie along",
            says_bad="Other sites' requests carry the session cookie along",
            severity=Severity.LOW,
            confidence=Confidence.TENTATIVE,
        ),
        Switch(
            "https-metadata",
            "plaintext-http",
            good="on",
            bad="off",
            says_good="The keys of the identity provider are fetched over HTTPS only",
            says_bad="The keys of the identity provider may be fetched over plain HTTP",
            severity=Severity.LOW,
            confidence=Confidence.TENTATIVE,
        ),
        Switch(
            "antiforgery",
            "csrf-disabled",
            good="on",
            bad="off",
            says_good="Forged requests from other sites are refused",
            says_bad="The check against forged requests from other sites is switched off",
            severity=Severity.MEDIUM,
            confidence=Confidence.TENTATIVE,
        ),
        Switch(
            "docs",
            "exposed-api-docs",
            good="off",
            bad="on",
            says_good="Interactive documentation is switched off",
            says_bad="Interactive documentation is open to everybody",
            severity=Severity.LOW,
            confidence=Confidence.TENTATIVE,
        ),
        Switch(
            "allowed-hosts",
            "missing-input-validation",
            good="",
            bad="*",
            says_good="Only named hosts are answered",
            says_bad="Every Host header is accepted",
            severity=Severity.LOW,
            confidence=Confidence.TENTATIVE,
        ),
    )
}
"""By the name of the setting."""


def switch(setting: Setting) -> Ruling | None:
    """The ruling on a setting; None when no switch is known by its name."""
    known = SWITCHES.get(setting.name)
    if known is None:
        return None
    value = setting.value.strip().lower()
    if value in {"unknown", ""}:
        return Ruling(Outcome.NOT_TESTED, f"{known.name} takes its value from outside the code.", known.weakness)
    if known.bad in value.split(",") or value == known.bad:
        if setting.detail("chosen") == "default":
            message = f"{known.says_bad} unless the deployment chooses other settings."
            return refused(message, known.weakness, Severity.LOW, Confidence.TENTATIVE)
        return refused(f"{known.says_bad}, {where(setting)}.", known.weakness, known.severity, known.confidence)
    if known.good in {value, ""}:
        return Ruling(Outcome.PASS, f"{known.says_good}, {where(setting)}.", known.weakness)
    return Ruling(
        Outcome.NOT_TESTED, f"{known.name} has a value that is not understood: {setting.value}.", known.weakness
    )
