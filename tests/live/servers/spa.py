"""An API behind a single-page application: every unknown path answers the page with status 200."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

app = FastAPI(title="spa", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
PAGE = """<!doctype html><html><head><title>Shop</title><script src="/app.3f9a.js" defer></script></head>
<body><div id="root"></div>
<noscript>You need JavaScript: swagger-ui, phpinfo(), [core], Interactive Console Werkzeug</noscript></body></html>"""


@app.middleware("http")
async def headers(request: Request, call_next: object) -> Response:
    response: Response = await call_next(request)  # type: ignore[operator]
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    return response


@app.get("/api/products")
def products() -> list[dict[str, object]]:
    return [{"id": 1, "name": "book"}]


@app.get("/api/products/{number}")
def product(number: int) -> dict[str, object]:
    return {"id": number, "name": "book"}


@app.get("/{path:path}", include_in_schema=False)
def page(path: str) -> HTMLResponse:
    return HTMLResponse(PAGE)
