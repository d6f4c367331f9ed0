"""An API that looks at the wrong id: in the query at none, below a parent at the parent alone; that lists what is others', and obeys
headers about its method. Beside each stands one that is right.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

TOKENS = {"alice-token-000001": "alice", "bob-token-0000002": "bob"}
ORDERS = {"1001": "alice", "1002": "alice", "2001": "bob"}
CARDS = {"alice": "4539578763621486", "bob": "4716461583322103"}
PLANTED = {
    ("AP521", "GET /receipt"),
    ("AP521", "GET /people/{person_id}/orders/{order_id}"),
    ("AP525", "nested"),
    ("AP531", "GET /payments"),
}
app = FastAPI(title="nested")


@app.middleware("http")
async def overriding(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    if request.headers.get("x-http-method-override", request.method) not in {"GET", "POST", "PUT", "DELETE"}:
        return JSONResponse({"detail": "Method Not Allowed"}, 405)
    return await call_next(request)


def caller(request: Request) -> str:
    name = TOKENS.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if name is None:
        raise HTTPException(401, "Not authenticated")
    return name


@app.get("/orders")
def orders(request: Request) -> list[dict[str, str]]:
    name = caller(request)
    return [{"id": key} for key, owner in ORDERS.items() if owner == name]


@app.get("/receipt")
def receipt(order_id: str, request: Request) -> dict[str, str]:
    caller(request)
    if order_id not in ORDERS:
        raise HTTPException(404)
    return {"order": order_id, "total": "12"}


@app.get("/safe-receipt")
def safe_receipt(order_id: str, request: Request) -> dict[str, str]:
    if ORDERS.get(order_id) != caller(request):
        raise HTTPException(404)
    return {"order": order_id, "total": "12"}


@app.get("/rates")
def rates(request: Request, order_id: str = "1") -> dict[str, str]:
    """Right: the same for whichever order, so it is nobody's."""
    caller(request)
    return {"eur": "1", "usd": "1.1"}


@app.get("/people/{person_id}/orders")
def own_orders(person_id: str, request: Request) -> list[dict[str, str]]:
    if person_id != caller(request):
        raise HTTPException(403)
    return [{"id": key} for key, owner in ORDERS.items() if owner == person_id]


@app.get("/people/{person_id}/orders/{order_id}")
def own_order(person_id: str, order_id: str, request: Request) -> dict[str, str]:
    """It looks at the parent, and never whether the child is below it."""
    if person_id != caller(request) or order_id not in ORDERS:
        raise HTTPException(403)
    return {"id": order_id, "item": "book"}


@app.get("/people/{person_id}/bills")
def bills(person_id: str, request: Request) -> list[dict[str, str]]:
    return own_orders(person_id, request)


@app.get("/people/{person_id}/bills/{bill_id}")
def bill(person_id: str, bill_id: str, request: Request) -> dict[str, str]:
    if person_id != caller(request) or ORDERS.get(bill_id) != person_id:
        raise HTTPException(404)
    return {"id": bill_id, "item": "book"}


@app.get("/payments")
def payments(request: Request) -> list[dict[str, str]]:
    caller(request)
    return [{"owner": owner, "card_number": card} for owner, card in CARDS.items()]


@app.get("/own-payments")
def own_payments(request: Request) -> list[dict[str, str]]:
    name = caller(request)
    return [{"owner": name, "card_number": CARDS[name]}]


@app.get("/directory")
def directory(request: Request) -> list[dict[str, str]]:
    """It may be meant: names with their addresses, for everybody who is known."""
    caller(request)
    return [{"name": name, "email": f"{name}@example.org"} for name in CARDS]
