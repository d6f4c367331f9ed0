"""An API with planted weaknesses of authentication and authorization; `PLANTED` says which, and where. Tokens are JWT."""

import json

from fastapi import FastAPI, HTTPException, Request
from fastapi.openapi.utils import get_openapi

from assay.live.jwt import signed, token

SECRET = "your-256-bit-secret"
PEOPLE = {"alice": "user", "bob": "user", "root": "admin"}
TOKENS = {name: signed({"alg": "HS256"}, {"sub": name}, SECRET) for name in PEOPLE}
ORDERS = {"1001": "alice", "1002": "alice", "2001": "bob"}
NOTES = {"1": "alice", "2": "bob", "9": "everybody"}
PLANTED = {
    ("AP501", "GET /exports"),
    ("AP502", "GET /exports"),
    ("AP503", "leaky"),
    ("AP504", "leaky"),
    ("AP505", "leaky"),
    ("AP520", "GET /orders/{order_id}"),
    ("AP524", "GET /admin/users"),
    ("AP529", "GET /exports"),
    ("AP529", "GET /me"),
    ("AP511", "leaky"),
    ("AP512", "leaky"),
}
app = FastAPI(title="leaky")


def caller(request: Request) -> str:
    """Reads the claims and never the signature."""
    known = token(request.headers.get("authorization", "").removeprefix("Bearer "))
    if known is None:
        raise HTTPException(401, "Not authenticated")
    return str(known.claims.get("sub"))


@app.get("/me", openapi_extra={"security": [{"bearer": []}]})
def me(request: Request) -> dict[str, str]:
    name = caller(request)
    return {"id": name, "email": f"{name}@example.org", "password_hash": "$2b$12$" + "abcdefghij" * 5}


@app.get("/orders", openapi_extra={"security": [{"bearer": []}]})
def orders(request: Request) -> list[dict[str, str]]:
    name = caller(request)
    return [{"id": key, "owner": owner} for key, owner in ORDERS.items() if owner == name]


@app.get("/orders/{order_id}", openapi_extra={"security": [{"bearer": []}]})
def order(order_id: str, request: Request) -> dict[str, str]:
    caller(request)
    if order_id not in ORDERS:
        raise HTTPException(404)
    return {"id": order_id, "owner": ORDERS[order_id], "item": "book"}


@app.get("/notes", openapi_extra={"security": [{"bearer": []}]})
def notes(request: Request) -> list[dict[str, str]]:
    name = caller(request)
    return [{"id": key} for key, owner in NOTES.items() if owner in {name, "everybody"}]


@app.get("/notes/{note_id}", openapi_extra={"security": [{"bearer": []}]})
def note(note_id: str, request: Request) -> dict[str, str]:
    """Right: what is shared is shared, the rest is not."""
    if NOTES.get(note_id) not in {caller(request), "everybody"}:
        raise HTTPException(404)
    return {"id": note_id, "text": f"note {note_id}"}


@app.get("/exports", openapi_extra={"security": [{"bearer": []}]})
def exports() -> list[dict[str, str]]:
    return [{"id": "1", "apiKey": "zq81mx0pl2"}]


@app.get("/admin/users", openapi_extra={"security": [{"bearer": []}]})
def users(request: Request) -> list[dict[str, str]]:
    caller(request)
    return [{"id": name, "role": role} for name, role in PEOPLE.items()]


@app.get("/admin/audit", openapi_extra={"security": [{"bearer": []}]})
def audit(request: Request) -> list[dict[str, str]]:
    """Right: by rank."""
    if PEOPLE.get(caller(request)) != "admin":
        raise HTTPException(403)
    return [{"id": "1", "what": "start"}]


@app.post("/login")
async def login(request: Request) -> dict[str, str]:
    given = json.loads(await request.body())
    if given.get("username") not in PEOPLE:
        raise HTTPException(404, "no such user")
    if given.get("password") != f"{given['username']}-password":
        raise HTTPException(401, "wrong password")
    return {"access_token": TOKENS[given["username"]]}


def described() -> dict[str, object]:
    """The contract, with the scheme that its operations name."""
    found = get_openapi(title=app.title, version="1", routes=app.routes)
    found["components"] = {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    return found


app.openapi = described  # type: ignore[method-assign]
