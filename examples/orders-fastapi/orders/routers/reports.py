"""What other systems fetch."""

from typing import Any

from fastapi import APIRouter

from orders.store import StoreDep

router = APIRouter(tags=["reports"])


# Weak on purpose: it was meant for the inside of the network.
@router.get("/export/customers")
def customers(store: StoreDep) -> list[dict[str, Any]]:
    return store.rows("SELECT id, email, name FROM users ORDER BY id")


# Weak on purpose: perhaps everybody may know what is in stock, but nothing says so.
@router.get("/stock/{sku}")
def stock(sku: str, store: StoreDep) -> dict[str, Any]:
    return store.row("SELECT * FROM stock WHERE sku = ?", sku) or {"sku": sku, "amount": 0}
