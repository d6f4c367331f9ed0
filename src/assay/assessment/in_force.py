"""What was in force when the runs of a pack were made: mapping and catalogs as they weighed then, and what was taken out."""

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from assay.assessment.record_beside import FRAMEWORKS, MASKED, REDACTIONS, SECRET, TRAFFIC
from assay.compliance import edition
from assay.compliance.compendium import Compendium
from assay.errors import AssayError, LedgerError
from assay.ledger.canonical import Json, canonical
from assay.ledger.pack.manifest import PackFile
from assay.ledger.recall import Recall
from assay.model.dossier import Look
from assay.model.evidence import RunRecord
from assay.version import VERSION

YAML = "application/yaml"
RULES: Mapping[str, str] = {
    SECRET: "The value of a secret is replaced by its length and the first two characters of a long one where it is read.",
    MASKED: "In reports of a run, credentials and personal data in requests and answers are replaced by their length and a mark.",
    TRAFFIC: "The ledger, and so a pack, keeps no transcript of what a running API was asked and answered.",
}
DIGEST = (
    "HMAC-SHA-256 with a key that stays with the entity, over what is shown and a short mark of the value: "
    "equal values have equal digests"
)


class Edition(Struct, frozen=True):
    """The files that weigh."""

    files: Mapping[str, bytes]
    known: Compendium
    source: str
    """Where they come from."""


def in_force(recall: Recall) -> Edition:
    """Those of the newest run by then, of any scope; those of this version where no run kept its own.

    Raises `LedgerError` if they were kept and cannot be read any more.
    """
    runs = [sealed for sealed in recall.store.of_type("run") if sealed.sequence <= recall.size]
    for sealed in reversed(runs):
        names = _kept(recall.run(sealed.entry.payload))
        if not names:
            continue
        files = {name: recall.store.attachment(digest) for name, digest in names.items()}
        try:
            return Edition(files, edition.compendium_of(files), f"attachments of entry {sealed.sequence}")
        except LedgerError:
            raise
        except AssayError as error:
            raise LedgerError(f"entry {sealed.sequence}: {error} Mend: use the Assay that wrote it.") from error
    files = dict(edition.shipped())
    return Edition(files, edition.compendium_of(files), f"assay {VERSION}")


def framework_files(
    recall: Recall, found: Edition, looks: Sequence[Look], catalogs: Sequence[str]
) -> Iterator[PackFile]:
    """The files that the pack was weighed with, earlier versions that runs of the window used, and which run used which."""
    used = {edition.MAPPING, edition.DEMANDS, *(f"{each.partition(' ')[0]}.yaml" for each in catalogs)}
    for name in sorted(used & found.files.keys()):
        yield PackFile(f"frameworks/{name}", found.files[name], YAML, found.source)
    rows: list[Json] = []
    seen: set[str] = set()
    for look in looks:
        kept = {name: digest for name, digest in _kept(look.record).items() if name in used}
        rows.append({"entry": look.sequence, "run": look.id, "files": dict(sorted(kept.items()))})
        for name, digest in sorted(kept.items()):
            raw = recall.store.attachment(digest)
            if digest not in seen and raw != found.files.get(name):
                yield PackFile(f"frameworks/earlier/{digest}.yaml", raw, YAML, f"{name} of entry {look.sequence}")
            seen.add(digest)
    content = canonical({"schema": "assay/weighed-with/v1", "runs": rows})
    yield PackFile("frameworks/versions.json", content, "application/json", "the runs of the window")


def redactions(recall: Recall, looks: Sequence[Look], *, is_told: bool) -> PackFile:
    """What was taken out, by which rule; rows only where the pack may tell of all findings."""
    rows: list[Json] = []
    for look in looks if is_told else ():
        named = next((each for each in look.record.attachments if each.name == REDACTIONS), None)
        raw = _attachment(recall, named.digest) if named else b""
        rows += [{"run": look.id, **json.loads(line)} for line in raw.splitlines()]
    content = canonical(
        {
            "schema": "assay/redactions/v1",
            "digest": DIGEST,
            "rules": [{"rule": rule, "what": what} for rule, what in sorted(RULES.items())],
            "is_listed": is_told,
            "removed": rows,
        }
    )
    return PackFile("redactions.json", content, "application/json", "the runs of the window")


def _attachment(recall: Recall, digest: str) -> bytes:
    try:
        return recall.store.attachment(digest)
    except LedgerError:
        return b""  # its retention ended; the pack names it as missing


def _kept(record: RunRecord) -> Mapping[str, str]:
    """The files that a run was weighed with, by their names: their digests."""
    begin = len(FRAMEWORKS)
    return {each.name[begin:]: each.digest for each in record.attachments if each.name.startswith(FRAMEWORKS)}
