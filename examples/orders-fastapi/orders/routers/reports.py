"""What other systems fetch."""

from typing import Any

from fastapi import APIRouter

from orders.store import StoreDep

router = APIRouter(tags=["reports"])


# Weak on purpose: it was meant for the inside of the network.
@router.get("/export/customers")
def customers(store: StoreDep, after: int = 0) -> list[dict[str, Any]]:
    return store.rows("SELECT id, email, name FROM users WHERE id > ? ORDER BY id LIMIT 100", after)


# Weak on purpose: perhaps everybody may know what is in stock, but nothing says so.
@router.get("/stock/{sku}")
def stock(sku: str, store: StoreDep) -> dict[str, Any]:
    return store.row("SELECT * FROM stock WHERE sku = ?", sku) or {"sku": sku, "amount": 0}


# It looks open, and is not: the gateway in front of the application asks for a partner's key (`gateway.py`).
@router.get("/partners/prices")
def prices(store: StoreDep, after: str = "") -> list[dict[str, Any]]:
    return store.rows("SELECT sku, 100 AS cents FROM stock WHERE sku > ? ORDER BY sku LIMIT 100", after)
