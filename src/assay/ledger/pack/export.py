"""A pack, put together: what is chosen of the ledger, the reports that were made of it, keys, proofs, a leaflet, a list and signatures."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.chain import Sealed
from assay.ledger.checkpoint import signed
from assay.ledger.heads import head_of
from assay.ledger.keyring import keyring
from assay.ledger.pack import attached
from assay.ledger.pack.keys import key_files
from assay.ledger.pack.leaflet import leaflet
from assay.ledger.pack.manifest import Head, Missing, Occasion, PackFile, sealed
from assay.ledger.pack.proofs import ledger_files
from assay.ledger.pack.selection import Extract, Selection, extract
from assay.ledger.sign import Signer
from assay.ledger.store import Store


class Order(Struct, frozen=True):
    """What a pack is to hold."""

    occasion: Occasion
    selection: Selection
    reports: tuple[PackFile, ...] = ()
    """Files that other rooms made of the same entries."""
    missing: tuple[Missing, ...] = ()
    since: tuple[int, ...] = ()
    """Sizes of heads that the reader holds, and wants a proof from."""


class Pack(Struct, frozen=True):
    """A pack that is ready to be written."""

    files: Mapping[str, bytes]
    head: Head
    missing: tuple[Missing, ...]


def packed(ledger: Store, order: Order, signers: Sequence[Signer]) -> Pack:
    """The pack; the same ledger, order and keys give the same bytes.

    Raises `LedgerError` for an empty ledger, a size that it does not have, or signers of whom the first does not hold its key.
    """
    ring = keyring(ledger)
    size = order.selection.size
    wrong = [each for each in order.since if not 0 < each <= size]
    if wrong:
        raise LedgerError(
            f"There is no head of {wrong[0]} entries among {size}. Mend: name the size of a head you hold."
        )
    point = head_of(ledger, ring.origin, size)
    keys = key_files(ledger, ring, signers)
    found = extract(ledger, order.selection)
    note = dict(ledger.checkpoints()).get(size) or signed(point, signers[0])
    newest = ledger.entry(size)
    assert newest is not None
    head = Head(ring.origin, size, point.root, newest.recorded_at)
    files = [*keys, *ledger_files(ledger, found, order.since, note), *order.reports]
    missing = [*order.missing]
    for each in _beside(ledger, order, found):
        (missing if isinstance(each, Missing) else files).append(each)  # type: ignore[arg-type]  # each goes to its own list
    files.append(leaflet(order.occasion, head, signers[0].public, files, missing))
    return Pack(sealed(order.occasion, head, files, missing, signers), head, tuple(missing))


def _beside(ledger: Store, order: Order, found: Extract) -> Iterator[PackFile | Missing]:
    yield from attached.whole(ledger, (each for each in attached.named(found) if _goes_whole(each, order)))
    if order.selection.sequences is not None:
        yield from attached.observations(ledger, found)


def _goes_whole(each: attached.Named, order: Order) -> bool:
    """Lists of runs only for an audit, and only from its window on; everything else always."""
    if each.entry.entry.type != "run":
        return True
    return order.selection.sequences is None and each.name in attached.OF_RUN and _is_within(each.entry, order)


def _is_within(sealed: Sealed, order: Order) -> bool:
    return order.occasion.window is None or order.occasion.window[0] <= sealed.recorded_at < order.occasion.window[1]
