"""A forge on the loopback interface: answers what a test gives it, and keeps what it was asked."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from msgspec import Struct, field


class Told(Struct):
    """A running forge."""

    address: str
    asked: list[str] = field(default_factory=list)
    """Paths, in their order."""
    tokens: set[str] = field(default_factory=set)


@contextmanager
def forging(answers: Mapping[str, Any]) -> Iterator[Told]:
    """A forge that knows some paths; a number is a status, everything else is sent as JSON."""
    told = Told("")

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            told.asked.append(path)
            told.tokens.add(self.headers.get("Authorization", "") or self.headers.get("PRIVATE-TOKEN", ""))
            found = answers.get(path, 404)
            status = found if isinstance(found, int) else 200
            body = b'{"message": "Branch not protected"}' if isinstance(found, int) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    told.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
