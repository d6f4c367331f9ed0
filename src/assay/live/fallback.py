"""The fallback detector: what a server answers for a path that cannot exist, so that such an answer proves nothing elsewhere."""

import re
from collections.abc import Generator
from difflib import SequenceMatcher
from hashlib import sha256

from msgspec import Struct

from assay.live.asking import ask_all
from assay.model.exchange import Ask, Exchange, Reply, Request

TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
NOISE = re.compile(r"[0-9a-fA-F]{8,}|\d+")
COMPARED = 4_096
"""Characters of two bodies that are compared."""
ALIKE = 0.9


class Fallback(Struct, frozen=True):
    """What paths that cannot exist are answered with."""

    samples: tuple[Exchange, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the server answered to at least one of them."""
        return any(sample.response for sample in self.samples)

    @property
    def is_open(self) -> bool:
        """Whether a path that cannot exist is answered with success: then a status alone means nothing."""
        return any(sample.answer.is_success for sample in self.samples)

    def explains(self, exchange: Exchange) -> bool:
        """Whether an answer is the one that any path gets."""
        return any(_is_same(exchange, sample) for sample in self.samples if sample.response)


def fallback(path: str, identity: str = "") -> Generator[tuple[Ask, ...], tuple[Reply, ...], Fallback]:
    """The fallback of a path's folder and extension: two names beside it that cannot exist.

    Nothing is asked twice: paths of one folder and extension share their fallback.
    """
    samples = yield from ask_all(Request("GET", name, identity) for name in strangers(path))
    return Fallback(samples)


def strangers(path: str) -> tuple[str, str]:
    """Two names beside a path that cannot exist; always the same for the same path."""
    clean = path.partition("?")[0]
    folder, _, name = clean.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    # `.env` has a dot at the beginning and no extension.
    lead = "." if dot and not stem else ""
    tail = f".{extension}" if dot and stem else ""
    marks = [sha256(f"{folder}|{lead}{tail}|{number}".encode()).hexdigest()[:16] for number in (1, 2)]
    return f"{folder}/{lead}{marks[0]}{tail}", f"{folder}/{lead}{marks[1]}{tail}"


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same but for numbers and ids."""
    first, second = _plain(one), _plain(other)
    if first == second:
        return True
    if not first or not second or max(len(first), len(second)) > 3 * min(len(first), len(second)):
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def title(text: str) -> str:
    """The title of a page, "" without one."""
    match = TITLE.search(text[:65_536])
    return " ".join(match[1].split()) if match else ""


def _is_same(exchange: Exchange, sample: Exchange) -> bool:
    one, other = exchange.answer, sample.answer
    if one.status != other.status or one.media != other.media:
        return False
    if one.is_html and title(one.text) and title(one.text) == title(other.text):
        return True
    texts = [_without(each) for each in (exchange, sample)]
    return alike(*texts)


def _without(exchange: Exchange) -> str:
    """The body without the path that was asked for, which many pages repeat."""
    text = exchange.answer.text[: COMPARED * 2]
    path = exchange.request.path.partition("?")[0]
    return text.replace(path, "").replace(path.rpartition("/")[2], "") if len(path) > 1 else text


def _plain(text: str) -> str:
    return " ".join(NOISE.sub("0", text[:COMPARED]).split())
