"""Request data that reaches a dangerous place in Python handlers."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from assay.model.reach import Flow, Origin
from assay.source.scan import scan

FASTAPI = """
    import asyncio, os, pickle, re, sqlite3, subprocess
    from enum import Enum
    from pathlib import Path
    from uuid import UUID
    import httpx, requests, yaml
    from fastapi import FastAPI, HTTPException, Request
    from fastapi.responses import FileResponse, RedirectResponse
    from pydantic import BaseModel
    from sqlalchemy import text
    from werkzeug.utils import secure_filename

    class Color(str, Enum):
        RED = "red"

    class Body(BaseModel):
        name: str
        size: int
        color: Color
        key: UUID | None = None
        url: str = ""

    ALLOWED = {"name", "price"}
    app = FastAPI()
    cursor = sqlite3.connect("x").cursor()

    def run(command):
        subprocess.Popen(command, shell=True)

    @app.post("/x/{number}/{word}")
    def handler(number: int, word: str, q: str, body: Body, request: Request):
"""


def flows(root: Path, body: str, head: str = FASTAPI) -> tuple[Flow, ...]:
    text = dedent(head).lstrip() + indent(dedent(body).strip(), "    ") + "\n"
    (root / "main.py").write_text(text, encoding="utf-8")
    (endpoint,) = scan(root).inventory.endpoints
    assert endpoint.reach is not None
    return endpoint.reach.flows


UNSAFE = [
    ("cursor.execute(f\"SELECT * FROM t WHERE n = '{q}'\")", "sql", "q"),
    ("cursor.execute(\"SELECT * FROM t WHERE n = '%s'\" % body.name)", "sql", "name"),
    ('cursor.execute("SELECT * FROM t WHERE n = \'" + q + "\'")', "sql", "q"),
    ("text(f\"SELECT * FROM t WHERE n = '{q}'\")", "sql", "q"),
    ("run(body.name)", "command", "name"),
    ('os.system("ls " + q)', "command", "q"),
    ('subprocess.run(["sh", "-c", q])', "command", "q"),
    ("eval(q)", "code", "q"),
    ('open("/srv/" + q)', "path", "q"),
    ('(Path("/srv") / body.name).read_text()', "path", "name"),
    ("requests.get(body.url)", "url", "url"),
    ('requests.get(f"https://{q}/status")', "url", "q"),
    ("yaml.load(q, Loader=yaml.Loader)", "deserialization", "q"),
    ("pickle.loads(q.encode())", "deserialization", "q"),
    ("RedirectResponse(q)", "redirect", "q"),
]


@pytest.mark.parametrize(("body", "kind", "name"), UNSAFE, ids=[each[0] for each in UNSAFE])
def test_request_data_reaches_it(body: str, kind: str, name: str, tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, body)
    assert (flow.kind, flow.name, flow.is_safe, flow.is_certain) == (kind, name, False, True)


SAFE = [
    ('cursor.execute("SELECT * FROM t WHERE n = ?", (q,))', "sql"),
    ('cursor.execute(f"SELECT * FROM t WHERE n = {number}")', "sql"),
    ('cursor.execute(f"SELECT * FROM t WHERE n = {body.size}")', "sql"),
    ('cursor.execute(f"SELECT * FROM t WHERE n = {int(q)}")', "sql"),
    ('cursor.execute(f"SELECT * FROM t WHERE n = {UUID(q)}")', "sql"),
    ('os.system(f"ls {body.color}")', "command"),
    ('os.system(f"ls {body.color.value}")', "command"),
    ('os.system(f"ls {body.key}")', "command"),
    ('subprocess.run(["ls", q])', "command"),
    ('open("/srv/" + secure_filename(q))', "path"),
    ('open("/srv/" + re.sub(r"[^a-z0-9_]+", "", q.lower()))', "path"),
    (r'os.system("ls " + re.compile(r"\W").sub("", q))', "command"),
    ('open("/srv/" + word)', "path"),
    ('requests.get("https://api.example/" + q)', "url"),
    ('RedirectResponse("/pages/" + q)', "redirect"),
    ("yaml.load(q, Loader=yaml.SafeLoader)", "deserialization"),
    ('if q not in ALLOWED:\n    raise HTTPException(400)\ncursor.execute("SELECT * FROM t ORDER BY " + q)', "sql"),
    ('if q in ALLOWED:\n    cursor.execute("SELECT * FROM t ORDER BY " + q)', "sql"),
    ('if ".." in q:\n    raise HTTPException(400)\nopen("/srv/" + q)', "path"),
]


@pytest.mark.parametrize(("body", "kind"), SAFE, ids=[each[0] for each in SAFE])
def test_it_is_made_harmless_on_the_way(body: str, kind: str, tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, body)
    assert (flow.kind, flow.is_safe) == (kind, True), flow.how
    assert flow.how


def test_what_only_refuses_one_value_makes_nothing_harmless(tmp_path: Path) -> None:
    (flow,) = flows(
        tmp_path, 'if q in ALLOWED:\n    raise HTTPException(400)\ncursor.execute("SELECT * FROM t ORDER BY " + q)'
    )
    assert not flow.is_safe


def test_the_steps_lead_through_the_functions_that_are_called(tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, "run(body.name)")
    assert flow.symbol == "run: Popen"
    assert [step.text for step in flow.steps] == ["calls run", "Popen"]


def test_a_pattern_that_leaves_dots_keeps_the_folder_above_within_reach(tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, 'open("/srv/" + re.sub(r"[^\\w.-]+", "", q))')
    assert not flow.is_safe


def test_a_catch_all_of_the_route_may_hold_slashes(tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, 'open("/srv/" + word)', FASTAPI.replace("{word}", "{word:path}"))
    assert not flow.is_safe


def test_an_unknown_call_on_the_way_leaves_doubt(tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, "import library\nos.system(library.turned(q))")
    assert (flow.is_safe, flow.is_certain) == (False, False)


def test_what_was_loaded_by_request_data_is_not_request_data(tmp_path: Path) -> None:
    found = flows(tmp_path, 'row = cursor.execute("SELECT p FROM t WHERE n = ?", (q,)).fetchone()\nopen(row["p"])')
    assert [(flow.kind, flow.is_safe) for flow in found] == [("sql", True)]


def test_a_client_with_a_transport_of_its_own_may_refuse_hosts(tmp_path: Path) -> None:
    body = "class Guarded(httpx.AsyncHTTPTransport):\n    pass\nhttpx.Client(transport=Guarded()).get(body.url)"
    (flow,) = flows(tmp_path, body)
    assert (flow.kind, flow.is_certain) == ("url", False)


FLASK = """
    import os
    from urllib.parse import urljoin, urlparse
    from flask import Flask, redirect, render_template_string, request, send_file, send_from_directory

    app = Flask(__name__)

    def is_safe_url(target):
        own, wanted = urlparse(request.host_url), urlparse(urljoin(request.host_url, target))
        return wanted.scheme in ("http", "https") and own.netloc == wanted.netloc

    def checked(target):
        wanted = urlparse(urljoin(request.host_url, target))
        return urlparse(request.host_url).netloc == wanted.netloc

    def chosen(target):
        if target is None or not is_safe_url(target):
            return "/"
        if not target.startswith("/"):
            return "/home"
        return target

    @app.post("/x/<int:number>/<path:rest>")
    def handler(number, rest):
