"""What the containers of Python make is followed."""

from pathlib import Path

import pytest

from assay.source.scan import scan

SOURCE = """
from dataclasses import dataclass
import punq
from fastapi import FastAPI
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, Session
Base = declarative_base()
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
class Orders:
    def get(self, key): ...
class StoredOrders(Orders):
    def get(self, key):
        return Session().get(Order, key)
class Desk:
    def show(self, key): ...
{desk}
def container():
    found = punq.Container()
    found.register(Orders, StoredOrders)
    found.register(Desk, {registered})
    return found
app = FastAPI()
@app.get("/orders/{{key}}")
def show(key: int):
    desk: Desk = container().resolve(Desk)
    return desk.show(key)
"""
FIELDS = """
@dataclass
class OpenDesk(Desk):
    orders: Orders
    def show(self, key):
        return self.orders.get(key)
"""
PARAMETERS = """
class OpenDesk(Desk):
    def __init__(self, orders: Orders):
        self.orders = orders
    def show(self, key):
        return self.orders.get(key)
"""


@pytest.mark.parametrize(
    ("desk", "registered", "expected"),
    [
        (FIELDS, "OpenDesk", ["Order"]),
        (PARAMETERS, "OpenDesk", ["Order"]),
        (PARAMETERS, "instance=OpenDesk(StoredOrders())", ["Order"]),
        (PARAMETERS, "Desk", []),
    ],
)
def test_what_is_registered_for_a_type_is_made_with_what_it_asks_for(
    tmp_path: Path, desk: str, registered: str, expected: list[str]
) -> None:
    (tmp_path / "main.py").write_text(SOURCE.format(desk=desk, registered=registered))
    (endpoint,) = scan(tmp_path).inventory.endpoints
    assert endpoint.reach is not None
    assert [access.entity for access in endpoint.reach.accesses] == expected
