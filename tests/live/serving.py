"""Starts ASGI apps and raw servers on loopback, each in a thread of its own, for as long as a test needs them."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn


@contextlib.contextmanager
def served(app: Callable[..., Any], **files: str) -> Iterator[str]:
    """The origin of an app that is served; `ssl_keyfile` and `ssl_certfile` make it HTTPS."""
    port = free_port()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="critical",
        lifespan="off",
        ssl_keyfile=files.get("ssl_keyfile"),
        ssl_certfile=files.get("ssl_certfile"),
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield f"{'https' if files else 'http'}://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(5)


@contextlib.contextmanager
def raw(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> Iterator[str]:
    """The origin of a server that answers in bytes of its own."""
    port = free_port()
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def serve() -> None:
        server = await asyncio.start_server(one, "127.0.0.1", port)
        ready.set()
        async with server:
            await server.serve_forever()

    async def end() -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # The transports that were given up are closed in the next turn of the loop.
        await asyncio.sleep(0)

    def work() -> None:
        asyncio.set_event_loop(loop)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(end())
        loop.close()

    task = loop.create_task(serve())
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(5)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
