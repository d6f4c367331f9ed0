"""What the load balancer asks."""

from fastapi import APIRouter

from orders.store import StoreDep

router = APIRouter(tags=["health"])


@router.get("/health")
def health() -> dict[str, str]:
    return {"state": "ok"}


@router.get("/health/ready")
def ready(store: StoreDep) -> dict[str, bool]:
    return {"ready": store.row("SELECT 1 AS one") is not None}
