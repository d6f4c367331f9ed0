"""How grave a secret is that stands where it should not, and what tells it from others."""

from assay.model.secret import Proof, Secret, Standing
from assay.model.verdict import Confidence, Severity

TREE = "."
"""Stands for the API where a tree has none, or a file belongs to none."""
SEVERITIES = {
    Proof.CHECKSUM: Severity.CRITICAL,
    Proof.FORMAT: Severity.CRITICAL,
    Proof.ENTROPY: Severity.HIGH,
    Proof.GUESSABLE: Severity.HIGH,
    Proof.WEAK: Severity.LOW,
}
ASIDE = {Standing.TEST: "tests", Standing.EXAMPLE: "examples and documentation"}
"""Standings in which a secret is for review only."""


def severity(secret: Secret) -> Severity:
    """By its proof and by where it stands."""
    if secret.standing in ASIDE:
        return Severity.INFO
    if secret.standing is Standing.DEVELOPMENT and not _counts_everywhere(secret):
        return Severity.LOW
    return SEVERITIES[secret.proof]


def confidence(secret: Secret) -> Confidence:
    """Firm where it is one for sure and stands in the product."""
    is_sure = secret.standing not in ASIDE and secret.proof is not Proof.WEAK
    if secret.standing is Standing.DEVELOPMENT:
        is_sure = _counts_everywhere(secret)
    return Confidence.FIRM if is_sure else Confidence.TENTATIVE


def _counts_everywhere(secret: Secret) -> bool:
    """Whether it opens something wherever it stands: a token of a service does, a key that a developer's machine shows does not."""
    return secret.proof in {Proof.CHECKSUM, Proof.FORMAT} and secret.kind != "private-key"


def symbol(secret: Secret) -> str:
    """What the secret is, without its value, its file or its line; what stands aside is one for all of its kind."""
    if secret.standing in ASIDE:
        return f"secrets in {ASIDE[secret.standing]}: {secret.kind}"
    return " ".join(part for part in (secret.kind, secret.name, secret.mark) if part)
