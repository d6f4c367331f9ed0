"""What only admins do. The guard stands where the router is included, in `main.py`."""

from typing import Any

from fastapi import APIRouter, status

from orders.schemas import Announcement
from orders.store import StoreDep

router = APIRouter(tags=["admin"])


@router.get("/audit")
def audit(store: StoreDep, after: int = 0) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT 100", after)


@router.post("/announcements", status_code=status.HTTP_201_CREATED)
def announce(announcement: Announcement, store: StoreDep) -> None:
    store.run("INSERT INTO audit (who, what) VALUES ('admin', ?)", announcement.words)


@router.get("/figures")
def figures(store: StoreDep) -> list[dict[str, Any]]:
    return store.rows("SELECT state, count(*) AS orders FROM orders GROUP BY state ORDER BY state")
