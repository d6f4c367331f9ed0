"""An API with planted weaknesses of transport, headers, CORS, cookies, errors and exposure; `PLANTED` says which, and where."""

import traceback

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

app = FastAPI(title="weak")
PLANTED = {
    ("AP411", ""),
    ("AP412", ""),
    ("AP413", ""),
    ("AP414", ""),
    ("AP415", ""),
    ("AP416", ""),
    ("AP420", ""),
    ("AP425", "sessionid"),
    ("AP431", "/.env"),
    ("AP431", "/.git/HEAD"),
    ("AP432", "/metrics"),
    ("AP432", "/actuator/env"),
    ("AP434", ""),
    ("AP436", "GET /items/{number}"),
    ("AP437", "GET /items/{number}"),
}


@app.middleware("http")
async def weakened(request: Request, call_next: object) -> Response:
    if request.method == "TRACE":
        lines = [f"TRACE {request.url.path} HTTP/1.1", *(f"{key}: {value}" for key, value in request.headers.items())]
        return PlainTextResponse("\n".join(lines), media_type="message/http")
    response: Response = await call_next(request)  # type: ignore[operator]
    response.headers["X-Powered-By"] = "Shop/4.2.1"
    if origin := request.headers.get("origin"):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


@app.get("/")
def root() -> HTMLResponse:
    return HTMLResponse("<html><title>Weak shop</title><h1>Weak shop</h1></html>")


@app.get("/items")
def items() -> Response:
    response = Response('[{"id": 1}, {"id": 2}]', media_type="text/html")
    response.set_cookie("sessionid", "3f786850e387550fdab836ed7e6dc881de23001b")
    return response


@app.get("/items/{number}")
def item(number: str) -> Response:
    try:
        return JSONResponse({"id": _load(number)})
    except ValueError:
        return PlainTextResponse(traceback.format_exc(), 500)


def _load(number: str) -> int:
    return int(number)


@app.get("/.env", include_in_schema=False)
def environment() -> PlainTextResponse:
    return PlainTextResponse("APP_NAME=shop\nDB_PASSWORD=hunter2-very-secret\n# end\n")


@app.get("/.git/HEAD", include_in_schema=False)
def head() -> PlainTextResponse:
    return PlainTextResponse("ref: refs/heads/main\n")


@app.get("/metrics", include_in_schema=False)
def metrics() -> PlainTextResponse:
    return PlainTextResponse("# HELP requests Requests\n# TYPE requests counter\nrequests 3\n")


@app.get("/actuator/env", include_in_schema=False)
def actuator() -> dict[str, object]:
    return {"activeProfiles": [], "propertySources": []}
