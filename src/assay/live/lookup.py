"""Looks for things that should not be served: well-known paths, each with what its content must be."""

import re
from collections.abc import Callable, Generator, Iterable

from msgspec import Struct

from assay.live.asking import ask_all
from assay.live.fallback import fallback
from assay.live.ruling import failed
from assay.model.exchange import Ask, Exchange, Reply, Request, Response
from assay.model.target import Target
from assay.model.verdict import Severity
from assay.plugins.probe import Ruling


class Thing(Struct, frozen=True):
    """Something that may be served at a path."""

    path: str
    what: str
    """`the environment file`: follows "The API serves"."""
    severity: Severity
    is_it: Callable[[Response], bool]
    """Whether an answer is the thing, by its content: never by its status alone."""
    method: str = "GET"
    limit: int = 2_048
    """Bytes that are read: enough to know it, too few to take it."""


class Search(Struct, frozen=True):
    """What a search came to."""

    found: tuple[tuple[Thing, Exchange], ...]
    """Worst first."""
    asked: tuple[Exchange, ...]

    @property
    def unanswered(self) -> tuple[Exchange, ...]:
        """Those without an answer."""
        return tuple(exchange for exchange in self.asked if exchange.failure)


def search(target: Target, things: Iterable[Thing]) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Search]:
    """Ask for things below the root and below the base of the API; what any path is answered with is none of them."""
    wanted = [(thing, path) for thing in things for path in dict.fromkeys([thing.path, target.base + thing.path])]
    exchanges = yield from ask_all(Request(thing.method, path, limit=thing.limit) for thing, path in wanted)
    found = []
    for (thing, path), exchange in zip(wanted, exchanges, strict=True):
        if not exchange.answer.is_success or not thing.is_it(exchange.answer):
            continue
        base = yield from fallback(path)
        if base.is_known and not base.explains(exchange):
            found.append((thing, exchange))
    return Search(tuple(sorted(found, key=lambda pair: (pair[0].severity.rank, pair[0].path))), exchanges)


def failures(search: Search, sentence: str, fix: str) -> list[Ruling]:
    """A finding for each thing that was found; the sentence names `{what}` and `{path}`."""
    return [
        failed(
            sentence.format(what=thing.what, path=exchange.request.path),
            exchange,
            severity=thing.severity,
            fix=fix,
            symbol=thing.path,
        )
        for thing, exchange in search.found
    ]


def text(pattern: str, *, html: bool = False) -> Callable[[Response], bool]:
    """A test: the body holds the pattern (lines anchored), and is a page only where a page is meant."""
    compiled = re.compile(pattern, re.MULTILINE | re.IGNORECASE)

    def is_it(answer: Response) -> bool:
        return answer.is_html == html and bool(compiled.search(answer.text))

    return is_it


def begins(mark: bytes) -> Callable[[Response], bool]:
    """A test: the body begins with these bytes."""

    def is_it(answer: Response) -> bool:
        return answer.body.startswith(mark)

    return is_it


def keys(*names: str) -> Callable[[Response], bool]:
    """A test: the body is JSON that begins with an object with these keys; it may be cut off."""

    def is_it(answer: Response) -> bool:
        body = answer.text.lstrip()
        return not answer.is_html and body.startswith("{") and all(f'"{name}"' in body for name in names)

    return is_it
