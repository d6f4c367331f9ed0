"""What stands before the application where it is served, as a gateway would: partners show a key."""

import hmac
import secrets
from typing import Any

from orders.main import PREFIX
from orders.main import app as application

CLOSED = f"{PREFIX}/partners/"
KEY = secrets.token_urlsafe(32)
"""Dies with the process: nobody is a partner of a demonstration."""
REFUSAL = b'{"detail": "show your key"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(REFUSAL)).encode())]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The application, behind the gateway."""
    if scope["type"] == "http" and scope["path"].startswith(CLOSED) and not _is_partner(scope["headers"]):
        await send({"type": "http.response.start", "status": 401, "headers": HEADERS})
        await send({"type": "http.response.body", "body": REFUSAL})
        return
    await application(scope, receive, send)


def _is_partner(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"x-partner-key" and hmac.compare_digest(value, KEY.encode()) for name, value in headers)
