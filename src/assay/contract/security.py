"""Reads what a contract demands of a caller: its schemes, and the demand of each operation."""

from collections.abc import Collection

from assay.contract.reference import References
from assay.contract.table import Row, Table, Value
from assay.model.contract import Access, Flow, Scheme, Stance

FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
"""Words of version 2.0 to those of 3."""
URLS = ("authorizationUrl", "tokenUrl", "refreshUrl")
KINDS = frozenset({"apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"})


def schemes(root: Table, references: References) -> tuple[Scheme, ...]:
    """The schemes of a document, by name."""
    found = {**root.table("securityDefinitions"), **root.table("components").table("securitySchemes")}
    read = [_scheme(name, references.table(value), references) for name, value in sorted(found.items())]
    return tuple(scheme for scheme in read if scheme)


def access(own: Value, inherited: Value, known: Collection[str]) -> Access:
    """The demand of an operation: its own, else the document's; None means that nothing is written there."""
    said = inherited if own is None else own
    if said is None:
        return Access(Stance.SILENT)
    if not isinstance(said, Row) or not all(isinstance(each, Table) for each in said):
        return Access(Stance.UNKNOWN, is_inherited=own is None)
    tables = [each for each in said if isinstance(each, Table)]
    alternatives = tuple(tuple(sorted(each)) for each in tables)
    scopes = sorted({scope for each in tables for name in each for scope in each.texts(name)})
    return Access(_stance(alternatives, known), alternatives, tuple(scopes), own is None)


def _stance(alternatives: tuple[tuple[str, ...], ...], known: Collection[str]) -> Stance:
    demanding = [each for each in alternatives if each]
    if not demanding:
        return Stance.PUBLIC
    if not {name for each in demanding for name in each} <= set(known):
        return Stance.UNKNOWN
    return Stance.SECURED if len(demanding) == len(alternatives) else Stance.OPTIONAL


def _scheme(name: str, table: Table | None, references: References) -> Scheme | None:
    if table is None:
        return None
    kind, word = table.text("type"), table.text("scheme").lower()
    if kind == "basic":
        kind, word = "http", "basic"
    if kind not in KINDS:
        references.fault(f"scheme {name}", table, f"the security scheme {name!r} has the unknown type {kind!r}")
    return Scheme(
        name=name,
        kind=kind,
        place=table.place,
        scheme=word,
        location=table.text("in"),
        parameter=table.text("name"),
        flows=_flows(table),
    )


def _flows(table: Table) -> tuple[Flow, ...]:
    if kind := table.text("flow"):
        return (Flow(FLOWS.get(kind, kind), _urls(table)),)
    flows = table.table("flows")
    return tuple(Flow(kind, _urls(flows.table(kind))) for kind in sorted(flows) if not kind.startswith("x-"))


def _urls(table: Table) -> tuple[str, ...]:
    return tuple(filter(None, (table.text(key) for key in URLS)))
