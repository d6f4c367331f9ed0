"""Asks a forge over HTTPS: reads only, at most so many questions, no redirects, and the token goes to the one host that was named."""

import dataclasses
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from assay.change.rulesets import Json
from assay.errors import UsageError

MOST = 1500
SECONDS = 20.0
LARGEST = 8 * 1024 * 1024
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class Answer(Struct, frozen=True):
    """What the forge said."""

    status: int
    """0: nothing was said; `body` tells why."""
    body: Json

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == httpx.codes.OK


@dataclasses.dataclass(slots=True)
class Line:
    """A line to one forge."""

    base: str
    headers: dict[str, str]
    asked: int = 0
    _client: httpx.Client = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme != "https" and parts.hostname not in LOCAL:
            message = f"{self.base}: a token is sent over https only. Mend: name the forge with https://."
            raise UsageError(message)
        self._client = httpx.Client(headers=self.headers, timeout=SECONDS, follow_redirects=False, trust_env=True)

    def get(self, path: str, **words: str) -> Answer:
        """One answer. What fails is an answer as well: status 0 with the reason."""
        if self.is_spent:
            return Answer(0, f"it was asked {MOST} times, and no further")
        self.asked += 1
        try:
            with self._client.stream("GET", f"{self.base}{path}", params=words) as response:
                return Answer(response.status_code, _body(response))
        except (httpx.HTTPError, ValueError) as error:
            return Answer(0, f"it cannot be asked: {type(error).__name__}")

    def pages(self, path: str, most: int, **words: str) -> tuple[Answer, ...]:
        """The pages of a list, until one is not full or cannot be had."""
        found: list[Answer] = []
        for page in range(1, most + 1):
            answer = self.get(path, **words, per_page="100", page=str(page))
            found.append(answer)
            if not answer.is_good or not isinstance(answer.body, list) or len(answer.body) < 100:
                break
        return tuple(found)

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be asked."""
        return self.asked >= MOST

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def _body(response: httpx.Response) -> Json:
    raw = b""
    for chunk in response.iter_bytes():
        raw += chunk
        if len(raw) > LARGEST:
            return None
    found: Json = httpx.Response(response.status_code, content=raw).json() if raw else None
    return found
