"""Who may come in: the guards that the routers demand."""

import time
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from orders import tokens
from orders.store import StoreDep, User

bearer = HTTPBearer(auto_error=False)


def current_user(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    store: StoreDep,
) -> User:
    user_id = tokens.subject(credentials.credentials) if credentials else None
    user = store.user(user_id) if user_id is not None else None
    if user is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "sign in first", {"WWW-Authenticate": "Bearer"})
    return user


CurrentUser = Annotated[User, Depends(current_user)]


class RequireRole:
    """Lets callers pass who have one of some roles."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    def __call__(self, user: CurrentUser) -> User:
        if user.role not in self.roles:
            raise HTTPException(status.HTTP_403_FORBIDDEN, "not for you")
        return user


Admin = Annotated[User, Depends(RequireRole("admin"))]
Accounting = Annotated[User, Depends(RequireRole("accountant", "admin"))]


def own_order(order_id: int, user: CurrentUser, store: StoreDep) -> dict[str, Any]:
    """The order of the path, if it is the caller's own."""
    order = store.row("SELECT * FROM orders WHERE id = ?", order_id)
    if order is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such order")
    if order["customer_id"] != user.id:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "not your order")
    return order


OwnOrder = Annotated[dict[str, Any], Depends(own_order)]


ATTEMPTS: dict[str, list[float]] = {}
ALLOWED = 30


def slow_down(request: Request) -> None:
    """At most thirty attempts a minute from one address. It asks nobody who they are."""
    address = request.client.host if request.client else "?"
    recent = [moment for moment in ATTEMPTS.get(address, []) if moment > time.monotonic() - 60]
    if len(recent) >= ALLOWED:
        raise HTTPException(status.HTTP_429_TOO_MANY_REQUESTS, "try again in a minute")
    ATTEMPTS[address] = [*recent, time.monotonic()]
