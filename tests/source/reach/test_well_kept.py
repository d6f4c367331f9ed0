"""What was taken for a fault in well-kept projects that nobody had seen, told apart from what is one: Flask and FastAPI."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm

from assay.assessment.wiring import rules
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome
from assay.source.scan import scan

FLASK = """
import base64

from Crypto.Signature import PKCS1_v1_5
from flask import Flask, request
from jinja2 import Environment
from jinja2.sandbox import SandboxedEnvironment

app = Flask(__name__)


def verify_incoming(form):
    return PKCS1_v1_5.new(KEY).verify(digest(form), form["p_signature"])


@app.route("/paid", methods=["POST"])
def paid():
    if not verify_incoming(dict(request.form)):
        return "KO", 400
    orders.mark(request.form["order"])
    return "ok"


@app.route("/plain", methods=["POST"])
def plain():
    if not request.form.get("order"):
        return "KO", 400
    orders.mark(request.form["order"])
    return "ok"


@app.route("/named")
def named():
    sent = str(base64.b64decode(request.headers.get("Authorization")), "utf-8")
    (username, password) = sent.split(":", 1)
    app.logger.warning("no such user {}".format(username))
    return "ok"


@app.route("/told")
def told():
    sent = str(base64.b64decode(request.headers.get("Authorization")), "utf-8")
    (username, password) = sent.split(":", 1)
    app.logger.warning("no such user {} {}".format(username, password))
    return "ok"


@app.route("/boxed")
def boxed():
    return SandboxedEnvironment().from_string(request.args["text"]).render()


@app.route("/open")
def open_():
    return Environment().from_string(request.args["text"]).render()
"""
FASTAPI = """
from typing import List, Optional

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse
from peewee import CharField, Model
from pydantic import BaseModel, SecretStr


class User(Model):
    name = CharField(primary_key=True)
    role = CharField()
    password_hash = CharField()


class Machine(BaseModel):
    host: str
    password: Optional[SecretStr] = None


class Naked(BaseModel):
    host: str
    password: Optional[str] = None


def current(authorization: str = Header("")) -> str:
    if not authorization:
        raise HTTPException(status_code=401)
    return authorization


def administrator(request: Request) -> None:
    if request.headers.get("remote-role") != "admin":
        raise HTTPException(status_code=403)


def claimed(request: Request) -> None:
    if request.headers.get("x-role") != "admin":
        raise HTTPException(status_code=403)


app = FastAPI()


@app.get("/users/some", dependencies=[Depends(current)])
def some():
    return JSONResponse([each for each in User.select(User.name, User.role).dicts().iterator()])


@app.get("/users/whole", dependencies=[Depends(current)])
def whole():
    return JSONResponse([each for each in User.select(User.name, User.password_hash).dicts().iterator()])


@app.get("/machines", response_model=List[Machine], dependencies=[Depends(current)])
def machines(): ...


@app.get("/naked", response_model=List[Naked], dependencies=[Depends(current)])
def naked(): ...


@app.put("/services/{name}")
def redirect_to_root(name: str):
    return RedirectResponse(f"/services/{name}/", 308)


@app.post("/language")
def language(code: str):
    return {}


@app.delete("/services/{name}/all")
def remove(name: str):
    return {}


@app.post("/one")
def one(_: None = Depends(administrator)):
    return [each.name for each in User.select(User.name)]


@app.post("/two")
def two(_: None = Depends(administrator)):
    return [each.name for each in User.select(User.name)]


@app.post("/three")
def three(_: None = Depends(claimed)):
    return [each.name for each in User.select(User.name)]
"""


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("flask"), {"app.py": FLASK})).inventory


@pytest.fixture(scope="module")
def fastapi(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("fastapi"), {"main.py": FASTAPI})).inventory


def test_a_signature_that_a_function_checks_is_a_proof_though_a_wrong_one_gets_400(flask: Inventory) -> None:
    found = failures(flask, "AP004")
    assert "/paid" not in firm(flask, "AP004")
    assert "/plain" in firm(flask, "AP004")
    assert set(found) >= {"/plain"}


def test_the_name_before_the_colon_is_no_secret_in_a_log(flask: Inventory) -> None:
    assert "/named" not in failures(flask, "AP112")
    assert "/told" in failures(flask, "AP112")


def test_a_template_in_a_sandbox_does_no_harm(flask: Inventory) -> None:
    found = failures(flask, "AP108")
    assert "/boxed" not in found
    assert "/open" in found


def test_columns_that_peewee_is_asked_for_are_all_that_goes_out(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP104")
    assert "/users/some" not in found
    assert "password_hash" in found["/users/whole"].message


def test_a_field_that_answers_asterisks_shows_no_secret(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP104")
    assert "/machines" not in found
    assert "/naked" in found


def test_leading_on_and_what_visitors_choose_are_doubtful_writes(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP004")
    assert found["/services/{name}"].confidence is Confidence.TENTATIVE
    assert found["/language"].confidence is Confidence.TENTATIVE
    assert found["/services/{name}/all"].confidence is Confidence.FIRM


def test_a_header_of_a_proxy_is_one_question_and_any_other_header_a_fault(fastapi: Inventory) -> None:
    found = failures(fastapi, "AP102")
    assert "/three" in firm(fastapi, "AP102")
    assert [path for path in ("/one", "/two") if path in found] == ["/one"]
    assert found["/one"].confidence is Confidence.TENTATIVE


def test_examples_beside_an_api_are_doubtful(tmp_path: Path) -> None:
    open_ = (
        'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.delete("/things/{id}")\ndef remove(id: int): ...\n'
    )
    inventory = scan(plant(tmp_path, {"shop/main.py": open_, "examples/plugin/main.py": open_})).inventory
    judge = next(each for each in rules() if each.id == "AP004").judge
    found = {each.subject.api: each.confidence for each in judge(inventory) if each.outcome is Outcome.FAIL}
    assert sorted(found.values()) == [Confidence.FIRM, Confidence.TENTATIVE]


def test_a_tree_of_nothing_but_examples_is_judged_as_any_other(tmp_path: Path) -> None:
    open_ = (
        'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.delete("/things/{id}")\ndef remove(id: int): ...\n'
    )
    inventory = scan(plant(tmp_path, {"samples/one/main.py": open_, "samples/two/main.py": open_})).inventory
    judge = next(each for each in rules() if each.id == "AP004").judge
    assert {each.confidence for each in judge(inventory) if each.outcome is Outcome.FAIL} == {Confidence.FIRM}
