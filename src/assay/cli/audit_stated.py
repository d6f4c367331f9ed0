"""The audits that a ledger states, and the one that is meant."""

from typing import TYPE_CHECKING

from assay.errors import UsageError

if TYPE_CHECKING:
    from assay.ledger.store import Store
    from assay.model.decision import Audit


def audits(ledger: "Store") -> "dict[str, Audit]":
    """The newest statement of each audit, by name, in the order in which they were last stated."""
    from assay.ledger.encoding import decoded
    from assay.model.decision import Audit

    found: dict[str, Audit] = {}
    for sealed in ledger.of_type("audit"):
        found.pop(sealed.entry.subject, None)
        found[sealed.entry.subject] = decoded(Audit, ledger.body(sealed.entry.payload))
    return found


def only_audit(ledger: "Store", name: str) -> "Audit":
    """The audit of a name; without one the only one that is stated. Raises `UsageError` for none and for several."""
    known = audits(ledger)
    if name in known:
        return known[name]
    if not name and len(known) == 1:
        return next(iter(known.values()))
    listed = ", ".join(known) or "none"
    mend = "name one" if known else "assay audit new --type 2 --from DATE --to DATE"
    message = f"audit {name or '(none named)'}: the ledger states {listed}. Mend: {mend}."
    raise UsageError(message)
