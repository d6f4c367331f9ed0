"""An object of a given identity as it is written: what is sent to change it, what puts it back, and a rehearsal by its owner."""

import json
import re
from collections.abc import Generator

from msgspec import Struct

from assay.live.denial import Access, access
from assay.live.personal import snake
from assay.live.restoring import Trial, tried, witness
from assay.live.ruling import not_tested, unanswered
from assay.model.exchange import Ask, Exchange, Reply, Request, Response, Undo
from assay.model.target import Caller, Route
from assay.plugins.probe import Ruling

METHODS = frozenset({"PUT", "PATCH"})
"""What can be taken back by the same method. What POST makes and DELETE ends cannot."""
TEXTS = (
    *("note", "notes", "comment", "comments", "remark", "remarks", "memo", "description", "bio", "about", "summary"),
    *("caption", "nickname", "label", "subtitle", "display_name", "title", "text", "content", "name"),
)
"""Names of texts that mean nothing to a program, the most harmless first."""
PLAIN_TEXT = re.compile(r"(?!\w+://)[^@{}<>\[\]]{0,2000}", re.DOTALL)
MASKED = re.compile(r"\*{2,}|\u2022|\u2026|\.{3}$|^[xX#-]{4}|\[(?:redacted|hidden|masked)\]", re.IGNORECASE)
"""Values that are shown in part only: written back, they would be what is stored."""
MARKER = "changed by assay"
AGAIN = "changed again by assay"
JSON = "application/json"


class Own(Struct, frozen=True):
    """An object of a given identity, as it was before anything was written."""

    owner: Caller
    route: Route
    """The PUT or PATCH that writes it."""
    path: str
    shown: Exchange
    """How its owner saw it, asked afresh."""
    is_shared: bool = False
    """Others have it in their lists as well: they may be meant to change it."""

    @property
    def values(self) -> dict[str, object]:
        """Its fields; an envelope around it is taken off."""
        return fields(self.shown.answer)

    @property
    def text(self) -> str:
        """The name of a text in it that may be changed without harm; "" when it has none."""
        return text_field(self.values, self.route)

    def body(self, changes: dict[str, object], *, is_whole: bool = True) -> str:
        """What is sent to change some fields: them alone by PATCH; by PUT the rest as well, whole or what is declared of it."""
        if self.route.method == "PATCH":
            return json.dumps(changes)
        declared = {slot.name for slot in self.route.takes}
        rest = {key: value for key, value in self.values.items() if is_whole or not declared or key in declared}
        return json.dumps({**rest, **changes})

    def write(self, identity: str, body: str, undo: tuple[Undo, ...]) -> Request:
        """The request that writes it in somebody's name."""
        return Request(self.route.method, self.path, identity, self.headers, body, undo=undo)

    def undo(self, body: str, *others: str) -> Undo:
        """How it gets back what `body` says: by its owner, else by one of the others."""
        names = dict.fromkeys((self.owner.name, *others))
        requests = [Request(self.route.method, self.path, name, self.headers, body) for name in names]
        whole = json.dumps(self.values)
        if whole != body:
            requests.append(Request(self.route.method, self.path, self.owner.name, self.headers, whole))
        by_hand = f"{self.route.method} {self.path} as {self.owner.name} with {body}"
        return Undo(witness(self.path, self.owner.name), self.shown.answer, tuple(requests), by_hand)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What it is sent with."""
        return (("content-type", self.route.media or JSON),)


class Rehearsal(Struct, frozen=True):
    """What an owner's write of nothing new came to."""

    trial: Trial
    is_whole: bool
    """Of PUT: whether all that is shown may be sent, or only what is declared."""
    same: dict[str, object]
    """What was sent: fields with the values that they have."""

    @property
    def is_good(self) -> bool:
        """The owner may write, and the object stayed as it was."""
        trial = self.trial
        is_taken = trial.write.answer.is_success and access(trial.write) is not Access.DENIED
        return is_taken and trial.is_restored and not any(each.request.method in METHODS for each in trial.restoring)


def rehearsed(own: Own) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Rehearsal]:
    """Writes what is there already, as the owner: shows that a write is possible, and what form it takes."""
    same = _same(own)
    whole = own.body(same)
    trial = yield from tried(own.write(own.owner.name, whole, (own.undo(whole),)))
    declared = own.body(same, is_whole=False)
    if declared == whole or trial.write.status not in {400, 409, 415, 422}:
        return Rehearsal(trial, is_whole=True, same=same)
    trial = yield from tried(own.write(own.owner.name, declared, (own.undo(declared),)))
    return Rehearsal(trial, is_whole=False, same=same)


def unready(own: Own, rehearsal: Rehearsal) -> Ruling:
    """The owner could not write the object, or it did not stay as it was."""
    trial = rehearsal.trial
    if trial.write.failure or trial.seen.failure:
        return unanswered(trial.write, trial.seen)
    if not trial.write.answer.is_success:
        said = f"{own.owner.name} is answered {trial.write.status} when writing what is there already"
        return not_tested(f"Not tested: {said}, so nothing more was written.", trial.write)
    said = f"{own.route.name} changes more than what is sent, so nothing more was written"
    return not_tested(f"Not tested: {said}.", trial.write, trial.seen)


def fields(answer: Response) -> dict[str, object]:
    """The fields of the object that an answer shows; an envelope around it is taken off. Empty when it shows none."""
    document = answer.document
    if not isinstance(document, dict):
        return {}
    inner = [value for value in document.values() if isinstance(value, dict)]
    if len(inner) == 1 and len(document) < 4 and not any(snake(str(key)).endswith("id") for key in document):
        return inner[0]
    return document


def text_field(values: dict[str, object], route: Route) -> str:
    """The name of a text that may be changed without harm; "" when there is none."""
    declared = {slot.name: slot for slot in route.takes}
    fitting: dict[str, str] = {}
    for name, value in values.items():
        slot = declared.get(name)
        is_bound = slot is not None and (slot.format != "" or slot.type not in {"", "string"})
        is_plain = isinstance(value, str) and PLAIN_TEXT.fullmatch(value) and not MASKED.search(value)
        if is_plain and isinstance(value, str) and not is_bound and (slot or not declared):
            fitting.setdefault(snake(name), name)
    return next((fitting[name] for name in TEXTS if name in fitting), "")


def marker(value: object) -> str:
    """A text that is not there yet."""
    return AGAIN if value == MARKER else MARKER


def _same(own: Own) -> dict[str, object]:
    """A field with the value that it has: a text, else what is declared, else any plain value that is no id."""
    values = own.values
    if own.text:
        return {own.text: values[own.text]}
    declared = [slot.name for slot in own.route.takes if slot.name in values]
    plain = [key for key, value in values.items() if isinstance(value, str | int) and not snake(key).endswith("id")]
    name = next(iter(declared or plain), "")
    return {name: values[name]} if name else {}
