"""What another service answered decides a refusal: a proof of the caller only where the caller's own credential was handed on."""

from pathlib import Path

import pytest

from assay.source.scan import scan

SOURCE = """
import os
import requests
from flask import Flask, request
from werkzeug.exceptions import Forbidden

app = Flask(__name__)
KEY = os.environ["REMOTE_KEY"]


@app.post("/remote/<path:rest>")
def send(rest):
    answer = requests.Session().post(
        f"https://remote.example/api/{{rest}}", data=request.data, headers={{"Authorization": {credential}}}
    )
    if answer.status_code == 403:
        raise Forbidden()
    return answer.content
"""


@pytest.mark.parametrize(
    ("credential", "kinds"),
    [
        ('f"Bearer {KEY}"', []),
        ('request.headers["Authorization"]', ["proof"]),
        ('request.cookies.get("token")', ["proof"]),
    ],
)
def test_a_refusal_by_another_service_is_a_proof_only_of_a_credential_that_was_handed_on(
    tmp_path: Path, credential: str, kinds: list[str]
) -> None:
    (tmp_path / "app.py").write_text(SOURCE.format(credential=credential))
    (endpoint,) = scan(tmp_path).inventory.endpoints
    assert endpoint.reach is not None
    assert [each.kind for each in endpoint.reach.decisions] == kinds
