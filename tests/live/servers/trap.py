"""An API that looks weak and is not: every path answers 200, refusals are envelopes, texts speak of errors and secrets."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

app = FastAPI(title="trap", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
ARTICLE = """<html><title>How to read errors</title><p>Traceback (most recent call last):
  File "/srv/app.py", line 3, in load
  File "/srv/db.py", line 9, in read
ValueError: text of an article</p><p>DB_PASSWORD=example in a .env file, ref: refs/heads/main, # HELP metrics</p></html>"""
LOGIN = (
    "<html><title>Sign in</title><form method=post><input name=user><input type=password name=password></form></html>"
)


@app.middleware("http")
async def headers(request: Request, call_next: object) -> Response:
    response: Response = await call_next(request)  # type: ignore[operator]
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Server"] = "proxy"
    response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


@app.get("/articles")
def articles() -> HTMLResponse:
    return HTMLResponse(ARTICLE)


@app.get("/orders")
def orders() -> JSONResponse:
    return JSONResponse({"success": False, "error": {"code": 401, "message": "please log in"}})


@app.get("/orders/{number}")
def order(number: str) -> JSONResponse:
    return JSONResponse({"ok": False, "message": "not authenticated"})


@app.get("/account")
def account() -> HTMLResponse:
    return HTMLResponse(LOGIN)


@app.get("/cards")
def cards() -> dict[str, object]:
    return {"example": "4111 1111 1111 1111", "note": "a test number", "password": "********", "token": None}


@app.api_route("/{path:path}", methods=["GET", "HEAD", "OPTIONS", "TRACE"], include_in_schema=False)
def anything(path: str) -> Response:
    if path.endswith(".json") or path.startswith("actuator"):
        return JSONResponse({"message": "welcome", "path": path})
    return HTMLResponse(f"<html><title>Welcome</title><p>Nothing to see at /{path}</p>{ARTICLE}</html>")