"""
OF_FLASK = [
    ('return redirect(chosen(request.args["next"]))', "redirect", Origin.QUERY, True),
    ('os.system("ls " + request.form["cmd"])', "command", Origin.FORM, False),
    ('os.system(f"kill {number}")', "command", Origin.PATH, True),
    ("os.system(f\"kill {request.args.get('n', type=int)}\")", "command", Origin.QUERY, True),
    ('request.files["f"].save("/srv/" + request.files["f"].filename)', "path", Origin.FILE, False),
    ('request.files["f"].save("/srv/x." + request.files["f"].filename.rsplit(".", 1)[1])', "path", Origin.FILE, True),
    (
        'return redirect(request.args["next"] if request.args["next"].startswith("/x") else "/")',
        "redirect",
        Origin.QUERY,
        False,
    ),
    ("return send_file(rest)", "path", Origin.PATH, False),
    ('return send_from_directory("/srv", rest)', "path", Origin.PATH, True),
    ('return send_from_directory("/srv/" + request.args["folder"], "x")', "path", Origin.QUERY, False),
    ('return send_from_directory(f"/srv/{number}", "x")', "path", Origin.PATH, True),
    ('return redirect(request.args["next"])', "redirect", Origin.QUERY, False),
    ('return render_template_string("<b>" + request.args.get("name"))', "template", Origin.QUERY, False),
    (
        'if is_safe_url(request.args.get("next")):\n    return redirect(request.args.get("next"))',
        "redirect",
        Origin.QUERY,
        True,
    ),
    (
        'if checked(request.args.get("next")):\n    return redirect(request.args.get("next"))',
        "redirect",
        Origin.QUERY,
        True,
    ),
]


@pytest.mark.parametrize(("body", "kind", "origin", "is_safe"), OF_FLASK, ids=[each[0] for each in OF_FLASK])
def test_flask_reads_the_request_from_a_proxy(
    body: str, kind: str, origin: Origin, is_safe: bool, tmp_path: Path
) -> None:
    (flow,) = flows(tmp_path, body, FLASK)
    assert (flow.kind, flow.origin, flow.is_safe) == (kind, origin, is_safe), flow.how


OF_DOCUMENTS = [
    ('users.find_one({"name": request.args["name"]})', True, True),
    ('users.find_one({"name": request.json["name"]})', False, False),
    ("users.find_one(request.get_json())", False, False),
    ('users.find({"$where": "this.name == \'" + request.args["name"] + "\'"})', False, True),
]


@pytest.mark.parametrize(("body", "is_safe", "is_certain"), OF_DOCUMENTS, ids=[each[0] for each in OF_DOCUMENTS])
def test_a_filter_of_a_document_database_is_harmed_by_its_shape(
    body: str, is_safe: bool, is_certain: bool, tmp_path: Path
) -> None:
    (flow,) = flows(tmp_path, f"from store import users\n{body}", FLASK)
    assert (flow.kind, flow.is_safe, flow.is_certain) == ("nosql", is_safe, is_certain)


def test_a_password_in_a_log_line_is_a_flow_and_its_presence_is_none(tmp_path: Path) -> None:
    (flow,) = flows(
        tmp_path, 'app.logger.info("login %s %s", request.json["password"], bool(request.json["token"]))', FLASK
    )
    assert (flow.kind, flow.name) == ("log", "password")
