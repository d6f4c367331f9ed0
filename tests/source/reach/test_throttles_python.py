"""What limits tries in Python, and what is done with who a caller is."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.model.endpoint import Endpoint
from assay.source.scan import scan

FLASK = """
from flask import Blueprint, Flask, abort, request
from flask_limiter import Limiter
from flask_jwt_extended import create_access_token
from flask_login import current_user as user, login_user
from mail import send_mail
from robots import verify_recaptcha
from werkzeug.security import check_password_hash
from functools import wraps
app = Flask(__name__)
limiter = Limiter(app=app, key_func=lambda: "x"%s)
def slow_down(view):
    @wraps(view)
    def inner(*args, **kwargs):
        if cache.get("tries") > 5:
            abort(429)
        return view(*args, **kwargs)
    return inner
door = Blueprint("door", __name__)
@door.post("/login")
%s
def login():
    %s
    return "welcome"
%s
app.register_blueprint(door)
"""


def scanned(root: Path, *parts: str) -> tuple[Endpoint, list[str]]:
    plant(root, {"app.py": FLASK % parts})
    inventory = scan(root).inventory
    (endpoint,) = inventory.endpoints
    return endpoint, [setting.detail("by") for setting in inventory.settings if setting.name == "rate-limit"]


@pytest.mark.parametrize(
    ("mark", "body", "after", "expected"),
    [
        ("", "pass", "", []),
        ('@limiter.limit("5/minute")', "pass", "", ["rate-limit"]),
        ("@limiter.exempt", "pass", "", []),
        ("@slow_down", "pass", "", ["rate-limit"]),
        ("", "pass", 'limiter.limit("5/minute")(door)', ["rate-limit"]),
        ("", "limiter.check()", "", ["rate-limit"]),
        ("", "verify_recaptcha(request.form['x'])", "", ["captcha"]),
    ],
)
def test_what_limits_one_endpoint_is_a_throttle(
    tmp_path: Path, mark: str, body: str, after: str, expected: list[str]
) -> None:
    endpoint, _ = scanned(tmp_path, "", mark, body, after)
    assert endpoint.reach is not None
    assert sorted({throttle.kind for throttle in endpoint.reach.throttles}) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [("", []), (", default_limits=[]", []), (', default_limits=["200/day"]', ["Limiter(default_limits=...)"])],
)
def test_a_limiter_limits_everything_only_with_defaults(tmp_path: Path, arguments: str, expected: list[str]) -> None:
    assert scanned(tmp_path, arguments, "", "pass", "")[1] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("login_user(user)", [("session-start", "login_user")]),
        ("check_password_hash(user.password_hash, request.form['p'])", [("password-verify", "check_password_hash")]),
        ("create_access_token(identity=1)", [("token-issue", "create_access_token")]),
        ("user.password = request.form['p']", [("password-set", "password =")]),
        ("send_mail(user)", []),
    ],
)
def test_what_is_done_with_the_caller_is_an_act(tmp_path: Path, body: str, expected: list[tuple[str, str]]) -> None:
    endpoint, _ = scanned(tmp_path, "", "", body, "")
    assert endpoint.reach is not None
    assert [(act.kind, act.name) for act in endpoint.reach.acts] == expected
