"""Judges cross-origin policies by whom they trust, with what, and whether they are in force."""

from assay.model.program import Setting
from assay.model.verdict import Confidence, Outcome, Severity
from assay.rules.ruling import Ruling, refused, where

WEAKNESS = "permissive-cors"


def cors(setting: Setting, *, has_authentication: bool) -> Ruling:
    """The ruling on one cross-origin policy."""
    name = setting.detail("policy")
    policy = f'Cross-origin policy "{name}"' if name else "The cross-origin policy"
    if setting.detail("scope") == "endpoints":
        policy += ", put on single endpoints only,"
    origins = setting.detail("origins", "unknown").replace(" ", "")
    listed = origins.split(",")
    if setting.detail("applied", "true") == "false":
        return Ruling(Outcome.NOT_APPLICABLE, f"{policy} is declared and never applied.", WEAKNESS)
    if "*" in listed or origins == "reflected":
        return _open(setting, policy, has_authentication=has_authentication)
    if "null" in listed:
        return refused(f"{policy} trusts the origin null, which any sandboxed page has.", WEAKNESS, Severity.MEDIUM)
    if "unknown" in listed or not origins:
        return Ruling(Outcome.NOT_TESTED, f"{policy} takes its origins from outside the code.", WEAKNESS)
    return Ruling(Outcome.PASS, f"{policy} trusts named origins only: {', '.join(listed)}.", WEAKNESS)


def _open(setting: Setting, policy: str, *, has_authentication: bool) -> Ruling:
    is_reflected = setting.detail("origins") == "reflected"
    trusts = "trusts every origin by sending it back" if is_reflected else "trusts every origin"
    match setting.detail("credentials", "false"):
        case "true":
            message = f"{policy} {trusts} and lets it send credentials, {where(setting)}."
            return refused(message, WEAKNESS, Severity.HIGH)
        case "false" if _only_reads(setting) and not is_reflected:
            message = f"{policy} {trusts} for reads, {where(setting)}."
            return refused(message, WEAKNESS, Severity.LOW, Confidence.TENTATIVE)
        case "false":
            severity = Severity.MEDIUM if has_authentication or is_reflected else Severity.LOW
            confidence = Confidence.FIRM if has_authentication else Confidence.TENTATIVE
            return refused(f"{policy} {trusts}, {where(setting)}.", WEAKNESS, severity, confidence)
    message = f"{policy} {trusts}; whether it lets it send credentials comes from outside the code."
    return refused(message, WEAKNESS, Severity.HIGH if is_reflected else Severity.MEDIUM, Confidence.TENTATIVE)


def _only_reads(setting: Setting) -> bool:
    """Whether the policy names the methods that it allows, and all of them only read."""
    methods = {method.strip().upper() for method in setting.detail("methods").split(",") if method.strip()}
    return bool(methods) and methods <= {"GET", "HEAD", "OPTIONS"}
