"""The pages of what is judged of the evidence: their texts stand in `pages/`, one file a rule."""

from pathlib import Path

from assay.ledger import access_judgement, deployment, judgement, policy_judgement
from assay.ledger.judgement import EvidenceRule
from assay.plugins.page import Page, page

FOLDER = Path(__file__).parent / "pages"
RULES = (*judgement.RULES, *policy_judgement.RULES, *access_judgement.RULES, *deployment.RULES)


def text_of(rule: EvidenceRule) -> Page:
    """What is judged, why, how to mend it, and what it cannot see."""
    return page((FOLDER / f"{rule.id}.md").read_text(encoding="utf-8"))
