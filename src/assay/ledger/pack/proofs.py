"""The ledger in a pack: entries, what they say, earlier heads, and what leads from all of them to the head of the pack."""

from collections.abc import Container, Iterator, Sequence

from assay.ledger.canonical import Json, canonical
from assay.ledger.chain import Sealed
from assay.ledger.pack.manifest import PackFile
from assay.ledger.pack.selection import Extract, Selection, stamped_size
from assay.ledger.store import Store

SCHEMA = "assay/proofs/v1"
LINES = "application/jsonl"


def ledger_files(ledger: Store, found: Extract, since: Sequence[int], head: bytes) -> Iterator[PackFile]:
    """The entries with their bodies, the signed head, former heads and the proofs."""
    selection, entries = found.selection, found.entries
    wanted = _wanted(found)
    notes = {size: note for size, note in ledger.checkpoints() if size < selection.size and size in wanted}
    yield PackFile("ledger/entries.jsonl", b"".join(each.body() + b"\n" for each in entries), LINES, "ledger")
    yield PackFile("ledger/bodies.jsonl", _bodies(found), LINES, "ledger")
    yield PackFile("ledger/checkpoint.note", head, "text/plain", "ledger")
    proofs = canonical(_proofs(ledger, selection, entries, sorted({*notes, *since})))
    yield PackFile("ledger/proofs.json", proofs, "application/json", "ledger")
    for size, note in notes.items():
        yield PackFile(f"ledger/heads/{size}.note", note, "text/plain", "ledger")
    for sealed in entries:
        if sealed.entry.type == "run":
            run = canonical(found.said(sealed))
            yield PackFile(f"runs/{sealed.entry.payload}/run.json", run, "application/json", f"entry {sealed.sequence}")


def _wanted(found: Extract) -> Container[int]:
    """All heads with the whole chain; else those that were signed right behind an entry of the pack, and those with a timestamp."""
    if found.selection.sequences is None:
        return range(found.selection.size)
    stamped = {stamped_size(each) for each in found.entries if each.entry.type == "timestamp"}
    return stamped | {each.sequence for each in found.entries}


def _bodies(found: Extract) -> bytes:
    """What the entries say, each once, as they come; runs have a file of their own."""
    runs = {sealed.entry.payload for sealed in found.entries if sealed.entry.type == "run"}
    return b"".join(canonical(body) + b"\n" for payload, body in found.bodies.items() if payload not in runs)


def _proofs(ledger: Store, selection: Selection, entries: Sequence[Sealed], sizes: Sequence[int]) -> Json:
    is_whole = selection.sequences is None
    paths: list[Json] = []
    heads: list[Json] = []
    if not is_whole:
        paths = [
            {"sequence": each.sequence, "path": _hexed(ledger.inclusion(each.sequence, selection.size))}
            for each in entries
        ]
        heads = [{"size": size, "path": _hexed(ledger.consistency(size, selection.size))} for size in sizes]
    return {"schema": SCHEMA, "is_whole": is_whole, "paths": paths, "heads": heads}


def _hexed(path: Sequence[bytes]) -> list[Json]:
    return [each.hex() for each in path]
