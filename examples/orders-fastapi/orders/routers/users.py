"""People and their roles."""

import logging
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, status

from orders.schemas import Person, Profile, Role
from orders.security import Admin, CurrentUser, RequireRole
from orders.store import StoreDep

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", response_model=Person)
def me(user: CurrentUser) -> dict[str, Any]:
    return asdict(user)


@router.patch("/me", status_code=status.HTTP_204_NO_CONTENT)
def rename(profile: Profile, user: CurrentUser, store: StoreDep) -> None:
    store.run("UPDATE users SET name = ? WHERE id = ?", profile.name, user.id)


@router.get("", response_model=list[Person], dependencies=[Depends(RequireRole("admin"))])
def people(store: StoreDep, after: int = 0) -> list[dict[str, Any]]:
    return store.rows("SELECT id, email, name, role FROM users WHERE id > ? ORDER BY id LIMIT 100", after)


@router.get("/{user_id}", response_model=Person)
def person(user_id: int, admin: Admin, store: StoreDep) -> dict[str, Any]:
    found = store.user(user_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such person")
    return asdict(found)


@router.put("/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
def change(user_id: int, role: Role, admin: Admin, store: StoreDep) -> None:
    store.run("UPDATE users SET role = ? WHERE id = ?", role.role, user_id)
    logger.info("%s gave %s the role %s", admin.id, user_id, role.role)


# Weak on purpose: its neighbours demand an admin, this one lets every customer remove anybody.
@router.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove(user_id: int, user: CurrentUser, store: StoreDep) -> None:
    store.run("DELETE FROM users WHERE id = ?", user_id)
