"""Puts back what writes changed: a journal of what is open, and the playbook that closes it by reading again.

A write carries its `undo` when it is sent, so the journal knows what to put back before anything has changed. Nothing is
believed: an object is closed when its witness shows what it showed before, and not when a server says that it obeyed.
"""

import json
import re
from collections.abc import Generator, Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from assay.live.asking import ask
from assay.live.differential import stable
from assay.live.personal import snake
from assay.model.exchange import Ask, Exchange, Reply, Request, Response, Standing, Undo, Write

READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "TRACK"})
UNSENT = frozenset({"scope", "stopped", "identity"})
NEED = 3
"""Requests that one object may need: a look, a write, a look."""
ROOM = 3.0
"""Seconds before the end of the time in which nothing is written any more; a tenth of the time where that is less."""
ROUNDS = 3
"""How often it is tried to put something back."""
GRACE = 60.0
"""Seconds that putting back may take after the time of the run is up."""
BOOKKEEPING = re.compile(
    r"(?:^|_)(?:updated|modified|changed|edited|touched)(?:_(?:at|on|by|time|date|timestamp))?$"
    r"|^last_(?:update|updated|modified|change|changed|edit|edited|seen|access)(?:_(?:at|on|by|time|date))?$"
    r"|^_*(?:version|revision|rev|etag|row_version|v)$"
)
"""Names of fields in which servers count changes: they may differ when everything else is as it was."""


def witness(path: str, identity: str) -> Request:
    """The question what an object is like now, asked by whom it belongs to."""
    return Request("GET", path, identity, is_fresh=True, is_restoring=True)


def is_as_before(before: Response, now: Response) -> bool:
    """Whether two answers show the same object, but for moments and counts of changes."""
    return before.status == now.status and _settled(before) == _settled(now)


def put_back(undos: Iterable[Undo]) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Exchange, ...]]:
    """Looks at each object, and puts back those that changed. The exchanges, in order; of an object its looks and writes."""
    made: list[Exchange] = []
    for undo in undos:
        seen = yield from ask(undo.witness)
        made.append(seen)
        for request in undo.requests:
            if seen.response and is_as_before(undo.before, seen.response):
                break
            made.append((yield from ask(replace(request, is_restoring=True))))
            seen = yield from ask(undo.witness)
            made.append(seen)
    return tuple(made)


class Trial(Struct, frozen=True):
    """A write, what it changed, and whether that was put back."""

    write: Exchange
    seen: Exchange
    """What the first witness showed after the write."""
    restoring: tuple[Exchange, ...] = ()
    """Everything that was asked to put things back, looks included."""
    is_restored: bool = True

    @property
    def step(self) -> str:
        """How it ended, as a sentence without its stop."""
        if not self.is_restored:
            return "IT WAS NOT PUT BACK: what to put back by hand stands in the report under what was written"
        if any(each.request.method not in READS for each in self.restoring):
            return "It was put back, and read again as it was before"
        return "Nothing had to be put back"


def tried(write: Request) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Trial]:
    """Sends a write with its undo, looks, puts back, and looks again."""
    answer = yield from ask(write)
    if answer.failure and (answer.failure.word in UNSENT or answer.reason.startswith("not sent")):
        return Trial(answer, replace(answer, response=None))
    made = yield from put_back(write.undo)
    last = {each.request.key: each for each in made if each.request.method == "GET"}
    is_restored = all(
        (shown := last.get(undo.witness.key)) is not None
        and shown.response is not None
        and is_as_before(undo.before, shown.response)
        for undo in write.undo
    )
    return Trial(answer, made[0], made[1:], is_restored)


class Entry(Struct):
    """A write that was sent, and how far each object that it may have changed is known to be as before."""

    request: Request
    outcome: str = "sent"
    standings: dict[int, Standing] = field(default_factory=dict)
    """By the index of the undo; missing while nobody has looked, CHANGED while it is not put back."""

    @property
    def open(self) -> tuple[Undo, ...]:
        """What is not known to be as before."""
        done = {Standing.UNTOUCHED, Standing.PUT_BACK}
        return tuple(undo for index, undo in enumerate(self.request.undo) if self.standings.get(index) not in done)


class Journal:
    """The writes of a run. It is told of each before it is sent, and of every exchange. One per run."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.is_broken = False
        """Something could not be put back: nothing more is written."""

    @property
    def open(self) -> tuple[Undo, ...]:
        """What is not known to be as before, the first written first."""
        return tuple(undo for entry in self._entries for undo in entry.open)

    @property
    def held(self) -> int:
        """Requests that putting back may need."""
        return NEED * len(self.open)

    def refusal(self, request: Request) -> str:
        """Why a write is not sent; "" when it may be."""
        if request.method in READS:
            return ""
        if request.is_restoring:
            is_known = any(replace(each, is_restoring=True) == request for undo in self.open for each in undo.requests)
            return "" if is_known else "it puts back nothing that was written"
        if request.undo and self.is_broken:
            return "what an earlier write changed could not be put back, so nothing more is written"
        return ""

    def is_needed(self, request: Request) -> bool:
        """Whether a request is part of putting something back: then no budget holds it up."""
        if not request.is_restoring:
            return False
        return request.method not in READS or any(undo.witness.key == request.key for undo in self.open)

    def begun(self, request: Request) -> None:
        """A write is about to be sent; a second try of the same is the same write."""
        if request.undo and not (self._entries and self._entries[-1].request is request):
            self._entries.append(Entry(request))

    def saw(self, exchange: Exchange) -> None:
        """An exchange came to its end: it may be the answer to a write, or show how an object is now."""
        request = exchange.request
        for entry in self._entries:
            if entry.request is request:
                entry.outcome = exchange.failure.word if exchange.failure else str(exchange.status)
            elif request.is_restoring and exchange.response and request.method in READS:
                _look(entry, request, exchange.response)

    def writes(self) -> tuple[Write, ...]:
        """Everything that was written, in order."""
        return tuple(_listed(entry, number) for number, entry in enumerate(self._entries, start=1))


def _look(entry: Entry, request: Request, now: Response) -> None:
    for index, undo in enumerate(entry.request.undo):
        if undo.witness.key != request.key or undo not in entry.open:
            continue
        if not is_as_before(undo.before, now):
            entry.standings[index] = Standing.CHANGED
        elif entry.standings.get(index) is Standing.CHANGED:
            entry.standings[index] = Standing.PUT_BACK
        else:
            entry.standings[index] = Standing.UNTOUCHED


def _listed(entry: Entry, number: int) -> Write:
    left = entry.open
    is_put_back = Standing.PUT_BACK in entry.standings.values()
    closed = Standing.PUT_BACK if is_put_back else Standing.UNTOUCHED
    return Write(
        number=number,
        what=f"{entry.request.method} {entry.request.path.partition('?')[0]}",
        identity=entry.request.identity,
        outcome=entry.outcome,
        standing=Standing.CHANGED if left else closed,
        of=", ".join(dict.fromkeys(undo.witness.path.partition("?")[0] for undo in left or entry.request.undo)),
        mend="; ".join(dict.fromkeys(undo.by_hand for undo in left)),
    )


def _settled(response: Response) -> str:
    document = response.document
    if isinstance(document, dict | list):
        return stable(replace(response, body=json.dumps(_kept(document)).encode()))
    return stable(response)


def _kept(value: object) -> object:
    match value:
        case dict():
            return {key: _kept(inner) for key, inner in value.items() if not BOOKKEEPING.search(snake(str(key)))}
        case list():
            return [_kept(inner) for inner in value]
    return value
