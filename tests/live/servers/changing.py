"""APIs whose objects can be changed, in three profiles: weak, strong, and trap, which only looks weak.

`Shop(profile).state` is everything that it keeps, `dumped` gives all of it as text, `asked` lists what was written, whatever came of it.
A shop may fall ill after some writes (`falls_ill_after`): then it answers every further one 500 and changes nothing;
it may answer late (`delay`), and may not know somebody any more after some writes (`forgets`).
"""

import asyncio
import json
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

TOKENS = {"alice-token-000001": "alice", "bob-token-0000002": "bob", "root-token-000003": "root"}


class OrderChange(BaseModel):
    """What may be changed of an order."""

    model_config = ConfigDict(extra="ignore")
    note: str | None = None
    item: str | None = None


class Note(BaseModel):
    """A note, and whatever comes with it."""

    model_config = ConfigDict(extra="allow")
    title: str
    text: str


class StrictNote(BaseModel):
    """A note, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    title: str
    text: str


class Shop:
    """One API with its state."""

    def __init__(
        self, profile: str, *, falls_ill_after: int = 10**9, delay: float = 0, forgets: tuple[str, int] = ("", 0)
    ) -> None:
        self.profile = profile
        self.delay = delay
        self.forgets = forgets
        self.left = falls_ill_after
        self.asked: list[str] = []
        self.state: dict[str, Any] = {
            "orders": {
                "1001": {"id": "1001", "owner": "alice", "note": "ring twice", "item": "tea"},
                "1002": {"id": "1002", "owner": "alice", "note": "", "item": "cup"},
                "2001": {"id": "2001", "owner": "bob", "note": "by the door", "item": "pot"},
            },
            "users": {
                name: {"id": name, "bio": f"I am {name}", "role": "user", "is_admin": False, "balance": 5}
                for name in ("alice", "bob", "carol")
            },
            "files": {
                name: {"id": name, "owner": name, "remark": f"about {name}"} for name in ("alice", "bob", "carol")
            },
            "notes": {
                "a1": {"id": "a1", "owner": "alice", "title": "first", "text": "hello"},
                "b1": {"id": "b1", "owner": "bob", "title": "other", "text": "bye"},
            },
        }
        self.app = _app(self)

    @property
    def is_weak(self) -> bool:
        return self.profile == "weak"

    @property
    def is_trap(self) -> bool:
        return self.profile == "trap"

    def dumped(self) -> str:
        return json.dumps(self.state, sort_keys=True)


def caller(authorization: Annotated[str, Header()] = "") -> str:
    name = TOKENS.get(authorization.removeprefix("Bearer "))
    if name is None:
        raise HTTPException(401, "Not authenticated")
    return name


Caller = Annotated[str, Depends(caller)]


def _app(shop: Shop) -> FastAPI:
    app = FastAPI(title="changing")

    @app.middleware("http")
    async def guarding(request: Request, call_next: Any) -> Response:
        if request.method in {"PUT", "PATCH", "POST", "DELETE"}:
            shop.asked.append(f"{request.method} {request.url.path}")
            shop.left -= 1
            if shop.left < 0:
                return JSONResponse({"detail": "ill"}, 500)
        await asyncio.sleep(shop.delay)
        name, after = shop.forgets
        if name and len(shop.asked) > after and name in request.headers.get("authorization", ""):
            return JSONResponse({"detail": "Not authenticated"}, 401)
        response: Response = await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/me")
    def me(name: Caller) -> dict[str, str]:
        return {"id": name}

    _orders(app, shop)
    _users(app, shop)
    _files(app, shop)
    _notes(app, shop)
    return app


def _orders(app: FastAPI, shop: Shop) -> None:
    orders = shop.state["orders"]

    @app.get("/orders")
    def listed(name: Caller) -> list[dict[str, str]]:
        return [each for each in orders.values() if each["owner"] == name]

    @app.get("/orders/{number}")
    def one(number: str, name: Caller) -> dict[str, str]:
        if number not in orders or orders[number]["owner"] != name:
            raise HTTPException(404, "no such order")
        found: dict[str, str] = orders[number]
        return found

    @app.patch("/orders/{number}")
    def change(number: str, given: OrderChange, name: Caller) -> Any:
        order = orders.get(number)
        is_own = order is not None and order["owner"] == name
        if shop.is_trap and not is_own:
            return Response(status_code=204)
        if order is None or not (is_own or shop.is_weak):
            raise HTTPException(404, "no such order")
        order.update(given.model_dump(exclude_unset=True))
        return order

    @app.patch("/orders/{number}/cancel")
    def cancel(number: str, name: Caller) -> Any:
        orders.pop(number, None)
        return {"done": True}

    @app.delete("/orders/{number}")
    def delete(number: str, name: Caller) -> Any:
        orders.pop(number, None)
        return {"done": True}

    @app.post("/orders")
    def create(name: Caller) -> Any:
        orders["9"] = {"id": "9", "owner": name}
        return orders["9"]


def _users(app: FastAPI, shop: Shop) -> None:
    users = shop.state["users"]

    @app.get("/users/me")
    def shown(name: Caller) -> Any:
        return users.get(name) or JSONResponse({"detail": "nobody"}, 404)

    @app.patch("/users/me")
    async def change(request: Request, name: Caller) -> Any:
        given = await request.json()
        if name not in users:
            raise HTTPException(404, "nobody")
        allowed = given if shop.is_weak else {key: value for key, value in given.items() if key == "bio"}
        users[name].update(allowed)
        return {**users[name], **given} if shop.is_trap else users[name]


def _files(app: FastAPI, shop: Shop) -> None:
    files = shop.state["files"]

    @app.get("/admin/files")
    def listed(name: Caller) -> Any:
        if name != "root":
            raise HTTPException(403, "forbidden")
        return list(files.values())

    @app.get("/admin/files/{key}")
    def one(key: str, name: Caller) -> Any:
        if name != "root":
            raise HTTPException(403, "forbidden")
        return files.get(key) or JSONResponse({"detail": "no file"}, 404)

    @app.patch("/admin/files/{key}")
    async def change(key: str, request: Request, name: Caller) -> Any:
        given = await request.json()
        if name != "root" and shop.is_trap:
            return JSONResponse({"ok": False, "message": "forbidden"})
        if name != "root" and not shop.is_weak:
            raise HTTPException(403, "forbidden")
        files[key].update({name: value for name, value in given.items() if name == "remark"})
        return files[key]

    @app.get("/profiles/{key}")
    def profile(key: str, name: Caller) -> Any:
        if key != name or name not in shop.state["users"]:
            raise HTTPException(404, "nobody")
        return {"id": key, "bio": shop.state["users"][key]["bio"]}

    @app.patch("/profiles/{key}")
    async def describe(key: str, request: Request, name: Caller) -> Any:
        """The trap changes whoever asks, whatever the path says."""
        given = await request.json()
        if key != name and not shop.is_trap:
            raise HTTPException(404, "nobody")
        if name in shop.state["users"] and "bio" in given:
            shop.state["users"][name]["bio"] = given["bio"]
        return Response(status_code=204)


def _notes(app: FastAPI, shop: Shop) -> None:
    notes = shop.state["notes"]
    shape = Note if shop.is_weak else StrictNote

    @app.get("/notes")
    def listed(name: Caller) -> Any:
        return [each for each in notes.values() if each["owner"] == name]

    @app.get("/notes/{key}")
    def one(key: str, name: Caller) -> Any:
        if key not in notes or notes[key]["owner"] != name:
            raise HTTPException(404, "no such note")
        if shop.is_trap:
            return {**notes[key], "text": notes[key]["text"][:2] + "***"}
        return notes[key]

    @app.put("/notes/{key}")
    def write(key: str, given: shape, name: Caller) -> Any:  # type: ignore[valid-type]
        if key not in notes or notes[key]["owner"] != name:
            raise HTTPException(404, "no such note")
        notes[key] = {**given.model_dump(), "id": key, "owner": notes[key]["owner"]}  # type: ignore[attr-defined]
        return notes[key]
