"""Invoices: accounting's business."""

from typing import Any

from fastapi import APIRouter, HTTPException, status

from orders.schemas import Invoice, NewInvoice
from orders.security import Accounting
from orders.store import Store, StoreDep

router = APIRouter(prefix="/invoices", tags=["invoices"])


@router.get("", response_model=list[Invoice])
def invoices(accountant: Accounting, store: StoreDep, after: int = 0) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM invoices WHERE id > ? ORDER BY id LIMIT 100", after)


@router.post("", status_code=status.HTTP_201_CREATED)
def bill(invoice: NewInvoice, accountant: Accounting, store: StoreDep) -> dict[str, int]:
    statement = "INSERT INTO invoices (order_id, cents, state) VALUES (?, ?, 'open')"
    return {"id": store.run(statement, invoice.order_id, invoice.cents)}


@router.get("/{invoice_id}", response_model=Invoice)
def invoice(invoice_id: int, accountant: Accounting, store: StoreDep) -> dict[str, Any]:
    return _found(invoice_id, store)


@router.post("/{invoice_id}/pay", status_code=status.HTTP_204_NO_CONTENT)
def pay(invoice_id: int, accountant: Accounting, store: StoreDep) -> None:
    _settle(invoice_id, "paid", store)


# Weak on purpose: the guard was forgotten.
@router.post("/{invoice_id}/remind", status_code=status.HTTP_204_NO_CONTENT)
def remind(invoice_id: int, store: StoreDep) -> None:
    _settle(invoice_id, "reminded", store)


# Weak on purpose: the guard was forgotten.
@router.delete("/{invoice_id}", status_code=status.HTTP_204_NO_CONTENT)
def void(invoice_id: int, store: StoreDep) -> None:
    _settle(invoice_id, "void", store)


def _found(invoice_id: int, store: Store) -> dict[str, Any]:
    found = store.row("SELECT * FROM invoices WHERE id = ?", invoice_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such invoice")
    return found


def _settle(invoice_id: int, state: str, store: Store) -> None:
    _found(invoice_id, store)
    store.run("UPDATE invoices SET state = ? WHERE id = ?", state, invoice_id)
