"""A class of fault with its CWE and OWASP ids: where rules and catalogs meet."""

from dataclasses import dataclass

from assay.model.verdict import Severity


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A weakness touches a control."""

    catalog: str
    control: str
    relation: str
    """`direct`: an open finding is itself a deviation; `supporting`: relevant input, not a deviation alone."""
    why: str


@dataclass(frozen=True, slots=True)
class Weakness:
    """A class of fault."""

    id: str
    title: str
    family: str
    kind: str
    tier: str
    severity: Severity
    cwe: tuple[str, ...]
    owasp_api: tuple[str, ...]
    asvs: tuple[str, ...]
    detect: tuple[str, ...]
    """static, live, repo, ledger, attest: what can see it."""
    clean_when: str
    """What must have been executed before its absence may count as evidence."""
    links: tuple[Link, ...]
