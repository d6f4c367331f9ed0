"""What lies beside a run besides what it said: the files that it was weighed with, and the list of what was taken out of it."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from assay.compliance import edition
from assay.ledger import lines
from assay.ledger.canonical import Json
from assay.ledger.encoding import sound
from assay.ledger.redaction import keyed
from assay.model.assessment import Assessment
from assay.model.exchange import Transcript
from assay.model.secret import Secret

FRAMEWORKS = "frameworks/"
"""How attachments begin that a run was weighed with; the name of the file follows."""
REDACTIONS = "redactions"
MEDIA = "application/vnd.assay.{name}+jsonl"
SECRET, MASKED, TRAFFIC = "secret-masked", "traffic-masked", "traffic-not-kept"
"""Rules by which something is taken out."""
MASK = re.compile(r"\S{0,2}…\[[0-9]+ characters(?:, [0-9a-f]{8})?\]")
"""What stands in a transcript in place of a value."""


def media(name: str) -> str:
    """The media type of an attachment of a run."""
    return "application/yaml" if name.startswith(FRAMEWORKS) else MEDIA.format(name=name)


def beside(found: Assessment, kind: str, key: bytes) -> Mapping[str, bytes]:
    """Attachments by name."""
    weighing = {f"{FRAMEWORKS}{name}": content for name, content in edition.shipped().items()}
    return {**weighing, REDACTIONS: lines.written(_redactions(found, kind, key))}


def _redactions(found: Assessment, kind: str, key: bytes) -> Iterator[Json]:
    rows = [(each, "") for each in found.inventory.secrets]
    rows += [(each.secret, each.commit) for each in found.inventory.history.secrets]
    for secret, commit in sorted(rows, key=lambda row: (row[0].place, row[0].name, row[1], row[0].mark)):
        yield _row(secret, commit, key)
    masks = {
        (verdict.rule, verdict.subject.name, mask)
        for verdict in found.verdicts
        for exchange in verdict.exchanges
        for mask in _masks(exchange)
    }
    for rule, name, mask in sorted(masks):
        told: dict[str, Json] = {"kind": rule, "name": sound(name), "shown": mask, "digest": keyed(key, MASKED, mask)}
        yield {**_line(MASKED, "a credential, or personal data"), **told}
    if kind != "static":
        yield _line(TRAFFIC, "the transcripts of all requests and answers")


def _masks(exchange: Transcript) -> Iterator[str]:
    texts = [unquote(exchange.url), exchange.request_body, exchange.response_body]
    texts += [value for _, value in (*exchange.request_headers, *exchange.response_headers)]
    for text in texts:
        yield from MASK.findall(text)


def _row(secret: Secret, commit: str, key: bytes) -> Json:
    told: dict[str, Json] = {
        "kind": secret.kind,
        "name": sound(secret.name),
        "path": sound(secret.place.path),
        "line": secret.place.line,
        "commit": commit,
        "shown": sound(secret.masked),
        "digest": keyed(key, secret.kind, sound(secret.masked), secret.mark),
    }
    return {**_line(SECRET, secret.title), **told}


def _line(rule: str, what: str) -> dict[str, Json]:
    nothing: dict[str, Json] = {"kind": "", "name": "", "path": "", "line": 0, "commit": "", "shown": "", "digest": ""}
    return {"rule": rule, "what": sound(what), **nothing}
