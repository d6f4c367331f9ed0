"""The bytes beside entries: whole lists of verdicts for an audit, single verdicts with a proof for a finding, policy texts, timestamps."""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger import merkle
from assay.ledger.canonical import Json, canonical, read_canonical
from assay.ledger.chain import Sealed
from assay.ledger.pack.manifest import Missing, PackFile
from assay.ledger.pack.selection import Extract, stamped_size
from assay.ledger.store import Store

OF_RUN = ("verdicts", "endpoints", "skipped")
"""What of a run goes into an audit; all states of findings follow from entries, so that list stays out."""
SMALL = 1 << 20
"""Larger attachments are packed with gzip, whose bytes are the same for one version of zlib only."""


class Named(Struct, frozen=True):
    """An attachment as an entry names it."""

    entry: Sealed
    name: str
    media: str
    digest: str


def named(found: Extract) -> Iterator[Named]:
    """The attachments that entries name, in their order."""
    for sealed in found.entries:
        yield from _named(sealed, found.said(sealed))


def _named(sealed: Sealed, body: Json) -> Iterator[Named]:
    match body:
        case {"attachments": [*listed]}:
            for each in listed:
                match each:
                    case {"name": str(name), "media": str(media), "digest": str(digest)}:
                        yield Named(sealed, name, media, digest)


def whole(ledger: Store, attachments: Iterable[Named]) -> Iterator[PackFile | Missing]:
    """Each attachment as a file, once; or why it is not there."""
    seen: set[str] = set()
    for each in attachments:
        if each.digest in seen:
            continue
        seen.add(each.digest)
        try:
            content = ledger.attachment(each.digest)
        except LedgerError:
            yield Missing(f"{each.name} of entry {each.entry.sequence}", _why(ledger, each.digest))
            continue
        yield _file(each, content)


def _why(ledger: Store, digest: str) -> str:
    for sealed in ledger.of_subject(digest):
        if sealed.entry.type == "removal":
            return f"removed when its retention ended (entry {sealed.sequence})"
    return "it is not in the ledger any more, and no entry says why"


def _file(each: Named, content: bytes) -> PackFile:
    source = f"{each.name} of entry {each.entry.sequence}"
    if each.entry.entry.type == "timestamp":
        size = stamped_size(each.entry)
        return PackFile(f"timestamps/{size}/{each.digest}.{_kind(each.media)}", content, each.media, source)
    ending = ".jsonl" if each.media.endswith("jsonl") else ""
    path = f"attachments/{each.digest}{ending}"
    if len(content) <= SMALL:
        return PackFile(path, content, each.media, source)
    return PackFile(f"{path}.gz", gzip.compress(content, 9, mtime=0), "application/gzip", source)


def _kind(media: str) -> str:
    """How a file of a timestamp ends: the answer of the authority, what it was asked, certificates."""
    return "tsr" if "reply" in media else "tsq" if "query" in media else "pem"


class Verdicts:
    """The verdicts of one run, found by rule and subject."""

    def __init__(self, raw: bytes) -> None:
        self.lines = raw.split(b"\n")[:-1]

    @cached_property
    def leaves(self) -> Sequence[bytes]:
        """Their hashes, as the run's root is made of them."""
        return [merkle.leaf(line) for line in self.lines]

    @cached_property
    def places(self) -> Mapping[tuple[str, ...], int]:
        """The line of each."""
        found: dict[tuple[str, ...], int] = {}
        for number, line in enumerate(self.lines):
            for key in _keys(read_canonical(line)):
                found.setdefault(key, number)
        return found

    def find(self, rule: str, outcome: str, change: Mapping[str, Json]) -> int | None:
        """What a rule said of the subject of a finding, or of the endpoint by which people know it, where several share one fault."""
        parts = change["parts"]
        assert isinstance(parts, Mapping)
        subject = tuple(str(parts.get(name, "")) for name in ("api", "kind", "method", "path", "symbol"))
        named = (rule, outcome, subject[0], str(change["endpoint"]))
        return self.places.get((rule, outcome, *subject), self.places.get(named))

    def proof(self, number: int) -> Json:
        """What leads from a line to the root."""
        return [each.hex() for each in merkle.inclusion(number, self.leaves)]


def observations(ledger: Store, found: Extract) -> Iterator[PackFile | Missing]:
    """What the rules said of each finding whenever that changed: the verdict itself, and the proof that its run holds it."""
    by_run: dict[str, list[tuple[Sealed, Mapping[str, Json]]]] = {}
    for sealed in found.entries:
        if sealed.entry.type == "finding":
            body = found.said(sealed)
            by_run.setdefault(str(body["run"]), []).append((sealed, body))
    for run, changes in by_run.items():
        verdicts = _verdicts(ledger, run)
        for sealed, body in changes:
            yield from _observed(sealed, body, run, verdicts)


def _verdicts(ledger: Store, run: str) -> Verdicts | str:
    """The verdicts of a run, or why they are not there."""
    sealed = ledger.of_run(run)
    lists = _named(sealed, ledger.body(sealed.entry.payload)) if sealed else iter(())
    found = [each for each in lists if each.name == "verdicts"]
    if not found:
        return "its run has no list of verdicts"
    try:
        return Verdicts(ledger.attachment(found[0].digest))
    except LedgerError:
        return _why(ledger, found[0].digest)


def _observed(
    sealed: Sealed, body: Mapping[str, Json], run: str, verdicts: Verdicts | str
) -> Iterator[PackFile | Missing]:
    said = body["said"]
    assert isinstance(said, list)
    for each in said:
        assert isinstance(each, Mapping)
        rule, outcome = str(each["rule"]), str(each["outcome"])
        if isinstance(verdicts, str):
            yield Missing(f"the verdict of {rule} in entry {sealed.sequence}", verdicts)
            continue
        number = verdicts.find(rule, outcome, body)
        if number is None:
            yield Missing(f"the verdict of {rule} in entry {sealed.sequence}", "no verdict of its run has this subject")
            continue
        verdict = read_canonical(verdicts.lines[number])
        proof: dict[str, Json] = {"run": run, "index": number, "path": verdicts.proof(number), "verdict": verdict}
        content = canonical({"schema": "assay/observation/v1", **proof})
        path = f"observations/{sealed.sequence}-{rule}-{outcome}.json"
        yield PackFile(path, content, "application/json", f"entry {sealed.sequence}, verdicts of its run")


def _keys(verdict: Json) -> Iterator[tuple[str, ...]]:
    """By its subject, and by the name that people have for it."""
    match verdict:
        case {
            "rule": rule, "outcome": outcome,
            "subject": {"api": api, "kind": kind, "method": method, "path": path, "symbol": symbol},
        }:  # fmt: skip
            yield tuple(map(str, (rule, outcome, api, kind, method, path, symbol)))
            name = f"{method} {path}" if kind == "endpoint" else symbol or api
            yield tuple(map(str, (rule, outcome, api, name)))
