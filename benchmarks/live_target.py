"""A target for live scans: an API of 100 operations that counts what it is asked, and answers after a delay as a distant one would."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any, TypeAlias

import uvicorn
from msgspec import Struct, field

NOUNS = (
    *("orders", "invoices", "customers", "products", "carts", "payments", "refunds", "shipments", "returns", "stores"),
    *("coupons", "reviews", "addresses", "tickets", "messages", "files", "teams", "projects", "tasks", "subscriptions"),
)
OPERATIONS = 5 * len(NOUNS)
TOKENS = {"alice": "alice-token-000001", "bob": "bob-token-0000002"}
OBJECTS = 4
"""Of each kind; every caller has half of them."""
OK, CREATED, UNAUTHORIZED, NOT_FOUND, NOT_ALLOWED = 200, 201, 401, 404, 405
Message: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class Shop(Struct):
    """The API, as an ASGI application."""

    delay: float = 0.0
    """Seconds before each answer: the round trip."""
    asked: int = 0
    first: float = 0.0
    """When the first request came, on the performance counter."""
    last: float = 0.0
    """When the last answer went."""
    objects: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = tuple(TOKENS)
        for number, noun in enumerate(NOUNS):
            ids = [f"{(number + 1) * 1000 + each}" for each in range(OBJECTS)]
            self.objects[noun] = {
                id_: {"id": id_, "owner": names[each % 2], "name": f"{noun} {id_}"} for each, id_ in enumerate(ids)
            }

    async def __call__(self, scope: Message, _receive: object, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        self.asked += 1
        self.first = self.first or time.perf_counter()
        if self.delay:
            await asyncio.sleep(self.delay)
        status, said = self._answer(scope["method"], scope["path"], dict(scope["headers"]))
        body = b"" if scope["method"] == "HEAD" else json.dumps(said).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self.last = time.perf_counter()

    def _answer(self, method: str, path: str, headers: dict[bytes, bytes]) -> tuple[int, object]:
        if path == "/openapi.json":
            return OK, contract()
        _, noun, *rest = path.split("/")
        kept = self.objects.get(noun)
        if kept is None or len(rest) > 1:
            return NOT_FOUND, {"detail": "not found"}
        token = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
        caller = next((name for name, known in TOKENS.items() if known == token), "")
        if not caller:
            return UNAUTHORIZED, {"detail": "not authenticated"}
        return self._own(method, kept, caller, rest[0] if rest else "")

    def _own(self, method: str, kept: dict[str, dict[str, str]], caller: str, id_: str) -> tuple[int, object]:
        own = {key: each for key, each in kept.items() if each["owner"] == caller}
        if not id_:
            answers = {"GET": (OK, list(own.values())), "POST": (CREATED, {"id": "1"})}
            return answers.get(method, (NOT_ALLOWED, {"detail": "not allowed"}))
        if method not in {"GET", "PUT", "DELETE"}:
            return NOT_ALLOWED, {"detail": "not allowed"}
        return (OK, own[id_]) if id_ in own else (NOT_FOUND, {"detail": "not found"})


def contract() -> dict[str, object]:
    """The contract of the 100 operations."""
    shape = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 80}}}
    answer = {"200": {"description": "done"}, "401": {"description": "not known"}, "404": {"description": "not there"}}
    body = {"required": True, "content": {"application/json": {"schema": shape}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    paths: dict[str, object] = {}
    for noun in NOUNS:
        paths[f"/{noun}"] = {"get": {"responses": answer}, "post": {"requestBody": body, "responses": answer}}
        paths[f"/{noun}/{{id}}"] = {
            "parameters": [parameter],
            "get": {"responses": answer},
            "put": {"requestBody": body, "responses": answer},
            "delete": {"responses": answer},
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "bench", "version": "1"},
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


@contextlib.contextmanager
def served(shop: Shop) -> Iterator[str]:
    """The origin of the API on loopback, until the block ends."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    config = uvicorn.Config(shop, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)
