"""The boundary of an audit: which controls are carved out or for user entities to do, as was stated last of each."""

from collections.abc import Iterator
from datetime import datetime

from assay.ledger.encoding import decoded
from assay.ledger.store import Store
from assay.model.decision import Boundary


def boundaries(store: Store, audit: str, at: datetime) -> tuple[tuple[int, Boundary], ...]:
    """The newest mark of each control with its entry, of those that were recorded by then; by catalog and control."""
    return tuple(each for each in _newest(store, at) if each[1].audit == audit)


def boundaries_of(store: Store, control: str, at: datetime) -> tuple[tuple[int, Boundary], ...]:
    """The same of one control, in every audit."""
    return tuple(each for each in _newest(store, at) if each[1].control == control)


def _newest(store: Store, at: datetime) -> Iterator[tuple[int, Boundary]]:
    found: dict[tuple[str, str, str], tuple[int, Boundary]] = {}
    for sealed in store.of_type("boundary"):
        if sealed.recorded_at <= at:
            mark = decoded(Boundary, store.body(sealed.entry.payload))
            found[(mark.catalog, mark.control, mark.audit)] = (sealed.sequence, mark)
    yield from (found[key] for key in sorted(found))
