"""Guards whose refusal waits for a setting: `if config.DESKTOP and not user: abort(401)`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.source.evaluate.evaluating import program, value

from assay.source.refusal import refusal

CONFIG = """
import builtins
import os
if not hasattr(builtins, "SERVER_MODE"):
    SERVER_MODE = True
else:
    SERVER_MODE = builtins.SERVER_MODE
AUTH_ENABLED = True
LOGIN = os.environ.get("LOGIN", "true") == "true"
DESKTOP = os.environ.get("DESKTOP", "false") == "true"
KEY = os.environ.get("KEY")
"""
HOOK = """
import os
import config
from flask import Flask, abort, request
from flask_login import current_user, login_user
from store import find
app = Flask(__name__)
app.config["SIGNED_IN_ONLY"] = True

def g():
    if {test} not current_user.is_authenticated:
        abort(401)
"""
CASES = [
    ("", "authenticated"),
    ("not config.SERVER_MODE and", "unknown"),
    ("config.DESKTOP and", "unknown"),
    ("os.environ.get('AUTH_ENABLED') and", "unknown"),
    ("config.AUTH_ENABLED and", "authenticated"),
    ("config.LOGIN and", "authenticated"),
    ("not config.DESKTOP and", "authenticated"),
    ("app.config['SIGNED_IN_ONLY'] and", "authenticated"),
    ("app.config.get('LOGIN_NEEDED', True) and", "authenticated"),
]


def demand(path: Path, source: str) -> str:
    """What the guard `g` of an application demands."""
    made = program(path, {"config.py": CONFIG, "main.py": source})
    return str(refusal(made.run, value(made, "main.py", "g")).demand.value)


@pytest.mark.parametrize(("test", "wanted"), CASES)
def test_a_guard_under_a_setting_is_one_only_where_the_setting_is_on_as_it_ships(
    test: str, wanted: str, tmp_path: Path
) -> None:
    assert demand(tmp_path, HOOK.format(test=test)) == wanted


def test_signing_in_the_only_user_of_a_desktop_is_no_authentication(tmp_path: Path) -> None:
    signing_in = (
        "        user = find(config.DESKTOP_USER)\n        if user is None:\n            abort(401)\n"
        "        login_user(user)\n"
    )
    source = HOOK.format(test="not config.SERVER_MODE and").replace("        abort(401)\n", signing_in)
    assert demand(tmp_path, source) == "unknown"


def test_a_guard_that_refuses_however_a_setting_stands_is_one(tmp_path: Path) -> None:
    other = "    if config.SERVER_MODE and not request.headers.get('Authorization'):\n        abort(401)\n"
    assert demand(tmp_path, HOOK.format(test="not config.SERVER_MODE and") + other) == "authenticated"


def test_a_key_of_the_settings_that_is_compared_is_no_switch(tmp_path: Path) -> None:
    source = HOOK.replace(
        "{test} not current_user.is_authenticated", "config.KEY and request.headers['X-Key'] != config.KEY"
    )
    assert demand(tmp_path, source) == "authenticated"
