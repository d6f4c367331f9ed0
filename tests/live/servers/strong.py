"""An API that does everything right, as far as a plain HTTP loopback server can: nothing of medium or above may be found."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response

TOKENS = {"alice-token-000001": "alice", "bob-token-0000002": "bob", "admin-token-00003": "root"}
ORDERS = {"1001": "alice", "1002": "alice", "2001": "bob", "2002": "bob"}
app = FastAPI(title="strong")


@app.middleware("http")
async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def caller(authorization: Annotated[str, Header()] = "") -> str:
    name = TOKENS.get(authorization.removeprefix("Bearer "))
    if name is None or not authorization.startswith("Bearer "):
        raise HTTPException(401, "Not authenticated", {"WWW-Authenticate": "Bearer"})
    return name


Caller = Annotated[str, Depends(caller)]


@app.get("/")
def root() -> dict[str, str]:
    return {"name": "strong"}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/me")
def me(name: Caller) -> dict[str, str]:
    return {"id": name, "email": f"{name}@example.com"}


@app.get("/orders")
def orders(name: Caller) -> list[dict[str, str]]:
    return [{"id": key, "owner": owner} for key, owner in ORDERS.items() if owner == name]


@app.get("/orders/{order_id}")
def order(order_id: str, name: Caller) -> dict[str, str]:
    if ORDERS.get(order_id) != name:
        raise HTTPException(404, "no such order")
    return {"id": order_id, "owner": ORDERS[order_id], "item": "book"}


@app.get("/admin/users")
def users(name: Caller) -> list[dict[str, str]]:
    if name != "root":
        raise HTTPException(403, "forbidden")
    return [{"id": each, "name": each} for each in sorted(TOKENS.values())]


@app.get("/admin/reset")
def reset(name: Caller) -> dict[str, str]:
    ORDERS.clear()
    return {"status": "gone"}


@app.post("/orders", status_code=201)
def create(name: Caller) -> dict[str, str]:
    ORDERS["9999"] = name
    return {"id": "9999"}


@app.delete("/orders/{order_id}", status_code=204)
def delete(order_id: str, name: Caller) -> Response:
    ORDERS.pop(order_id, None)
    return Response(status_code=204)
