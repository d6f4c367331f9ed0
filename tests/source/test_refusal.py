"""What a guard demands, judged by running it for a caller whom nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.source.evaluate.evaluating import program, value

from assay.source.refusal import always_refused, refusal, refusal_of_decorator, refusal_of_handler

HEAD = (
    "from fastapi import HTTPException, Request\nfrom fastapi.responses import JSONResponse, RedirectResponse\n"
    "from lib import blocked, check, find, log, make, put, seen, session, settings, verify_token\n"
)

DEPENDENCIES = [
    pytest.param(
        "def g():\n    session = make()\n    try:\n        yield session\n    finally:\n        session.close()",
        "nothing",
        id="a database session is no guard",
    ),
    pytest.param(
        "def g(request):\n    if seen(request) > 5: raise HTTPException(429)",
        "nothing",
        id="a rate limiter is no authentication",
    ),
    pytest.param(
        "def g(request):\n    login_attempts = seen(request)\n"
        "    if login_attempts >= settings.ATTEMPTS_ALLOWED: raise HTTPException(403)",
        "nothing",
        id="a limit of attempts asks for no right, whatever status it answers",
    ),
    pytest.param(
        "def check(request):\n    if not request.cookies.get('session'): return JSONResponse({}, status_code=403)\n"
        "def g(request: Request): return check(request) or find(request)",
        "authenticated",
        id="what hands on a refusal demands what was asked further inside",
    ),
    pytest.param(
        "def g(token=None):\n    if token: return find(token)\n    return None",
        "nothing",
        id="an optional user is no guard",
    ),
    pytest.param(
        "def g(id):\n    if find(id) is None: raise HTTPException(404)", "nothing", id="not found is no guard"
    ),
    pytest.param(
        "def g(token):\n    user = find(token)\n    if user is None: raise HTTPException(401)\n    return user",
        "authenticated",
        id="a refusal without a user demands one",
    ),
    pytest.param(
        "def g(request: Request):\n    if not request.session.get('user'): return RedirectResponse('/login')",
        "authenticated",
        id="a way to the login is a refusal",
    ),
    pytest.param(
        "def g(user):\n    if user.role != 'admin': raise HTTPException(403)",
        "role ('admin',)",
        id="a role by its name",
    ),
    pytest.param(
        "def g(user):\n    if 'items:read' not in user.scopes: raise HTTPException(403)",
        "scope ('items:read',)",
        id="a scope by its name",
    ),
    pytest.param(
        "def g(user, owner_id):\n    if user.id != owner_id: raise HTTPException(403)", "object", id="an owner"
    ),
    pytest.param(
        "def ensure(user):\n    if not user: raise HTTPException(401)\ndef g(user): ensure(user)",
        "authenticated",
        id="a refusal in a function that is called",
    ),
    pytest.param(
        "class Denied(Exception):\n    status_code = 403\ndef g(user):\n    if not user: raise Denied()",
        "authenticated",
        id="an exception of the project with a status",
    ),
    pytest.param(
        "def g(request: Request):\n    if settings.AUTH_ENABLED:\n        if not request.headers.get('token'): "
        "raise HTTPException(401)",
        "unknown",
        id="what the configuration switches is unknown",
    ),
    pytest.param("def g(token): return verify_token(token)", "unknown", id="what decides outside is unknown"),
    pytest.param(
        "def g(request: Request):\n    if request.client.host in blocked: raise HTTPException(403)",
        "nothing",
        id="a list of addresses is no authentication",
    ),
    pytest.param(
        "def g(request: Request):\n    if request.cookies.get('csrf') != request.headers.get('x-csrf'): "
        "raise HTTPException(403)",
        "nothing",
        id="a token against forgery is no authentication",
    ),
]


def said(found: object) -> str:
    """A demand and its values in one text."""
    demand, values = found.demand.value, found.values  # type: ignore[attr-defined]
    return f"{demand} {values}" if values and demand in {"role", "scope"} else str(demand)


@pytest.mark.parametrize(("source", "wanted"), DEPENDENCIES)
def test_a_dependency_demands_what_it_refuses_without(source: str, wanted: str, tmp_path: Path) -> None:
    made = program(tmp_path, {"main.py": HEAD + source})
    assert said(refusal(made.run, value(made, "main.py", "g"))) == wanted


DECORATORS = [
    pytest.param(
        "def d(f):\n    def w(*a):\n        if not session.get('user'): raise HTTPException(401)\n"
        "        return f(*a)\n    return w",
        "authenticated",
        id="one that refuses",
    ),
    pytest.param(
        "def d(f):\n    def w(*a):\n        log(a)\n        return f(*a)\n    return w",
        "nothing",
        id="one that only writes a log",
    ),
    pytest.param(
        "def d(f):\n    def w(*a):\n        raise HTTPException(403)\n    return w",
        "custom",
        id="one that never calls the view",
    ),
]


@pytest.mark.parametrize(("source", "wanted"), DECORATORS)
def test_a_decorator_demands_what_it_refuses_before_the_view(source: str, wanted: str, tmp_path: Path) -> None:
    made = program(tmp_path, {"main.py": HEAD + source})
    assert said(refusal_of_decorator(made.run, value(made, "main.py", "d"))) == wanted


def test_a_login_is_open_though_it_refuses(tmp_path: Path) -> None:
    source = "def g(username, password):\n    if not check(username, password): raise HTTPException(401)\n    return {}"
    made = program(tmp_path, {"main.py": HEAD + source})
    assert said(refusal_of_handler(made.run, value(made, "main.py", "g"))) == "nothing"


def test_a_handler_that_lets_no_stranger_through_guards_itself(tmp_path: Path) -> None:
    source = "def g(request: Request):\n    if not request.session.get('user'): raise HTTPException(401)\n    return {}"
    made = program(tmp_path, {"main.py": HEAD + source})
    found = value(made, "main.py", "g")
    assert said(refusal_of_handler(made.run, found)) == "authenticated"
    assert said(always_refused(made.run, found)) == "authenticated"


def test_observing_a_guard_leaves_nothing_behind(tmp_path: Path) -> None:
    made = program(
        tmp_path, {"main.py": f"{HEAD}def g(user):\n    put(user)\n    if not user: raise HTTPException(401)"}
    )
    before = (len(made.run.made), len(made.run.assigned), made.run.steps_left)
    refusal(made.run, value(made, "main.py", "g"))
    assert (len(made.run.made), len(made.run.assigned), made.run.steps_left) == before
