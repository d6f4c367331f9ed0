"""Orders: the caller's own ones, and what the warehouse does with them."""

from typing import Any

from fastapi import APIRouter, Depends, HTTPException, status

from orders.schemas import NewOrder, Note, Order, Receipt, Review
from orders.security import CurrentUser, OwnOrder, RequireRole, current_user
from orders.store import StoreDep

router = APIRouter(prefix="/orders", tags=["orders"], dependencies=[Depends(current_user)])


@router.get("", response_model=list[Order])
def own(user: CurrentUser, store: StoreDep) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM orders WHERE customer_id = ? ORDER BY id", user.id)


@router.post("", status_code=status.HTTP_201_CREATED)
def place(order: NewOrder, user: CurrentUser, store: StoreDep) -> dict[str, int]:
    taken = store.run(
        "UPDATE stock SET amount = amount - ? WHERE sku = ? AND amount >= ?", order.amount, order.sku, order.amount
    )
    if not taken:
        raise HTTPException(status.HTTP_409_CONFLICT, "not in stock")
    statement = "INSERT INTO orders (customer_id, sku, amount, state, note) VALUES (?, ?, ?, 'placed', '')"
    return {"id": store.run(statement, user.id, order.sku, order.amount)}


@router.get("/{order_id}", response_model=Order)
def one(order: OwnOrder) -> dict[str, Any]:
    return order


# Weak on purpose: it takes any number, while its neighbours take the caller's own orders.
@router.get("/{order_id}/receipt", response_model=Receipt)
def receipt(order_id: int, store: StoreDep) -> dict[str, Any]:
    found = store.row("SELECT id AS order_id, sku, amount, state FROM orders WHERE id = ?", order_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such order")
    return found


@router.patch("/{order_id}", status_code=status.HTTP_204_NO_CONTENT)
def annotate(note: Note, order: OwnOrder, store: StoreDep) -> None:
    store.run("UPDATE orders SET note = ? WHERE id = ?", note.note, order["id"])


@router.post("/{order_id}/cancel", status_code=status.HTTP_204_NO_CONTENT)
def cancel(order: OwnOrder, store: StoreDep) -> None:
    store.run("UPDATE orders SET state = 'cancelled' WHERE id = ?", order["id"])


@router.post("/{order_id}/reviews", status_code=status.HTTP_201_CREATED)
def review(review: Review, order: OwnOrder, store: StoreDep) -> None:
    store.run("INSERT INTO reviews VALUES (?, ?, ?)", order["id"], review.stars, review.words)


@router.post(
    "/{order_id}/ship",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(RequireRole("warehouse", "admin"))],
)
def ship(order_id: int, store: StoreDep) -> None:
    if not store.run("UPDATE orders SET state = 'shipped' WHERE id = ?", order_id):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such order")
