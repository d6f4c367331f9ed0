"""A view that could not be resolved: its endpoint is unknown, with a reason, and never public."""

from pathlib import Path

import pytest

from assay.model.endpoint import Authorization, Endpoint
from assay.source.scan import scan

HEAD = """
import parts
from elsewhere import foreign
from parts import lacking, there
"""
FLASK = f"""
from flask import Flask
{HEAD}
app = Flask(__name__)
app.add_url_rule("/it", view_func={{view}}, methods=["POST"])
"""
FASTAPI = f"""
from fastapi import FastAPI
{HEAD}
app = FastAPI()
app.add_api_route("/it", {{view}}, methods=["POST"])
"""


def only(root: Path, source: str) -> Endpoint:
    """The one endpoint of a tree."""
    (root / "main.py").write_text(source, "utf-8")
    (root / "parts.py").write_text("def there():\n    return 'there'\n", "utf-8")
    (found,) = scan(root).inventory.endpoints
    return found


@pytest.mark.parametrize("frame", [FLASK, FASTAPI])
@pytest.mark.parametrize("view", ["lacking", "parts.absent", "nowhere", "parts.made(1)"])
def test_a_view_that_is_nowhere_to_be_read_makes_its_endpoint_unknown_with_a_reason(
    tmp_path: Path, frame: str, view: str
) -> None:
    """Its module lacks the name, or nothing binds it."""
    found = only(tmp_path, frame.format(view=view))
    assert found.authorization is Authorization.UNKNOWN
    assert any("its handler could not be resolved" in reason for reason in found.reasons)


@pytest.mark.parametrize("frame", [FLASK, FASTAPI])
@pytest.mark.parametrize("view", ["there", "foreign", "lambda: 'here'"])
def test_a_view_that_was_read_or_comes_from_outside_is_as_public_as_before(
    tmp_path: Path, frame: str, view: str
) -> None:
    """Nothing stands before it."""
    assert only(tmp_path, frame.format(view=view)).authorization is Authorization.PUBLIC
