"""Runs the FastAPI example on loopback for as long as somebody needs it, and no longer; signs people in."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "orders-fastapi"
LONGEST = 120.0
"""Seconds after which the server ends, although nobody told it to."""
PATIENCE = 20.0
"""Seconds until it has to answer."""
CALLERS = {"ada": ("ada@example.com", "correct-horse"), "bob": ("bob@example.com", "paper-clip")}
"""Two customers of the example, neither of whom may see what is the other's."""


@contextlib.contextmanager
def served(longest: float = LONGEST) -> Iterator[str]:
    """The origin of the example, which ends with the block. Ends the program when it does not come up."""
    port = _free_port()
    command = [sys.executable, "-m", "tools.example_server", str(port), str(longest)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        origin = f"http://127.0.0.1:{port}"
        _wait(origin, server)
        yield origin
    finally:
        server.terminate()
        server.wait(10)


def token(origin: str, name: str) -> str:
    """A token of one of the callers, by signing in."""
    email, password = CALLERS[name]
    asked = urllib.request.Request(  # noqa: S310 - a loopback address
        f"{origin}/api/v1/auth/token",
        json.dumps({"email": email, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - a loopback address
        return str(json.load(answer)["access_token"])


def _wait(origin: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{origin}/health", timeout=2).close()  # noqa: S310 - a loopback address
            return
        time.sleep(0.05)
    sys.exit(f"The example does not answer at {origin}. Mend: uv pip install fastapi uvicorn.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def main(port: int, longest: float) -> None:
    """Serve until told to end, at most so many seconds."""
    import uvicorn  # noqa: PLC0415 - only the server itself needs it

    sys.path.insert(0, str(EXAMPLE))
    config = uvicorn.Config("orders.gateway:app", host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    end = threading.Timer(longest, lambda: setattr(server, "should_exit", True))
    end.daemon = True
    end.start()
    server.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
