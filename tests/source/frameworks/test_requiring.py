"""Calls of libraries that end a request by themselves when nobody has signed in."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import named

from assay.model.endpoint import Authorization
from assay.source.scan import scan

FASTAPI = """
from fastapi import Depends, FastAPI
from fastapi_jwt_auth import AuthJWT
app = FastAPI()
def signed_in(Authorize: AuthJWT = Depends()):
    Authorize.jwt_required()
    return Authorize.get_jwt_subject()
@app.get("/inside")
def inside(Authorize: AuthJWT = Depends()):
    Authorize.jwt_required()
    return find(Authorize.get_jwt_subject())
@app.get("/before")
def before(me: str = Depends(signed_in)):
    return find(me)
@app.get("/maybe")
def maybe(Authorize: AuthJWT = Depends()):
    Authorize.jwt_optional()
    return []
@app.get("/for-some")
def for_some(kind: str, Authorize: AuthJWT = Depends()):
    if kind == "mine":
        Authorize.jwt_required()
    return []
"""
FLASK = """
from functools import wraps
from flask import Flask
from flask_jwt_extended import get_jwt_identity, verify_jwt_in_request
app = Flask(__name__)
def signed_in(view):
    @wraps(view)
    def inner(*args, **kwargs):
        verify_jwt_in_request()
        return view(*args, **kwargs)
    return inner
def perhaps(view):
    @wraps(view)
    def inner(*args, **kwargs):
        verify_jwt_in_request(optional=True)
        return view(*args, **kwargs)
    return inner
@app.get("/before")
@signed_in
def before():
    return find(get_jwt_identity())
@app.get("/maybe")
@perhaps
def maybe():
    return []
"""


@pytest.mark.parametrize(
    ("text", "path", "authorization"),
    [
        (FASTAPI, "/inside", Authorization.AUTHENTICATED),
        (FASTAPI, "/before", Authorization.AUTHENTICATED),
        (FASTAPI, "/maybe", Authorization.PUBLIC),
        (FASTAPI, "/for-some", Authorization.PUBLIC),
        (FLASK, "/before", Authorization.AUTHENTICATED),
        (FLASK, "/maybe", Authorization.UNKNOWN),
    ],
)
def test_a_call_that_refuses_strangers_is_a_login(
    tmp_path: Path, text: str, path: str, authorization: Authorization
) -> None:
    assert named(scan(plant(tmp_path, {"app.py": text})).inventory, path).authorization is authorization
