"""The way in."""

import logging
import sqlite3
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, status

from orders import tokens
from orders.schemas import Credentials, Person, Registration, Token
from orders.security import CurrentUser, slow_down
from orders.store import StoreDep

router = APIRouter(prefix="/auth", tags=["auth"])
logger = logging.getLogger(__name__)


@router.post("/token", dependencies=[Depends(slow_down)])
def token(credentials: Credentials, store: StoreDep) -> Token:
    user = store.authenticated(credentials.email, credentials.password)
    if user is None:
        logger.warning("a sign-in failed")
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "wrong email or password")
    logger.info("%s signed in", user.id)
    return Token(access_token=tokens.issue(user.id))


@router.post("/register", status_code=status.HTTP_201_CREATED, dependencies=[Depends(slow_down)])
def register(registration: Registration, store: StoreDep) -> dict[str, int]:
    try:
        return {"id": store.add_user(registration.email, registration.name, "customer", registration.password)}
    except sqlite3.IntegrityError:
        raise HTTPException(status.HTTP_409_CONFLICT, "that address is taken") from None


@router.get("/session", response_model=Person)
def session(user: CurrentUser) -> dict[str, Any]:
    return asdict(user)
