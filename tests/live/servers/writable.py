"""A weak API that writes wherever it can be made to: by every method, by overridden ones, and behind GETs with names that say so.

`STATE` is everything that it keeps; `dumped` gives all of it.
"""

import copy
import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

STATE: dict[str, Any] = {
    "items": {str(number): {"id": number, "owner": "alice" if number % 2 else "bob"} for number in range(1, 6)},
    "sessions": ["alice-token-000001", "bob-token-0000002"],
    "log": [],
}
WRITES = ("POST", "PUT", "PATCH", "DELETE")
app = FastAPI(title="writable")


def dumped() -> str:
    """The whole state as text."""
    return json.dumps(STATE, sort_keys=True)


def restored(text: str) -> None:
    """Put everything back."""
    STATE.clear()
    STATE.update(copy.deepcopy(json.loads(text)))


@app.middleware("http")
async def overriding(request: Request, call_next: Any) -> Response:
    method = request.method
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        method = request.headers.get(name, method)
    method = request.query_params.get("_method", method)
    if method.upper() in WRITES and request.url.path != "/login":
        STATE["log"].append(f"{method} {request.url.path}")
        STATE["items"].pop("1", None)
        return JSONResponse({"done": True})
    response: Response = await call_next(request)
    return response


@app.post("/login")
async def login() -> dict[str, str]:
    return {"access_token": "alice-token-000001"}


@app.get("/items")
def items() -> list[dict[str, Any]]:
    return list(STATE["items"].values())


@app.get("/items/{number}")
def item(number: str) -> Any:
    return STATE["items"].get(number) or JSONResponse({"detail": "not found"}, 404)


@app.post("/items")
def add() -> None: ...


@app.put("/items/{number}")
def change(number: str) -> None: ...


@app.delete("/items/{number}")
def remove(number: str) -> None: ...


@app.get("/items/{number}/delete")
def deleted(number: str) -> dict[str, bool]:
    STATE["items"].pop(number, None)
    return {"done": True}


@app.get("/admin/reset-database")
def reset() -> dict[str, bool]:
    STATE["items"].clear()
    return {"done": True}


@app.get("/logout")
def logout() -> dict[str, bool]:
    STATE["sessions"].clear()
    return {"done": True}


@app.get("/mail/send")
def send() -> dict[str, bool]:
    STATE["log"].append("mail")
    return {"done": True}


@app.get("/search")
def search(query: str = "") -> list[dict[str, Any]]:
    return [each for each in STATE["items"].values() if query == each["owner"]]
