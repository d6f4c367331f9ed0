"""A class of fault with its CWE and OWASP ids: where rules and catalogs meet."""

from msgspec import Struct

from assay.model.verdict import Severity


class Link(Struct, frozen=True, order=True):
    """A weakness touches a control."""

    catalog: str
    control: str
    relation: str
    """`direct`: an open finding is itself a deviation; `supporting`: relevant input, not a deviation alone."""
    why: str


class Weakness(Struct, frozen=True):
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
