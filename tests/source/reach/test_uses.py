"""Uses of tokens, cookies, hashes, random numbers and certificates."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from assay.model.program import Inventory
from assay.source.scan import scan

HEAD = """
import hashlib, os, random, secrets
from datetime import datetime, timedelta
import jwt, requests
from Crypto.Cipher import AES, DES
from fastapi import FastAPI, Response
from pydantic import BaseModel

app = FastAPI()

class Body(BaseModel):
    name: str
    password: str
    data: str

def new_token():
    return str(random.randint(1, 10))

def shuffled():
    return random.randint(1, 10)

@app.post("/x")
def handler(body: Body, response: Response):
"""


def inventory(root: Path, body: str) -> Inventory:
    (root / "main.py").write_text(HEAD.lstrip() + indent(dedent(body).strip(), "    ") + "\n", encoding="utf-8")
    return scan(root).inventory


CASES = [
    ('jwt.decode(body.data, options={"verify_signature": False})', ("jwt-verify", "no-verification")),
    ('jwt.decode(body.data, os.environ["K"], algorithms=["none"])', ("jwt-verify", "none-algorithm")),
    ('jwt.decode(body.data, os.environ["K"], algorithms=["HS256"])', ("jwt-verify", "")),
    ('jwt.encode({"sub": 1}, os.environ["K"])', ("jwt-sign", "no-expiry")),
    ('jwt.encode({"alg": "HS256"}, {"exp": datetime.utcnow()}, os.environ["K"])', ("jwt-sign", "")),
    (
        'claims = {"sub": 1}\nclaims.update({"exp": datetime.utcnow()})\njwt.encode(claims, os.environ["K"])',
        ("jwt-sign", ""),
    ),
    ('jwt.encode({"exp": datetime.utcnow() + timedelta(days=30)}, os.environ["K"])', ("session", "long-lifetime")),
    ("hashlib.md5(body.password.encode()).hexdigest()", ("password-hash", "weak-hash")),
    ("hashlib.sha256(body.password.encode()).hexdigest()", ("password-hash", "unsalted")),
    ("new_token()", ("random", "predictable")),
    ("DES.new(os.environ['K'])", ("cipher", "weak-cipher")),
    ("AES.new(os.environ['K'], AES.MODE_ECB)", ("cipher", "weak-cipher")),
    ('requests.get("https://x.example", verify=False)', ("tls", "no-certificate-check")),
    ('response.set_cookie("session", body.data)', ("cookie", "no-httponly")),
    ('response.set_cookie("session", body.data, httponly=True, secure=True)', ("cookie", "")),
]


@pytest.mark.parametrize(("body", "expected"), CASES, ids=[each[0] for each in CASES])
def test_a_use_is_told_with_what_is_wrong_about_it(body: str, expected: tuple[str, str], tmp_path: Path) -> None:
    (endpoint,) = inventory(tmp_path, body).endpoints
    assert endpoint.reach is not None
    assert expected in {(use.kind, use.problem) for use in endpoint.reach.uses}


NONE = [
    "hashlib.md5(body.data.encode()).hexdigest()",
    "shuffled()",
    "secrets.token_urlsafe()",
    'response.set_cookie("theme", body.data)',
    'response.set_cookie("session", "", max_age=0)',
    "AES.new(os.environ['K'], AES.MODE_GCM)",
    'requests.get("https://x.example")',
]


@pytest.mark.parametrize("body", NONE)
def test_what_protects_nothing_secret_is_no_use(body: str, tmp_path: Path) -> None:
    (endpoint,) = inventory(tmp_path, body).endpoints
    assert endpoint.reach is not None
    assert endpoint.reach.uses == ()


def test_what_a_program_does_when_it_starts_is_told_once(tmp_path: Path) -> None:
    text = 'import requests\nfrom fastapi import FastAPI\napp = FastAPI()\nKEYS = requests.get("https://x.example", verify=False)\n'
    (tmp_path / "main.py").write_text(text + '@app.get("/")\ndef index(): ...\n', encoding="utf-8")
    (use,) = scan(tmp_path).inventory.uses
    assert (use.kind, use.problem, str(use.place)) == ("tls", "no-certificate-check", "main.py:4")
